"""Who is behind a pseudonym, and who is in which user group."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import bindparam
from sqlmodel import and_, col, delete, or_, select

from models.known_names import KnownNames
from models.store.repository import Repository
from models.store.scope import ScopedSession
from models.tables import GroupMember, NameHashes, Person

# Asked for each message, so built once.
_OF_SLACK: Final = select(Person).where(Person.slack_id == bindparam("of"))
_GROUPS: Final = select(GroupMember.group_id).where(GroupMember.slack_id == bindparam("of"))


class PersonRepository(Repository):
    """The tables person, group_member and name_hashes; ``roster`` are further names to be masked."""

    def __init__(self, session: ScopedSession, roster: KnownNames) -> None:
        super().__init__(session)
        self._roster = roster

    def by_slack_id(self, slack_id: str, now: datetime) -> Person:
        """Return the person, made on first sight, by whoever comes first."""
        found = self.find(slack_id)
        if found is not None:
            return found
        self._insert_once(Person, **Person(slack_id=slack_id, seen_at=now).model_dump())
        return self._session.exec(select(Person).where(Person.slack_id == slack_id)).one()

    def find(self, slack_id: str) -> Person | None:
        return self._session.exec(_OF_SLACK, params={"of": slack_id}).first()

    def known_as(self, who: str) -> Sequence[Person]:
        """Return those with this Slack id, pseudonym or imported name; nobody who was erased."""
        known = or_(
            col(Person.slack_id) == who,
            col(Person.id) == who,
            and_(col(Person.name) == who, col(Person.name) != ""),
        )
        query = select(Person).where(known, col(Person.erased_at).is_(None))
        return self._session.exec(query.order_by(col(Person.id)).limit(20)).all()

    def get(self, person_id: str) -> Person | None:
        return self._session.get(Person, person_id)

    def by_name(self, name: str, team: str, now: datetime) -> Person:
        """Return the requester of an imported ticket, known by name only."""
        query = select(Person).where(Person.name == name, col(Person.slack_id).is_(None))
        found = self._session.exec(query).first()
        if found is None:
            found = Person(name=name, team=team, seen_at=now)
            self.save(found)
        return found

    def names(self) -> KnownNames:
        """Return the names of everybody in the workspace and at the desk, for redaction."""
        known = filter(None, self._session.exec(select(Person.name)).all())
        return KnownNames(self._roster.plain.union(known), self._roster.hashed)

    def keep_hashes(self, row: NameHashes, forget_before: datetime) -> None:
        """Keep hashed names in the place of those of the same key; old ones go, whatever their key."""
        self._put(row)
        self.forget_hashes(forget_before)

    def forget_hashes(self, before: datetime) -> None:
        """Delete the hashed names that were read earlier than that, whatever their key."""
        self._session.exec(delete(NameHashes).where(col(NameHashes.read_at) < before))

    def kept_hashes(self, key_hash: str) -> NameHashes | None:
        return self._session.get(NameHashes, key_hash)

    def groups_of(self, slack_id: str) -> frozenset[str]:
        return frozenset(self._session.exec(_GROUPS, params={"of": slack_id}).all())

    def members_of(self, group_ids: Iterable[str]) -> frozenset[str]:
        query = select(GroupMember.slack_id).where(col(GroupMember.group_id).in_(list(group_ids)))
        return frozenset(self._session.exec(query).all())

    def listed(self, names: Iterable[str], most: int) -> tuple[str, ...]:
        """Return the Slack ids of whom these ids and user groups name, ``most`` at most."""
        wanted = frozenset(names)
        groups = {name for name in wanted if name.startswith("S")}
        return tuple(sorted((wanted - groups) | self.members_of(groups))[:most])

    def number_of(self, names: Iterable[str]) -> int:
        """Return how many people these Slack ids and user groups are together."""
        wanted = frozenset(names)
        # A user group's id begins with S.
        people = {name for name in wanted if not name.startswith("S")} | self.members_of(wanted)
        return len(people)

    def set_members(self, group_id: str, slack_ids: Sequence[str]) -> None:
        """Replace what is known of a user group; nothing is written when it is the same."""
        if self.members_of([group_id]) == frozenset(slack_ids):
            return
        self._session.exec(delete(GroupMember).where(col(GroupMember.group_id) == group_id))
        for slack_id in sorted(set(slack_ids)):  # another replica may write the same just now
            self._insert_once(GroupMember, group_id=group_id, slack_id=slack_id)
