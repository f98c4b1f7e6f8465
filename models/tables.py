"""Every table and every word a column may hold, on one page.

Ticket events are append-only and hold pseudonymous ids, times and kinds, never a name
or a text: each figure is computed from them, so that erasing a person breaks no past
report. Names and texts live in the tables whose columns are marked `personal`.

Plain ``datetime`` columns are aware UTC (SQLModel's `UTCDateTime`). Rows do not
validate; `models.commands` does that at the edge.
"""

from datetime import date, datetime
from enum import StrEnum
from secrets import token_hex
from typing import Any
from uuid import uuid4

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    Enum,
    Index,
    LargeBinary,
    Text,
    UniqueConstraint,
    false,
)
from sqlalchemy import text as sql_text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel


def personal(**more: Any) -> dict[str, Any]:
    """Mark a column as personal data: export shows it, erasure empties it."""
    return {"info": {"personal": True}, **more}


def words(kind: type[StrEnum], **more: Any) -> Column[Any]:
    """Column of one of the words of ``kind``, stored as its value."""
    type_ = Enum(
        kind,
        native_enum=False,
        create_constraint=False,
        length=24,
        values_callable=lambda members: [member.value for member in members],
    )
    return Column(type_, nullable=False, **more)


def json_column(**more: Any) -> Column[Any]:
    """Column of JSON; assign a new value, in-place changes are not seen."""
    return Column(JSON().with_variant(JSONB(), "postgresql"), nullable=False, **more)


def text_column(**more: Any) -> Column[Any]:
    return Column(Text(), nullable=False, **more)


def apart() -> Any:
    """Mark a row as of the sandbox: no unit but the sandbox's own sees it."""
    return Field(default=False, sa_column_kwargs={"server_default": false()})


def new_pseudonym() -> str:
    """Return a random id that says nothing about the person (122 bits, UUID 4)."""
    return uuid4().hex


def new_secret() -> str:
    """Return a random key of 256 bits, in hexadecimal digits."""
    return token_hex(32)


# People ------------------------------------------------------------------------------


class Membership(StrEnum):
    """What somebody is in the workspace."""

    MEMBER = "member"
    GUEST = "guest"  # of a single channel
    OUTSIDER = "outsider"  # of another company, through Slack Connect
    BOT = "bot"
    GONE = "gone"  # left, and deactivated


class Person(SQLModel, table=True):
    """Who a pseudonym is. Erasing a person empties the marked columns."""

    id: str = Field(default_factory=new_pseudonym, primary_key=True, max_length=32)
    slack_id: str | None = Field(default=None, unique=True, sa_column_kwargs=personal())
    name: str = Field(default="", sa_column_kwargs=personal())
    locale: str = Field(default="", sa_column_kwargs=personal())
    team: str = Field(default="", sa_column_kwargs=personal())
    membership: Membership = Field(
        default=Membership.MEMBER,
        sa_column=words(Membership, server_default=Membership.MEMBER.value),
    )
    seen_at: datetime | None = None
    erased_at: datetime | None = None


class GroupMember(SQLModel, table=True):
    """Members of the Slack user groups that the settings name (a cache of Slack's)."""

    __tablename__ = "group_member"
    group_id: str = Field(primary_key=True)
    slack_id: str = Field(primary_key=True, sa_column_kwargs=personal())


class NameHashes(SQLModel, table=True):
    """Everybody's names as keyed hashes, so that they are masked after a start too.

    Attributes
    ----------
    key_hash : the key's own hash, by which hashes of another key are told apart
    content : the hashes, in an order that says nothing
    """

    __tablename__ = "name_hashes"
    key_hash: str = Field(primary_key=True, max_length=32)
    read_at: datetime
    content: bytes = Field(sa_column=Column(LargeBinary(), nullable=False))


# Cases and tickets ---------------------------------------------------------------------


class CaseState(StrEnum):
    """Where a question stands."""

    OPEN = "open"  # heard, nothing found yet: only a greeting so far
    SUGGESTED = "suggested"  # titles to choose from were shown, none is chosen yet
    ANSWERED = "answered"  # an article was shown, no verdict yet
    SOLVED = "solved"  # the asker said so
    TICKET = "ticket"  # handed to a person
    WITHDRAWN = "withdrawn"  # the asker deleted it before anything happened


class Status(StrEnum):
    """Where a ticket stands."""

    NEW = "new"
    CLAIMED = "claimed"
    PAUSED = "paused"
    SOLVED = "solved"
    CLOSED = "closed"


DONE = (Status.SOLVED, Status.CLOSED)
"""Where a ticket stands that nobody needs to work on."""


class Source(StrEnum):
    """Where a ticket came from; made-up ones and experiments never count as real."""

    SLACK = "slack"
    IMPORT = "import"
    DEMO = "demo"
    SANDBOX = "sandbox"  # tried out in the sandbox channel, gone within two days


class DecidedBy(StrEnum):
    """Who set a category."""

    NOBODY = "nobody"
    RULE = "rule"
    CLASSIFIER = "classifier"
    LLM = "llm"
    IMPORTED = "import"
    PERSON = "person"


class EventKind(StrEnum):
    """What happened to a case or a ticket."""

    ASKED = "asked"
    SUGGESTED = "suggested"  # titles to choose from were shown
    ANSWERED = "answered"
    ANSWER_SOLVED = "answer_solved"
    ANSWER_NOT_SOLVED = "answer_not_solved"
    HUMAN_WANTED = "human_wanted"
    OPENED = "opened"  # a ticket begins
    ACKNOWLEDGED = "acknowledged"  # the bot answered in the thread
    CATEGORISED = "categorised"
    PRIORITISED = "prioritised"  # a person took the suggested priority
    REVEALED = "revealed"  # a person asked to see what is masked on the card
    ROUTED = "routed"  # a person took the suggested team
    RESPONDED = "responded"  # first public words by a person of the staff
    CLAIMED = "claimed"
    REASSIGNED = "reassigned"
    PAUSED = "paused"
    RESUMED = "resumed"
    RESOLVED = "resolved"
    REOPENED = "reopened"
    CLOSED = "closed"
    STATED = "stated"  # minutes somebody stated, in another system or at closing
    JOINED = "joined"  # it follows another ticket from now on
    PARTED = "parted"  # it goes its own way again
    WITHDRAWN = "withdrawn"
    FOUND = "found"  # a search ended: "Found it"
    RETURNED = "returned"  # the same person asked nearly the same again
    FOLLOWED_UP = "followed_up"  # asked the day after whether the answer helped
    RANDOMISED = "randomised"  # chance said whether Lotsen helps with the case, or it was exempt


class Case(SQLModel, table=True):
    """One question by one person: counted, timed, answered or made a ticket."""

    __tablename__ = "help_case"
    id: int | None = Field(default=None, primary_key=True)
    person_id: str = Field(foreign_key="person.id", index=True)
    channel: str = Field(sa_column_kwargs=personal())  # of a direct message, it is theirs
    thread_ts: str
    entrance: str
    language: str
    state: CaseState = Field(sa_column=words(CaseState))
    opened_at: datetime
    last_message_at: datetime
    article_id: int | None = None
    nearest: list[int] = Field(default_factory=list, sa_column=json_column())
    ticket_id: int | None = None
    sandbox: bool = apart()

    __table_args__ = (
        Index("ix_case_thread", "channel", "thread_ts"),
        Index("ix_case_burst", "person_id", "channel", "last_message_at"),
    )


