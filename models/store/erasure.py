"""What is stored about a person, in every table, and how it is emptied.

Which columns are personal stands on the column itself (`models.tables.personal`); this
file says whose a row is. A test compares both, so that no new table is forgotten.
"""

from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any, Final

from sqlalchemy import (
    JSON,
    ColumnElement,
    Executable,
    LargeBinary,
    Table,
    Text,
    and_,
    case,
    cast,
    delete,
    false,
    or_,
    select,
    update,
)
from sqlmodel import SQLModel, col

from models.message import NOTHING
from models.store.repository import Repository
from models.store.scope import ALL_SCOPES
from models.tables import (
    DONE,
    AnswerVerdict,
    Article,
    ArticleDraft,
    Case,
    CaseMessage,
    CaseState,
    ChannelPace,
    CompanyKpi,
    Decision,
    DutyEntry,
    EventKind,
    GroupMember,
    InboxRow,
    InboxState,
    IncidentReport,
    Judgement,
    NameHashes,
    Offer,
    OutboxFile,
    OutboxRow,
    Person,
    PostKind,
    PostState,
    PrivateMatter,
    PrivateMessage,
    QuestionCandidate,
    RegisterLine,
    TextVector,
    Ticket,
    TicketEvent,
    TicketText,
    TicketVector,
)

Row = dict[str, Any]
_AT_ONCE: Final = 200  # numbers in one condition
_FOLLOWED: Final = (EventKind.JOINED, EventKind.RESOLVED, EventKind.PARTED)
"""What happens to a ticket with its main one, whose number is in the detail."""


@dataclass(frozen=True, slots=True)
class Whose:
    """A person as rows know them; ``slack_id`` and ``name`` may be empty."""

    person_id: str
    slack_id: str
    name: str
    cases: tuple[int, ...]
    tickets: tuple[int, ...]
    channels: tuple[str, ...]
    drafts: tuple[int, ...] = ()
    incidents: tuple[int, ...] = ()
    matters: tuple[int, ...] = ()


Condition = Callable[[Whose], ColumnElement[bool]]


def _among(column: Any, values: tuple[Any, ...]) -> ColumnElement[bool]:
    # Somebody known by a name only has no Slack id: an empty one would be everybody's.
    known = [value for value in values if value]
    parts = [known[at : at + _AT_ONCE] for at in range(0, len(known), _AT_ONCE)]
    return or_(false(), *(column.in_(part) for part in parts))


def _says(column: Any, whose: Whose) -> ColumnElement[bool]:
    # A Slack id is some ten capital letters and digits: no other word contains it.
    return col(column).contains(whose.slack_id) if whose.slack_id else false()


def _about(column: Any, whose: Whose) -> ColumnElement[bool]:
    starts = [f"case:{case}:" for case in whose.cases]
    starts += [f"ticket:{ticket}:" for ticket in whose.tickets]
    starts += [f"draft:{draft}:" for draft in whose.drafts]
    starts += [f"incident:{incident}:" for incident in whose.incidents]
    starts += [f"private:{matter}:" for matter in whose.matters]
    drafts = tuple(f"draft:{draft}" for draft in whose.drafts)
    about = (col(column).startswith(start) for start in starts)
    return or_(_among(column, drafts), *about)


def _owner(whose: Whose) -> tuple[str, ...]:
    mention = f"<@{whose.slack_id}>" if whose.slack_id else ""
    return tuple(name for name in (whose.slack_id, whose.name, mention) if name)


