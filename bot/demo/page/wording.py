"""The page's own words; what Lotsen says comes from the core."""

from collections import Counter
from collections.abc import Sequence

from models.language import Translator


def page_words(words: Translator) -> dict[str, str]:
    """Return every fixed text of the templates, by a short name."""
    return _around(words) | _talking(words) | _clock(words) | _guide(words)


def _around(words: Translator) -> dict[str, str]:
    return {
        "title": words.gettext("Lotsen playground"),
        "made_up": words.gettext("Made-up data"),
        "made_up_more": words.gettext(
            "Company, people and tickets are made up. Nothing leaves this machine."
        ),
        "skip": words.gettext("Go to the messages"),
        "menu": words.gettext("Menu"),
        "you_are": words.gettext("You are"),
        "channels": words.gettext("Channels"),
        "direct": words.gettext("Direct messages"),
        "app_home": words.gettext("App Home"),
        "private": words.gettext("Private channel"),
        "unread": words.gettext("unread"),
        "language": words.gettext("Language of the page"),
        "role_employee": words.gettext("Employee"),
        "role_support": words.gettext("Support staff"),
        "role_lead": words.gettext("IT lead"),
        "app": words.gettext("App"),
        "close": words.gettext("Close"),
        "cancel": words.gettext("Cancel"),
        "save": words.gettext("Save"),
        "gone": words.gettext("The playground does not answer. Is it still running?"),
    }


def _talking(words: Translator) -> dict[str, str]:
    return {
        "send": words.gettext("Send"),
        "write_here": words.gettext("Write here, or /lotsen …"),
        "reply_here": words.gettext("Reply in the thread"),
        "enter_sends": words.gettext("Enter sends, Shift + Enter makes a new line"),
        "thread": words.gettext("Thread"),
        "close_thread": words.gettext("Close the thread"),
        "reply": words.gettext("Reply"),
        "edited": words.gettext("edited"),
        "only_you": words.gettext("Only visible to you"),
        "put_away": words.gettext("Put away"),
        "new": words.gettext("New"),
        "more": words.gettext("More actions"),
        "make_ticket": words.gettext("Make it a ticket"),
        "react_ticket": words.gettext("React with 🎫"),
        "edit": words.gettext("Edit"),
        "delete": words.gettext("Delete"),
        "delete_sure": words.gettext("Delete this message?"),
        "deleted": words.gettext("This message was deleted."),
        "nothing_yet": words.gettext("Nothing here yet."),
        "home_empty": words.gettext("Lotsen is drawing this page …"),
        "choose": words.gettext("Choose"),
        "optional": words.gettext("optional"),
        "picture": words.gettext("Picture"),
        "no_drawing": words.gettext("This page does not draw that part"),
    }


def _clock(words: Translator) -> dict[str, str]:
    return {
        "clock": words.gettext("Move the clock"),
        "clock_why": words.gettext("The whole company lives by this clock. It only moves forward."),
        "hour": words.gettext("One hour"),
        "morning": words.gettext("Next morning, 08:00"),
        "monday": words.gettext("Next Monday, 08:00"),
        "week": words.gettext("One week"),
        "day": words.gettext("To a day, 08:00"),
        "go": words.gettext("Go"),
    }


def _guide(words: Translator) -> dict[str, str]:
    return {
        "guide": words.gettext("Try it in three steps"),
        "guide_open": words.gettext("Show the guide"),
        "step_1": words.gettext("Ask as Åsa"),
        "step_1_more": words.gettext(
            "Send the question about the VPN. Lotsen answers in the thread. "
            "Press “Ask a person” there."
        ),
        "step_2": words.gettext("Help as support"),
        "step_2_more": words.gettext(
            "The ticket waits in #it-support with a category and the reason for it. "
            "Take it, then resolve it with a note."
        ),
        "step_3": words.gettext("Follow up as IT lead"),
        "step_3_more": words.gettext(
            "Move the clock to Monday morning. The weekly digest arrives in #it-ledning."
        ),
        "draft": words.gettext("VPN won't connect"),
    }


def replies_of(words: Translator, n: int) -> str:
    return words.ngettext("{n} reply", "{n} replies", n)


def refusal_of(words: Translator, error: Exception) -> str:
    """Say why something did not work, for whoever clicked."""
    if isinstance(error, TimeoutError):
        return words.gettext("Lotsen did not answer in time. Please try again.")
    if isinstance(error, PermissionError):
        return words.gettext("That is not yours to change.")
    if isinstance(error, LookupError):
        return words.gettext("That is no longer there. The page shows what there is now.")
    return words.gettext("That did not work: {reason}", reason=str(error))


def clock_news(words: Translator, when: str, posts: Sequence[tuple[str, str]], mondays: int) -> str:
    """Say where the clock stands, and what happened on the way there.

    Parameters
    ----------
    posts
        The job and the channel's name of each scheduled post.
    mondays
        How many Mondays, 08:00, have passed.
    """
    said = [words.gettext("The clock shows {when}.", when=when)]
    for channel in dict.fromkeys(channel for _, channel in posts):
        jobs = Counter(job for job, there in posts if there == channel)
        titles = [job_title(words, job) + (f" × {n}" if n > 1 else "") for job, n in jobs.items()]
        said.append(
            words.gettext(
                "Posted in #{channel}: {posts}.", channel=channel, posts=words.listing(titles)
            )
        )
    if not posts:
        said.append(words.gettext("No scheduled post was due."))
    if mondays > 1 and posts:
        said.append(
            words.ngettext(
                "{n} Monday passed.",
                "{n} Mondays passed: the digest comes once, for the latest week, "
                "and names the weeks before.",
                mondays,
            )
        )
    return " ".join(said)


def job_title(words: Translator, job: str) -> str:
    """Return what people call a scheduled post."""
    return {
        "weekly_digest": words.gettext("the weekly digest"),
        "plan_checkpoint": words.gettext("this week of the 90-day plan"),
        "plan_check_in": words.gettext("the check-in of the 90-day plan"),
        "plan_gates": words.gettext("a decision of the 90-day plan"),
        "plan_overdue": words.gettext("what the 90-day plan is late with"),
        "plan_roadmap": words.gettext("the roadmap after the 90 days"),
        "quarterly_roi": words.gettext("the quarterly statement"),
    }.get(job, job)
