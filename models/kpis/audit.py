"""Whether what the proof rests on is still what was written down."""

from collections.abc import Iterator
from dataclasses import dataclass

from models.fingerprint import sha256_of
from models.kpis.baseline import read_baseline
from models.kpis.baseline_events import is_as_frozen
from models.language import N_, Translator
from models.store.audit import AuditProblem, Break
from models.store.transaction import Store, UnitOfWork

_WHYS = {
    Break.CHAIN: N_("The entry does not follow the one before it."),
    Break.CHANGED: N_("The row is not the one that was entered."),
    Break.REPEATED: N_("The row was written again after its entry."),
    Break.NO_ENTRY: N_("The row has no entry."),
    Break.NO_ROW: N_("The row is gone."),
    Break.CONTENT: N_("The content does not have the hash that stands beside it."),
    Break.DATED_BACK: N_("The row is dated before one that was entered earlier."),
    Break.EVENTS: N_("Events that it was frozen from have changed or are gone."),
}


@dataclass(frozen=True, slots=True)
class Audit:
    """What was checked: the number of entries, the newest one's chain, and what is wrong."""

    n: int
    head: str
    problems: tuple[AuditProblem, ...]

    @property
    def ok(self) -> bool:
        return not self.problems


def verify(store: Store) -> Audit:
    """Check the chain, each row against its entry, and what has a hash of its own against it.

    Of the baseline in force the events that it was frozen from are read and hashed, too.
    """
    with store.snapshot() as unit:
        head = unit.audit.head()
        return Audit(head.n, head.chain, (*unit.audit.problems(), *_of_contents(unit)))


def _of_contents(unit: UnitOfWork) -> Iterator[AuditProblem]:
    for said in unit.issued.all():
        if sha256_of([said.content]) != said.sha256:
            yield AuditProblem("issued_statement", str(said.id), Break.CONTENT)
    rows = unit.figures.baselines()
    broken = {row.id for row in rows if sha256_of([row.content]) != row.sha256}
    yield from (AuditProblem("baseline", str(row), Break.CONTENT) for row in broken)
    in_force = rows[-1] if rows else None
    if in_force and in_force.id not in broken and not is_as_frozen(unit, read_baseline(in_force)):
        yield AuditProblem("baseline", str(in_force.id), Break.EVENTS)


def why_in_words(problem: AuditProblem, words: Translator) -> str:
    return words.gettext(_WHYS[problem.why])