WHOSE: Final[Mapping[str, Condition]] = {
    "person": lambda one: col(Person.id) == one.person_id,
    "group_member": lambda one: _among(GroupMember.slack_id, (one.slack_id,)),
    "duty_entry": lambda one: _among(DutyEntry.person_id, (one.person_id,)),
    "help_case": lambda one: col(Case.person_id) == one.person_id,
    "case_message": lambda one: or_(
        _among(CaseMessage.case_id, one.cases), _among(CaseMessage.person_id, (one.person_id,))
    ),
    "ticket_text": lambda one: _among(TicketText.ticket_id, one.tickets),
    "ticket_vector": lambda one: _among(TicketVector.ticket_id, one.tickets),
    "decision": lambda one: _among(Decision.ticket_id, one.tickets),
    "private_message": lambda one: _among(PrivateMessage.matter_id, one.matters),
    "answer_verdict": lambda one: _among(AnswerVerdict.case_id, one.cases),
    "judgement": lambda one: col(Judgement.person_id) == one.person_id,
    "question_candidate": lambda one: _among(QuestionCandidate.case_id, one.cases),
    "article_draft": lambda one: _among(ArticleDraft.ticket_id, one.tickets),
    "article": lambda one: _among(Article.owner, _owner(one)),
    "incident_report": lambda one: col(IncidentReport.reporter) == one.person_id,
    "company_kpi": lambda one: _among(CompanyKpi.owner, _owner(one)),
    "inbox": lambda one: or_(
        _says(InboxRow.payload, one),
        _says(InboxRow.error, one),
        _among(InboxRow.person, (one.slack_id,)),
    ),
    "outbox": lambda one: or_(
        _among(OutboxRow.channel, (one.slack_id, *one.channels)),
        _among(OutboxRow.slack_user, (one.slack_id,)),
        _among(OutboxRow.posted_channel, one.channels),
        _says(OutboxRow.message, one),
        _about(OutboxRow.key, one),
    ),
    "outbox_file": lambda one: col(OutboxFile.post_key).in_(
        select(col(OutboxRow.key)).where(WHOSE["outbox"](one))
    ),
    "channel_pace": lambda one: _among(ChannelPace.channel, (one.slack_id, *one.channels)),
    "register_line": lambda one: _among(RegisterLine.about, (one.person_id,)),
}
"""Table → which of its rows are a person's."""

_CHANNELS: Final = frozenset({"channel", "posted_channel"})
_PLACES: Final = frozenset({"case_message", "private_message"})
"""Tables whose rows are told apart by their channel."""
_REMOVED: Final = frozenset({"group_member", "channel_pace", "ticket_vector"})
"""Tables of which the whole row goes; it says nothing else."""


