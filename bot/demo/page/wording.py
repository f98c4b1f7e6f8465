"""The page's own words; what Lotsen says comes from the core."""

from collections import Counter
from collections.abc import Sequence

from models.language import Words


def page_words(words: Words) -> dict[str, str]:
    """Return every fixed text of the templates, by a short name."""
    return _around(words) | _talking(words) | _clock(words) | _guide(words)


def _around(words: Words) -> dict[str, str]:
    return {
        "title": words.say("Lotsen playground"),
        "made_up": words.say("Made-up data"),
        "made_up_more": words.say(
            "Company, people and tickets are made up. Nothing leaves this machine."
        ),
        "skip": words.say("Go to the messages"),
        "menu": words.say("Menu"),
        "you_are": words.say("You are"),
        "channels": words.say("Channels"),
        "direct": words.say("Direct messages"),
        "app_home": words.say("App Home"),
        "private": words.say("Private channel"),
        "unread": words.say("unread"),
        "language": words.say("Language of the page"),
        "role_employee": words.say("Employee"),
        "role_support": words.say("Support staff"),
        "role_lead": words.say("IT lead"),
        "app": words.say("App"),
        "close": words.say("Close"),
        "cancel": words.say("Cancel"),
        "save": words.say("Save"),
        "gone": words.say("The playground does not answer. Is it still running?"),
    }


def _talking(words: Words) -> dict[str, str]:
    return {
        "send": words.say("Send"),
        "write_here": words.say("Write here, or /lotsen …"),
        "reply_here": words.say("Reply in the thread"),
        "enter_sends": words.say("Enter sends, Shift + Enter makes a new line"),
        "thread": words.say("Thread"),
        "close_thread": words.say("Close the thread"),
        "reply": words.say("Reply"),
        "edited": words.say("edited"),
        "only_you": words.say("Only visible to you"),
        "put_away": words.say("Put away"),
        "new": words.say("New"),
        "more": words.say("More actions"),
        "make_ticket": words.say("Make it a ticket"),
        "react_ticket": words.say("React with 🎫"),
        "edit": words.say("Edit"),
        "delete": words.say("Delete"),
        "delete_sure": words.say("Delete this message?"),
        "deleted": words.say("This message was deleted."),
        "nothing_yet": words.say("Nothing here yet."),
        "home_empty": words.say("Lotsen is drawing this page …"),
        "choose": words.say("Choose"),
        "optional": words.say("optional"),
        "picture": words.say("Picture"),
        "no_drawing": words.say("This page does not draw that part"),
    }


def _clock(words: Words) -> dict[str, str]:
    return {
        "clock": words.say("Move the clock"),
        "clock_why": words.say("The whole company lives by this clock. It only moves forward."),
        "hour": words.say("One hour"),
        "morning": words.say("Next morning, 08:00"),
        "monday": words.say("Next Monday, 08:00"),
        "week": words.say("One week"),
        "day": words.say("To a day, 08:00"),
        "go": words.say("Go"),
    }


def _guide(words: Words) -> dict[str, str]:
    return {
        "guide": words.say("Try it in three steps"),
        "guide_open": words.say("Show the guide"),
        "step_1": words.say("Ask as Åsa"),
        "step_1_more": words.say(
            "Send the question about the VPN. Lotsen answers in the thread. "
            "Press “Ask a person” there."
        ),
        "step_2": words.say("Help as support"),
        "step_2_more": words.say(
            "The ticket waits in #it-support with a category and the reason for it. "
            "Take it, then resolve it with a note."
        ),
        "step_3": words.say("Follow up as IT lead"),
        "step_3_more": words.say(
            "Move the clock to Monday morning. The weekly digest arrives in #it-ledning."
        ),
        "draft": words.say("VPN won't connect"),
    }


def replies_of(words: Words, n: int) -> str:
    return words.count("{n} reply", "{n} replies", n)


def refusal_of(words: Words, error: Exception) -> str:
    """Say why something did not work, for whoever clicked."""
    if isinstance(error, TimeoutError):
        return words.say("Lotsen did not answer in time. Please try again.")
    if isinstance(error, PermissionError):
        return words.say("That is not yours to change.")
    if isinstance(error, LookupError):
        return words.say("That is no longer there. The page shows what there is now.")
    return words.say("That did not work: {reason}", reason=str(error))


def clock_news(words: Words, when: str, posts: Sequence[tuple[str, str]], mondays: int) -> str:
    """Say where the clock stands, and what happened on the way there.

    Parameters
    ----------
    posts
        The job and the channel's name of each scheduled post.
    mondays
        How many Mondays, 08:00, have passed.
    """
    said = [words.say("The clock shows {when}.", when=when)]
    for channel in dict.fromkeys(channel for _, channel in posts):
        jobs = Counter(job for job, there in posts if there == channel)
        titles = [job_title(words, job) + (f" × {n}" if n > 1 else "") for job, n in jobs.items()]
        said.append(
            words.say(
                "Posted in #{channel}: {posts}.", channel=channel, posts=words.listing(titles)
            )
        )
    if not posts:
        said.append(words.say("No scheduled post was due."))
    if mondays > 1 and posts:
        said.append(
            words.count(
                "{n} Monday passed.",
                "{n} Mondays passed: the digest comes once, for the latest week, "
                "and names the weeks before.",
                mondays,
            )
        )
    return " ".join(said)


def job_title(words: Words, job: str) -> str:
    """Return what people call a scheduled post."""
    return {
        "weekly_digest": words.say("the weekly digest"),
        "plan_checkpoint": words.say("this week of the 90-day plan"),
        "plan_check_in": words.say("the check-in of the 90-day plan"),
        "plan_gates": words.say("a decision of the 90-day plan"),
        "plan_overdue": words.say("what the 90-day plan is late with"),
        "plan_roadmap": words.say("the roadmap after the 90 days"),
        "quarterly_roi": words.say("the quarterly statement"),
    }.get(job, job)
