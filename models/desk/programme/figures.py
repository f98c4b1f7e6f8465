"""`/lotsen kpi` with words behind it, and what stands behind a figure that somebody chose.

For the support team and the IT lead, for the asker's eyes only.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from models.commands import Ask, ShowDrilldown
from models.desk.base.context import DeskContext, Principal
from models.desk.base.turn import answer_request
from models.errors import LotsenError
from models.governance.authorization import Action, Subject
from models.kpis.cuts import GROUPINGS, cut, cut_message, last_month, read_grouping
from models.kpis.drilldown import Drilldown
from models.kpis.figure import RowKind
from models.kpis.periods import Period, week_of
from models.kpis.rows import FigureQuery
from models.kpis.small_desks import ShortPeriodError
from models.language import N_, Translator, in_language
from models.message import Message, text_message
from models.store.drilldown import Grouping
from models.store.transaction import UnitOfWork
from models.value.challenge.challenge import Challenge
from models.value.challenge.challenge_report import challenge_message
from models.value.drilldown.choices import CHALLENGE, asked_about
from models.value.drilldown.drilldown import Drilldowns
from models.value.drilldown.views import MOST_ROWS, DrilldownReader, drilldown_message
from models.value.statement.quarter_statement import Statement

_DESK = Subject("desk")
Challenged = Callable[[Period, datetime], tuple[Statement, Sequence[Challenge]]]
"""Returns a quarter's statement, and which of its claims survive being tried."""


def asks_for_cut(command: Ask) -> bool:
    """Return whether ``/lotsen kpi`` is followed by what to cut the figures by."""
    first = command.text.lower().split()[:1]
    return command.topic == "kpi" and first in ([word] for word in ("by", *GROUPINGS))


@dataclass(frozen=True, slots=True)
class FigureRequests:
    """Answers to what people ask about figures."""

    desk: DeskContext
    figures: Drilldowns
    challenge: Challenged

    def show(self, command: ShowDrilldown, now: datetime) -> None:
        """Answer a choice from the list "What is behind …", once."""
        with self.desk.store.snapshot() as unit:
            principal = self.desk.principal(unit, command.user)
        message = self._drilldown(principal, command.figure, now)
        answer_request(self.desk, command, now, lambda turn: turn.reply(message))

    def cut(self, command: Ask, now: datetime) -> None:
        """Answer ``/lotsen kpi by category`` or ``by team``, with a period if one is named."""
        with self.desk.store.snapshot() as unit:
            principal = self.desk.principal(unit, command.user)
        may, words = principal.may(Action.SEE_FIGURES, _DESK), principal.words
        message = self._cut(command.text, words, now) if may else _refused(words)
        answer_request(self.desk, command, now, lambda turn: turn.reply(message))

    def _drilldown(self, principal: Principal, chosen: str, now: datetime) -> Message:
        words = principal.words
        if not principal.may(Action.SEE_FIGURES, _DESK):
            return _refused(words)
        try:
            key, period = asked_about(chosen)
            if key == CHALLENGE:
                return self._tried(Period.parse(period), words, now)
            found = self.figures.of(key, Period.parse(period), now)
        except LotsenError:
            return text_message(words.rich("This figure is gone. Please look at a newer post."))
        with self.desk.store.snapshot() as unit:
            return drilldown_message(found, self._reader(unit, principal, found))

    def _tried(self, quarter: Period, words: Translator, now: datetime) -> Message:
        said, tried = self.challenge(quarter, now)
        with self.desk.store.snapshot() as unit:
            return challenge_message(said, tried, _names(unit, words), words)

    def _reader(self, unit: UnitOfWork, principal: Principal, found: Drilldown) -> DrilldownReader:
        titles = {one.key: one.titles for one in unit.tickets.categories()}
        posts = {
            row.number: key
            for row in found.rows[:MOST_ROWS]
            if row.kind is RowKind.TICKET and (key := _card(unit, principal, row.number))
        }
        return DrilldownReader(principal.words, self.desk.calendar.zone, titles, posts)

    def _cut(self, text: str, words: Translator, now: datetime) -> Message:
        wanted = [word for word in text.lower().split() if word != "by"]
        try:
            by = read_grouping(wanted[0] if wanted else "")
            asked = self._asked(by, wanted[1:], now)
            found = cut(self.desk.store, by, asked, self.figures.staff)
        except ShortPeriodError:
            return text_message(words.rich(_LONGER))
        except LotsenError:
            return text_message(words.rich(_HOW))
        with self.desk.store.snapshot() as unit:
            names = _names(unit, words)
        return cut_message(found, names if by == "category" else {}, words)

    def _asked(self, by: Grouping, named: list[str], now: datetime) -> FigureQuery:
        calendar = self.desk.calendar
        week = week_of(self.desk.day_of(now))
        asked = FigureQuery(week, calendar, self.figures.sources, now)
        period = last_month(asked) if by != "category" else week
        if named:
            period = Period.parse(named[0].upper() if "/" not in named[0] else named[0])
        return FigureQuery(period, calendar, self.figures.sources, now)


_LONGER = N_(
    "Fewer than five people work at this desk: by category it is shown by week, month or quarter, "
    "such as `/lotsen kpi by category 2026-10`."
)
_HOW = N_(
    "Write `/lotsen kpi by category`, or `by team` or `by requester_team` with a month that is "
    "over, such as `/lotsen kpi by team 2026-10`."
)


def _names(unit: UnitOfWork, words: Translator) -> dict[str, str]:
    """Return what categories are called."""
    return {
        one.key: in_language(one.titles, words.language, one.key)
        for one in unit.tickets.categories()
    }


def _card(unit: UnitOfWork, principal: Principal, number: int) -> str:
    """Return the key of a ticket's support card where the reader may see it."""
    ticket = unit.tickets.find(number)
    if ticket is None:
        return ""
    subject = Subject("ticket", str(number), ticket.requester_id or "")
    if not principal.may(Action.MOVE_TICKET, subject):
        return ""
    key = f"ticket:{number}:card"
    return key if unit.outbox.find(key) is not None else ""


def _refused(words: Translator) -> Message:
    return text_message(
        words.rich("These figures are for the support team and the IT lead. Ask the IT lead.")
    )
