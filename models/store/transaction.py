"""The database, opened once; every use is ``with store.begin() as unit``.

One block is one transaction: it commits at its end and rolls back on an error. On
SQLite it starts with BEGIN IMMEDIATE, because a transaction that reads and then writes
would otherwise fail at once with "database is locked" when another wrote in between.
``store.snapshot()`` only reads, and so never holds up a writer.
"""

import copy
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event, text
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as NoFreeConnectionError
from sqlalchemy.pool import StaticPool
from sqlmodel import create_engine

from models.errors import UnavailableError
from models.known_names import KnownNames
from models.steps import committed
from models.store.audit import AuditRepository
from models.store.baseline_events import BaselineEventRepository
from models.store.categories import CategoryRepository
from models.store.drilldown import DrilldownRepository
from models.store.duty import DutyRepository
from models.store.effect import EffectRepository
from models.store.erasure import ErasureRepository
from models.store.feedback import FeedbackRepository
from models.store.figures import FigureRepository
from models.store.freed import FreedRepository
from models.store.heard import HeardRepository
from models.store.inbox import InboxRepository
from models.store.incidents import IncidentRepository
from models.store.issued import IssuedRepository
from models.store.job_runs import JobRunRepository
from models.store.judgements import JudgementRepository
from models.store.knowledge import ArticleRepository
from models.store.llm_calls import LlmCallRepository
from models.store.model_versions import ModelRepository
from models.store.money import MoneyRepository
from models.store.notices import NoticeRepository
from models.store.outages import OutageRepository
from models.store.outbox import OutboxRepository
from models.store.oversight import OversightRepository
from models.store.own_figures import OwnFigureRepository
from models.store.people import PersonRepository
from models.store.post_files import PostFileRepository
from models.store.private_matters import PrivateMatterRepository
from models.store.programme import PlanRepository
from models.store.registers import RegisterRepository
from models.store.rules import TriageRuleRepository
from models.store.sandbox import SandboxRepository
from models.store.scope import ScopedSession
from models.store.surveys import SurveyRepository
from models.store.switches import SwitchRepository
from models.store.ticket_times import TicketTimesRepository
from models.store.tickets import TicketRepository
from models.store.traces import TraceRepository
from models.store.vectors import VectorRepository
from models.store.views import ViewRepository
from models.store.writer_queue import WriterQueue
from models.tables import TicketEvent

NAMES_HOLD = timedelta(days=1)
"""After that somebody new may work here whose name nobody knows to mask."""
NOBODY_KNOWN = KnownNames()


class UnitOfWork:
    """One transaction, with a repository for each kind of thing.

    Attributes
    ----------
    people, tickets, inbox, outbox …
        The repositories; strictly for use inside the ``with`` block that made the unit.
    in_sandbox
        Whether it sees and writes what people try out, and nothing else of cases and tickets.
    recorded
        The events that a turn of the desk wrote, to be told once they are committed.
    """

    def __init__(self, session: ScopedSession, roster: KnownNames = NOBODY_KNOWN) -> None:
        self._session = session
        self.in_sandbox = session.in_sandbox
        self.recorded: list[TicketEvent] = []
        self.people = PersonRepository(session, roster)
        self.tickets = TicketRepository(session)
        self.categories = CategoryRepository(session)
        self.inbox = InboxRepository(session)
        self.heard = HeardRepository(session)
        self.outbox = OutboxRepository(session)
        self.post_files = PostFileRepository(session)
        self.rules = TriageRuleRepository(session)
        self.job_runs = JobRunRepository(session)
        self.sandbox = SandboxRepository(session)
        self.knowledge = ArticleRepository(session)
        self.feedback = FeedbackRepository(session)
        self.judgements = JudgementRepository(session)
        self.model_versions = ModelRepository(session)
        self.oversight = OversightRepository(session)
        self.figures = FigureRepository(session)
        self.projection = TicketTimesRepository(session)
        self.effects = EffectRepository(session)
        self.money = MoneyRepository(session)
        self.drilldown = DrilldownRepository(session)
        self.own = OwnFigureRepository(session)
        self.programme = PlanRepository(session)
        self.llm_calls = LlmCallRepository(session)
        self.switches = SwitchRepository(session)
        self.registers = RegisterRepository(session)
        self.erasure = ErasureRepository(session)
        self.surveys = SurveyRepository(session)
        self.notices = NoticeRepository(session)
        self.traces = TraceRepository(session)
        self.vectors = VectorRepository(session)
        self.views = ViewRepository(session)
        self.incidents = IncidentRepository(session)
        self.outages = OutageRepository(session)
        self.duty = DutyRepository(session)
        self.private = PrivateMatterRepository(session)
        self.baseline_events = BaselineEventRepository(session)
        self.issued = IssuedRepository(session)
        self.freed = FreedRepository(session)
        self.audit = AuditRepository(session)

    def lock(self, name: str) -> None:
        """Let nobody else be between here and the end of the transaction under this name.

        SQLite has one writer anyway; PostgreSQL takes an advisory lock.
        """
        self.audit.lock(name)


