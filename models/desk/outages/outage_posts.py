"""Who reads of an outage: the staff, who is on duty, the channels it was told in, those it meets."""

from models.desk.base.turn import Turn
from models.desk.outages import outage_cards
from models.desk.outages.outage_cards import OutageView
from models.desk.tickets.duty import on_duty, paged
from models.mailbox import Envelope
from models.store.transaction import UnitOfWork
from models.tables import Outage


def view_of(turn: Turn, outage: Outage) -> OutageView:
    """Read all that a drawing of an outage needs."""
    unit, desk = turn.unit, turn.desk
    reports = unit.outages.reports(outage.id or 0)
    cases = [unit.tickets.find_case(row.case_id) for row in reports if row.case_id]
    zone, words = desk.calendar.zone, desk.words
    channels = _channels(unit, outage)
    return OutageView(
        number=outage.id or 0,
        title=outage.title,
        told=outage.told,
        state=outage.state,
        people=len(reports),
        since=words.moment(outage.opened_at, zone),
        until=words.moment(outage.closed_at, zone) if outage.closed_at else "",
        tickets=tuple(case.ticket_id for case in cases if case and case.ticket_id),
        notice=notice_key(outage, channels[0]) if channels else "",
    )


def notice_key(outage: Outage, channel: str) -> str:
    return f"outage:{outage.id}:notice:{channel}"


def _channels(unit: UnitOfWork, outage: Outage) -> list[str]:
    """Return the channels in which people told of it, direct messages apart."""
    reports = unit.outages.reports(outage.id or 0)
    cases = [unit.tickets.find_case(row.case_id) for row in reports if row.case_id]
    found = (case.channel for case in cases if case is not None)
    return list(dict.fromkeys(one for one in found if one and not one.startswith("D")))


def show_to_staff(turn: Turn, outage: Outage) -> None:
    """Bring what the staff and who is on duty read up to date."""
    view, first = view_of(turn, outage), f"outage:{outage.id}:staff"
    if turn.desk.support_channel:
        message = outage_cards.for_the_staff(view, turn.desk.words)
        turn.show(first, Envelope(turn.desk.support_channel), message)
    keys = [first]
    # Another week may have begun: who was paged stays paged, and who is on duty now reads it too.
    readers = {person.id: person for person in (*paged(turn, f"{first}:"), *on_duty(turn))}
    for person in readers.values():
        key = f"{first}:{person.id}"
        message = outage_cards.for_the_staff(view, turn.desk.words_of(person))
        turn.show(key, Envelope(person.slack_id or ""), message)
        keys.append(key)
    turn.unit.outbox.hurry(*keys)


def show_notice(turn: Turn, outage: Outage) -> None:
    """Bring the notice in each channel up to date; there is one a channel."""
    view = view_of(turn, outage)
    for channel in _channels(turn.unit, outage):
        key = notice_key(outage, channel)
        turn.show(key, Envelope(channel), outage_cards.notice(view, turn.desk.words))
        turn.unit.outbox.hurry(key)


def tell_everybody(turn: Turn, outage: Outage) -> None:
    """Tell each whom it met that it is over, once."""
    view, unit = view_of(turn, outage), turn.unit
    for row in unit.outages.reports(outage.id or 0):
        person = unit.people.get(row.person_id)
        if person is not None and person.slack_id:
            message = outage_cards.over(view, turn.desk.words_of(person))
            turn.post(f"outage:{outage.id}:over:{person.id}", Envelope(person.slack_id), message)
