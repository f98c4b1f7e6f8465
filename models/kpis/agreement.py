"""Whether what the buttons say of a ticket's minutes agrees with what people say. Pure."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

import numpy as np

from models.kpis.small_desks import of_enough
from models.language.words import N_, Translator
from models.message import Fields, Heading, Message, Note, Run
from models.statistics.estimates import Estimate, median, share
from models.tickets.effort import STATABLE, nearest_choice


class TimedTwice(NamedTuple):
    """A ticket's minutes by the buttons and as stated; ``as_timed``: the form began with those."""

    buttons: float
    stated: float
    as_timed: bool


@dataclass(frozen=True, slots=True)
class Agreement:
    """How well evidence A and evidence C agree, where both are there.

    Attributes
    ----------
    n
        Tickets with minutes by buttons that can be believed, and stated ones.
    as_timed
        Those of them for which the form began with the buttons' minutes and was sent so: they
        agree because nobody objected.
    same
        Share whose stated minutes are those nearest to the buttons', of the ones to choose from.
    ratio
        Median of stated minutes ÷ minutes by the buttons, both up to the last choice.
    """

    n: int
    as_timed: int
    same: Estimate
    ratio: Estimate


def agreement(tickets: Sequence[TimedTwice]) -> Agreement:
    """Compare both; no value of fewer than five tickets."""
    most = float(STATABLE[-1])
    same = sum(nearest_choice(one.buttons) == nearest_choice(one.stated) for one in tickets)
    ratios = [min(one.stated, most) / min(one.buttons, most) for one in tickets if one.buttons]
    return Agreement(
        n=len(tickets),
        as_timed=sum(one.as_timed for one in tickets),
        same=of_enough(share(same, len(tickets))),
        ratio=of_enough(median(np.array(ratios, dtype=np.float64))),
    )


def agreement_json(found: Agreement) -> dict[str, Any]:
    """Return what ``lotsen kpi agreement --json`` prints."""
    return asdict(found)


def agreement_message(found: Agreement, words: Translator) -> Message:
    """Say it in words."""
    title = words.gettext("Minutes by the buttons, and minutes stated")
    known = (
        (words.gettext("Tickets with both"), words.number(found.n)),
        (words.gettext("Sent as prefilled"), words.number(found.as_timed)),
        (words.gettext("The same choice"), _percent(found.same, words)),
        (words.gettext("Stated ÷ by the buttons"), _number(found.ratio, words)),
    )
    rows = tuple((label, (Run(value),)) for label, value in known)
    return Message(title, (Heading(title), Fields(rows), Note(words.rich(_NOTE))))


def _percent(found: Estimate, words: Translator) -> str:
    return "–" if found.value is None else words.percent(found.value)


def _number(found: Estimate, words: Translator) -> str:
    return "–" if found.value is None else words.number(found.value, 2)


_NOTE = N_(
    "The form is prefilled with the buttons' minutes; what is left so agrees by itself. A value "
    "is shown from five tickets on."
)