class Store:
    """The open database."""

    def __init__(self, url: str) -> None:
        """Open the database at ``url`` (an SQLAlchemy address).

        Raises
        ------
        UnavailableError
            When the folder of a SQLite file cannot be made.
        """
        self.url = url
        # Names of the whole workspace, to be masked in what leaves it. Readable in memory alone:
        # about somebody who never wrote to the desk nothing is stored but hashes.
        self.roster = NOBODY_KNOWN
        self._roster_at: datetime | None = None
        self._in_sandbox = False
        self.engine = _open(url)
        # One moment for all queries: SQLite gives it anyway, PostgreSQL when it is asked.
        isolation = {} if url.startswith("sqlite") else {"isolation_level": "REPEATABLE READ"}
        self._reader = self.engine.execution_options(lotsen_reads=True, **isolation)
        self._writers = WriterQueue() if url.startswith("sqlite") else None

    def know_names(self, names: KnownNames, now: datetime) -> None:
        """Keep the names of the whole workspace, as they are at ``now``."""
        self.roster, self._roster_at = names, now

    def knows_names(self, now: datetime) -> bool:
        """Return whether the names were read within a day."""
        return self._roster_at is not None and abs(now - self._roster_at) <= NAMES_HOLD

    def sandbox(self) -> "Store":
        """Return the same database as the sandbox sees it: its own cases and tickets alone."""
        apart = copy.copy(self)
        apart._in_sandbox = True
        return apart

    @contextmanager
    def begin(self, *, urgent: bool = False) -> Iterator[UnitOfWork]:
        """Open one transaction; an ``urgent`` one goes before others that wait to write.

        Raises
        ------
        UnavailableError
            When the database is away, locked for long, or its disk is full.
        """
        with self._turn(urgent), self._transaction(self.engine) as unit:
            yield unit

    @contextmanager
    def snapshot(self) -> Iterator[UnitOfWork]:
        """Open a transaction that only reads: it sees one moment and blocks nobody.

        Raises
        ------
        UnavailableError
            When the database is away.
        """
        with self._transaction(self._reader) as unit:
            yield unit

    def _turn(self, urgent: bool) -> AbstractContextManager[None]:
        return self._writers.turn(urgent=urgent) if self._writers else nullcontext()

    @contextmanager
    def _transaction(self, engine: Engine) -> Iterator[UnitOfWork]:
        try:
            info = {"sandbox": self._in_sandbox}
            with (
                ScopedSession(engine, expire_on_commit=False, info=info) as session,
                session.begin(),
            ):
                unit = UnitOfWork(session, self.roster)
                yield unit
            committed(unit.recorded, unit.outbox.queued, handled=unit.inbox.has_finished)
        except OperationalError as error:
            raise UnavailableError(f"the database does not answer: {error.orig}") from error
        except NoFreeConnectionError as error:
            raise UnavailableError("all connections to the database are in use") from error
        except DBAPIError as error:
            if error.connection_invalidated:
                raise UnavailableError("the database closed the connection") from error
            raise

    def check(self) -> None:
        """Ask the database for a sign of life.

        Raises
        ------
        UnavailableError
            When it gives none.
        """
        try:
            with self.engine.connect() as connection:
                connection.execute(text("SELECT 1"))
        except DBAPIError as error:
            raise UnavailableError(f"the database does not answer: {error.orig}") from error

    def check_writing(self) -> None:
        """Write something that changes nothing: a full disk is read from as ever.

        Raises
        ------
        UnavailableError
            When nothing can be written.
        """
        try:
            with self.engine.begin() as connection:
                if connection.dialect.name == "sqlite":
                    kept = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
                    connection.exec_driver_sql(f"PRAGMA user_version = {int(kept)}")
                else:
                    connection.execute(text("SELECT pg_current_xact_id()"))
        except DBAPIError as error:
            raise UnavailableError(f"nothing can be written: {error.orig}") from error

    def close(self) -> None:
        self.engine.dispose()


def _open(url: str) -> Engine:
    if not url.startswith("sqlite"):
        return create_engine(
            url, pool_pre_ping=True, pool_size=8, max_overflow=8, hide_parameters=True
        )
    path = url.removeprefix("sqlite://").removeprefix("/")
    options: dict[str, Any] = {"connect_args": {"timeout": 10.0, "check_same_thread": False}}
    if path in ("", ":memory:"):
        options["poolclass"] = StaticPool
    else:
        _make_private(Path(path))
    engine = create_engine(url, hide_parameters=True, **options)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_immediate)
    return engine


def _make_private(file: Path) -> None:
    try:
        # Tickets are nobody else's business on a shared machine.
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not file.exists():
            file.touch(mode=stat.S_IRUSR | stat.S_IWUSR)  # SQLite's log gets the same rights
    except OSError as error:
        raise UnavailableError(f"cannot make {file} or its folder: {error}") from error


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    # SQLAlchemy, not the driver, says when a transaction begins.
    connection.isolation_level = None
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",  # an acknowledged event survives a power cut
        "foreign_keys=ON",
        "busy_timeout=10000",
        "secure_delete=ON",  # what is erased is overwritten
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_immediate(connection: Any) -> None:
    reads = connection.get_execution_options().get("lotsen_reads", False)
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")