class ErasureRepository(Repository):
    """All tables with personal data."""

    def whose(self, person: Person) -> Whose:
        """Return how the person's rows are known."""
        mine = select(col(Case.id), col(Case.channel)).where(col(Case.person_id) == person.id)
        cases = self._everywhere(mine).all()
        own = select(col(Ticket.id)).where(col(Ticket.requester_id) == person.id)
        tickets = tuple(self._everywhere(own).scalars())
        drafts = select(col(ArticleDraft.id)).where(_among(ArticleDraft.ticket_id, tickets))
        reported = select(col(IncidentReport.incident_id)).where(
            col(IncidentReport.reporter) == person.id
        )
        private = select(col(PrivateMatter.id)).where(col(PrivateMatter.person_id) == person.id)
        # A channel whose id begins with D is a conversation with one person.
        direct = {channel for _, channel in cases if channel.startswith("D")}
        return Whose(
            person_id=person.id,
            slack_id=person.slack_id or "",
            name=person.name,
            cases=tuple(number for number, _ in cases),
            tickets=tickets,
            channels=tuple(sorted(direct)),
            drafts=tuple(self._everywhere(drafts).scalars()),
            incidents=tuple(sorted(set(self._everywhere(reported).scalars()))),
            matters=tuple(self._everywhere(private).scalars()),
        )

    def found(self, whose: Whose) -> dict[str, list[Row]]:
        """Return what is stored about the person, by table; tables without a row are left out."""
        tables = {table.name: self._rows(table, whose) for table in _tables()}
        return {name: rows for name, rows in tables.items() if rows}

    def cards(self, whose: Whose) -> list[int]:
        """Return the tickets whose card in Slack names or quotes the person."""
        whole = WHOSE["outbox"](whose)
        shown = or_(whole, *(col(OutboxRow.key).startswith(card) for card in self._beside(whose)))
        query = select(col(OutboxRow.key)).where(shown, col(OutboxRow.key).like("ticket:%:card%"))
        keys = self._everywhere(query).scalars()
        return sorted({int(key.split(":")[1]) for key in keys})

    def shown_about(self, whose: Whose) -> list[OutboxRow]:
        """Return the posts about their cases and tickets that others can read in Slack."""
        query = select(OutboxRow).where(
            col(OutboxRow.kind) == PostKind.POST,
            col(OutboxRow.state) == PostState.SENT,
            col(OutboxRow.ts) != "",
            _about(OutboxRow.key, whose),
            ~_among(OutboxRow.posted_channel, (whose.slack_id, *whose.channels)),
        )
        return list(self._everywhere(query.order_by(col(OutboxRow.id))).scalars())

    def words_of(self, whose: Whose) -> list[str]:
        """Return what they wrote, and what the staff wrote of their tickets."""
        columns = (
            (CaseMessage.text, WHOSE["case_message"]),
            (TicketText.title, WHOSE["ticket_text"]),
            (TicketText.body, WHOSE["ticket_text"]),
            (TicketText.note, WHOSE["ticket_text"]),
        )
        found = (self._everywhere(select(col(one)).where(of(whose))) for one, of in columns)
        return [text for rows in found for text in rows.scalars() if text]

    def days_offered(self, whose: Whose) -> list[date]:
        """Return the days on which questions of the person were offered to the staff."""
        query = select(col(QuestionCandidate.offered_on)).where(
            _among(QuestionCandidate.case_id, whose.cases)
        )
        return sorted({day for day in self._everywhere(query).scalars() if day is not None})

    def _beside(self, whose: Whose) -> list[str]:
        """Return the keys of the cards of tickets that were said to be like one of theirs."""
        found = set(self._joined_with(whose))
        for numbers, like in (
            (col(Decision.ticket_id), cast(col(Decision.nearest), Text())),
            (col(Ticket.id), cast(col(Ticket.alike), Text())),
        ):
            for at in range(0, len(whose.tickets), _AT_ONCE):
                some = whose.tickets[at : at + _AT_ONCE]
                is_like = or_(*(like.contains(f"[{ticket}, ") for ticket in some))
                found |= set(self._everywhere(select(numbers).where(is_like)).scalars())
        return [f"ticket:{ticket}:card" for ticket in sorted(found)]

    def _joined_with(self, whose: Whose) -> list[int]:
        """Return the tickets that follow one of theirs, and those that one of theirs follows."""
        mains = select(col(Ticket.joined_to)).where(
            _among(Ticket.id, whose.tickets), col(Ticket.joined_to).is_not(None)
        )
        found = self._everywhere(mains).scalars()
        return [*self._followers(whose), *(number for number in found if number is not None)]

    def _followers(self, whose: Whose) -> list[int]:
        """Return the tickets that follow one of theirs, or did until they went their own way."""
        now = select(col(Ticket.id)).where(_among(Ticket.joined_to, whose.tickets))
        ever = select(col(TicketEvent.ticket_id)).where(
            col(TicketEvent.kind).in_(_FOLLOWED),
            _among(col(TicketEvent.detail)["main"].as_integer(), whose.tickets),
        )
        found = {*self._everywhere(now).scalars(), *self._everywhere(ever).scalars()}
        return sorted(found)

    def _empty_copied_notes(self, whose: Whose) -> None:
        """Empty what solved their tickets where tickets of others were resolved with it.

        What Slack has yet to show of it is shown; a note that was written since stays.
        """
        copied, posts = set[int](), list[str]()
        for number, command, detail in self._resolutions(self._followers(whose)):
            if detail.get("main") in whose.tickets:
                copied.add(number)
                posts.append(f"ticket:{number}:resolved:{command}")
            elif detail.get("by") != "asker":
                copied.discard(number)
        notes = _among(TicketText.ticket_id, tuple(copied))
        self._everywhere(update(TicketText).where(notes).values(note=""))
        shown = col(OutboxRow.state).not_in((PostState.READY, PostState.SENDING))
        told = and_(_among(OutboxRow.key, tuple(posts)), shown)
        self._everywhere(update(OutboxRow).where(told).values(message=NOTHING))

    def _resolutions(self, tickets: list[int]) -> list[tuple[int, str, Row]]:
        """Return ticket, command and detail of each resolution of tickets, the first first."""
        columns = (TicketEvent.ticket_id, TicketEvent.command_id, TicketEvent.detail)
        query = (
            select(*map(col, columns))
            .where(
                col(TicketEvent.kind) == EventKind.RESOLVED,
                _among(TicketEvent.ticket_id, tuple(tickets)),
            )
            .order_by(col(TicketEvent.id))
        )
        return [(number, command, detail) for number, command, detail in self._everywhere(query)]

    def empty(self, whose: Whose, now: datetime) -> dict[str, int]:
        """Empty it all; the pseudonym stays, and with it every figure.

        Commands and posts that still wait are dropped.

        Returns
        -------
        dict
            Table → number of rows.
        """
        self._drop_waiting(whose)
        self._empty_quotes(whose)
        self._empty_copied_notes(whose)
        self._forget_vectors(whose)
        # Whose hash is whose nobody can tell: all go, until the names are read the next time.
        self._session.execute(delete(NameHashes))
        counts = {table.name: self._empty_table(table, whose) for table in _tables()}
        self._session.execute(
            update(Person).where(col(Person.id) == whose.person_id).values(erased_at=now)
        )
        self._session.expire_all()
        return {name: n for name, n in counts.items() if n}

    def erased(self) -> list[str]:
        """Return the pseudonyms of those who were erased."""
        query = select(col(Person.id)).where(col(Person.erased_at).is_not(None))
        return list(self._everywhere(query).scalars())

    def erased_between(self, start: datetime, end: datetime) -> int:
        """Return how many people were erased in [start, end)."""
        at = col(Person.erased_at)
        query = select(col(Person.id)).where(at >= start, at < end)
        return len(self._everywhere(query).all())

    def forget_texts(self, before: datetime) -> int:
        """Empty the texts of tickets and cases that ended before a moment; return the tickets."""
        old = select(col(Ticket.id)).where(
            col(Ticket.opened_at) < before,
            col(Ticket.status).in_(DONE),
        )
        cases = select(col(Case.id)).where(
            col(Case.last_message_at) < before,
            or_(
                col(Case.ticket_id).in_(old),
                and_(col(Case.ticket_id).is_(None), col(Case.state) != CaseState.TICKET),
            ),
        )
        filled = select(col(TicketText.ticket_id)).where(
            col(TicketText.ticket_id).in_(old),
            or_(
                col(TicketText.body) != "", col(TicketText.title) != "", col(TicketText.note) != ""
            ),
        )
        gone = len(self._session.execute(filled).all())
        self._session.execute(delete(TicketVector).where(col(TicketVector.ticket_id).in_(old)))
        for table, condition in (
            (TicketText, col(TicketText.ticket_id).in_(old)),
            (Decision, col(Decision.ticket_id).in_(old)),
            (CaseMessage, col(CaseMessage.case_id).in_(cases)),
            (AnswerVerdict, col(AnswerVerdict.case_id).in_(cases)),
            (
                QuestionCandidate,  # what staff gave to an article is the article's
                and_(
                    col(QuestionCandidate.case_id).in_(cases),
                    col(QuestionCandidate.state) != Offer.TAKEN,
                ),
            ),
            (
                ArticleDraft,
                and_(col(ArticleDraft.ticket_id).in_(old), col(ArticleDraft.state) != Offer.TAKEN),
            ),
            (IncidentReport, col(IncidentReport.at) < before),
        ):
            rows = _table(str(table.__tablename__))
            # What was emptied in earlier nights is left alone: it only ever grows.
            still = and_(condition, _is_filled(rows))
            self._session.execute(update(table).where(still).values(_emptied(rows)))
        return gone

    def forget_posts(self, before: datetime) -> int:
        """Empty the words of posts that Slack has shown since long, or never will.

        Returns
        -------
        int
            Their number.
        """
        never = (PostState.DROPPED, PostState.DEAD, PostState.DOUBTFUL)
        old = and_(
            or_(
                and_(col(OutboxRow.state) == PostState.SENT, col(OutboxRow.sent_at) < before),
                and_(col(OutboxRow.state).in_(never), col(OutboxRow.created_at) < before),
            ),
            or_(col(OutboxRow.message) != NOTHING, col(OutboxRow.error) != ""),
        )
        number = len(self._session.execute(select(col(OutboxRow.id)).where(old)).all())
        files = select(col(OutboxRow.key)).where(old)
        self._session.execute(delete(OutboxFile).where(col(OutboxFile.post_key).in_(files)))
        self._session.execute(update(OutboxRow).where(old).values(message=NOTHING, error=""))
        return number

    def forget_given_up(self, before: datetime) -> None:
        """Empty the commands of before a moment that were given up and that nobody looked at."""
        old = (col(InboxRow.state) == InboxState.DEAD, col(InboxRow.received_at) < before)
        emptied = update(InboxRow).where(*old).values(payload="", error="", person="")
        self._session.execute(emptied)

    def _everywhere(self, statement: Executable) -> Any:
        """Run a statement on all rows: whoever is forgotten is forgotten in the sandbox too."""
        return self._session.execute(statement, execution_options={ALL_SCOPES: True})

    def _rows(self, table: Table, whose: Whose) -> list[Row]:
        query = select(table).where(WHOSE[table.name](whose))
        if table.name == "outbox":
            # Who got another's private matter, or is named in it, gets no copy of it.
            others = and_(col(OutboxRow.key).startswith("private:"), ~_about(OutboxRow.key, whose))
            query = query.where(~others)
        found = self._everywhere(query)
        return [{name: _readable(value) for name, value in row.items()} for row in found.mappings()]

    def _empty_table(self, table: Table, whose: Whose) -> int:
        mine = WHOSE[table.name](whose)
        number = len(self._everywhere(select(*table.primary_key).where(mine)).all())
        if table.name in _REMOVED:
            self._everywhere(delete(table).where(mine))
        elif number:
            self._everywhere(update(table).where(mine).values(_emptied(table, whose)))
        return number

    def _empty_quotes(self, whose: Whose) -> None:
        """Empty what others were shown of the person's words; what stays there is drawn anew.

        An ephemeral post is not needed again, whoever it quotes.
        """
        key = col(OutboxRow.key)
        starts = [f"question_candidates:{day}:" for day in self.days_offered(whose)]
        quoting = (key.startswith(start) for start in (*starts, *self._beside(whose)))
        under_way = (PostState.READY, PostState.SENDING)
        ephemeral = and_(
            col(OutboxRow.kind) == PostKind.EPHEMERAL, col(OutboxRow.state).not_in(under_way)
        )
        quotes = or_(ephemeral, *quoting)
        self._everywhere(update(OutboxRow).where(quotes).values(message=NOTHING))

    def _forget_vectors(self, whose: Whose) -> None:
        """Remove what was made of the person's wordings that articles learned."""
        query = select(col(QuestionCandidate.question)).where(
            _among(QuestionCandidate.case_id, whose.cases)
        )
        hashes = {sha256(text.encode()).hexdigest() for text in self._everywhere(query).scalars()}
        self._everywhere(delete(TextVector).where(_among(TextVector.sha256, tuple(hashes))))

    def _drop_waiting(self, whose: Whose) -> None:
        undone = col(InboxRow.state).in_((InboxState.WAITING, InboxState.HELD))
        commands = and_(WHOSE["inbox"](whose), undone)
        self._everywhere(update(InboxRow).where(commands).values(state=InboxState.DONE))
        waiting = col(OutboxRow.state).in_([PostState.READY, PostState.DEAD, PostState.DOUBTFUL])
        # A card is drawn again, without the words.
        drawn = or_(
            col(OutboxRow.key).endswith(":card"),
            col(OutboxRow.key).endswith(":ticket"),
            col(OutboxRow.key).like("incident:%"),
        )
        posts = and_(WHOSE["outbox"](whose), waiting, ~drawn)
        self._everywhere(update(OutboxRow).where(posts).values(state=PostState.DROPPED))


