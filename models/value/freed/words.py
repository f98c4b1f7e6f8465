"""What a quarter's freed time was used for, as people read it."""

from collections.abc import Iterator

from models.language import N_, Translator
from models.message import Note, Paragraph, Part, Run, Runs
from models.tables import FreedUse
from models.value.freed.declaration import Declaration
from models.value.freed.measured import DecileRange, Indicator, Unmeasured
from models.value.freed.recapture import RecaptureBasis, TimeReused

USES = {
    FreedUse.BACKLOG: N_("backlog"),
    FreedUse.PROJECT: N_("project work"),
    FreedUse.EARLIER_CLOSE: N_("work ends earlier"),
    FreedUse.LESS_OVERTIME: N_("less overtime"),
}
_WHYS = {
    Unmeasured.NO_MEASURE: N_("{use}: cannot be measured"),
    Unmeasured.NO_BASELINE: N_("{use}: not measured, no baseline is frozen"),
    Unmeasured.TOO_SHORT: N_("{use}: not measured, too few weeks before the pilot or since"),
    Unmeasured.FEW_PEOPLE: N_(
        "{use}: not measured, fewer than five people of the staff were seen before the pilot or since"
    ),
    Unmeasured.NO_TIMES: N_("{use}: not measured, no handling times are known"),
}
_SEEN = {
    FreedUse.BACKLOG: N_(
        "{use}: open tickets at the end of a week changed by {before} a week before the pilot, by "
        "{now} since; worth {hours}"
    ),
    FreedUse.EARLIER_CLOSE: N_(
        "{use}: the last act of a day was at {before} before the pilot, at {now} since; worth {hours}"
    ),
    FreedUse.LESS_OVERTIME: N_(
        "{use}: {before} acts a week outside office hours before the pilot, {now} since; worth {hours}"
    ),
}
_BASES = {
    RecaptureBasis.ASSUMED: N_("an assumption"),
    RecaptureBasis.PARTLY: N_("measured in part, the rest assumed"),
    RecaptureBasis.MEASURED: N_("measured before and after, without a hold-out"),
}
BEFORE_AND_AFTER = N_(
    "Compared are the baseline's weeks with the quarter's: before and after, for a hold-out says what "
    "becomes of a question, not of the desk's time. Each use counts up to its declared share."
)


def uses_words(said: Declaration, words: Translator) -> str:
    """Name the uses with their shares, as a sentence would."""
    return words.listing(
        words.gettext(
            "{use} {share}", use=words.gettext(USES[use]), share=words.percent(share / 100)
        )
        for use, share in said.uses.shares
    )


def share_words(share: DecileRange, words: Translator) -> str:
    """Write a share with its P10 and P90."""
    low, mid, high = (words.percent(one) for one in share)
    return words.gettext("{mid} (P10 to P90: {low} to {high})", mid=mid, low=low, high=high)


def basis_words(reused: TimeReused, words: Translator) -> str:
    return words.gettext(_BASES[reused.basis])


def declared_words(reused: TimeReused, words: Translator) -> str:
    """Say what was declared, on which day; that nobody did where nobody did."""
    said = reused.declaration
    if said is None:
        return words.gettext("nobody declared what it was used for")
    uses, day = uses_words(said, words), words.day(said.on)
    return words.gettext("declared on {day}: {uses}", day=day, uses=uses)


def _with_history(said: Declaration, words: Translator) -> str:
    """Say the same, and how often it was declared otherwise before."""
    uses, day = uses_words(said, words), words.day(said.on)
    if not said.before:
        return words.gettext("declared on {day}: {uses}", day=day, uses=uses)
    return words.ngettext(
        "declared on {day}: {uses}; declared otherwise {n} time before",
        "declared on {day}: {uses}; declared otherwise {n} times before",
        said.before,
        day=day,
        uses=uses,
    )


def reused_parts(reused: TimeReused, words: Translator) -> Iterator[Part]:
    """Say what was declared and what was seen of it; nothing where nothing was declared."""
    if (said := reused.declaration) is None:
        return
    title = words.rich("*What the freed time was used for*")
    lines = [_with_history(said, words), *_lines(reused.indicators, words)]
    if said.note:
        lines.append(words.gettext("In the lead's words: {note}", note=said.note))
    yield Paragraph(title)
    yield Paragraph(_listed(lines))
    if any(one.hours for one in reused.indicators):
        yield Note(words.rich(BEFORE_AND_AFTER))


def _listed(lines: list[str]) -> Runs:
    return (Run("\n".join(f"• {line}" for line in lines)),)


def _lines(indicators: tuple[Indicator, ...], words: Translator) -> Iterator[str]:
    for one in indicators:
        use = words.gettext(USES[one.use])
        if one.why is not None or one.hours is None:
            yield words.gettext(_WHYS[one.why or Unmeasured.NO_MEASURE], use=use)
        else:
            before, now = (_amount(one.use, value, words) for value in (one.before, one.now))
            hours = _hours(one.hours, words)
            yield words.gettext(_SEEN[one.use], use=use, before=before, now=now, hours=hours)


def _amount(use: FreedUse, value: float | None, words: Translator) -> str:
    value = value or 0.0
    if use is FreedUse.EARLIER_CLOSE:
        minutes = round(value)
        return f"{minutes // 60:02}:{minutes % 60:02}"
    number = words.number(value, 1)
    return f"+{number}" if use is FreedUse.BACKLOG and value > 0 else number


def _hours(hours: DecileRange, words: Translator) -> str:
    low, mid, high = (words.number(round(one, 1) + 0.0, 1) for one in hours)
    return words.gettext("{mid} h (P10 to P90: {low} to {high})", mid=mid, low=low, high=high)
