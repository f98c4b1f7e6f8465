"""What one person sees just now, as values for the templates."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.clock import MovableClock
from bot.demo.company import CastMember, SampleCompany
from bot.demo.double import Channel, SlackDouble, StoredMessage
from bot.demo.double.conversation import microseconds
from bot.demo.page.location import HOME, Location
from bot.demo.page.markup import Names, emoji
from bot.demo.page.read_marks import ReadMarks
from models.language import Translator

Json = dict[str, Any]
LATEST = 200
"""So many messages of a channel are shown at most."""
_SHADES = 8


@dataclass(frozen=True, slots=True)
class Avatar:
    """A name with its picture: initials on a shade, or the app's own."""

    id: str
    name: str
    initials: str
    shade: int
    bot: bool


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody that the visitor can be."""

    face: Avatar
    role: str
    url: str
    current: bool
    unread: int


@dataclass(frozen=True, slots=True)
class Room:
    """A line of the list at the left; ``kind`` is channel, private, direct or home."""

    name: str
    kind: str
    url: str
    current: bool
    unread: int


@dataclass(frozen=True, slots=True)
class MessageEntry:
    """A message as it is drawn; ``day`` is set on the first one of a day."""

    message: StoredMessage
    face: Avatar
    time: str
    moment: str
    day: str
    own: bool
    fresh: bool
    whisper: bool
    editing: bool
    reactions: tuple[tuple[str, int, str], ...]
    replies: int
    last_reply: str
    thread_url: str
    edit_url: str


@dataclass(frozen=True, slots=True)
class ScreenContent:
    """All that the page shows to one person."""

    place: Location
    me: Visitor
    cast: tuple[Visitor, ...]
    rooms: tuple[Room, ...]
    room: Room
    topic: str
    entries: tuple[MessageEntry, ...]
    thread: tuple[MessageEntry, ...] | None
    status: str
    prompts: tuple[Json, ...]
    view: Json | None
    view_errors: dict[str, str]
    home: Json | None
    now: datetime
    today: str
    time: str


@dataclass(frozen=True, slots=True)
class Stage:
    """What the page is about; ``clock`` is the one that double and bot share."""

    double: SlackDouble
    company: SampleCompany
    clock: MovableClock
    zone: ZoneInfo


class ScreenReader:
    """Draws what a person sees.

    Raises
    ------
    LookupError
        From `of`, for a person who is not in the cast or a room that they do not see.
    """

    def __init__(self, stage: Stage, reading: ReadMarks) -> None:
        self._double, self._company = stage.double, stage.company
        self._clock, self._zone = stage.clock, stage.zone
        self._reading = reading
        self.names = Names(
            people={one.id: one.name for one in stage.double.people.values()}
            | {stage.double.bot_user_id: "Lotsen"},
            channels={one.id: one.name for one in stage.company.channels},
            groups=stage.company.group_names,
        )

    def part(self, person: str) -> CastMember:
        for part in self._company.cast:
            if part.person.id == person:
                return part
        raise LookupError(f"nobody here is {person!r}")

    def channels(self, person: str) -> list[Channel]:
        """Return the channels that a person may read."""
        return [one for one in self._company.channels if not one.private or person in one.members]

    def check(self, place: Location) -> None:
        """Let pass who may be there."""
        self.part(place.person)
        rooms = {one.id for one in self.channels(place.person)}
        if place.room not in rooms | {HOME, self._double.im(place.person)}:
            raise LookupError(f"{place.person!r} does not see {place.room!r}")

    def of(self, place: Location, words: Translator) -> ScreenContent:
        """Return what the person sees at ``place``; what is seen there counts as read."""
        self.check(place)
        read_until = 0
        if place.room != HOME:
            read_until = self._reading.mark(place.person, place.room)
        rooms = tuple(self._rooms(place))
        cast = tuple(self._visitor(part, place) for part in self._company.cast)
        now = self._clock()
        here = now.astimezone(self._zone)
        return ScreenContent(
            place=place,
            me=next(one for one in cast if one.current),
            cast=cast,
            rooms=rooms,
            room=next(one for one in rooms if one.current),
            topic=next((one.topic for one in self._company.channels if one.id == place.room), ""),
            entries=self._entries(place, read_until, words),
            thread=self._thread(place, read_until, words),
            status=self._double.status(place.room, place.thread) if place.thread else "",
            prompts=self._prompts(place),
            view=self._double.view(place.person),
            view_errors=self._double.view_errors(place.person),
            home=self._double.home(place.person) if place.room == HOME else None,
            now=now,
            today=words.day(here.date(), "EEEE d MMMM y"),
            time=here.strftime("%H:%M"),
        )

    def face(self, user: str) -> Avatar:
        name = self.names.people.get(user, user or "Slack")
        initials = "".join(part[0] for part in name.split()[:2]).upper()
        shade = sum(map(ord, user)) % _SHADES
        return Avatar(user, name, initials, shade, bot=user == self._double.bot_user_id)

    def _visitor(self, part: CastMember, place: Location) -> Visitor:
        person = part.person.id
        current = person == place.person
        return Visitor(
            face=self.face(person),
            role=part.role,
            url=Location(person=person, room=part.channel).url,
            current=current,
            unread=0 if current else sum(self._unread(person)),
        )

    def _unread(self, person: str) -> Iterable[int]:
        rooms = [one.id for one in self.channels(person)] + [self._double.im(person)]
        # What nobody looked at yet is news for whoever works there, not for every member.
        own = {self.part(person).channel, self._double.im(person)}
        return (self._reading.unread(person, room) for room in rooms if room in own)

    def _rooms(self, place: Location) -> Iterable[Room]:
        person = place.person
        for channel in self.channels(person):
            kind = "private" if channel.private else "channel"
            yield self._room(place, channel.id, channel.name, kind)
        yield self._room(place, self._double.im(person), "Lotsen", "direct")
        yield self._room(place, HOME, "Lotsen", "home")

    def _room(self, place: Location, room: str, name: str, kind: str) -> Room:
        return Room(
            name=name,
            kind=kind,
            url=Location(person=place.person, room=room).url,
            current=room == place.room,
            unread=0 if room == HOME else self._reading.unread(place.person, room),
        )

    def _entries(
        self, place: Location, read_until: int, words: Translator
    ) -> tuple[MessageEntry, ...]:
        if place.room == HOME:
            return ()
        seen = self._reading.visible(place.person, place.room)
        replies: dict[str, list[StoredMessage]] = {}
        for message in seen:
            if message.is_reply:
                replies.setdefault(message.thread_ts, []).append(message)
        roots = [one for one in seen if not one.is_reply][-LATEST:]
        drawn = [self._entry(one, place, read_until, words, replies) for one in roots]
        return tuple(_with_days(drawn, self._zone, words))

    def _thread(
        self, place: Location, read_until: int, words: Translator
    ) -> tuple[MessageEntry, ...] | None:
        if not place.thread or place.room == HOME:
            return None
        seen = self._reading.visible(place.person, place.room)
        inside = [one for one in seen if place.thread in (one.ts, one.thread_ts)]
        return tuple(self._entry(one, place, read_until, words) for one in inside) or None

    def _entry(
        self,
        message: StoredMessage,
        place: Location,
        read_until: int,
        words: Translator,
        replies: dict[str, list[StoredMessage]] | None = None,
    ) -> MessageEntry:
        answers = (replies or {}).get(message.ts, [])
        there = self._there(message.ts)
        plain = place.without_edit()
        return MessageEntry(
            message=message,
            face=self.face(message.user),
            time=there.strftime("%H:%M"),
            moment=there.isoformat(timespec="seconds"),
            day="",
            own=message.user == place.person and message.subtype != "tombstone",
            fresh=message.user != place.person and microseconds(message.ts) > read_until > 0,
            whisper=message.ephemeral,
            editing=_is_edited_here(message, place, inside=replies is None),
            reactions=tuple(
                (emoji(one.name), len(one.users), words.listing(map(self._name, one.users)))
                for one in message.reactions
            ),
            replies=len(answers),
            last_reply=f"{self._there(answers[-1].ts):%H:%M}" if answers else "",
            thread_url=replace(plain, thread=message.ts).url,
            edit_url=replace(place, edit=message.ts).url,
        )

    def _there(self, ts: str) -> datetime:
        return _instant(ts).astimezone(self._zone)

    def _name(self, user: str) -> str:
        return self.names.people.get(user, user)

    def _prompts(self, place: Location) -> tuple[Json, ...]:
        if place.room != self._double.im(place.person):
            return ()
        return tuple(self._double.prompts(place.person))


def _is_edited_here(message: StoredMessage, place: Location, *, inside: bool) -> bool:
    """Tell whether the editor stands here; a thread's first message is shown twice."""
    if place.edit != message.ts or place.person != message.user:
        return False
    return inside or place.thread != message.ts


def _instant(ts: str) -> datetime:
    return datetime.fromtimestamp(microseconds(ts) / 1e6, UTC)


def _with_days(
    entries: list[MessageEntry], zone: ZoneInfo, words: Translator
) -> Iterable[MessageEntry]:
    last = None
    for entry in entries:
        day = _instant(entry.message.ts).astimezone(zone).date()
        yield entry if day == last else replace(entry, day=words.day(day, "EEEE d MMMM"))
        last = day
