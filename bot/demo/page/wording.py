"""The page's own words; what Lotsen says comes from the core."""

from collections import Counter
from collections.abc import Sequence

from models.language import N_, Translator

_TEXTS = {
    "title": N_("Lotsen playground"),
    "made_up": N_("Made-up data"),
    "made_up_more": N_("Company, people and tickets are made up. Nothing leaves this machine."),
    "skip": N_("Go to the messages"),
    "menu": N_("Menu"),
    "you_are": N_("You are"),
    "channels": N_("Channels"),
    "direct": N_("Direct messages"),
    "app_home": N_("App Home"),
    "private": N_("Private channel"),
    "unread": N_("unread"),
    "language": N_("Language of the page"),
    "role_employee": N_("Employee"),
    "role_support": N_("Support staff"),
    "role_lead": N_("IT lead"),
    "app": N_("App"),
    "close": N_("Close"),
    "cancel": N_("Cancel"),
    "save": N_("Save"),
    "gone": N_("The playground does not answer. Is it still running?"),
    "send": N_("Send"),
    "write_here": N_("Write here, or /lotsen …"),
    "reply_here": N_("Reply in the thread"),
    "enter_sends": N_("Enter sends, Shift + Enter makes a new line"),
    "thread": N_("Thread"),
    "close_thread": N_("Close the thread"),
    "reply": N_("Reply"),
    "edited": N_("edited"),
    "only_you": N_("Only visible to you"),
    "put_away": N_("Put away"),
    "new": N_("New"),
    "more": N_("More actions"),
    "make_ticket": N_("Make it a ticket"),
    "react_ticket": N_("React with 🎫"),
    "edit": N_("Edit"),
    "delete": N_("Delete"),
    "delete_sure": N_("Delete this message?"),
    "deleted": N_("This message was deleted."),
    "nothing_yet": N_("Nothing here yet."),
    "home_empty": N_("Lotsen is drawing this page …"),
    "choose": N_("Choose"),
    "optional": N_("optional"),
    "picture": N_("Picture"),
    "no_drawing": N_("This page does not draw that part"),
    "clock": N_("Move the clock"),
    "clock_why": N_("The whole company lives by this clock. It only moves forward."),
    "hour": N_("One hour"),
    "morning": N_("Next morning, 08:00"),
    "monday": N_("Next Monday, 08:00"),
    "week": N_("One week"),
    "day": N_("To a day, 08:00"),
    "go": N_("Go"),
    "guide": N_("Try it in three steps"),
    "guide_open": N_("Show the guide"),
    "step_1": N_("Ask as Åsa"),
    "step_1_more": N_(
        "Send the question about the VPN. Lotsen answers in the thread. Press “Ask a person” there."
    ),
    "step_2": N_("Help as support"),
    "step_2_more": N_(
        "The ticket waits in #it-support with a category and the reason for it. "
        "Take it, then resolve it with a note."
    ),
    "step_3": N_("Follow up as IT lead"),
    "step_3_more": N_(
        "Move the clock to Monday morning. The weekly digest arrives in #it-ledning."
    ),
    "draft": N_("VPN won't connect"),
    "past_link": N_("Your own history"),
    "past": N_("What your past tickets say of a pilot"),
    "past_more": N_(
        "Hand in an export of your past tickets (CSV, or JSON of Jira, Zendesk, Zammad or "
        "Freshservice). It is read on this machine and kept nowhere."
    ),
    "past_file": N_("File"),
    "past_columns": N_("Columns whose names do not tell, one a line:"),
    "past_go": N_("Look back"),
    "past_takes": N_("5,000 tickets take about a minute."),
    "past_back": N_("Back to the playground"),
}


def page_words(words: Translator) -> dict[str, str]:
    """Return every fixed text of the templates, by a short name."""
    return {name: words.gettext(text) for name, text in _TEXTS.items()}


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
