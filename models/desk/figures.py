"""`/lotsen kpi` with words behind it, and what stands behind a figure that somebody chose.

For the support team and the IT lead, for the asker's eyes only.
"""

from dataclasses import dataclass
from datetime import datetime

from models.commands import Ask, ShowBehind
from models.desk import cards
from models.desk.setting import DeskSetting, reply_to
from models.errors import LotsenError, NotAllowedError
from models.governance.authorization import Action, Actor, Subject, allowed, authorize
from models.kpis.behind import Behind, Kind
from models.kpis.cuts import GROUPINGS, cut, cut_message, last_month, read_grouping
from models.kpis.periods import Period, week_of
from models.kpis.rows import Asked
from models.kpis.small_desks import ShortPeriodError
from models.language import Words, in_language, noted
from models.mailbox import Envelope
from models.message import Message
from models.store.behind import Grouping
from models.store.transaction import Unit
from models.tables import Person
from models.value.behind import BehindFigures
from models.value.behind_card import behind_message
from models.value.behind_rows import MOST_ROWS, Reader
from models.value.behind_select import asked_about

_DESK = Subject("desk")


def asks_for_cut(command: Ask) -> bool:
    """Return whether ``/lotsen kpi`` is followed by what to cut the figures by."""
    first = command.text.lower().split()[:1]
    return command.topic == "kpi" and first in ([word] for word in ("by", *GROUPINGS))


@dataclass(frozen=True, slots=True)
class FigureDesk:
    """Answers to what people ask about figures."""

    setting: DeskSetting
    figures: BehindFigures

    def show(self, command: ShowBehind, now: datetime) -> None:
        """Answer a choice from the list "What is behind …", once."""
        with self.setting.store.snapshot() as unit:
            person = unit.people.find(command.user) or Person(slack_id=command.user)
            actor = self.setting.actor(unit, person)
        words = self.setting.words_of(person)
        message = self._behind(actor, command.figure, words, now)
        self._reply(command, message, now)

    def cut(self, command: Ask, now: datetime) -> None:
        """Answer ``/lotsen kpi by category`` or ``by team``, with a period if one is named."""
        with self.setting.store.snapshot() as unit:
            person = unit.people.find(command.user) or Person(slack_id=command.user)
            may = allowed(self.setting.actor(unit, person), Action.SEE_FIGURES, _DESK)
        words = self.setting.words_of(person)
        message = self._cut(command.text, words, now) if may else _refused(words)
        self._reply(command, message, now)

    def _behind(self, actor: Actor, chosen: str, words: Words, now: datetime) -> Message:
        try:
            authorize(actor, Action.SEE_FIGURES, _DESK)
            key, period = asked_about(chosen)
            found = self.figures.of(key, Period.parse(period), now)
        except NotAllowedError:
            return _refused(words)
        except LotsenError:
            return cards.said(words.rich("This figure is gone. Please look at a newer post."))
        with self.setting.store.snapshot() as unit:
            return behind_message(found, self._reader(unit, actor, found, words))

    def _reader(self, unit: Unit, actor: Actor, found: Behind, words: Words) -> Reader:
        titles = {one.key: one.titles for one in unit.tickets.categories()}
        posts = {
            row.number: key
            for row in found.rows[:MOST_ROWS]
            if row.kind is Kind.TICKET and (key := _card(unit, actor, row.number))
        }
        return Reader(words, self.setting.calendar.zone, titles, posts)

    def _cut(self, text: str, words: Words, now: datetime) -> Message:
        wanted = [word for word in text.lower().split() if word != "by"]
        try:
            by = read_grouping(wanted[0] if wanted else "")
            asked = self._asked(by, wanted[1:], now)
            found = cut(self.setting.store, by, asked, self.figures.staff)
        except ShortPeriodError:
            return cards.said(words.rich(_LONGER))
        except LotsenError:
            return cards.said(words.rich(_HOW))
        with self.setting.store.snapshot() as unit:
            names = {
                one.key: in_language(one.titles, words.language, one.key)
                for one in unit.tickets.categories()
            }
        return cut_message(found, names if by == "category" else {}, words)

    def _asked(self, by: Grouping, named: list[str], now: datetime) -> Asked:
        calendar = self.setting.calendar
        week = week_of(now.astimezone(calendar.zone).date())
        asked = Asked(week, calendar, self.figures.sources, now)
        period = last_month(asked) if by != "category" else week
        if named:
            period = Period.parse(named[0].upper() if "/" not in named[0] else named[0])
        return Asked(period, calendar, self.figures.sources, now)

    def _reply(self, command: Ask | ShowBehind, message: Message, now: datetime) -> None:
        with self.setting.store.begin() as unit:
            if unit.inbox.finish(command.id, now):
                to = Envelope(command.channel, person=command.user, reply_url=command.reply_url)
                reply_to(unit, command.id, to, message, now)


_LONGER = noted(
    "Fewer than five people work at this desk: by category it is shown by week, month or quarter, "
    "such as `/lotsen kpi by category 2026-10`."
)
_HOW = noted(
    "Write `/lotsen kpi by category`, or `by team` or `by requester_team` with a month that is "
    "over, such as `/lotsen kpi by team 2026-10`."
)


def _card(unit: Unit, actor: Actor, number: int) -> str:
    """Return the key of a ticket's support card where the reader may see it."""
    ticket = unit.tickets.find(number)
    if ticket is None:
        return ""
    subject = Subject("ticket", str(number), ticket.requester_id or "")
    if not allowed(actor, Action.MOVE_TICKET, subject):
        return ""
    key = f"ticket:{number}:card"
    return key if unit.outbox.find(key) is not None else ""


def _refused(words: Words) -> Message:
    return cards.said(
        words.rich("These figures are for the support team and the IT lead. Ask the IT lead.")
    )
