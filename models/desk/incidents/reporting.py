"""Somebody reports what an AI system said: it is kept out at once, and its owner is paged.

Read what was reported, and what says nearly the same, outside any transaction → write the
report, the quarantine, the page and the risk in one. Whoever reports is known to the owner
alone; the lead's channel and the register read only that it happened.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from models.commands import JudgeIncident, ReportIncident
from models.desk.base.answer_posts import answer_post
from models.desk.base.context import DeskContext, reply_to
from models.desk.base.form_problems import NOT_OPENED
from models.desk.curation.reviews import owner_of
from models.desk.incidents.incident_pages import page_owner, redraw, tell_more, thank, withhold
from models.desk.incidents.incident_reach import Near, nearly_the_same, quarantine_rows
from models.desk.incidents.incident_risk import update_risk
from models.desk.registers.register_lines import lines_in
from models.desk.tickets import cards
from models.errors import InvalidError, LotsenError, NotAllowedError, NotFoundError
from models.governance.authorization import Action, Subject, authorize
from models.knowledge.visibility import is_private, visible_to
from models.language import Words
from models.mailbox import Envelope
from models.message import Runs, text_message
from models.registers.catalogue import register_of
from models.store.knowledge import words_sha256
from models.store.transaction import Store, UnitOfWork
from models.tables import (
    Article,
    Case,
    DecidedBy,
    EventKind,
    Incident,
    IncidentKind,
    IncidentReport,
    IncidentState,
    Person,
)

MOST_A_DAY = 5
"""Reports by one person in 24 hours; each takes an answer away from everybody."""
_AUTOMATIC = (DecidedBy.RULE, DecidedBy.CLASSIFIER, DecidedBy.LLM)
_STATES = {"release": IncidentState.RELEASED, "keep_out": IncidentState.KEPT_OUT}
_CLASSIFIER = "model:lotsen-triage"


@dataclass(frozen=True, slots=True)
class Reported:
    """What was reported: an answer or a label, as it stands, and the post that shows it."""

    subject: str
    title: str
    said: str
    post: str
    article: Article | None = None
    by_model: bool = False


# Reporting ---------------------------------------------------------------------------------------


def report_incident(desk: DeskContext, command: ReportIncident, now: datetime) -> None:
    """Take a report, once: keep the answer out, page its owner, count it as a risk."""
    near = nearly_the_same(desk, command)
    with desk.store.begin() as unit:
        if not unit.inbox.finish(command.id, now):
            return
        person = unit.people.by_slack_id(command.user, now)
        words = desk.words_of(person)
        to = Envelope(command.channel, person=command.user, reply_url=command.reply_url)
        try:
            said = _heard(desk, unit, person, command, near, words, now)
        except LotsenError:
            said = words.rich("This cannot be reported here. Please tell the support team.")
        reply_to(unit, command.id, to, text_message(said), now)


def _heard(
    desk: DeskContext,
    unit: UnitOfWork,
    person: Person,
    command: ReportIncident,
    near: Sequence[Near],
    words: Words,
    now: datetime,
) -> Runs:
    if unit.in_sandbox:
        return words.rich(
            "In the sandbox a report changes nothing. In earnest it pages the owner at once."
        )
    if not command.kind:
        return words.rich(NOT_OPENED)
    # Two reports at once, of the same or by the same person, are heard one after the other.
    unit.lock(f"incident:by:{person.id}")
    reported = _reported(desk, unit, person, command)
    unit.lock(f"incident:{reported.subject}")
    if unit.incidents.reported(person.id, reported.subject, words_sha256(reported.said)):
        return words.rich("You have reported this already. Thank you.")
    if unit.incidents.reports_since(person.id, now - timedelta(days=1)) >= MOST_A_DAY:
        return words.rich("You have reported a lot today. Please tell the support team the rest.")
    _write(desk, unit, person, command, reported, near, now)
    if reported.article is None:
        return words.rich("Thank you. Whoever answers for the system has been told.")
    return words.rich(
        "Thank you. The answer is not shown any more until its owner has looked at it."
    )


def _reported(
    desk: DeskContext, unit: UnitOfWork, person: Person, command: ReportIncident
) -> Reported:
    if command.ticket_id:
        return _label(desk, unit, person, command.ticket_id)
    return _answer(desk, unit, person, command)


def _label(desk: DeskContext, unit: UnitOfWork, person: Person, ticket_id: int) -> Reported:
    ticket = unit.tickets.get(ticket_id)
    about = Subject("ticket", str(ticket_id), ticket.requester_id or "")
    authorize(desk.actor(unit, person), Action.EXPLAIN_TICKET, about)
    if not ticket.category or ticket.decided_by not in _AUTOMATIC:
        raise InvalidError("no system chose the category")
    title = cards.category_title(unit.tickets.categories(), ticket.category, desk.words)
    subject = f"ticket:{ticket_id}"
    by_model = ticket.decided_by is DecidedBy.LLM
    return Reported(subject, title, ticket.category, f"{subject}:card", by_model=by_model)


def _answer(
    desk: DeskContext, unit: UnitOfWork, person: Person, command: ReportIncident
) -> Reported:
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
    subject = Subject("answer", f"{case.id}:{article.id}", case.person_id)
    if everybodys:
        subject = Subject("answer", f"{case.id}:{article.id}", person.id)
    authorize(desk.actor(unit, person), Action.REPORT_INCIDENT, subject)
    groups = unit.people.groups_of(command.user)
    if not visible_to(article, command.user, groups) or not (shown or case.entrance == "command"):
        raise NotAllowedError("they were not shown it")
    by_model = any(detail.get("by") == DecidedBy.LLM.value for detail in shown)
    key = answer_post(unit, case) if shown else ""
    return Reported(f"article:{article.id}", article.title, article.answer, key, article, by_model)


def _in_a_channel(case: Case) -> bool:
    return bool(case.channel) and not case.channel.startswith("D")


def _write(
    desk: DeskContext,
    unit: UnitOfWork,
    person: Person,
    command: ReportIncident,
    reported: Reported,
    near: Sequence[Near],
    now: datetime,
) -> None:
    kind = IncidentKind(command.kind)
    known = unit.incidents.open_about(reported.subject)
    incident = known or _begun(desk, unit, reported, kind, now)
    report = unit.incidents.save(
        IncidentReport(
            incident_id=incident.id or 0,
            reporter=person.id,
            subject=reported.subject,
            said_sha256=words_sha256(reported.said),
            kind=kind,
            told=command.told.strip(),
            at=now,
        )
    )
    if known is not None:
        tell_more(desk, unit, incident, report, now)
        return
    if reported.article is not None:
        unit.incidents.keep_out(quarantine_rows(unit, incident, reported.article, near))
    page_owner(desk, unit, incident, now)
    update_risk(desk, unit, kind, now)
    withhold(unit, incident, now)


def _begun(
    desk: DeskContext, unit: UnitOfWork, reported: Reported, kind: IncidentKind, now: datetime
) -> Incident:
    owner = _owner(desk, unit, reported, now)
    title = reported.title
    article = reported.article
    if article is not None and is_private(article):
        title = desk.words.say("a document that is not for everybody")
    return unit.incidents.save(
        Incident(
            subject=reported.subject,
            kind=kind,
            state=IncidentState.OPEN,
            title=title,
            post=reported.post,
            owner=owner.id if owner else "",
            opened_at=now,
        )
    )


def _owner(desk: DeskContext, unit: UnitOfWork, reported: Reported, now: datetime) -> Person | None:
    """Return who answers: for the AI system, else for the article; None where nobody does."""
    lines = [line for line in lines_in(unit, register_of("ai_systems")) if line.values.get("owner")]
    model = desk.llm.model if desk.llm and reported.by_model else ""
    first = f"model:{model}"[:64] if model else _CLASSIFIER
    for line in sorted(lines, key=lambda line: (line.origin != first, line.number)):
        person = unit.people.get(str(line.values["owner"]))
        if person is not None and person.slack_id:
            return person
    owner = owner_of(unit, reported.article, now) if reported.article else None
    return owner if owner is not None and owner.slack_id else None


# Deciding ----------------------------------------------------------------------------------------


def judge_incident(desk: DeskContext, command: JudgeIncident, now: datetime) -> None:
    """Take the owner's or the lead's verdict; whoever taps first decides."""
    with desk.store.begin() as unit:
        if not unit.inbox.finish(command.id, now):
            return
        person = unit.people.by_slack_id(command.user, now)
        words = desk.words_of(person)
        to = Envelope(command.channel, person=command.user, reply_url=command.reply_url)
        incident = unit.incidents.get(command.incident_id)
        subject = Subject("incident", str(command.incident_id), incident.owner if incident else "")
        try:
            authorize(desk.actor(unit, person), Action.DECIDE_INCIDENT, subject)
            close(desk, unit, command.incident_id, _STATES[command.verdict], person.id, now)
        except NotAllowedError:
            line = words.rich("Only the owner or the IT lead can decide this.")
            reply_to(unit, command.id, to, text_message(line), now)
        except (NotFoundError, InvalidError):
            line = words.rich("Somebody decided this already, or it is gone.")
            reply_to(unit, command.id, to, text_message(line), now)


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
        return _line(unit, close(desk, unit, incident_id, state, "", now))


def _line(unit: UnitOfWork, row: Incident) -> IncidentLine:
    return IncidentLine(row, len(unit.incidents.kept_out_by(row.id or 0)))


def close(
    desk: DeskContext,
    unit: UnitOfWork,
    incident_id: int,
    state: IncidentState,
    by: str,
    now: datetime,
) -> Incident:
    """Close an incident; ``by`` is a pseudonym, empty for the command line.

    Raises
    ------
    NotFoundError
        When there is none.
    InvalidError
        When it is closed already.
    """
    incident = unit.incidents.get(incident_id)
    if incident is None:
        raise NotFoundError(f"there is no incident {incident_id}; see: lotsen incident list")
    if incident.state is not IncidentState.OPEN:
        raise InvalidError(f"incident {incident_id} is {incident.state.value} already")
    incident.state, incident.closed_by, incident.closed_at = state, by, now
    unit.incidents.save(incident)
    if state is IncidentState.RELEASED:
        unit.incidents.lift(incident_id, now)
    update_risk(desk, unit, incident.kind, now)
    redraw(desk, unit, incident_id, state.value, now)
    withhold(unit, incident, now)
    thank(desk, unit, incident, now)
    return incident