class CaseMessage(SQLModel, table=True):
    """What the person wrote, message by message; edits and deletions follow here.

    A row without a case remembers an edit or a deletion that came before its message,
    or a message that deliberately belongs to no case; its author is known, to be forgotten.
    """

    __tablename__ = "case_message"
    id: int | None = Field(default=None, primary_key=True)
    case_id: int | None = Field(default=None, foreign_key="help_case.id", index=True)
    channel: str = Field(sa_column_kwargs=personal())
    ts: str
    text: str = Field(default="", sa_column=text_column(**personal()))
    person_id: str = Field(default="", index=True)
    thread_ts: str = ""  # empty outside of threads
    answered: bool = False  # its words alone have an answer
    closes: bool = False  # it says that something is solved, and is in no case
    files: list[Any] = Field(default_factory=list, sa_column=json_column(**personal()))
    posted_at: datetime | None = None
    edited_at: datetime | None = None
    deleted_at: datetime | None = None
    sandbox: bool = apart()

    __table_args__ = (UniqueConstraint("channel", "ts", name="uq_case_message_place"),)


class Ticket(SQLModel, table=True):
    """A piece of work for the support staff, as it stands now.

    ``joined_to`` is the ticket that this one follows and is resolved with; ``alike`` holds
    (ticket number, likeness) of those that were open and about the same when it was written.
    """

    id: int | None = Field(default=None, primary_key=True)
    case_id: int | None = Field(default=None, foreign_key="help_case.id", index=True)
    source: Source = Field(sa_column=words(Source))
    external_id: str | None = None
    status: Status = Field(sa_column=words(Status, index=True))
    language: str = ""
    category: str = Field(default="", index=True)
    decided_by: DecidedBy = Field(sa_column=words(DecidedBy))
    confidence: float | None = None
    priority: str = ""
    team: str = ""
    requester_id: str | None = Field(default=None, foreign_key="person.id", index=True)
    assignee_id: str | None = Field(default=None, foreign_key="person.id")
    opened_at: datetime = Field(index=True)
    joined_to: int | None = Field(default=None, index=True)
    alike: list[list[Any]] = Field(
        default_factory=list, sa_column=json_column(server_default=sql_text("'[]'"))
    )

    __table_args__ = (UniqueConstraint("source", "external_id", name="uq_ticket_external"),)


class TicketText(SQLModel, table=True):
    """The words of a ticket, kept apart so that they can be erased."""

    __tablename__ = "ticket_text"
    ticket_id: int = Field(foreign_key="ticket.id", primary_key=True)
    title: str = Field(default="", sa_column=text_column(**personal()))
    body: str = Field(default="", sa_column=text_column(**personal()))
    note: str = Field(default="", sa_column=text_column(**personal()))
    sandbox: bool = apart()


class TicketEvent(SQLModel, table=True):
    """Something that happened, once and for ever: a trigger refuses change and removal.

    ``detail`` holds keys and numbers only (a category key, minutes), never free text. Only
    what happened in the sandbox may be removed; a row never changes sides.
    """

    __tablename__ = "ticket_event"
    id: int | None = Field(default=None, primary_key=True)
    case_id: int | None = Field(default=None, index=True)
    ticket_id: int | None = Field(default=None, index=True)
    kind: EventKind = Field(sa_column=words(EventKind))
    at: datetime
    actor: str = Field(default="", max_length=32)
    detail: dict[str, Any] = Field(default_factory=dict, sa_column=json_column())
    command_id: str
    sandbox: bool = apart()

    __table_args__ = (
        # With what it is of, so that the events of questions are found among those of very many
        # tickets without reading these.
        Index("ix_ticket_event_at", "at", "kind", "case_id"),
        # Who had what running beside it: imported events have no actor, and so no row here.
        Index(
            "ix_ticket_event_acts",
            "actor",
            "at",
            sqlite_where=sql_text("actor <> ''"),
            postgresql_where=sql_text("actor <> ''"),
        ),
        # What a hold-out is judged by, among all else that happened to very many cases.
        Index(
            "ix_ticket_event_drawn",
            "case_id",
            "at",
            sqlite_where=sql_text("kind = 'randomised'"),
            postgresql_where=sql_text("kind = 'randomised'"),
        ),
    )


class NumberGiven(SQLModel, table=True):
    """The highest number that a table had when rows of it were removed (SQLite).

    Names of posts and clicks carry numbers of cases, tickets and articles, so that none may
    ever mean another row; SQLite by itself would give the newest one's again.
    """

    __tablename__ = "number_given"
    name: str = Field(primary_key=True, max_length=32)
    highest: int


class OfficeCalendar(SQLModel, table=True):
    """A calendar that business minutes were counted by, kept as long as they are.

    ``version`` is the hash of ``content``; see `models.tickets.hours.Calendar`.
    """

    __tablename__ = "office_calendar"
    version: str = Field(primary_key=True, max_length=16)
    content: str = Field(sa_column=text_column())


class TicketTimes(SQLModel, table=True):
    """Projection of a ticket's events, written with them and rebuildable from them.

    Times are minutes; None where it has not happened (the ticket is *censored*, never
    dropped). ``evidence`` says where the handling time comes from: ``A`` buttons, ``B``
    windows of activity, ``C`` stated minutes. ``calendar`` is the version of the calendar
    that the business minutes were counted by.
    """

    __tablename__ = "ticket_times"
    ticket_id: int = Field(foreign_key="ticket.id", primary_key=True)
    source: Source = Field(sa_column=words(Source))
    opened_at: datetime
    resolved_at: datetime | None = None
    category: str = ""
    final_category: str = ""
    automatic: bool = False
    ack_minutes: float | None = None
    first_response_minutes: float | None = None
    triage_minutes: float | None = None
    handling_minutes: float | None = None
    resolution_minutes: float | None = None
    resolution_business_minutes: float | None = None
    evidence: str = ""
    reopened: int = 0
    reassigned: int = 0
    requester_wait_minutes: float | None = None
    waiting_on_requester_minutes: float | None = None
    on_hold_minutes: float | None = None
    calendar: str = Field(default="", max_length=16, sa_column_kwargs={"server_default": ""})

    # All that the key figures ask for, so that a million tickets need not be read.
    __table_args__ = (
        Index(
            "ix_ticket_times_opened",
            "opened_at",
            "source",
            "final_category",
            "automatic",
            "ack_minutes",
            "first_response_minutes",
            "triage_minutes",
            "resolution_minutes",
            "resolution_business_minutes",
        ),
        Index(
            "ix_ticket_times_resolved",
            "resolved_at",
            "source",
            "final_category",
            "handling_minutes",
            "reopened",
            "reassigned",
            "resolution_minutes",
            "resolution_business_minutes",
        ),
    )


class DecisionMode(StrEnum):
    """What became of what the classifier would have decided."""

    ACTED = "acted"  # the ticket took it, or nobody was sure
    BLIND = "blind"  # kept from everybody: a person chooses without seeing it
    LEFT = "left"  # kept from everybody too: the company leaves its category to people
    SUGGESTED = "suggested"  # shown, but a person has to tap it


