"""Who gets a private matter, and how their posts and the person's follow it."""

from typing import Final

from models.desk.base.context import DeskContext
from models.desk.base.turn import Turn
from models.desk.private import private_cards
from models.desk.private.private_cards import MatterView
from models.language import Mention, Translator
from models.mailbox import Envelope
from models.redaction.sensitivity import SensitiveKind
from models.store.transaction import UnitOfWork
from models.tables import Person, PrivateMatter, PrivateState

MOST: Final = 10
"""So many people get a private matter at most."""


def group_of(desk: DeskContext, unit: UnitOfWork) -> tuple[str, ...]:
    """Return the Slack ids of those who get private matters, ten at most."""
    return unit.people.listed(desk.private_group, MOST)


def readers_of(turn: Turn, matter: PrivateMatter) -> list[Person]:
    """Return who gets a matter: the group, but for whoever wrote it."""
    people = [
        turn.unit.people.by_slack_id(name, turn.now) for name in group_of(turn.desk, turn.unit)
    ]
    return [person for person in people if person.id != matter.person_id]


def person_post(matter: PrivateMatter) -> str:
    """Return the key of what the person reads of their matter."""
    return f"private:{matter.id}:person"


def show_matter(
    turn: Turn, matter: PrivateMatter, *, to: Envelope | None = None, kind: SensitiveKind | None
) -> None:
    """Bring what the group and the person read up to date; ``to`` is where the person reads it."""
    unit = turn.unit
    readers = readers_of(turn, matter)
    view = _view(turn, matter, readers, kind)
    given_back = matter.state is PrivateState.ORDINARY
    for reader in readers:
        key = f"private:{matter.id}:to:{reader.id}"
        if given_back and unit.outbox.find(key) is None:
            continue
        message = private_cards.for_the_group(view, turn.desk.words_of(reader))
        turn.show(key, Envelope(reader.slack_id or ""), message)
    person = unit.people.get(matter.person_id)
    where = to or Envelope((person.slack_id if person else "") or "")
    posted = unit.outbox.find(person_post(matter))
    if posted is not None:
        where = Envelope(posted.channel)
    message = private_cards.for_the_person(view, words_of_matter(turn, matter))
    turn.show(person_post(matter), where, message)


def forget_matter(turn: Turn, number: int) -> None:
    """Take a matter whose words are erased off the posts of those who got it."""
    matter = turn.unit.private.locked(number)
    if matter is not None and matter.state is not PrivateState.ORDINARY:
        matter.state, matter.closed_at = PrivateState.WITHDRAWN, turn.now
        turn.unit.private.save(matter)
        show_matter(turn, matter, kind=None)


def words_of_matter(turn: Turn, matter: PrivateMatter) -> Translator:
    """Return the language of the person's own Slack."""
    return turn.desk.words_of(turn.unit.people.get(matter.person_id))


def _view(
    turn: Turn, matter: PrivateMatter, readers: list[Person], kind: SensitiveKind | None
) -> MatterView:
    unit, desk = turn.unit, turn.desk
    messages = unit.private.messages_of(matter.id or 0)
    standing = any(
        row.channel and not row.channel.startswith("D") and row.deleted_at is None
        for row in messages
    )
    return MatterView(
        number=matter.id or 0,
        state=matter.state,
        text="\n".join(row.text for row in messages if row.text.strip()),
        person=named(unit.people.get(matter.person_id)),
        taken_by=named(unit.people.get(matter.taken_by)) if matter.taken_by else None,
        readers=tuple(named(reader) for reader in readers),
        opened=desk.words.moment(matter.opened_at, desk.calendar.zone),
        contact=desk.private_contact,
        in_channel=standing,
        kind=kind,
    )


def named(person: Person | None) -> Mention:
    """Return how somebody is named; nobody's name where they were erased."""
    if person is None:
        return Mention("", "")
    return Mention(person.slack_id or "", person.name)
