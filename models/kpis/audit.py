"""Whether what the proof rests on is still what was written down."""

from collections.abc import Iterator
from dataclasses import dataclass

from models.fingerprint import sha256_of
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
    """Check the chain, each row against its entry, and the own hash of each baseline."""
    with store.snapshot() as unit:
        head = unit.audit.head()
        return Audit(head.n, head.chain, (*unit.audit.problems(), *_contents(unit)))


def _contents(unit: UnitOfWork) -> Iterator[AuditProblem]:
    for row in unit.figures.baselines():
        if sha256_of([row.content]) != row.sha256:
            yield AuditProblem("baseline", str(row.id), Break.CONTENT)


def why_in_words(problem: AuditProblem, words: Translator) -> str:
    return words.gettext(_WHYS[problem.why])