HIDDEN = (DecisionMode.BLIND, DecisionMode.LEFT)
"""What nobody sees; only the blind sample says how often the classifier is right."""


class Decision(SQLModel, table=True):
    """How a category was decided, to be explained and replayed.

    ``threshold`` is the confidence that was needed; ``nearest`` holds (ticket number, cosine)
    of the past tickets most like it, ``hints`` what was suggested beside the category: kind →
    (value, confidence). ``embedder`` is empty where words alone decided. What a language
    model saw and cost stands in the row of `LlmCall` that ``llm_call_id`` names.
    """

    id: int | None = Field(default=None, primary_key=True)
    ticket_id: int = Field(foreign_key="ticket.id", index=True)
    at: datetime
    decided_by: DecidedBy = Field(sa_column=words(DecidedBy))
    model: str = ""
    category: str = ""
    confidence: float | None = None
    reasons: list[str] = Field(default_factory=list, sa_column=json_column(**personal()))
    alternatives: list[list[Any]] = Field(default_factory=list, sa_column=json_column())
    mode: DecisionMode = Field(default=DecisionMode.ACTED, sa_column=words(DecisionMode))
    in_scope: bool = True
    threshold: float | None = None
    nearest: list[list[Any]] = Field(default_factory=list, sa_column=json_column())
    hints: dict[str, list[Any]] = Field(default_factory=dict, sa_column=json_column())
    embedder: str = ""
    latency_ms: float | None = None
    llm_call_id: int | None = None
    sandbox: bool = apart()


class Category(SQLModel, table=True):
    """A category that a ticket can have."""

    key: str = Field(primary_key=True)
    titles: dict[str, str] = Field(default_factory=dict, sa_column=json_column())
    source: str = "starter"
    active: bool = True
    position: int = 0
    merged_into: str = ""


class CategoryAct(StrEnum):
    """What somebody did to a category."""

    ADD = "add"
    RENAME = "rename"
    MERGE = "merge"
    RETIRE = "retire"


class CategoryChange(SQLModel, table=True):
    """A change of a category: never altered, so that old figures can be read.

    Attributes
    ----------
    into : the category that takes this one's tickets in, for a merge
    titles : those that it had from then on
    by : pseudonym; empty for the command line
    """

    __tablename__ = "category_change"
    id: int | None = Field(default=None, primary_key=True)
    at: datetime
    act: CategoryAct = Field(sa_column=words(CategoryAct))
    key: str
    into: str = ""
    titles: dict[str, str] = Field(default_factory=dict, sa_column=json_column())
    by: str = ""


class DutyAct(StrEnum):
    """What a change of the duty rota is about."""

    WEEK = "week"
    ORDER = "order"  # repeats from its first week on


class DutyEntry(SQLModel, table=True):
    """Somebody in a change of the duty rota: rows are added, and only erasing alters one.

    Attributes
    ----------
    change : number of the change, which has a row for each of its people
    first_day : the Monday of the week, or of an order's first week
    slot : which week in turn of an order
    person_id : pseudonym; empty for nobody, and for whoever was erased
    by : pseudonym; empty for the command line
    """

    __tablename__ = "duty_entry"
    id: int | None = Field(default=None, primary_key=True)
    change: int = Field(index=True)
    at: datetime
    act: DutyAct = Field(sa_column=words(DutyAct))
    first_day: date
    slot: int = 0
    person_id: str = Field(default="", max_length=32, sa_column_kwargs=personal())
    by: str = ""


# What only a few may read ---------------------------------------------------------------------


class PrivateState(StrEnum):
    """Where a private matter stands."""

    WAITING = "waiting"
    TAKEN = "taken"
    DONE = "done"
    WITHDRAWN = "withdrawn"  # the person deleted all of it
    ORDINARY = "ordinary"  # the person said that it is a question like any other


class PrivateMatter(SQLModel, table=True):
    """What a person told that only a few may read: neither case nor ticket.

    It stands apart from both, so that no list, figure, search, prompt or lesson can meet it.
    ``taken_by`` is a pseudonym.
    """

    __tablename__ = "private_matter"
    id: int | None = Field(default=None, primary_key=True)
    person_id: str = Field(foreign_key="person.id", index=True)
    language: str
    state: PrivateState = Field(sa_column=words(PrivateState))
    taken_by: str = Field(default="", max_length=32)
    opened_at: datetime
    last_message_at: datetime
    closed_at: datetime | None = None


class PrivateMessage(SQLModel, table=True):
    """What the person wrote of a private matter, message by message.

    Without a matter it is an edit that came before its message. ``channel`` is empty for
    words behind ``/lotsen ticket``.
    """

    __tablename__ = "private_message"
    id: int | None = Field(default=None, primary_key=True)
    matter_id: int | None = Field(default=None, foreign_key="private_matter.id", index=True)
    channel: str = Field(sa_column_kwargs=personal())
    ts: str
    thread_ts: str = ""
    text: str = Field(default="", sa_column=text_column(**personal()))
    posted_at: datetime | None = None
    edited_at: datetime | None = None
    deleted_at: datetime | None = None

    __table_args__ = (UniqueConstraint("channel", "ts", name="uq_private_message_place"),)


# Outages -------------------------------------------------------------------------------------


class OutageState(StrEnum):
    """Where an outage stands."""

    PROPOSED = "proposed"  # several people told of the same
    OPEN = "open"
    DISMISSED = "dismissed"
    OVER = "over"


class Outage(SQLModel, table=True):
    """That something fails for several people; an `Incident` is about a wrong answer.

    ``topic`` holds the beginnings of the words by which it is recognised, ``title`` those words
    that several people share, ``told`` what the staff said of it last.
    """

    id: int | None = Field(default=None, primary_key=True)
    topic: list[str] = Field(default_factory=list, sa_column=json_column())
    title: str = Field(default="", sa_column=text_column())
    told: str = Field(default="", sa_column=text_column())
    state: OutageState = Field(sa_column=words(OutageState, index=True))
    opened_at: datetime
    decided_by: str = Field(default="", max_length=32)
    closed_at: datetime | None = None


class OutageReport(SQLModel, table=True):
    """That an outage meets somebody, by pseudonym: their case, or a click."""

    __tablename__ = "outage_report"
    outage_id: int = Field(foreign_key="outage.id", primary_key=True)
    person_id: str = Field(primary_key=True, max_length=32)
    case_id: int | None = None
    at: datetime


# Knowledge and learned models ------------------------------------------------------------


class ArticleKind(StrEnum):
    """Whether a text was written to answer a question, or is a part of a document."""

    ANSWER = "answer"
    PASSAGE = "passage"


class Article(SQLModel, table=True):
    """A stored answer with its source, its owner and the day it was last verified.

    A passage of a document is one too; ``address`` is where it stands there, as it is
    cited. ``audience`` holds the Slack user ids and user-group ids that may see it;
    empty means everybody (`models.knowledge.visibility`). ``reviewed_on`` is when somebody
    last answered "still true?": that holds against an older day in the file.
    """

    id: int | None = Field(default=None, primary_key=True)
    document: str = Field(index=True)
    external_id: str
    language: str
    category: str = ""
    title: str = Field(sa_column=text_column())
    questions: list[str] = Field(default_factory=list, sa_column=json_column())
    answer: str = Field(sa_column=text_column())
    url: str = ""
    owner: str = Field(default="", sa_column_kwargs=personal())
    verified_on: date | None = None
    sha256: str = Field(max_length=64)
    kind: ArticleKind = Field(default=ArticleKind.ANSWER, sa_column=words(ArticleKind))
    address: str = Field(default="", sa_column=text_column())
    page: int | None = None
    position: int = 0
    audience: list[str] = Field(default_factory=list, sa_column=json_column())
    expires_on: date | None = None
    imported_at: datetime | None = None
    reviewed_on: date | None = None

    __table_args__ = (
        UniqueConstraint("document", "external_id", "language", name="uq_article_source"),
    )


