"""Who reads of an incident: its owner, the lead, the reported thread, those who reported it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from models.desk.base.context import DeskContext
from models.desk.incidents import incident_cards
from models.desk.incidents.incident_cards import Page
from models.desk.tickets.recording import named
from models.language import Person as Named
from models.language import Words, language_of, words_for
from models.mailbox import Envelope, post, post_below, update
from models.message import Message, text_message
from models.store.transaction import UnitOfWork
from models.tables import Case, Incident, IncidentReport, Person

_TO_ALL: Final = ":support"
"""How the key of a page ends that stands in the support channel, because nobody answers."""


def page_owner(desk: DeskContext, unit: UnitOfWork, incident: Incident, now: datetime) -> None:
    """Page whoever decides: the owner, else each IT lead, else the support channel.

    The lead's channel reads in any case that it happened. A page is named after its reader, so
    that it stays theirs whoever becomes a lead meanwhile.
    """
    seen, first = _seen(unit, incident), f"incident:{incident.id}:page"
    readers = _readers(desk, unit, incident, now)
    for reader in readers:
        message = incident_cards.page(seen, desk.words_of(reader))
        post(unit, f"{first}:{reader.id}", Envelope(reader.slack_id or ""), message, now)
    if desk.lead_channel:
        to, message = Envelope(desk.lead_channel), _lead_message(desk, seen)
        post(unit, f"incident:{incident.id}:lead", to, message, now)
    elif not readers:
        to, message = Envelope(desk.support_channel), _lead_message(desk, seen)
        post(unit, f"{first}{_TO_ALL}", to, message, now)


def _readers(
    desk: DeskContext, unit: UnitOfWork, incident: Incident, now: datetime
) -> Sequence[Person]:
    owner = unit.people.get(incident.owner) if incident.owner else None
    if owner is not None and owner.slack_id:
        return [owner]
    groups = {name for name in desk.leads if name.startswith("S")}
    ids = sorted((desk.leads - groups) | unit.people.members_of(groups))
    return [unit.people.by_slack_id(slack_id, now) for slack_id in ids]


def _pages(unit: UnitOfWork, incident_id: int) -> list[tuple[str, str, bool]]:
    """Return the key of each page that somebody has, its channel, and whether all there read it.

    Who was paged is who has a page: who would be paged today may be somebody else.
    """
    return [
        (row.key, row.channel, row.key.endswith(_TO_ALL))
        for row in unit.outbox.begun_with(f"incident:{incident_id}:page")
        if row.channel and ":more:" not in row.key
    ]


def _words_at(desk: DeskContext, unit: UnitOfWork, channel: str) -> Words:
    return desk.words_of(unit.people.find(channel))


def _seen(unit: UnitOfWork, incident: Incident) -> Page:
    reports = unit.incidents.reports_of(incident.id or 0)
    first = reports[0] if reports else None
    return Page(
        number=incident.id or 0,
        kind=incident.kind,
        title=incident.title,
        post=incident.post,
        reporter=_known(unit, first),
        told=first.told if first else "",
        like=max(0, len(unit.incidents.kept_out_by(incident.id or 0)) - 1),
        state=incident.state,
        label=incident.subject.startswith("ticket:"),
    )


def _known(unit: UnitOfWork, report: IncidentReport | None) -> Named | None:
    """Return who reported; None where they were erased."""
    person = unit.people.get(report.reporter) if report else None
    return named(person) if person is not None and person.slack_id else None


def tell_more(
    desk: DeskContext, unit: UnitOfWork, incident: Incident, report: IncidentReport, now: datetime
) -> None:
    """Let who was paged read that somebody else reports the same, below the page."""
    pages = _pages(unit, incident.id or 0)
    if not pages:  # whoever had one was erased
        page_owner(desk, unit, incident, now)
    for key, channel, is_public in pages:
        words = _words_at(desk, unit, channel)
        message = _more(unit, report, words, named=not is_public)
        post_below(unit, f"{key}:more:{report.id}", key, channel, message, now)


def _more(unit: UnitOfWork, report: IncidentReport, words: Words, *, named: bool) -> Message:
    """Return the news of one more report; who reported and what they wrote is for one reader."""
    who, told = (_known(unit, report), report.told) if named else (None, "")
    return incident_cards.another_report(report.kind, who, told, words)


def withhold(unit: UnitOfWork, incident: Incident, now: datetime) -> None:
    """Take the words off the post that was reported; a search's post is the asker's alone."""
    row = unit.outbox.find(incident.post) if incident.post.startswith("case:") else None
    case = unit.tickets.find_case(int(incident.post.split(":")[1])) if row is not None else None
    if row is None or case is None:
        return
    message = incident_cards.withheld(incident.state, case.id or 0, _words_in(case))
    key = f"{row.key}:incident:{incident.id}:{incident.state.value}"
    update(unit, key, row.key, row.channel, message, now)


def _words_in(case: Case) -> Words:
    return words_for(language_of(case.language, "en"))


def page_others(desk: DeskContext, unit: UnitOfWork, owner: str, now: datetime) -> None:
    """Page whoever comes next for the open incidents of somebody who was erased."""
    for incident in unit.incidents.open_of(owner):
        page_owner(desk, unit, incident, now)


def redraw(desk: DeskContext, unit: UnitOfWork, incident_id: int, why: str, now: datetime) -> None:
    """Bring the page and the lead's post up to date: what was decided, what was erased."""
    incident = unit.incidents.get(incident_id)
    if incident is None:
        return
    seen = _seen(unit, incident)
    for key, channel, is_public in _pages(unit, incident_id):
        words = _words_at(desk, unit, channel)
        message = _lead_message(desk, seen) if is_public else incident_cards.page(seen, words)
        update(unit, f"{key}:{why}", key, channel, message, now)
        for report in unit.incidents.reports_of(incident_id)[1:]:
            below = f"{key}:more:{report.id}"
            again = _more(unit, report, words, named=not is_public)
            update(unit, f"{below}:{why}", below, channel, again, now)
    if desk.lead_channel:
        key, message = f"incident:{incident_id}:lead", _lead_message(desk, seen)
        update(unit, f"{key}:{why}", key, desk.lead_channel, message, now)


def _lead_message(desk: DeskContext, seen: Page) -> Message:
    return incident_cards.for_the_lead(seen, desk.words)


def thank(desk: DeskContext, unit: UnitOfWork, incident: Incident, now: datetime) -> None:
    """Tell those who reported what came of it."""
    label = incident.subject.startswith("ticket:")
    for report in unit.incidents.reports_of(incident.id or 0):
        person = unit.people.get(report.reporter)
        if person is not None and person.slack_id:
            words = desk.words_of(person)
            outcome = incident_cards.state_words(incident.state, words, label=label)
            line = words.rich("Your report was looked at. {outcome}.", outcome=outcome)
            key = f"incident:{incident.id}:thanks:{report.id}"
            post(unit, key, Envelope(person.slack_id), text_message(line), now)
