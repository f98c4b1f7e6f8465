"""The core as one object: open it, hand it commands, ask it for figures.

This is the second file a newcomer reads, after `models.commands`: a use case is one
line of the table that `Lotsen.handle` looks into, here or, where it needs more than the
desk, in `open_lotsen`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from models.commands import (
    AcceptHint,
    AddToTicket,
    AnswerClarification,
    AnswerPulse,
    Ask,
    CancelTicket,
    ChangeCategory,
    ChangePlan,
    ChangeRegister,
    ChangeRota,
    ChooseBaseline,
    ChooseTitle,
    Command,
    ConsultModel,
    DecideMoney,
    DeclareFreed,
    DeleteMessage,
    DraftArticle,
    DrawPicture,
    EditMessage,
    EndSuggestions,
    ExplainTicket,
    FinishOnboarding,
    IssueStatement,
    JoinTicket,
    JudgeAnswer,
    JudgeCandidate,
    JudgeDraft,
    JudgeIncident,
    MakeTicket,
    MarkFound,
    MoveOutage,
    MovePrivate,
    MoveTicket,
    PartTicket,
    PostMessage,
    PublishArticle,
    RateTicket,
    ReadNotice,
    ReadPassages,
    ReportFormProblem,
    ReportIncident,
    RevealTicket,
    ReviewArticle,
    SearchAgain,
    SendArticle,
    SetCategory,
    ShowDrilldown,
)
from models.desk.answers import (
    clarification,
    document_reading,
    document_search,
    showing,
    title_choice,
)
from models.desk.base import form_problems
from models.desk.base.context import DeskContext
from models.desk.base.door import at_the_door
from models.desk.conversation import asker_requests, corrections, intake, judging
from models.desk.conversation.app_home import home
from models.desk.conversation.slash_command import Report, SlashCommand
from models.desk.curation import candidates, drafts, gap_articles, reviews
from models.desk.curation.knowledge_maintenance import KnowledgeMaintenance
from models.desk.incidents import reporting
from models.desk.limits.pace import paced
from models.desk.outages import outage_requests
from models.desk.outages.watching import outage_watched
from models.desk.privacy.sandbox import belongs_to_sandbox, sandbox_context
from models.desk.private import moving
from models.desk.private.exposed import warned_of_exposed
from models.desk.private.lane import TAKES_WORDS, private_first
from models.desk.programme.baselines import Baselines
from models.desk.programme.figures import FigureRequests, asks_for_cut
from models.desk.programme.lead_home import LeadHome
from models.desk.programme.personal_summary import PersonalSummary
from models.desk.programme.plan_requests import PlanRequests
from models.desk.programme.programme_report import ProgrammeReport
from models.desk.programme.statement_requests import StatementRequests
from models.desk.programme.trace_requests import show_trace
from models.desk.registers import onboarding, picture_requests, register_requests
from models.desk.registers.register_service import RegisterService
from models.desk.setup import category_requests, rota_requests
from models.desk.surveys import notices, survey_answers
from models.desk.tickets import consulting, work
from models.knowledge.gaps import gaps
from models.knowledge.knowledge_base import KnowledgeBase
from models.knowledge.library import Library
from models.known_names import KnownNames
from models.kpis.measurement import REAL, Kpis
from models.kpis.periods import Period, quarter_of, week_of
from models.kpis.report import as_last_week, kpi_message, latest_week
from models.language import Language, Translator, words_for
from models.language.detection import detect
from models.mailbox import Mailbox
from models.meaning.factory import LOCAL, embedder_for
from models.message import File, Message
from models.programme.plan import PlanService, StatementAt
from models.reports.documents.facts import SystemFacts, facts_of
from models.reports.governance import governance_message, read_facts
from models.reports.quarter import quarter_files
from models.settings import Settings
from models.store import migration
from models.store.spool import Spool
from models.store.sqlite_file import spool_of
from models.store.transaction import Store
from models.tables import Category, Membership, Source
from models.tickets.hours import Calendar, calendar_for
from models.triage.learning import Learning
from models.triage.triage import Triage
from models.upkeep.inbound import Inbound
from models.upkeep.kept_names import keep_names, recall_names
from models.value.digest.week import FEWEST_ALIKE, DigestSetting, WorstGap
from models.value.drilldown.choices import kpis_with_list
from models.value.drilldown.drilldown import Drilldowns
from models.value.ledger import Value
from models.value.statement.quarter_statement import Statement

UseCase = Callable[[DeskContext, Any, datetime], None]

_USE_CASES: dict[type, UseCase] = {
    PostMessage: intake.post_message,
    EditMessage: corrections.edit_message,
    DeleteMessage: corrections.delete_message,
    MakeTicket: judging.make_ticket,
    JudgeAnswer: judging.judge_answer,
    ChooseTitle: title_choice.choose_title,
    AnswerClarification: clarification.answer_clarification,
    EndSuggestions: title_choice.end_suggestions,
    AddToTicket: asker_requests.add_to_ticket,
    CancelTicket: asker_requests.cancel_ticket,
    SetCategory: work.set_category,
    AcceptHint: work.accept_hint,
    SendArticle: showing.send_article,
    ConsultModel: consulting.consult_model,
    MoveTicket: work.move_ticket,
    JoinTicket: work.join_ticket,
    PartTicket: work.part_ticket,
    ChangeRegister: register_requests.change_register,
    ChangeCategory: category_requests.change_category,
    ReadPassages: document_reading.read_passages,
    SearchAgain: document_search.search_again,
    MarkFound: document_search.find_it,
    ExplainTicket: work.explain_ticket,
    JudgeCandidate: candidates.judge_candidate,
    DraftArticle: drafts.draft_article,
    JudgeDraft: drafts.judge_draft,
    PublishArticle: gap_articles.publish_article,
    ReviewArticle: reviews.review_article,
    RateTicket: survey_answers.rate_ticket,
    AnswerPulse: survey_answers.answer_pulse,
    ReadNotice: notices.read_notice,
    ReportFormProblem: form_problems.explain_form,
    FinishOnboarding: onboarding.finish_onboarding,
    ReportIncident: reporting.report_incident,
    JudgeIncident: reporting.judge_incident,
    MovePrivate: moving.move_private,
    MoveOutage: outage_requests.move_outage,
    RevealTicket: work.reveal_ticket,
}


@dataclass(frozen=True, slots=True)
class Load:
    """How much waits in the mailbox; ages in seconds."""

    inbox_waiting: int
    inbox_dead: int
    inbox_oldest_s: float
    outbox_waiting: int
    outbox_stuck: int
    outbox_oldest_s: float
    tickets: int


@dataclass(frozen=True, slots=True)
class Lotsen:
    """The help desk without any face.

    Attributes
    ----------
    mailbox
        Where faces leave commands.
    inbound
        What was heard, beside what the face shows.
    desk
        The desk's tools, for faces that ask who somebody is.
    sandbox
        The same for the sandbox channel, where there is one.
    """

    settings: Settings
    store: Store
    mailbox: Mailbox
    desk: DeskContext
    calendar: Calendar
    triage: Triage
    learning: Learning
    knowledge: KnowledgeBase
    library: Library
    kpis: Kpis
    plan: PlanService
    value: Value
    registers: RegisterService
    plan_requests: PlanRequests
    programme: ProgrammeReport
    lead_home: LeadHome
    use_cases: Mapping[type, UseCase]
    slash: SlashCommand
    knowledge_maintenance: KnowledgeMaintenance
    baselines: Baselines
    figure_requests: FigureRequests
    statement_requests: StatementRequests
    inbound: Inbound
    spool: Spool | None = None
    sandbox: DeskContext | None = None

    def handle(self, command: Command, now: datetime) -> None:
        """Do what a command asks, once, and mark it done in the same transaction.

        Raises
        ------
        UnavailableError
            When the database is away; the command stays in the inbox.
        """
        self.use_cases[type(command)](self._desk_for(command), command, now)

    def _desk_for(self, command: Command) -> DeskContext:
        """Return the desk's tools, or the sandbox's for what is about the sandbox."""
        sandbox = self.sandbox
        if sandbox is None or not belongs_to_sandbox(
            sandbox.store, command, sandbox.support_channel
        ):
            return self.desk
        return sandbox

    def home(self, slack_id: str, now: datetime) -> Message:
        """Return App Home: own tickets, what waits for the staff, and what the lead wants to see."""
        is_lead = self.plan_requests.is_for(slack_id)
        own = home(self.desk, slack_id, goes_on=is_lead)
        gaps = self.knowledge_maintenance.home_parts(slack_id, now)
        own = replace(own, parts=(*own.parts, *gaps))
        if not is_lead:
            return own  # the plan takes reading, and only the lead sees it
        status = self.plan_requests.status(slack_id, now)
        week = self.plan_requests.home_parts(slack_id, now, status)
        lead = self.lead_home.parts(slack_id, status, now)
        return replace(own, parts=(*own.parts, *week, *lead))

    def categories(self) -> Sequence[Category]:
        """Return the categories in use, in their order."""
        with self.store.snapshot() as unit:
            return unit.tickets.categories()

    def words_for(self, slack_id: str) -> Translator:
        """Return the language of a person's own Slack."""
        with self.store.snapshot() as unit:
            return self.desk.words_of(unit.people.find(slack_id))

    def knows(self, slack_id: str, *, since: datetime) -> bool:
        """Return whether the person's name and language were read since then."""
        with self.store.snapshot() as unit:
            person = unit.people.find(slack_id)
        return bool(person and person.name and person.seen_at and person.seen_at >= since)

    def has_thread(self, channel: str, thread_ts: str) -> bool:
        """Return whether somebody's case is about that thread; one look at an index."""
        with self.store.snapshot() as unit:
            of_a_case = unit.tickets.case_in_thread(channel, thread_ts) is not None
            return of_a_case or unit.private.in_thread(channel, thread_ts) is not None

    def introduce(
        self,
        slack_id: str,
        name: str,
        locale: str,
        now: datetime,
        membership: Membership = Membership.MEMBER,
    ) -> None:
        """Remember a person's name, language and membership."""
        with self.store.begin() as unit:
            person = unit.people.by_slack_id(slack_id, now)
            person.name, person.locale, person.seen_at = name, locale, now
            person.membership = membership
            unit.people.save(person)

    def may_act_for_others(self, command: Command) -> bool:
        """Return whether a command by whoever sent it may be about others, as far as rights go."""
        user, desk = getattr(command, "user", ""), self._desk_for(command)
        with desk.store.snapshot() as unit:
            return desk.principal(unit, user).is_staff

    def names(self) -> KnownNames:
        """Return everybody's name that is known, to be masked."""
        with self.store.snapshot() as unit:
            return unit.people.names()

    def know_names(self, names: frozenset[str], now: datetime) -> None:
        """Mask the names of the workspace from now on, and keep them hashed for the next start.

        Raises
        ------
        UnavailableError
            When they cannot be kept; they are masked all the same.
        """
        for store in self._stores:
            store.know_names(KnownNames(names), now)
        keep_names(self.settings, self.store, names, now)

    def recall_names(self, now: datetime) -> None:
        """Mask the names that were kept before the start, where they are not older than a day.

        Raises
        ------
        UnavailableError
            When the database does not answer.
        """
        for store in self._stores:
            recall_names(self.settings, store, now)

    @property
    def _stores(self) -> tuple[Store, ...]:
        return (self.store, *([self.sandbox.store] if self.sandbox else []))

    def set_group(self, group: str, slack_ids: list[str]) -> None:
        """Remember who is in a Slack user group."""
        with self.store.begin() as unit:
            unit.people.set_members(group, slack_ids)

    def may_resolve(self, slack_id: str, ticket_id: int, now: datetime) -> work.Resolvable | None:
        """Return what the resolve form needs when the person may resolve the ticket now."""
        for desk in (self.desk, *([self.sandbox] if self.sandbox else [])):
            with desk.store.snapshot() as unit:
                if unit.tickets.find(ticket_id) is not None:
                    return work.may_resolve(desk, unit, slack_id, ticket_id, now)
        return None

    def receiving(self) -> "Lotsen":
        """Return a core that only keeps what it is told, until `collect_received` moves it.

        On PostgreSQL, where nobody waits for another writer, it goes into the inbox at once.
        """
        if self.spool is None:
            return self
        return replace(self, mailbox=Mailbox(self.store, receives=self.spool))

    def collect_received(self) -> int:
        """Move what a receiving process kept into the inbox; return how many commands.

        Raises
        ------
        UnavailableError
            When the database does not answer, or the file of what was received.
        """
        return self.mailbox.collect(self.spool) if self.spool is not None else 0

    def load(self, now: datetime) -> Load:
        """Return how much waits, and for how long."""
        with self.store.snapshot() as unit:
            return Load(
                inbox_waiting=unit.inbox.waiting(now),
                inbox_dead=unit.inbox.dead(),
                inbox_oldest_s=_age_s(unit.inbox.oldest_waiting(now), now),
                outbox_waiting=unit.outbox.waiting(),
                outbox_stuck=unit.outbox.stuck(),
                outbox_oldest_s=_age_s(unit.outbox.oldest_waiting(), now),
                tickets=unit.tickets.count(),
            )

    def review(self, quarter: Period, now: datetime, language: Language) -> Message:
        """Write the quarter's review of the AI systems."""
        facts = read_facts(self.store, self.settings, quarter, now)
        return governance_message(facts, words_for(language))

    def quarter_files(self, statement: Statement, language: Language) -> tuple[File, ...]:
        """Return a quarterly statement's picture and PDF; none without the extra `report`."""
        return quarter_files(statement, self.kpis.baseline(), words_for(language))

    def warm_up(self, now: datetime) -> None:
        """Load what the first question would otherwise wait for: index, models, embeddings."""
        day = now.astimezone(self.calendar.zone).date()
        for wait in (True, False):
            language = detect("Lotsen", self.settings.lotsen_language)
            self.triage.classify("Lotsen", language)
            self.knowledge.search("Lotsen", language, 1, today=day)
            if wait:
                self.knowledge.prepare()

    def close(self) -> None:
        self.store.close()
        if self.spool is not None:
            self.spool.close()