class Document(SQLModel, table=True):
    """A document that articles came from: the hash of its bytes, and its folder."""

    name: str = Field(primary_key=True)
    sha256: str = Field(max_length=64)
    folder: str = Field(default="", index=True)
    imported_at: datetime


class TextVector(SQLModel, table=True):
    """The embedding of a text, known by its hash: float16, little-endian.

    ``use`` says whose it is: ``article`` for what questions are answered from, ``lesson`` for
    what teaches the classifier and is no ticket.
    """

    __tablename__ = "text_vector"
    sha256: str = Field(primary_key=True, max_length=64)
    embedder: str = Field(primary_key=True)
    use: str = Field(primary_key=True, max_length=16)
    vector: bytes = Field(sa_column=Column(LargeBinary(), nullable=False))


class TicketVector(SQLModel, table=True):
    """The embedding of a ticket's words, and their hash; none of a sensitive ticket."""

    __tablename__ = "ticket_vector"
    ticket_id: int = Field(foreign_key="ticket.id", primary_key=True)
    embedder: str
    sha256: str = Field(max_length=64)
    vector: bytes = Field(sa_column=Column(LargeBinary(), nullable=False, **personal()))
    sandbox: bool = apart()


class ModelVersion(SQLModel, table=True):
    """A trained classifier: its file, the file's SHA-256, and how good it was.

    ``low`` and ``high`` bound ``accuracy`` (95 %); ``figures`` holds what the gate saw
    (keys and numbers), ``card`` the model card in Markdown.
    """

    __tablename__ = "model_version"
    id: int | None = Field(default=None, primary_key=True)
    created_at: datetime
    recipe: str
    n: int
    accuracy: float
    macro_f1: float
    promoted: bool
    reason: str
    sha256: str = Field(max_length=64)
    content: bytes = Field(sa_column=Column(LargeBinary(), nullable=False))
    low: float | None = None
    high: float | None = None
    figures: dict[str, Any] = Field(default_factory=dict, sa_column=json_column())
    card: str = Field(default="", sa_column=text_column())


# The learning loop: what people said of the classifier's work --------------------------------


class LabelKind(StrEnum):
    """How a label came about, for they are not worth the same."""

    BLIND = "blind"  # chosen without seeing what the classifier thought: the honest ones
    CORRECTED = "corrected"  # another category stood there
    CHOSEN = "chosen"  # nothing stood there; suggestions may have been seen
    CONFIRMED = "confirmed"  # weak: resolved, and the automatic category was left as it was


class Label(SQLModel, table=True):
    """A person's category for a ticket, beside what the classifier would have said.

    ``by`` is the person's pseudonym; ``suggested`` is empty where the classifier was not
    sure enough to decide.
    """

    id: int | None = Field(default=None, primary_key=True)
    ticket_id: int = Field(foreign_key="ticket.id", index=True)
    kind: LabelKind = Field(sa_column=words(LabelKind))
    category: str
    suggested: str = ""
    model_version: str = ""
    by: str = Field(default="", max_length=32)
    at: datetime = Field(index=True)
    sandbox: bool = apart()


class TriageMode(SQLModel, table=True):
    """Whether the classifier may decide or only suggest; the newest row is in force."""

    __tablename__ = "triage_mode"
    id: int | None = Field(default=None, primary_key=True)
    at: datetime
    suggest_only: bool
    reason: str
    correct: int = 0
    n: int = 0


class ModelRollback(SQLModel, table=True):
    """That an earlier version serves again; never changed, a newer promotion ends it."""

    __tablename__ = "model_rollback"
    id: int | None = Field(default=None, primary_key=True)
    at: datetime
    from_version: int = Field(foreign_key="model_version.id")
    to_version: int = Field(foreign_key="model_version.id")
    newest_version: int = Field(foreign_key="model_version.id")
    reason: str


# Rules that the company writes -------------------------------------------------------------


class RuleKind(StrEnum):
    """What a rule looks at."""

    REGEX = "regex"  # title and text, by a regular expression
    SENDER = "sender"  # who wrote, by pseudonym
    SENDER_TEAM = "sender_team"  # the team of who wrote


class TriageRule(SQLModel, table=True):
    """A rule that decides a category before any model is asked; removed ones stay, unused.

    The ``pattern`` of a sender is a pseudonym, never a name. How often a rule decided is
    counted from the decisions, whose ``model`` is ``rule-<id>``.
    """

    __tablename__ = "triage_rule"
    id: int | None = Field(default=None, primary_key=True)
    position: int
    kind: RuleKind = Field(sa_column=words(RuleKind))
    pattern: str = Field(sa_column=text_column())
    category: str
    active: bool = True
    created_at: datetime


# Mail: inbox and outbox --------------------------------------------------------------------


class InboxState(StrEnum):
    """Where an accepted command stands; `dead` ones wait for a person."""

    WAITING = "waiting"
    HELD = "held"  # a reply that came before its question
    DONE = "done"
    DEAD = "dead"


class InboxRow(SQLModel, table=True):
    """A command that was acknowledged and is not lost any more.

    ``message_key`` says what happened to which message (`models.commands.message_key`): Slack may
    deliver it, and a look into its history may find it, but it is stored once.

    ``person`` is the Slack id of who sent it, until it is handled. ``turn`` says in which round it
    is taken: each person has one command in a round.
    """

    __tablename__ = "inbox"
    __table_args__ = (
        Index("ix_inbox_turn", "state", "turn", "seq"),
        Index("ix_inbox_person", "state", "person", "turn"),
    )
    seq: int | None = Field(default=None, primary_key=True)
    id: str = Field(unique=True)
    message_key: str | None = Field(default=None, unique=True, max_length=64)
    kind: str
    payload: str = Field(sa_column=text_column(**personal()))
    received_at: datetime  # of a command for later: the moment when it is due
    state: InboxState = Field(sa_column=words(InboxState, index=True))
    # Channel and time stamp of that question.
    awaits: str = Field(default="", index=True, sa_column_kwargs=personal())
    attempts: int = 0
    not_before: datetime
    done_at: datetime | None = None
    error: str = Field(default="", sa_column_kwargs=personal())  # may quote the payload
    person: str = Field(default="", sa_column_kwargs=personal(server_default=""))
    turn: int = Field(default=0, sa_column_kwargs={"server_default": "0"})


