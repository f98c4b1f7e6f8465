"""Who reads of an incident: its owner, the lead, the reported thread, those who reported it."""

from collections.abc import Sequence
from typing import Final

from models.desk.base.turn import Turn
from models.desk.incidents import incident_cards
from models.desk.incidents.incident_cards import IncidentView
from models.desk.tickets.recording import named
from models.language import Mention as Named
from models.language import Translator, language_of, words_for
from models.mailbox import Envelope, post_below
from models.message import Message, text_message
from models.store.transaction import UnitOfWork
from models.tables import Incident, IncidentReport, Person

_TO_ALL: Final = ":support"
"""How the key of a page ends that stands in the support channel, because nobody answers."""


def page_owner(turn: Turn, incident: Incident) -> None:
    """Page whoever decides: the owner, else each IT lead, else the support channel.

    The lead's channel reads in any case that it happened. A page is named after its reader, so
    that it stays theirs whoever becomes a lead meanwhile.
    """
    desk = turn.desk
    seen, first = _view(turn.unit, incident), f"incident:{incident.id}:page"
    for_all = incident_cards.for_the_lead(seen, desk.words)
    readers = _readers(turn, incident)
    for reader in readers:
        message = incident_cards.page(seen, desk.words_of(reader))
        turn.post(f"{first}:{reader.id}", Envelope(reader.slack_id or ""), message)
    if desk.lead_channel:
        turn.post(f"incident:{incident.id}:lead", Envelope(desk.lead_channel), for_all)
    elif not readers:
        turn.post(f"{first}{_TO_ALL}", Envelope(desk.support_channel), for_all)


def _readers(turn: Turn, incident: Incident) -> Sequence[Person]:
    people, leads = turn.unit.people, turn.desk.leads
    owner = people.get(incident.owner) if incident.owner else None
    if owner is not None and owner.slack_id:
        return [owner]
    groups = {name for name in leads if name.startswith("S")}
    ids = sorted((leads - groups) | people.members_of(groups))
    return [people.by_slack_id(slack_id, turn.now) for slack_id in ids]


def _pages(turn: Turn, incident_id: int) -> list[tuple[str, str, Translator | None]]:
    """Return the key of each page that somebody has, its channel, and its reader's language.

    Who was paged is who has a page: who would be paged today may be somebody else. The language
    is None where the whole channel reads the page.
    """
    return [
        (row.key, row.channel, None if row.key.endswith(_TO_ALL) else _words_at(turn, row.channel))
        for row in turn.unit.outbox.begun_with(f"incident:{incident_id}:page")
        if row.channel and ":more:" not in row.key
    ]


def _words_at(turn: Turn, channel: str) -> Translator:
    return turn.desk.words_of(turn.unit.people.find(channel))


def _view(unit: UnitOfWork, incident: Incident) -> IncidentView:
    reports = unit.incidents.reports_of(incident.id or 0)
    first = reports[0] if reports else None
    like = max(0, len(unit.incidents.kept_out_by(incident.id or 0)) - 1)
    return IncidentView(incident, _reporter(unit, first), first.told if first else "", like)


def _reporter(unit: UnitOfWork, report: IncidentReport | None) -> Named | None:
    """Return who reported; None where they were erased."""
    person = unit.people.get(report.reporter) if report else None
    return named(person) if person is not None and person.slack_id else None


def post_another_report(turn: Turn, incident: Incident, report: IncidentReport) -> None:
    """Let who was paged read that somebody else reports the same, below the page."""
    pages = _pages(turn, incident.id or 0)
    if not pages:  # whoever had one was erased
        page_owner(turn, incident)
    for key, channel, words in pages:
        message = _another_report(turn, report, words)
        post_below(turn.unit, f"{key}:more:{report.id}", key, channel, message, turn.now)


def _another_report(turn: Turn, report: IncidentReport, words: Translator | None) -> Message:
    """Return the news of one more report; who reported and what they wrote is for one reader."""
    if words is None:
        return incident_cards.another_report(report.kind, None, "", turn.desk.words)
    who = _reporter(turn.unit, report)
    return incident_cards.another_report(report.kind, who, report.told, words)


def withhold_post(turn: Turn, incident: Incident) -> None:
    """Take the words off the post that was reported; a search's post is the asker's alone."""
    unit, key = turn.unit, incident.post
    row = unit.outbox.find(key) if key.startswith("case:") else None
    case = unit.tickets.find_case(int(key.split(":")[1])) if row is not None else None
    if row is not None and case is not None:
        words = words_for(language_of(case.language, "en"))
        turn.update(key, row.channel, incident_cards.withheld(incident.state, case.id or 0, words))


def page_successors(turn: Turn, owner: str) -> None:
    """Page whoever comes next for the open incidents of somebody who was erased."""
    for incident in turn.unit.incidents.open_of(owner):
        page_owner(turn, incident)


def redraw_pages(turn: Turn, incident_id: int) -> None:
    """Bring the page and the lead's post up to date: what was decided, what was erased."""
    incident = turn.unit.incidents.get(incident_id)
    if incident is None:
        return
    seen = _view(turn.unit, incident)
    for_all = incident_cards.for_the_lead(seen, turn.desk.words)
    for key, channel, words in _pages(turn, incident_id):
        turn.update(key, channel, incident_cards.page(seen, words) if words else for_all)
        for report in turn.unit.incidents.reports_of(incident_id)[1:]:
            turn.update(f"{key}:more:{report.id}", channel, _another_report(turn, report, words))
    turn.update(f"incident:{incident_id}:lead", turn.desk.lead_channel, for_all)


def thank_reporters(turn: Turn, incident: Incident) -> None:
    """Tell those who reported what came of it."""
    for report in turn.unit.incidents.reports_of(incident.id or 0):
        person = turn.unit.people.get(report.reporter)
        if person is not None and person.slack_id:
            words = turn.desk.words_of(person)
            outcome = incident_cards.outcome_of(incident, words)
            line = words.rich("Your report was looked at. {outcome}.", outcome=outcome)
            key = f"incident:{incident.id}:thanks:{report.id}"
            turn.post(key, Envelope(person.slack_id), text_message(line))