def calendar_of(settings: Settings) -> Calendar:
    """Return the office's calendar as the settings have it.

    Raises
    ------
    InvalidError
        When its days or hours are not written as they should be.
    """
    return calendar_for(
        settings.lotsen_timezone,
        settings.lotsen_country,
        settings.lotsen_office_opens,
        settings.lotsen_office_closes,
        settings.lotsen_half_days,
        settings.lotsen_half_day_closes,
        settings.lotsen_closed_days,
    )


def open_lotsen(
    settings: Settings,
    *,
    migrate: bool = True,
    sources: Sequence[Source] = REAL,
    store: Store | None = None,
    patience_s: float | None = None,
) -> Lotsen:
    """Open the core on the database that the settings name.

    Parameters
    ----------
    migrate
        Bring the tables up to this version first.
    sources
        Which tickets count in the figures; only the playground counts made-up ones.
    store
        An open database, instead of the settings' own.
    patience_s
        How long a question waits for its embedding before words alone serve it; None, as at
        a terminal: as long as it takes.

    Raises
    ------
    UnavailableError
        When the database does not answer.
    InvalidError
        When the database was written by a newer version.
    """
    store = store or Store(settings.database_url)
    if migrate:
        migration.upgrade(store)
    calendar = calendar_of(settings)
    embedder = embedder_for(settings, store, patience_s)
    triage = Triage(store, embedder=embedder)
    knowledge = KnowledgeBase(
        store,
        target=settings.lotsen_answer_precision,
        embed=embedder,
        embed_private=settings.lotsen_embeddings.strip() == LOCAL,
    )
    desk = DeskContext.of(settings, store, triage, knowledge, calendar)
    channel = settings.lotsen_sandbox_channel
    kpis = Kpis(store, calendar, tuple(sources), settings.staff, settings.currency)
    setting = _digest_setting(settings, store, knowledge)
    value = Value(
        store, calendar, kpis, tuple(sources), setting, settings.headcount, settings.currency
    )
    plan = PlanService(store, calendar, kpis, settings.lotsen_language, _stated(calendar, value))
    registers = RegisterService(store, settings, calendar.zone)
    drilldowns = Drilldowns(
        store, calendar, kpis, value.statement_in, settings.staff, tuple(sources)
    )
    plan_requests = PlanRequests(desk, plan)
    statement_requests = StatementRequests(desk, value)
    baselines = Baselines(desk, kpis)
    figure_requests, personal_summary = (
        FigureRequests(desk, drilldowns, value.challenge),
        PersonalSummary(desk, kpis),
    )
    slash = SlashCommand(
        _reports(store, calendar, kpis, plan, value), partial(_where_texts_go, settings)
    )

    topics: dict[str, UseCase] = {
        "register": register_requests.list_register,
        "categories": category_requests.list_categories,
        "duty": lambda _, command, now: rota_requests.list_duty(desk, command, now),
        "trace": lambda context, command, now: show_trace(
            context, settings.lotsen_help_channel, command, now
        ),
        "mine": lambda _, command, now: personal_summary.show(command, now),
    }

    def ask(context: DeskContext, command: Ask, now: datetime) -> None:
        if asks_for_cut(command):
            figure_requests.cut(command, now)
        else:
            topics.get(command.topic, slash.answer)(context, command, now)

    use_cases: dict[type, UseCase] = {
        **_USE_CASES,
        Ask: ask,
        ShowDrilldown: lambda _, command, now: figure_requests.show(command, now),
        ChangePlan: lambda _, command, now: plan_requests.change(command, now),
        DeclareFreed: lambda _, command, now: statement_requests.declare(command, now),
        IssueStatement: lambda _, command, now: statement_requests.issue(command, now),
        DecideMoney: lambda _, command, now: statement_requests.decide(command, now),
        ChangeRota: lambda _, command, now: rota_requests.change_rota(desk, command, now),
        ChooseBaseline: lambda _, command, now: baselines.choose(command, now),
        DrawPicture: lambda _, command, now: picture_requests.draw_picture(
            desk, plan, command, now
        ),
    }
    use_cases[PostMessage] = warned_of_exposed(paced(outage_watched(use_cases[PostMessage])))
    use_cases |= {kind: private_first(use_cases[kind]) for kind in TAKES_WORDS}
    use_cases |= {kind: at_the_door(use_cases[kind]) for kind in (PostMessage, MakeTicket, Ask)}
    lease = timedelta(seconds=settings.lotsen_lease_seconds)
    return Lotsen(
        settings=settings,
        store=store,
        mailbox=Mailbox(store, lease),
        spool=spool_of(store.url),
        desk=desk,
        calendar=calendar,
        triage=triage,
        learning=Learning(store, embedder=embedder),
        knowledge=knowledge,
        library=Library(store, settings.lotsen_language, urls=settings.lotsen_import_urls),
        kpis=kpis,
        plan=plan,
        value=value,
        registers=registers,
        plan_requests=plan_requests,
        programme=ProgrammeReport(plan, registers, calendar),
        lead_home=LeadHome(desk, kpis),
        use_cases=use_cases,
        slash=slash,
        knowledge_maintenance=KnowledgeMaintenance(desk, settings.lotsen_review_days),
        baselines=baselines,
        sandbox=sandbox_context(desk, channel) if channel else None,
        figure_requests=figure_requests,
        statement_requests=statement_requests,
        inbound=Inbound(store, lease),
    )