class HistoryWatch(SQLModel, table=True):
    """How far Slack's history was compared with what Slack delivered.

    The row without a channel is of the whole workspace; each help channel has one for its
    ``since`` alone.

    Attributes
    ----------
    since : we listen since then; nothing from before is looked for
    checked_at : when the last comparison ended
    complete_until : nothing that was written until then is missing
    turn, lease_until : the comparison that is under way
    found, found_at : how much Slack had not delivered, ever, and when that was seen last
    deaf_at : when a socket was seen last that was open and heard nothing
    error : why Slack did not let us look, in its own word
    """

    __tablename__ = "history_watch"
    channel: str = Field(default="", primary_key=True)
    since: datetime
    checked_at: datetime | None = None
    complete_until: datetime | None = None
    turn: int = 0
    lease_until: datetime | None = None
    found: int = 0
    found_at: datetime | None = None
    deaf_at: datetime | None = None
    error: str = Field(default="", max_length=255)


class PostKind(StrEnum):
    """How a post reaches Slack."""

    POST = "post"  # chat.postMessage: looked up before a second try
    UPDATE = "update"  # chat.update of another post: harmless twice
    EPHEMERAL = "ephemeral"  # for one person's eyes: tried once
    FILE = "file"  # a document below another post: looked up before a second try
    DELETE = "delete"  # chat.delete of another post: harmless twice
    REACTION = "reaction"  # an emoji at a person's message: harmless twice


class PostState(StrEnum):
    """Where a post stands on its way to Slack."""

    READY = "ready"
    SENDING = "sending"
    SENT = "sent"
    DOUBTFUL = "doubtful"  # may have been posted; a person decides
    DEAD = "dead"  # refused for good; a person decides
    DROPPED = "dropped"  # replaced by a newer update, or dropped by a person


class OutboxRow(SQLModel, table=True):
    """A post that Slack must show once. ``key`` is its identity, in Slack's metadata too."""

    __tablename__ = "outbox"
    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    kind: PostKind = Field(sa_column=words(PostKind))
    channel: str = Field(sa_column_kwargs=personal())  # a person's id for a direct message
    slack_user: str = Field(default="", sa_column_kwargs=personal())
    thread_ts: str = ""
    target_key: str = Field(default="", index=True)
    reply_url: str = Field(default="", sa_column_kwargs=personal())
    message: str = Field(sa_column=text_column(**personal()))
    state: PostState = Field(sa_column=words(PostState, index=True))
    priority: int = 5
    not_before: datetime
    lease_until: datetime | None = None
    attempts: int = 0
    error: str = Field(default="", sa_column_kwargs=personal())  # may quote the message
    posted_channel: str = Field(default="", sa_column_kwargs=personal())
    ts: str = ""
    created_at: datetime
    sent_at: datetime | None = None
    sandbox: bool = apart()


class FileStep(StrEnum):
    """How far a file is on its way to Slack; each step is written down before the next."""

    HERE = "here"
    ANNOUNCED = "announced"  # Slack gave an id and an address for the bytes
    SENT = "sent"  # Slack has the bytes
    KEPT = "kept"  # Slack keeps it as a file


class OutboxFile(SQLModel, table=True):
    """A file that goes with a post; its bytes are emptied when Slack shows the post."""

    __tablename__ = "outbox_file"
    id: int | None = Field(default=None, primary_key=True)
    post_key: str = Field(index=True)
    name: str = Field(max_length=255)
    title: str = Field(default="", sa_column=text_column(**personal()))
    alt: str = Field(default="", sa_column=text_column(**personal()))
    content: bytes = Field(sa_column=Column(LargeBinary(), nullable=False, info={"personal": True}))
    step: FileStep = Field(default=FileStep.HERE, sa_column=words(FileStep))
    slack_id: str = Field(default="", max_length=32)
    address: str = Field(default="", sa_column=text_column())  # for the bytes, while they are sent

    __table_args__ = (UniqueConstraint("post_key", "name", name="uq_outbox_file_name"),)


class ChannelPace(SQLModel, table=True):
    """When the next post in a channel is allowed, for all replicas together."""

    __tablename__ = "channel_pace"
    channel: str = Field(primary_key=True, sa_column_kwargs=personal())
    next_at: datetime


# Clock, figures and the programme --------------------------------------------------------


