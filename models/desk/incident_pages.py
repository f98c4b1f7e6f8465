"""Who reads of an incident: its owner, the lead, the reported thread, those who reported it."""

from datetime import datetime

from models.desk import cards, incident_cards
from models.desk.incident_cards import Page
from models.desk.setting import DeskSetting
from models.desk.tickets import named
from models.language import Person as Named
from models.language import Words, language_of, words_for
from models.mailbox import Envelope, post, post_below, update
from models.message import Message
from models.store.transaction import Unit
from models.tables import Case, Incident, IncidentReport, Person


def page_owner(setting: DeskSetting, unit: Unit, incident: Incident, now: datetime) -> None:
    for key, reader in _readers(setting, unit, incident, now):
        message = incident_cards.page(_seen(unit, incident), setting.words_of(reader))
        post(unit, key, Envelope(reader.slack_id or ""), message, now)
    channel = setting.lead_channel
    if channel:
        message = _lead_message(setting, _seen(unit, incident))
        post(unit, f"incident:{incident.id}:lead", Envelope(channel), message, now)


def _readers(
    setting: DeskSetting, unit: Unit, incident: Incident, now: datetime
) -> list[tuple[str, Person]]:
    """Return who is paged, each with the key of their page: the owner, else each IT lead."""
    first = f"incident:{incident.id}:page"
    owner = unit.people.get(incident.owner) if incident.owner else None
    if owner is not None:
        return [(first, owner)]
    groups = {name for name in setting.leads if name.startswith("S")}
    ids = sorted((setting.leads - groups) | unit.people.members_of(groups))
    leads = [unit.people.by_slack_id(slack_id, now) for slack_id in ids]
    return [(f"{first}:{n}" if n else first, lead) for n, lead in enumerate(leads)]


def _seen(unit: Unit, incident: Incident) -> Page:
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


def _known(unit: Unit, report: IncidentReport | None) -> Named | None:
    """Return who reported; None where they were erased."""
    person = unit.people.get(report.reporter) if report else None
    return named(person) if person is not None and person.slack_id else None


def tell_more(
    setting: DeskSetting, unit: Unit, incident: Incident, report: IncidentReport, now: datetime
) -> None:
    """Let who was paged read that somebody else reports the same, below the page."""
    for key, reader in _readers(setting, unit, incident, now):
        message = _more(unit, report, setting.words_of(reader))
        post_below(unit, f"{key}:more:{report.id}", key, reader.slack_id or "", message, now)


def _more(unit: Unit, report: IncidentReport, words: Words) -> Message:
    return incident_cards.another_report(report.kind, _known(unit, report), report.told, words)


def withhold(unit: Unit, incident: Incident, now: datetime) -> None:
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


def redraw(setting: DeskSetting, unit: Unit, incident_id: int, why: str, now: datetime) -> None:
    """Bring the page and the lead's post up to date: what was decided, what was erased."""
    incident = unit.incidents.get(incident_id)
    if incident is None:
        return
    seen = _seen(unit, incident)
    for key, reader in _readers(setting, unit, incident, now):
        message = incident_cards.page(seen, setting.words_of(reader))
        update(unit, f"{key}:{why}", key, reader.slack_id or "", message, now)
        for report in unit.incidents.reports_of(incident_id)[1:]:
            below = f"{key}:more:{report.id}"
            again = _more(unit, report, setting.words_of(reader))
            update(unit, f"{below}:{why}", below, reader.slack_id or "", again, now)
    if setting.lead_channel:
        key, message = f"incident:{incident_id}:lead", _lead_message(setting, seen)
        update(unit, f"{key}:{why}", key, setting.lead_channel, message, now)


def _lead_message(setting: DeskSetting, seen: Page) -> Message:
    return incident_cards.for_the_lead(seen, setting.words)


def thank(setting: DeskSetting, unit: Unit, incident: Incident, now: datetime) -> None:
    """Tell those who reported what came of it."""
    label = incident.subject.startswith("ticket:")
    for report in unit.incidents.reports_of(incident.id or 0):
        person = unit.people.get(report.reporter)
        if person is not None and person.slack_id:
            words = setting.words_of(person)
            outcome = incident_cards.state_words(incident.state, words, label=label)
            line = words.rich("Your report was looked at. {outcome}.", outcome=outcome)
            key = f"incident:{incident.id}:thanks:{report.id}"
            post(unit, key, Envelope(person.slack_id), cards.said(line), now)