def _where_texts_go(settings: Settings, words: Translator) -> tuple[str, ...]:
    facts = facts_of(SystemFacts(settings), words)
    return tuple(facts[name].value for name in ("database", "language_model", "embeddings"))


def _digest_setting(settings: Settings, store: Store, knowledge: KnowledgeBase) -> DigestSetting:
    def worst(now: datetime) -> tuple[WorstGap, ...]:
        found = gaps(store, knowledge, now, limit=1)
        with store.snapshot() as unit:
            return tuple(
                WorstGap(
                    gap.example if gap.people >= FEWEST_ALIKE else "",
                    gap.minutes,
                    gap.size,
                    unit.feedback.category_of(gap.cases),
                    gap.article,
                )
                for gap in found
            )

    return DigestSetting.of(settings, worst)


def _reports(
    store: Store, calendar: Calendar, kpis: Kpis, plan: PlanService, value: Value
) -> dict[str, Report]:
    """Return the figures that `/lotsen` shows, each by its word."""

    def today(now: datetime) -> date:
        return now.astimezone(calendar.zone).date()

    def kpi(words: Translator, now: datetime) -> Message:
        measured = latest_week(kpis, today(now), now)
        message = kpi_message(measured, words, calendar.zone)
        if measured.period != week_of(today(now)):
            message = as_last_week(message, words)
        message = kpis_with_list(message, measured, words)
        with store.snapshot() as unit:
            return survey_answers.with_pulse(message, unit, words)

    def roi(words: Translator, now: datetime) -> Message:
        return value.report(quarter_of(today(now)), now, words.language)

    return {
        "kpi": kpi,
        "plan": lambda words, now: plan.week_message(now, words.language),
        "roi": roi,
    }


def _stated(calendar: Calendar, value: Value) -> StatementAt:
    def stated(now: datetime) -> Statement:
        return value.statement(quarter_of(now.astimezone(calendar.zone).date()), now)

    return stated


def _age_s(since: datetime | None, now: datetime) -> float:
    return max(0.0, (now - since).total_seconds()) if since else 0.0
