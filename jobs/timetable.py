"""What a job is, when it is due, and which jobs there are: a function in this folder is a job.

A job is a function under `job`; the first line of its docstring is what ``lotsen jobs list``
shows. The function is given the core, the period that is due and the time; it composes a
`Message` (or nothing) and never posts: the runner puts the message into the outbox.

A schedule is pure. It names *periods*, each due once: ``2026-11-23`` (a day),
``2026-W47`` (an ISO week), ``2026Q4`` (a quarter). A report's period is the one it
reports on, so the digest of Monday 23 November is ``2026-W47``, the week before.
"""

import importlib
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from types import ModuleType
from typing import Literal

from models.declared import declared
from models.language import N_, Translator
from models.lotsen import Lotsen
from models.message import Message
from models.tickets.hours import Calendar

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
CatchUp = Literal["latest", "every", "skip"]
"""After a standstill: run the latest missed period, every one, or none."""
Audience = Literal["lead", "management", "support", "help"]

_WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY = timedelta(days=1)
_NO_DAY = timedelta(0)
# No office rests longer: a schedule that waits for a working day gives up after this.
_LONGEST_REST = 14 * _DAY
# Longer than any quarter and the rest that may follow its first day.
_HORIZON = timedelta(days=120)


@dataclass(frozen=True, slots=True)
class Due:
    """A period that a job is to be run for.

    ``at`` is when it was due (UTC); ``missed`` are the periods right before it that
    were never reported and that this run stands for, the oldest first. In a ``dry_run`` a job
    composes its message and changes nothing.
    """

    period: str
    at: datetime
    missed: tuple[str, ...] = ()
    dry_run: bool = False


class Schedule(ABC):
    """When a job is due, in local time; which days it names depends on nothing else.

    Where it ``waits``, a day off moves it to the next working day; where it is ``early``, to the
    working day before.
    """

    at: time
    waits = True
    early = False

    @abstractmethod
    def days(self, first: date, last: date) -> Iterator[tuple[str, date]]:
        """Yield (period, nominal day) for each nominal day from ``first`` to ``last``."""

    @abstractmethod
    def in_words(self, words: Translator) -> str: ...


@dataclass(frozen=True, slots=True)
class Daily(Schedule):
    """Every day, working or not; the period is the day itself."""

    at: time
    waits = False

    def days(self, first: date, last: date) -> Iterator[tuple[str, date]]:
        for day in _days(first, last):
            yield day.isoformat(), day

    def in_words(self, words: Translator) -> str:
        return words.gettext("every day at {time}", time=self.at.strftime("%H:%M"))


@dataclass(frozen=True, slots=True)
class Hourly(Schedule):
    """Every full hour of UTC, so that no hour is skipped or comes twice; the period is the hour."""

    at: time = time(0)
    waits = False

    def days(self, first: date, last: date) -> Iterator[tuple[str, date]]:
        for day in _days(first, last):
            yield from ((f"{day.isoformat()}T{hour:02}", day) for hour in range(24))

    def in_words(self, words: Translator) -> str:
        return words.gettext("every hour")


@dataclass(frozen=True, slots=True)
class Weekly(Schedule):
    """Once a week, on ``weekday`` or the next working day; ``early``: or the one before.

    The period is the ISO week before the nominal day, or its own week when ``reports``
    is "this".
    """

    weekday: Weekday
    at: time
    reports: Literal["last", "this"] = "last"
    early: bool = False

    def days(self, first: date, last: date) -> Iterator[tuple[str, date]]:
        back = 7 * _DAY if self.reports == "last" else timedelta(0)
        for day in _days(first, last):
            if day.weekday() == _WEEKDAYS.index(self.weekday):
                year, week, _ = (day - back).isocalendar()
                yield f"{year}-W{week:02}", day

    def in_words(self, words: Translator) -> str:
        # 1 January 2024 was a Monday.
        weekday = words.day(date(2024, 1, 1 + _WEEKDAYS.index(self.weekday)), "EEEE")
        text = N_("every {weekday} at {time}, or the next working day")
        if self.early:
            text = N_("every {weekday} at {time}, or the working day before")
        return words.gettext(text, weekday=weekday, time=self.at.strftime("%H:%M"))