class RunState(StrEnum):
    """How the run of a job for a period stands."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    SKIPPED = "skipped"  # an older period after a long standstill; the latest names it


class JobRun(SQLModel, table=True):
    """The right to run a job for a period: the unique pair is held by one process only."""

    __tablename__ = "job_run"
    job: str = Field(primary_key=True)
    period: str = Field(primary_key=True)
    due_at: datetime
    state: RunState = Field(sa_column=words(RunState))
    started_at: datetime
    lease_until: datetime
    attempts: int = 1
    error: str = ""


class Baseline(SQLModel, table=True):
    """Key figures of a period before the pilot, frozen with a SHA-256 of ``content``.

    ``last_event`` is the newest event there was then: what has a higher number came later. It is
    no part of the content, whose hash a copy of the same tickets gives too.
    """

    id: int | None = Field(default=None, primary_key=True)
    frozen_at: datetime
    first_day: date
    last_day: date
    sha256: str = Field(max_length=64)
    content: str = Field(sa_column=text_column())
    last_event: int | None = None


class CostKind(StrEnum):
    """What money is spent on (the roadmap's kinds of cost)."""

    ONE_OFF = "one_off"
    LICENCE = "licence"
    CLOUD = "cloud"
    MAINTENANCE = "maintenance"
    INTERNAL_HOURS = "internal_hours"
    TRAINING = "training"
    CONSULTING = "consulting"


class CostEntry(SQLModel, table=True):
    """A cost in the ledger, in cents; never changed, a correction is a new entry.

    One grows until its day is over: that of the language model's calls. Each growth is an
    `AuditEntry` of its own.
    """

    __tablename__ = "cost_entry"
    id: int | None = Field(default=None, primary_key=True)
    kind: CostKind = Field(sa_column=words(CostKind))
    description: str
    cents: int
    booked_on: date
    recorded_at: datetime


class BudgetEntry(SQLModel, table=True):
    """What a kind of cost may take in a year (``2027``) or a month (``2027-03``), in cents.

    Append-only: the latest of a kind and period is in force. ``people`` are those to be
    trained, where that is what the money is for.
    """

    __tablename__ = "budget_entry"
    id: int | None = Field(default=None, primary_key=True)
    kind: CostKind = Field(sa_column=words(CostKind))
    period: str = Field(max_length=7, index=True)
    cents: int = Field(sa_type=BigInteger)
    people: int | None = None
    reason: str = ""
    recorded_at: datetime


class VendorChange(SQLModel, table=True):
    """That a tool was given up for another, why, and the cost of it in the ledger.

    Append-only: ``withdraws`` names a change that was written down by mistake.
    """

    __tablename__ = "vendor_change"
    id: int | None = Field(default=None, primary_key=True)
    purpose: str
    before: str
    after: str
    reason: str
    changed_on: date
    entry_id: int | None = Field(default=None, foreign_key="cost_entry.id")
    withdraws: int | None = Field(default=None, foreign_key="vendor_change.id", unique=True)
    recorded_at: datetime


class ValueChoice(SQLModel, table=True):
    """What was decided beforehand about how worth is worked out.

    Append-only: the latest of a key is in force. ``running_costs`` is ``inside`` the sum of
    the first year or ``apart``; ``untouched`` are keys of categories that Lotsen never helps
    with, with commas.
    """

    __tablename__ = "value_choice"
    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(max_length=24, index=True)
    value: str
    reason: str = ""
    recorded_at: datetime


ALWAYS = date(2000, 1, 1)
"""Day from which an assumption holds that was decided before there was a history."""


class Assumption(SQLModel, table=True):
    """A number that the ROI rests on and that somebody decided, with its source.

    Append-only: of a key, the latest that holds from a day on or before is in force that day.
    """

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(index=True)
    value: float
    unit: str
    source: str
    changed_at: datetime
    holds_from: date = Field(sa_column_kwargs={"server_default": ALWAYS.isoformat()})


class DrawKey(SQLModel, table=True):
    """The secret by which chance draws the arms of the hold-out, made at its first draw.

    Its SHA-256 is published with the baseline; the secret is in no export and no log. Whoever
    has it can draw each case again.
    """

    __tablename__ = "draw_key"
    id: int = Field(default=1, primary_key=True)
    secret: str = Field(max_length=64)
    made_at: datetime


class Plan(SQLModel, table=True):
    """The 90-day plan; a new start ends the earlier one."""

    id: int | None = Field(default=None, primary_key=True)
    started_on: date
    recorded_at: datetime
    ended_at: datetime | None = None


# What nobody may change unseen -----------------------------------------------------------------


class AuditEntry(SQLModel, table=True):
    """That a row was written on which the proof rests; each entry is chained to the one before.

    Append-only. ``kind`` is the row's table and ``key`` its id, ``at`` when it was written,
    ``sha256`` the hash of what it says without anything personal, and ``chain`` that of this
    entry after the previous one's (`models.store.audit`).
    """

    __tablename__ = "audit_entry"
    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    at: datetime
    kind: str = Field(max_length=32)
    key: str = Field(max_length=64)
    sha256: str = Field(max_length=64)
    chain: str = Field(max_length=64)


class IssuedStatement(SQLModel, table=True):
    """A quarter's statement as it was posted, for good: append-only.

    Of a quarter there may be several, each with other figures than the one before. ``content`` are its figures as JSON, ``sha256`` their hash, which its PDF shows, and
    ``message`` what was posted. ``baseline_id`` and ``last_event`` are the baseline in force and
    the newest event there was: what it rests on beside costs and assumptions.
    """

    __tablename__ = "issued_statement"
    id: int | None = Field(default=None, primary_key=True)
    quarter: str = Field(max_length=6, index=True)
    issued_at: datetime
    sha256: str = Field(max_length=64)
    content: str = Field(sa_column=text_column())
    message: str = Field(sa_column=text_column())
    baseline_id: int | None = None
    last_event: int


class FreedUse(StrEnum):
    """What freed time may be used for."""

    BACKLOG = "backlog"
    PROJECT = "project"
    EARLIER_CLOSE = "earlier_close"  # work ends earlier
    LESS_OVERTIME = "less_overtime"


class FreedDeclaration(SQLModel, table=True):
    """What the IT lead says that a quarter's freed time was used for; the last one is in force.

    Append-only. ``uses`` are words of `FreedUse` with percentages, such as
    ``backlog=60,project=40``; ``by`` is a pseudonym, empty for the command line.
    """

    __tablename__ = "freed_declaration"
    id: int | None = Field(default=None, primary_key=True)
    quarter: str = Field(max_length=6, index=True)
    uses: str = Field(max_length=100)
    note: str = Field(default="", sa_column=text_column())
    by: str = Field(default="", max_length=32)
    at: datetime


class MoneyAct(StrEnum):
    """What the finance team says of the money of a statement."""

    CONFIRMED = "confirmed"
    REFUSED = "refused"


class MoneyDecision(SQLModel, table=True):
    """That the finance team confirmed the money of an issued statement, or refused to.

    Append-only; the last one of a statement is in force. ``statement_id`` is the issued one,
    ``sha256`` the hash of its money; ``by`` is a pseudonym.
    """

    __tablename__ = "money_decision"
    id: int | None = Field(default=None, primary_key=True)
    statement_id: int = Field(index=True)
    quarter: str = Field(max_length=6, index=True)
    sha256: str = Field(max_length=64)
    act: MoneyAct = Field(sa_column=words(MoneyAct))
    reason: str = Field(default="", sa_column=text_column())
    by: str = Field(default="", max_length=32)
    at: datetime


# The language model --------------------------------------------------------------------------


class Switch(SQLModel, table=True):
    """Something that can be switched off while Lotsen runs; without a row it is on."""

    name: str = Field(primary_key=True)
    is_on: bool
    changed_at: datetime


class LlmOutcome(StrEnum):
    """How a call of the language model ended."""

    PENDING = "pending"
    ANSWERED = "answered"
    UNSURE = "unsure"  # it said so
    TIMEOUT = "timeout"
    INVALID = "invalid"
    ERROR = "error"
    BUSY = "busy"
    ABANDONED = "abandoned"  # its process died; it counts with what was reserved


class LlmCall(SQLModel, table=True):
    """A call of the language model: what it was for and cost, never what was said.

    ``redacted`` counts what was masked before, by kind; ``detail`` is the class of a
    failure; ``policy`` is the version of the rules by which the call was allowed. Money is
    in millionths of a euro. ``person`` is the pseudonym of whoever wrote what was sent, whose
    calls of a day are limited; ``in_sandbox`` that it was tried out.
    """

    __tablename__ = "llm_call"
    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(index=True)
    month: str = Field(max_length=7, index=True)
    person: str = Field(default="", max_length=32, index=True)
    in_sandbox: bool = False
    purpose: str
    subject: str = Field(default="", index=True)
    model: str
    prompt_version: str
    policy: str = Field(default="", max_length=32, sa_column_kwargs={"server_default": ""})
    redacted: dict[str, int] = Field(default_factory=dict, sa_column=json_column())
    outcome: LlmOutcome = Field(sa_column=words(LlmOutcome, index=True))
    answer: str = ""
    detail: str = ""
    tokens_in: int = 0
    tokens_out: int = 0
    reserved_micros: int = Field(sa_type=BigInteger)
    cost_micros: int = Field(default=0, sa_type=BigInteger)
    latency_ms: float = 0.0
    lease_until: datetime


class LlmMonth(SQLModel, table=True):
    """What the calls of a calendar month took from its budget, in millionths of a euro.

    ``taken_micros`` is what they cost and what those under way may cost at most: it never
    exceeds the cap. ``booked_cents`` of ``spent_micros`` stand in the ledger already, in the
    company's currency, of which a euro costs ``per_euro``.
    """

    __tablename__ = "llm_month"
    month: str = Field(primary_key=True, max_length=7)
    taken_micros: int = Field(default=0, sa_type=BigInteger)
    spent_micros: int = Field(default=0, sa_type=BigInteger)
    booked_cents: int = 0
    per_euro: float = 1.0
    entry_id: int | None = None
    entry_on: date | None = None


# What people said of answers -----------------------------------------------------------------


class AnswerVerdict(SQLModel, table=True):
    """Whether an article solved a question: it moves the article for questions like it.

    ``question`` is redacted. ``answer_sha256`` is that of the answer as it was judged: a
    verdict on words that have changed since does not count.
    """

    __tablename__ = "answer_verdict"
    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="help_case.id", index=True)
    article_id: int = Field(foreign_key="article.id", ondelete="CASCADE", index=True)
    question: str = Field(sa_column=text_column(**personal()))
    solved: bool
    answer_sha256: str = Field(max_length=64)
    at: datetime
    sandbox: bool = apart()

    __table_args__ = (UniqueConstraint("case_id", "article_id", name="uq_answer_verdict"),)


