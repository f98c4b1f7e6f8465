"""What a new message is judged by: who it names, and what the same person wrote before it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from models.commands import PostMessage
from models.desk.base.smalltalk import Reads, read
from models.desk.conversation.matter import (
    REMEMBERED,
    TOGETHER,
    MessageFacts,
    OpenMatter,
    Said,
    Where,
    together,
)
from models.desk.tickets.recording import id_of
from models.language.phrases import words_of
from models.store.transaction import UnitOfWork
from models.tables import Case, CaseMessage, CaseState, Person

_READ_BACK = timedelta(minutes=10)
"""How far back it is read which messages belong together: further than any matter grows."""
_MENTION = re.compile(r"<@[A-Z0-9]+(?:\|[^>]*)?>")


@dataclass(frozen=True, slots=True)
class Earlier:
    """The last matter that the person began in the channel, and its case; None without one."""

    case: Case | None = None
    matter: OpenMatter | None = None

    @property
    def is_open(self) -> bool:
        """Whether a message could still belong to it."""
        return self.matter is not None and 0 <= self.matter.seconds <= TOGETHER.total_seconds()

    @property
    def is_remembered(self) -> bool:
        """Whether it is what somebody means who names nothing."""
        limit = REMEMBERED.total_seconds()
        return self.matter is not None and self.matter.idle_seconds <= limit


_NOTHING = Earlier()


def facts_of(
    command: PostMessage, where: Where, earlier: Earlier = _NOTHING, *, answered: bool = False
) -> MessageFacts:
    """Return what is known of a message before it is decided what it is."""
    return MessageFacts(
        reading=read(command.text),
        where=where,
        answered=answered,
        names_others=_MENTION.search(command.text) is not None,
        names_us=command.named or (where is Where.UNKNOWN_THREAD and command.where != "help"),
        files=len(command.files),
        matter=earlier.matter,
    )


def around(
    unit: UnitOfWork, person: Person | None, command: PostMessage
) -> tuple[Earlier, Case | None]:
    """Return the person's matter before a message, and the case that begins soon after it."""
    if person is None:
        return _NOTHING, None
    channel, at = command.place.channel, command.at
    rows = unit.tickets.written(person.id, channel, at - _READ_BACK, at + TOGETHER)
    before = [row for row in rows if row.ts < command.place.ts]
    after = [row for row in rows if row.ts > command.place.ts]
    group = _open_group(before)
    case = unit.tickets.find_case(group[0].case_id or 0) if group else None
    case = case or unit.tickets.last_case(person.id, channel, at)
    following = unit.tickets.find_case(after[0].case_id or 0) if after else None
    if case is None:
        return _NOTHING, following
    rows = group or [row for row in unit.tickets.messages_of(id_of(case)) if row.posted_at]
    return Earlier(case, _matter_of(unit, case, rows, command)), following


def _open_group(before: list[CaseMessage]) -> list[CaseMessage]:
    """Return the last messages among those that belong together."""
    heads = together(
        Said(row.ts, row.posted_at, read(row.text), row.answered) for row in before if row.posted_at
    )
    last = max(heads.values(), default="")
    return [row for row in before if heads.get(row.ts) == last]


def _matter_of(
    unit: UnitOfWork, case: Case, rows: Sequence[CaseMessage], command: PostMessage
) -> OpenMatter:
    readings = [read(row.text) for row in rows if row.text]
    greeted = bool(readings) and all(one.kind is Reads.GREETING for one in readings)
    stamps = [row.posted_at for row in rows if row.posted_at]
    first, last = min(stamps, default=case.opened_at), max(stamps, default=case.last_message_at)
    return OpenMatter(
        seconds=(command.at - first).total_seconds(),
        messages=len(rows),
        idle_seconds=(command.at - last).total_seconds(),
        state=CaseState.OPEN if greeted else case.state,
        topic=frozenset[str]().union(*(one.topic for one in readings)),
        shown=_words_shown(unit, case),
    )


def _words_shown(unit: UnitOfWork, case: Case) -> frozenset[str]:
    article = unit.knowledge.get(case.article_id) if case.article_id else None
    return frozenset(words_of(f"{article.title} {article.answer}", 1_000) if article else ())
