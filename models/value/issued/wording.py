"""Say what differs from a statement as it was issued, and why."""

from collections.abc import Iterator

from models.language import N_, Translator
from models.message import Note, Paragraph, Part
from models.value.issued.comparison import (
    Because,
    ChangeSince,
    DifferingFigure,
    IssuedComparison,
    Told,
)

_TITLES = {
    "verdict": N_("Verdict"),
    "benefit_eur.mid": N_("Benefit"),
    "cost_eur": N_("Costs of the quarter"),
    "roi": N_("Return (ROI)"),
    "npv_eur": N_("Net present value so far"),
    "payback_month": N_("All costs earned back"),
}
"""Figures that are named; of others their number is said."""
_VERDICTS = {
    "paid": N_("paid back"),
    "not yet": N_("not paid back yet"),
    "not shown": N_("not shown"),
    "stop": N_("stop and look into it"),
}

_UNKNOWN = N_(
    "Nothing that it rests on was changed since, as far as is known. Another version of Lotsen "
    "may work it out otherwise; see lotsen audit verify."
)


def issued_parts(issued: IssuedComparison | None, words: Translator) -> Iterator[Part]:
    """Say when the statement was issued, and what is otherwise now; nothing where none was."""
    if issued is None:
        return
    day, digest = words.day(issued.at.date()), issued.sha256[:12]
    because = words.listing([_change(one, words) for one in issued.because])
    if not issued.differs:
        yield Note(words.rich("As issued on {day}, SHA-256 {hash}.", day=day, hash=digest))
    else:
        figures = words.listing(_figures(issued.differs, words))
        told = N_("*Otherwise than issued on {day}* (SHA-256 {hash}): {figures}.")
        yield Paragraph(words.rich(told, day=day, hash=digest, figures=figures))
    if issued.earlier:
        days = words.listing(words.day(one) for one in issued.earlier)
        yield Note(words.rich("Issued before with other figures: {days}.", days=days))
    if because:
        yield Paragraph(words.rich("Changed since: {changes}.", changes=because))
    elif issued.differs:
        yield Paragraph(words.rich(_UNKNOWN))


def _figures(differs: tuple[DifferingFigure, ...], words: Translator) -> Iterator[str]:
    named = [one for one in differs if one.key in _TITLES]
    for one in named:
        yield words.gettext(
            "{title} {then} → {now}",
            title=words.gettext(_TITLES[one.key]),
            then=_value(one.key, one.then, words),
            now=_value(one.key, one.now, words),
        )
    if more := len(differs) - len(named):
        yield words.ngettext("{n} more figure", "{n} more figures", more)


def _value(key: str, value: Told, words: Translator) -> str:
    if value is None:
        return "–"
    if isinstance(value, str):
        return words.gettext(_VERDICTS[value]) if value in _VERDICTS else value
    if key.endswith(("_eur", "_eur.mid")):
        return words.money(value)
    return words.chance(value) if key.startswith("p_") else words.percent(value)


def _change(one: ChangeSince, words: Translator) -> str:
    if one.because is Because.COSTS:
        return words.ngettext(
            "{n} cost booked since ({euros})",
            "{n} costs booked since ({euros})",
            one.n,
            euros=words.money(one.eur or 0.0, 2),
        )
    if one.because is Because.TICKETS:
        return words.ngettext(
            "{n} ticket imported or changed since",
            "{n} tickets imported or changed since",
            one.n,
        )
    if one.because is Because.DECLARED:
        return words.gettext("what the freed time was used for was declared")
    if one.because is Because.ASSUMPTIONS:
        return words.ngettext("{n} other assumption", "{n} other assumptions", one.n)
    return words.gettext("another baseline is frozen")