class JudgementOutcome(StrEnum):
    """What somebody said of an article that was shown to them, or whose title was."""

    SHOWN = "shown"  # nothing yet
    SOLVED = "solved"
    NOT_SOLVED = "not_solved"
    TAKEN = "taken"  # chosen among titles, not said yet whether it helped
    NONE_OF_THESE = "none_of_these"
    NO_CHOICE = "no_choice"  # the titles stood there long enough, and nobody chose


class Judgement(SQLModel, table=True):
    """An article that was shown, or its title, and what its reader said: the limits follow it.

    It holds no text. ``place`` is 0 where the article was the answer, else that among the
    titles. ``score`` and ``sureness`` are those of the first of them, as the ranker of that
    name gave them.
    """

    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="help_case.id", index=True)
    article_id: int = Field(foreign_key="article.id", ondelete="CASCADE", index=True)
    person_id: str = Field(max_length=32, sa_column_kwargs=personal())
    place: int
    score: float
    sureness: float
    ranker: str = Field(max_length=64)
    outcome: JudgementOutcome = Field(sa_column=words(JudgementOutcome))
    at: datetime
    sandbox: bool = apart()

    __table_args__ = (UniqueConstraint("case_id", "article_id", name="uq_judgement"),)


class Offer(StrEnum):
    """Where something stands that Lotsen offers to the support staff."""

    WAITING = "waiting"
    TAKEN = "taken"
    DECLINED = "declined"


class QuestionCandidate(SQLModel, table=True):
    """A question that an article solved; once taken, it is one of the article's questions.

    ``question`` is redacted; ``offered_on`` is the day of the post that offered it last.
    ``seconded`` says that nobody of the staff took it: like words solved it for two people.
    """

    __tablename__ = "question_candidate"
    id: int | None = Field(default=None, primary_key=True)
    article_id: int = Field(foreign_key="article.id", ondelete="CASCADE", index=True)
    case_id: int = Field(foreign_key="help_case.id", index=True)
    question: str = Field(sa_column=text_column(**personal()))
    state: Offer = Field(sa_column=words(Offer, index=True))
    offered_on: date | None = None
    created_at: datetime
    decided_by: str = Field(default="", max_length=32)
    decided_at: datetime | None = None
    seconded: bool = False
    sandbox: bool = apart()


class ArticleDraft(SQLModel, table=True):
    """An article that a resolved ticket could become; its words are redacted."""

    __tablename__ = "article_draft"
    id: int | None = Field(default=None, primary_key=True)
    ticket_id: int = Field(foreign_key="ticket.id", unique=True)
    language: str
    title: str = Field(sa_column=text_column(**personal()))
    question: str = Field(sa_column=text_column(**personal()))
    answer: str = Field(sa_column=text_column(**personal()))
    state: Offer = Field(sa_column=words(Offer))
    article_id: int | None = Field(
        default=None, foreign_key="article.id", ondelete="CASCADE", index=True
    )
    created_at: datetime
    decided_by: str = Field(default="", max_length=32)
    decided_at: datetime | None = None


class ReviewVerdict(StrEnum):
    """What an owner says of an article that is about to expire."""

    ASKED = "asked"  # no answer yet
    STILL_TRUE = "still_true"
    NEEDS_CHANGE = "needs_change"
    RETIRED = "retired"


class ArticleReview(SQLModel, table=True):
    """That an article's owner was asked whether it is still true, and the answer.

    It is asked once for each ``deadline``, the day after which the article is doubtful.
    ``owner`` is the pseudonym of who was asked; empty for the support team.
    """

    __tablename__ = "article_review"
    id: int | None = Field(default=None, primary_key=True)
    article_id: int = Field(foreign_key="article.id", ondelete="CASCADE", index=True)
    deadline: date
    owner: str = Field(default="", max_length=32)
    asked_on: date = Field(index=True)
    verdict: ReviewVerdict = Field(sa_column=words(ReviewVerdict))
    decided_by: str = Field(default="", max_length=32)
    decided_at: datetime | None = None

    __table_args__ = (UniqueConstraint("article_id", "deadline", name="uq_article_review"),)


# Registers -----------------------------------------------------------------------------------


class RegisterChange(StrEnum):
    """What was done to a line of a register."""

    ADDED = "added"
    AMENDED = "amended"
    RETIRED = "retired"
    RESTORED = "restored"


class RegisterLine(SQLModel, table=True):
    """A version of a register's line; the highest one is how the line stands.

    Append-only: a trigger refuses removal, and any change but the one that erases a
    person. ``about`` is whom the line is about, a pseudonym; ``told`` (JSON) then holds
    what is said of them, and ``content`` nothing. People in ``content`` are pseudonyms.
    ``origin`` names a line that Lotsen itself keeps or began with.
    """

    __tablename__ = "register_line"
    id: int | None = Field(default=None, primary_key=True)
    kind: str = Field(max_length=32)
    number: int
    version: int
    change: RegisterChange = Field(sa_column=words(RegisterChange))
    content: dict[str, Any] = Field(default_factory=dict, sa_column=json_column())
    about: str = Field(default="", max_length=32, index=True)
    told: str = Field(default="", sa_column=text_column(**personal()))
    origin: str = Field(default="", max_length=64)
    by: str = Field(default="", max_length=32)
    at: datetime

    __table_args__ = (
        UniqueConstraint("kind", "number", "version", name="uq_register_line_version"),
    )


# Effect --------------------------------------------------------------------------------------


class Arm(StrEnum):
    """On which side of the comparison chance put a case; the event RANDOMISED says it."""

    HELPED = "helped"
    HELD_OUT = "held_out"  # a ticket at once, no answer, no suggestion
    EXEMPT = "exempt"  # urgent, or one of many: always helped, and not compared


class CompanyKpi(SQLModel, table=True):
    """A key figure that the company added, with all it takes to say whether it is met.

    ``measure`` is the key of a figure that Lotsen measures itself, for ``categories`` or for
    all; empty, and somebody reports readings. The target is ``goal`` in ``unit``, or
    ``cut`` of the baseline (0.4: 40 % less).
    """

    __tablename__ = "company_kpi"
    key: str = Field(primary_key=True, max_length=40)
    title: str
    unit: str = Field(max_length=8)
    better: str = Field(max_length=8)
    measure: str = Field(default="", max_length=40)
    categories: list[str] = Field(default_factory=list, sa_column=json_column())
    baseline_first: date
    baseline_last: date
    goal: float | None = None
    cut: float | None = None
    due_on: date
    owner: str = Field(sa_column_kwargs=personal())
    added_at: datetime


class KpiReading(SQLModel, table=True):
    """A value of a company's key figure that somebody read; a figure of the whole desk."""

    __tablename__ = "kpi_reading"
    id: int | None = Field(default=None, primary_key=True)
    kpi_key: str = Field(foreign_key="company_kpi.key", index=True, max_length=40)
    on_day: date
    value: float
    recorded_at: datetime


# The 90-day plan -----------------------------------------------------------------------------


