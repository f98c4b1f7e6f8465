"""What the asker reads when a person takes over: why, and when an answer comes. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from models.language import N_, Translator
from models.message import Button, Buttons, Note, Part, Runs

ENOUGH = 20
"""First responses from which on their median says how long it usually takes."""
_WORKDAY = 8 * 60
_USUAL = (
    (15, N_("a quarter of an hour")),
    (30, N_("half an hour")),
    (60, N_("an hour")),
    (120, N_("two hours")),
    (240, N_("four hours")),
    (_WORKDAY, N_("a working day")),
    (2 * _WORKDAY, N_("two working days")),
)
_WHY = {
    "danger": N_(
        "🚨 Is somebody in danger? Call 112 first. I have made *ticket {number}* and marked it "
        "urgent."
    ),
    "no_answer": N_("🎫 I found no sure answer, so I have made *ticket {number}*."),
    "none_of_these": N_("🎫 None of them fits, so I have made *ticket {number}*."),
    "no_choice": N_("🎫 You chose none of the titles, so I have made *ticket {number}*."),
    "follow_up": N_("🎫 I have nothing that fits better, so I have made *ticket {number}*."),
    "not_solved": N_("🎫 The answer did not help, so I have made *ticket {number}*."),
    "human": N_("🎫 A person takes over: I have made *ticket {number}*."),
}
_MADE = N_("🎫 I have made *ticket {number}*.")


@dataclass(frozen=True, slots=True)
class Handover:
    """What is known when a person is to take over.

    Attributes
    ----------
    via
        What led to the ticket, as the event of its opening keeps it.
    usual_minutes
        Median office minutes to the first response; None while there are too few.
    hours
        The office's hours as people write them, such as ``08:00–17:00``.
    back
        When somebody is there again, as people say it; empty where somebody is there now.
    """

    via: str
    usual_minutes: float | None
    hours: str
    back: str


def head(number: str, handover: Handover, words: Translator) -> Runs:
    """Say why there is a ticket."""
    return words.rich(_WHY.get(handover.via, _MADE), number=number)


def notes(handover: Handover, words: Translator) -> Iterable[Part]:
    """Say when somebody answers, and what helps meanwhile."""
    yield Note(when(handover, words))
    yield Note(words.rich("Know more? Write it here: an error message, a picture, since when."))


def asker_buttons(case_id: int, words: Translator) -> Buttons:
    """Return what askers may do with their open ticket."""
    value = str(case_id)
    return Buttons(
        f"case:{case_id}:ticket",
        (
            Button("ticket_add", words.gettext("Add something"), value),
            Button("ticket_cancel", words.gettext("Not needed any more"), value),
        ),
    )


def when(handover: Handover, words: Translator) -> Runs:
    """Say when an answer usually comes, and when somebody is back."""
    usual = _spoken(handover.usual_minutes, words)
    if handover.back and usual:
        return words.rich(
            "The support team is back {back} and then usually answers within {time}.",
            back=handover.back,
            time=usual,
        )
    if handover.back:
        return words.rich("The support team is back {back}.", back=handover.back)
    if usual:
        return words.rich("The support team usually answers within {time}.", time=usual)
    return words.rich("The support team answers on working days, {hours}.", hours=handover.hours)


def _spoken(minutes: float | None, words: Translator) -> str:
    """Return a time as people round it up; empty where it is not known."""
    if minutes is None:
        return ""
    for most, spoken in _USUAL:
        if minutes <= most:
            return words.gettext(spoken)
    return words.gettext("{n} working days", n=words.number(-(-minutes // _WORKDAY)))


def back_at(opening: datetime | None, now: datetime, zone: ZoneInfo, words: Translator) -> str:
    """Return when the office opens, as people say it; empty where it is open or never opens."""
    return words.soon(opening, now, zone) if opening is not None and opening > now else ""
