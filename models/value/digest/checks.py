"""What the digest says beside the desk's figures: reviews that are overdue, a new classifier."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from models.kpis.periods import Period
from models.language import N_, Translator
from models.message import Runs
from models.statistics.estimates import Estimate, share
from models.store.transaction import UnitOfWork
from models.tickets.hours import Calendar

_REVIEWED = {
    "ai_systems": N_("AI systems"),
    "use_cases": N_("use cases"),
    "risks": N_("risks"),
}
_AFTER_ANOTHER = N_(
    "*New classifier:* right {share} ({low} to {high}), before {before}. It learns from "
    "corrections; perfect at once would be unusual."
)
_FIRST = N_(
    "*New classifier:* right {share} ({low} to {high}). It learns from corrections; perfect at "
    "once would be unusual."
)
_MOST_VERSIONS = 50
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Checks:
    """Registers with lines past their review day, and the classifier that is new this week.

    ``classifier`` is how often it was right where it was tried; ``before`` the same of the one
    that it replaced.
    """

    overdue: Mapping[str, int] = field(default_factory=dict)
    classifier: Estimate | None = None
    before: Estimate | None = None


def read_checks(unit: UnitOfWork, week: Period, calendar: Calendar) -> Checks:
    """Read what is overdue at the end of a week, and whether a model took over in it."""
    last = week.last_day
    overdue = {kind: unit.registers.overdue(kind, last + _DAY) for kind in _REVIEWED}
    start, end = week.start(calendar.zone), week.end(calendar.zone)
    lines = [line for line in unit.model_versions.listing(_MOST_VERSIONS) if line.promoted]
    new = next((at for at, line in enumerate(lines) if start <= line.created_at < end), None)
    tried = [share(round(line.accuracy * line.n), line.n) for line in lines]
    return Checks(
        {kind: n for kind, n in overdue.items() if n},
        tried[new] if new is not None and tried[new].n else None,
        tried[new + 1] if new is not None and len(tried) > new + 1 else None,
    )


def check_lines(checks: Checks, words: Translator) -> Iterator[Runs]:
    """Say it; nothing where nothing is overdue or new."""
    if checks.overdue:
        told = [
            f"{words.number(n)} {words.gettext(_REVIEWED[kind])}"
            for kind, n in checks.overdue.items()
        ]
        yield words.rich("🔴 *Reviews overdue:* {lines}.", lines=words.listing(told))
    now, before = checks.classifier, checks.before
    if now is None or now.value is None or now.low is None or now.high is None:
        return
    known = before is not None and before.value is not None
    yield words.rich(
        _AFTER_ANOTHER if known else _FIRST,
        share=words.percent(now.value),
        low=words.percent(now.low),
        high=words.percent(now.high),
        before=words.percent(before.value or 0.0) if before else "",
    )