class PlanAct(StrEnum):
    """What somebody said of a task or a gate of the plan."""

    DONE = "done"  # of a gate: go on
    BLOCKED = "blocked"
    MOVED = "moved"  # of a gate: wait until then
    REOPENED = "reopened"
    OWNED = "owned"  # somebody takes it over
    STOPPED = "stopped"  # of a gate: the plan ends here


class PlanChange(SQLModel, table=True):
    """What somebody said of a task or a gate; the last one is how it stands.

    Append-only: a trigger refuses change and removal. ``told`` is the evidence of what is
    done, else the reason. ``by`` and ``owner`` are pseudonyms; ``by`` is empty for the
    command line. A ``key`` without a dot, such as ``w1``, is a whole week.
    """

    __tablename__ = "plan_change"
    id: int | None = Field(default=None, primary_key=True)
    plan_id: int = Field(foreign_key="plan.id", index=True)
    key: str = Field(max_length=32)
    act: PlanAct = Field(sa_column=words(PlanAct))
    told: str = Field(default="", sa_column=text_column())
    day: date | None = None
    owner: str = Field(default="", max_length=32)
    by: str = Field(default="", max_length=32)
    at: datetime


# Surveys, and what a baseline is made of -----------------------------------------------------


class SurveyKey(SQLModel, table=True):
    """A key that makes tokens of a survey; once it is thrown away nobody can make them again.

    ``name`` is the survey and its month, such as ``pulse:2026-11``.
    """

    __tablename__ = "survey_key"
    name: str = Field(primary_key=True, max_length=16)
    secret: str = Field(default_factory=new_secret, max_length=64)


class TicketRating(SQLModel, table=True):
    """What the help with a ticket was worth to whoever asked, from 1 to 5.

    ``token`` is a keyed hash of the ticket's number, ``week`` the Monday of the answer:
    after the key is thrown away nothing leads from a row to a ticket.
    """

    __tablename__ = "ticket_rating"
    token: str = Field(primary_key=True, max_length=64)
    week: date = Field(index=True)
    score: int


class PulseBallot(SQLModel, table=True):
    """That somebody answered a month's pulse, by keyed hash; gone when the month is over."""

    __tablename__ = "pulse_ballot"
    token: str = Field(primary_key=True, max_length=64)
    month: str = Field(max_length=7, index=True)


class PulseTally(SQLModel, table=True):
    """How many people gave a month's pulse a score from 1 to 5: numbers, no answers."""

    __tablename__ = "pulse_tally"
    month: str = Field(primary_key=True, max_length=7)
    score: int = Field(primary_key=True)
    n: int


class ChangeNotice(SQLModel, table=True):
    """A document that was posted to everybody, such as what changes before go-live."""

    __tablename__ = "change_notice"
    id: int | None = Field(default=None, primary_key=True)
    document: str = Field(max_length=32)
    language: str = Field(max_length=8)
    posted_on: date
    at: datetime


class NoticeReceipt(SQLModel, table=True):
    """That somebody read a notice, by keyed hash: to count each person once."""

    __tablename__ = "notice_receipt"
    token: str = Field(primary_key=True, max_length=64)
    notice_id: int = Field(foreign_key="change_notice.id", index=True)


class BaselineStep(StrEnum):
    """What was done about a baseline before there was one."""

    ASKED = "asked"  # the first start asked the lead; until the answer Lotsen does not assist
    OBSERVE = "observe"  # it listens until a day, and does not assist
    FREEZE = "freeze"  # imported history is the baseline
    OVERRIDE = "override"  # it assists without one, and the ROI says so


class BaselineChoice(SQLModel, table=True):
    """A step towards a baseline; the last one is in force, until a baseline is frozen.

    Append-only. ``first_day`` and ``last_day`` bound an observation, both included; ``by`` is
    a pseudonym, empty for the command line and for Lotsen itself.
    """

    __tablename__ = "baseline_choice"
    id: int | None = Field(default=None, primary_key=True)
    step: BaselineStep = Field(sa_column=words(BaselineStep))
    first_day: date | None = None
    last_day: date | None = None
    reason: str = Field(default="", sa_column=text_column())
    by: str = Field(default="", max_length=32)
    at: datetime


# Incidents -----------------------------------------------------------------------------------


class IncidentKind(StrEnum):
    """What is wrong with what an AI system said."""

    WRONG = "wrong"
    DANGEROUS = "dangerous"
    PRIVATE_DATA = "private_data"
    OUTDATED = "outdated"
    OTHER = "other"


class IncidentState(StrEnum):
    """Where an incident stands; what it is about is kept out until it is released."""

    OPEN = "open"
    RELEASED = "released"  # it was right, or is right again
    KEPT_OUT = "kept_out"  # it was wrong, and is not shown any more


class Incident(SQLModel, table=True):
    """That an answer or a label was reported; ``subject`` is ``article:7`` or ``ticket:12``.

    Nobody who reported stands here. ``owner`` is the pseudonym of who was paged, empty where
    the IT leads were; ``kind`` is that of the first report.
    """

    id: int | None = Field(default=None, primary_key=True)
    subject: str = Field(max_length=32, index=True)
    kind: IncidentKind = Field(sa_column=words(IncidentKind))
    state: IncidentState = Field(sa_column=words(IncidentState, index=True))
    title: str = Field(default="", sa_column=text_column())
    post: str = ""
    owner: str = Field(default="", max_length=32)
    opened_at: datetime = Field(index=True)
    closed_by: str = Field(default="", max_length=32)
    closed_at: datetime | None = None


class IncidentReport(SQLModel, table=True):
    """What one person said of an incident; of the same words of an answer they are heard once.

    ``told`` is theirs, ``said_sha256`` is that of what they reported.
    """

    __tablename__ = "incident_report"
    id: int | None = Field(default=None, primary_key=True)
    incident_id: int = Field(foreign_key="incident.id", index=True)
    reporter: str = Field(max_length=32)
    subject: str = Field(max_length=32)
    said_sha256: str = Field(max_length=64)
    kind: IncidentKind = Field(sa_column=words(IncidentKind))
    told: str = Field(default="", sa_column=text_column(**personal()))
    at: datetime

    __table_args__ = (
        UniqueConstraint("reporter", "subject", "said_sha256", name="uq_incident_report"),
        Index("ix_incident_report_reporter_at", "reporter", "at"),
    )


class Quarantine(SQLModel, table=True):
    """A stored answer that an incident keeps from everybody, until it is lifted.

    It holds for the row, for its name in its document and for its very words, so that
    importing it again does not bring it back. ``likeness`` is how near it is to what was
    reported (a cosine); 1 is that itself.
    """

    id: int | None = Field(default=None, primary_key=True)
    incident_id: int = Field(foreign_key="incident.id", index=True)
    article_id: int
    document: str
    external_id: str
    language: str
    answer_sha256: str = Field(max_length=64)
    likeness: float
    lifted_at: datetime | None = Field(default=None, index=True)


# The schema ----------------------------------------------------------------------------------


class SchemaSupport(SQLModel, table=True):
    """Which versions can work on this database: one row, written by `models.store.migration`.

    ``oldest`` is the newest step that the oldest of these versions knows. So the version before
    knows that it may still run when another replica has brought the database further.
    """

    __tablename__ = "schema_support"
    oldest: str = Field(primary_key=True, max_length=32)
