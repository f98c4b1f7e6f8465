"""Somebody reports what an AI system said: it is kept out at once, and its owner is paged.

Read what was reported, and what says nearly the same, outside any transaction → write the
report, the quarantine, the page and the risk in one. Whoever reports is known to the owner
alone; the lead's channel and the register read only that it happened.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from models.commands import JudgeIncident, ReportIncident
from models.desk.base.answer_posts import answer_post
from models.desk.base.context import DeskContext
from models.desk.base.form_problems import DECIDED_ALREADY, NOT_OPENED
from models.desk.base.turn import RequestTurn, Turn, answer_request, use_case
from models.desk.curation.reviews import owner_of
from models.desk.incidents.incident_pages import (
    page_owner,
    post_another_report,
    redraw_pages,
    thank_reporters,
    withhold_post,
)
from models.desk.incidents.incident_risk import update_risk
from models.desk.registers.register_lines import lines_in
from models.desk.tickets import cards
from models.desk.tickets.work import ticket_for
from models.errors import InvalidError, LotsenError, NotAllowedError, NotFoundError
from models.governance.authorization import Action, Subject, authorize
from models.knowledge.similarity import ANSWERS, NEARLY_IDENTICAL
from models.knowledge.visibility import is_private, visible_to
from models.message import Runs
from models.registers.catalogue import register_of
from models.store.knowledge import words_sha256
from models.store.transaction import Store, UnitOfWork
from models.tables import (
    Article,
    ArticleKind,
    Case,
    DecidedBy,
    EventKind,
    Incident,
    IncidentKind,
    IncidentReport,
    IncidentState,
    Person,
    Quarantine,
)

MOST_A_DAY = 5
"""Reports by one person in 24 hours; each takes an answer away from everybody."""
_AUTOMATIC = (DecidedBy.RULE, DecidedBy.CLASSIFIER, DecidedBy.LLM)
_STATES = {"release": IncidentState.RELEASED, "keep_out": IncidentState.KEPT_OUT}
_CLASSIFIER = "model:lotsen-triage"


@dataclass(frozen=True, slots=True)
class ReportedContent:
    """What was reported: an answer or a label, as it stands, and the post that shows it."""

    subject: str
    title: str
    content: str
    post: str
    article: Article | None = None
    by_model: bool = False


@dataclass(frozen=True, slots=True)
class SimilarAnswer:
    """An answer that goes with the one reported: its row, the hash of its words, how near."""

    article_id: int
    words: str
    likeness: float


# Reporting ---------------------------------------------------------------------------------------


def report_incident(desk: DeskContext, command: ReportIncident, now: datetime) -> None:
    """Take a report, once: keep the answer out, page its owner, count it as a risk."""
    similar = _similar_answers(desk, command)
    answer_request(desk, command, now, partial(_report, similar=similar))


def _report(turn: RequestTurn[ReportIncident], similar: Sequence[SimilarAnswer]) -> None:
    try:
        reply = _outcome(turn, similar)
    except LotsenError:
        reply = turn.words.rich("This cannot be reported here. Please tell the support team.")
    turn.reply(reply)


def _outcome(turn: RequestTurn[ReportIncident], similar: Sequence[SimilarAnswer]) -> Runs:
    unit, person, words = turn.unit, turn.person, turn.words
    if unit.in_sandbox:
        return words.rich(
            "In the sandbox a report changes nothing. In earnest it pages the owner at once."
        )
    if not turn.command.kind:
        return words.rich(NOT_OPENED)
    # Two reports at once, of the same or by the same person, are heard one after the other.
    unit.lock(f"incident:by:{person.id}")
    reported = _label(turn) if turn.command.ticket_id else _answer(turn)
    unit.lock(f"incident:{reported.subject}")
    if unit.incidents.reported(person.id, reported.subject, words_sha256(reported.content)):
        return words.rich("You have reported this already. Thank you.")
    if unit.incidents.reports_since(person.id, turn.now - timedelta(days=1)) >= MOST_A_DAY:
        return words.rich("You have reported a lot today. Please tell the support team the rest.")
    _write(turn, reported, similar)
    if reported.article is None:
        return words.rich("Thank you. Whoever answers for the system has been told.")
    return words.rich(
        "Thank you. The answer is not shown any more until its owner has looked at it."
    )


def _label(turn: RequestTurn[ReportIncident]) -> ReportedContent:
    desk, unit, number = turn.desk, turn.unit, turn.command.ticket_id
    ticket = ticket_for(turn, number, Action.EXPLAIN_TICKET)
    if not ticket.category or ticket.decided_by not in _AUTOMATIC:
        raise InvalidError("no system chose the category")
    title = cards.category_title(unit.tickets.categories(), ticket.category, desk.words)
    subject = f"ticket:{number}"
    by_model = ticket.decided_by is DecidedBy.LLM
    return ReportedContent(subject, title, ticket.category, f"{subject}:card", by_model=by_model)


def _answer(turn: RequestTurn[ReportIncident]) -> ReportedContent:
    unit, command = turn.unit, turn.command
    case, article = unit.tickets.find_case(command.case_id), unit.knowledge.get(command.article_id)
    if case is None or article is None:
        raise NotFoundError(f"no answer {command.case_id}:{command.article_id}")
    shown = [
        event.detail
        for event in unit.tickets.events_of_case(command.case_id)
        if event.kind is EventKind.ANSWERED and event.detail.get("article") == article.id
    ]
    # What stands in a channel is everybody's to report; all else is the asker's alone.
    everybodys = bool(shown) and _in_a_channel(case) and not is_private(article)
    owner = turn.person.id if everybodys else case.person_id
    subject = Subject("answer", f"{case.id}:{article.id}", owner)
    authorize(turn.actor, Action.REPORT_INCIDENT, subject)
    groups = unit.people.groups_of(command.user)
    if not visible_to(article, command.user, groups) or not (shown or case.entrance == "command"):
        raise NotAllowedError("they were not shown it")
    by_model = any(detail.get("by") == DecidedBy.LLM.value for detail in shown)
    key = answer_post(unit, case) if shown else ""
    subject_key = f"article:{article.id}"
    return ReportedContent(subject_key, article.title, article.answer, key, article, by_model)


def _in_a_channel(case: Case) -> bool:
    return bool(case.channel) and not case.channel.startswith("D")


def _write(
    turn: RequestTurn[ReportIncident], reported: ReportedContent, similar: Sequence[SimilarAnswer]
) -> None:
    unit, command = turn.unit, turn.command
    kind = IncidentKind(command.kind)
    known = unit.incidents.open_about(reported.subject)
    incident = known or unit.incidents.save(_new_incident(turn, reported, kind))
    report = unit.incidents.save(
        IncidentReport(
            incident_id=incident.id or 0,
            reporter=turn.person.id,
            subject=reported.subject,
            said_sha256=words_sha256(reported.content),
            kind=kind,
            told=command.told.strip(),
            at=turn.now,
        )
    )
    if known is not None:
        post_another_report(turn, incident, report)
        return
    if reported.article is not None:
        unit.incidents.keep_out(_quarantine_rows(unit, incident, reported.article, similar))
    page_owner(turn, incident)
    update_risk(turn, kind)
    withhold_post(turn, incident)


def _new_incident(turn: Turn, reported: ReportedContent, kind: IncidentKind) -> Incident:
    owner, title, article = _owner(turn, reported), reported.title, reported.article
    if article is not None and is_private(article):
        title = turn.desk.words.gettext("a document that is not for everybody")
    return Incident(
        subject=reported.subject,
        kind=kind,
        state=IncidentState.OPEN,
        title=title,
        post=reported.post,
        owner=owner.id if owner else "",
        opened_at=turn.now,
    )


def _owner(turn: Turn, reported: ReportedContent) -> Person | None:
    """Return who answers: for the AI system, else for the article; None where nobody does."""
    unit, llm = turn.unit, turn.desk.llm
    lines = [line for line in lines_in(unit, register_of("ai_systems")) if line.values.get("owner")]
    model = llm.model if llm and reported.by_model else ""
    first = f"model:{model}"[:64] if model else _CLASSIFIER
    for line in sorted(lines, key=lambda line: (line.origin != first, line.number)):
        person = unit.people.get(str(line.values["owner"]))
        if person is not None and person.slack_id:
            return person
    owner = owner_of(unit, reported.article, turn.now) if reported.article else None
    return owner if owner is not None and owner.slack_id else None


# What goes with it ------------------------------------------------------------------------------


def _similar_answers(desk: DeskContext, command: ReportIncident) -> tuple[SimilarAnswer, ...]:
    """Return what says nearly the same as the answer reported; slow, so outside transactions."""
    if not command.article_id:
        return ()
    with desk.store.snapshot() as unit:
        article = unit.knowledge.get(command.article_id)
        others = [row for row in unit.knowledge.all() if article and row.id != article.id]
    if article is None:
        return ()
    alike = ANSWERS.cosines(article.answer, [row.answer for row in others])
    return tuple(
        SimilarAnswer(row.id or 0, words_sha256(row.answer), float(cosine))
        for row, cosine in zip(others, alike, strict=True)
        if cosine >= NEARLY_IDENTICAL or _same_article(row, article)
    )


def _same_article(one: Article, other: Article) -> bool:
    """Return whether two rows are one article: its translations, or passages of one section."""
    if one.document != other.document or one.kind is not other.kind:
        return False
    if one.kind is ArticleKind.ANSWER:
        return one.external_id == other.external_id
    return bool(one.title) and one.title == other.title


def _quarantine_rows(
    unit: UnitOfWork, incident: Incident, article: Article, near: Sequence[SimilarAnswer]
) -> Iterator[Quarantine]:
    yield _row(incident, article, 1.0)
    for one in near:
        row = unit.knowledge.get(one.article_id)
        if row is not None and words_sha256(row.answer) == one.words:
            yield _row(incident, row, round(one.likeness, 3))


def _row(incident: Incident, article: Article, near: float) -> Quarantine:
    return Quarantine(
        incident_id=incident.id or 0,
        article_id=article.id or 0,
        document=article.document,
        external_id=article.external_id,
        language=article.language,
        answer_sha256=words_sha256(article.answer),
        likeness=near,
    )


# Deciding ----------------------------------------------------------------------------------------


@use_case
def judge_incident(turn: RequestTurn[JudgeIncident]) -> None:
    """Take the owner's or the lead's verdict; whoever taps first decides."""
    number, words = turn.command.incident_id, turn.words
    incident = turn.unit.incidents.get(number)
    subject = Subject("incident", str(number), incident.owner if incident else "")
    refusal = words.rich("Only the owner or the IT lead can decide this.")
    turn.authorize(Action.DECIDE_INCIDENT, subject, otherwise=refusal)
    try:
        close_incident(turn, number, _STATES[turn.command.verdict], by=turn.person.id)
    except (NotFoundError, InvalidError):
        turn.reply(words.rich(DECIDED_ALREADY))


@dataclass(frozen=True, slots=True)
class IncidentLine:
    """A line of ``lotsen incident list``: an incident, and how many answers it keeps out."""

    incident: Incident
    kept_out: int


def incident_lines(store: Store, *, everything: bool = False) -> list[IncidentLine]:
    """Return the open incidents, or all of them, the newest first."""
    with store.snapshot() as unit:
        return [_line(unit, row) for row in unit.incidents.listing(everything=everything)]


def close_by_hand(
    desk: DeskContext, incident_id: int, state: IncidentState, now: datetime
) -> IncidentLine:
    """Close an incident at the terminal.

    Raises
    ------
    NotFoundError
        When there is none.
    InvalidError
        When it is closed already.
    """
    with desk.store.begin() as unit:
        turn = Turn(unit, desk, f"incident:{incident_id}:close", now)
        return _line(unit, close_incident(turn, incident_id, state))


def _line(unit: UnitOfWork, row: Incident) -> IncidentLine:
    return IncidentLine(row, len(unit.incidents.kept_out_by(row.id or 0)))


def close_incident(turn: Turn, incident_id: int, state: IncidentState, by: str = "") -> Incident:
    """Close an incident; ``by`` is a pseudonym, empty for the command line.

    Raises
    ------
    NotFoundError
        When there is none.
    InvalidError
        When it is closed already.
    """
    unit = turn.unit
    incident = unit.incidents.get(incident_id)
    if incident is None:
        raise NotFoundError(f"there is no incident {incident_id}; see: lotsen incident list")
    if incident.state is not IncidentState.OPEN:
        raise InvalidError(f"incident {incident_id} is {incident.state.value} already")
    incident.state, incident.closed_by, incident.closed_at = state, by, turn.now
    unit.incidents.save(incident)
    if state is IncidentState.RELEASED:
        unit.incidents.lift(incident_id, turn.now)
    update_risk(turn, incident.kind)
    redraw_pages(turn, incident_id)
    withhold_post(turn, incident)
    thank_reporters(turn, incident)
    return incident