def _tables() -> Iterator[Table]:
    # A person last: whose a row is, is known by them. Of a file it is known by its post.
    names = sorted(WHOSE, key=lambda name: (name == "person", name == "outbox", name))
    return map(_table, names)


def _table(name: str) -> Table:
    return SQLModel.metadata.tables[name]


def _emptied(table: Table, whose: Whose | None = None) -> dict[str, Any]:
    """Return the empty value of each personal column; of channels, only private ones."""
    values: dict[str, Any] = {}
    for column in table.columns:
        if not column.info.get("personal"):
            continue
        if column.name in _CHANNELS:
            if whose is not None:
                values[column.name] = _without_channel(column, whose)
        else:
            values[column.name] = _nothing_in(column)
    return values


def _is_filled(table: Table) -> ColumnElement[bool]:
    """Return whether a row says anything personal, apart from channels."""
    columns = (column for column in table.columns if column.info.get("personal"))
    return or_(false(), *(_says_something(one) for one in columns if one.name not in _CHANNELS))


def _says_something(column: Any) -> ColumnElement[bool]:
    nothing = _nothing_in(column)
    if nothing is None:
        return col(column).is_not(None)
    return cast(column, Text()) != ("[]" if nothing == [] else nothing)


def _without_channel(column: Any, whose: Whose) -> Any:
    # Messages are told apart by their channel: each person's get a name of their own.
    gone = f"gone:{whose.person_id}"[:40] if column.table.name in _PLACES else ""
    private = _among(column, (whose.slack_id, *whose.channels)) if whose.slack_id else false()
    return case((or_(private, _among(column, whose.channels)), gone), else_=column)


def _readable(value: Any) -> Any:
    return b64encode(value).decode() if isinstance(value, bytes) else value


def _nothing_in(column: Any) -> Any:
    if column.nullable:
        return None
    if isinstance(column.type, LargeBinary):
        return b""
    if (column.table.name, column.name) == ("outbox", "message"):
        return NOTHING
    return [] if isinstance(column.type, JSON) else ""