@dataclass(frozen=True, slots=True)
class Monthly(Schedule):
    """On the first working day of each month; the period is that month."""

    at: time

    def days(self, first: date, last: date) -> Iterator[tuple[str, date]]:
        for day in _days(first, last):
            if day.day == 1:
                yield f"{day.year}-{day.month:02}", day

    def in_words(self, words: Translator) -> str:
        text = N_("the first working day of each month at {time}")
        return words.gettext(text, time=self.at.strftime("%H:%M"))


@dataclass(frozen=True, slots=True)
class Quarterly(Schedule):
    """On the first working day of each quarter; the period is the quarter before."""

    at: time

    def days(self, first: date, last: date) -> Iterator[tuple[str, date]]:
        for day in _days(first, last):
            if day.day == 1 and day.month in (1, 4, 7, 10):
                before = day - _DAY
                yield f"{before.year}Q{(before.month + 2) // 3}", day

    def in_words(self, words: Translator) -> str:
        text = N_("the first working day of each quarter at {time}")
        return words.gettext(text, time=self.at.strftime("%H:%M"))


def due_between(
    schedule: Schedule, calendar: Calendar, after: datetime, until: datetime
) -> list[Due]:
    """Return what falls due after ``after`` and not later than ``until``, in order."""
    if until <= after:
        return []
    first = after.astimezone(calendar.zone).date() - _LONGEST_REST
    last = until.astimezone(calendar.zone).date() + (_LONGEST_REST if schedule.early else _NO_DAY)
    found = (
        Due(period, _moment(schedule, calendar, period, day))
        for period, day in schedule.days(first, last)
    )
    return [due for due in found if after < due.at <= until]


def latest_due(schedule: Schedule, calendar: Calendar, at: datetime) -> Due:
    """Return the period that fell due last, at ``at`` or before it."""
    return due_between(schedule, calendar, at - _HORIZON, at)[-1]


def next_due(schedule: Schedule, calendar: Calendar, after: datetime) -> Due:
    """Return the period that falls due next."""
    return due_between(schedule, calendar, after, after + _HORIZON)[0]


def _moment(schedule: Schedule, calendar: Calendar, period: str, nominal: date) -> datetime:
    if isinstance(schedule, Hourly):
        return datetime.fromisoformat(period).replace(tzinfo=UTC)
    return _instant(schedule, calendar, nominal)


def _instant(schedule: Schedule, calendar: Calendar, nominal: date) -> datetime:
    day, step = nominal, -_DAY if schedule.early else _DAY
    while (schedule.waits or schedule.early) and not calendar.is_working_day(day):
        day += step
        if abs(day - nominal) > _LONGEST_REST:  # a calendar without any working day
            day = nominal
            break
    return datetime.combine(day, schedule.at, tzinfo=calendar.zone).astimezone(UTC)


def _days(first: date, last: date) -> Iterator[date]:
    for offset in range((last - first).days + 1):
        yield first + offset * _DAY


@dataclass(frozen=True, slots=True)
class Kept:
    """A message, and a row that is stored in the same transaction as its post, or not at all."""

    message: Message
    row: object


Compose = Callable[[Lotsen, Due, datetime], Message | Kept | None]


@dataclass(frozen=True, slots=True)
class Job:
    """A job: a name, a schedule, and what it composes.

    Attributes
    ----------
    to
        Who reads it: the first audience whose channel is set; empty for a job that
        posts nothing.
    late
        After this a period that was never begun is passed over; None for never.
    lease
        After this a run whose process died is taken over. Longer than the job takes.
    slow
        Takes minutes: it has an alarm of its own, so that the others need not wait.
    """

    name: str
    about: str
    schedule: Schedule
    compose: Compose
    to: tuple[Audience, ...]
    late: timedelta | None
    catch_up: CatchUp
    lease: timedelta
    slow: bool = False


def job(
    schedule: Schedule,
    *,
    to: tuple[Audience, ...] = (),
    late: timedelta | None = None,
    catch_up: CatchUp = "latest",
    lease: timedelta = timedelta(minutes=10),
    slow: bool = False,
) -> Callable[[Compose], Job]:
    """Make a job of a function; its name is the job's name."""

    def made(compose: Compose) -> Job:
        about = (compose.__doc__ or "").strip().split("\n")[0]
        return Job(compose.__name__, about, schedule, compose, to, late, catch_up, lease, slow)

    return made


def discover(package: ModuleType | None = None) -> tuple[Job, ...]:
    """Return the jobs of every file in the folder, by name."""
    found = {job.name: job for job in declared(package or importlib.import_module("jobs"), Job)}
    return tuple(found[name] for name in sorted(found))
