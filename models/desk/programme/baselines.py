"""What the pilot is compared with: asked at the first start, decided by the IT lead.

Three ways: observe for some weeks and freeze what was seen, freeze imported history, or go
without (recorded; the statement then says "no baseline"). Whatever is frozen is written
down in the lead's channel before the pilot begins: days, figures, targets and the hash.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial

import structlog

from models.commands import ChooseBaseline
from models.desk.base.context import DeskContext
from models.desk.base.pilot_phase import PilotPhase, assisted_since, phase_after, phase_of
from models.desk.base.turn import RefusedError, RequestTurn, Turn, answer_request
from models.desk.programme import baseline_posts
from models.desk.programme.baseline_posts import ASKED
from models.errors import InvalidError
from models.governance.authorization import Action, Subject
from models.kpis.baseline import FEWEST, FrozenBaseline, read_baseline
from models.kpis.measurement import Kpis
from models.mailbox import Envelope, post, update
from models.message import Message, text_message
from models.store.transaction import UnitOfWork
from models.tables import Baseline, BaselineChoice, BaselineStep

log = structlog.get_logger(__name__)

FEWEST_WEEKS, MOST_WEEKS = 1, 26
_DAY = timedelta(days=1)
_BASELINE = Subject("baseline")


@dataclass(frozen=True, slots=True)
class ComparisonChoice:
    """What somebody chose; ``weeks`` of an observation, ``reason`` of going without."""

    step: BaselineStep
    weeks: int = 4
    reason: str = ""
    by: str = ""

    def check(self) -> None:
        """Refuse a choice that says too little.

        Raises
        ------
        InvalidError
            For weeks beyond all measure, or no reason.
        """
        if self.step is BaselineStep.OBSERVE and not FEWEST_WEEKS <= self.weeks <= MOST_WEEKS:
            raise InvalidError(
                f"{self.weeks} weeks: observe for {FEWEST_WEEKS} to {MOST_WEEKS}, such as 4"
            )
        if self.step is BaselineStep.OVERRIDE and not self.reason.strip():
            raise InvalidError("going without a baseline needs a reason: --reason TEXT")


@dataclass(frozen=True, slots=True)
class BaselineStatus:
    """How things stand; the days are those of an observation, else None."""

    phase: PilotPhase
    first_day: date | None = None
    last_day: date | None = None
    baseline: FrozenBaseline | None = None


class Baselines:
    """Ask, decide, observe, freeze, write down.

    The lead is asked, and the baseline is written down, in the lead's channel where there is one.
    """

    def __init__(self, desk: DeskContext, kpis: Kpis) -> None:
        self._desk, self._kpis = desk, kpis
        self._to = Envelope(desk.lead_channel)

    def ask(self, now: datetime) -> bool:
        """Ask the lead at the first start, once for all replicas; return whether it was asked.

        Without a channel of the lead there is nobody to ask: then nothing is locked, and the
        statement says "no baseline" until somebody chooses on the command line.
        """
        if not self._to.channel:
            log.warning("no baseline is chosen", next="lotsen baseline choose")
            return False
        with self._desk.store.begin() as unit:
            unit.lock("baseline")
            if unit.figures.latest_baseline() is not None or unit.surveys.choices():
                return False
            unit.surveys.save(BaselineChoice(step=BaselineStep.ASKED, at=now))
            post(unit, ASKED, self._to, baseline_posts.question(self._desk.words), now)
        log.warning("no baseline yet: I do not assist", next="lotsen baseline choose")
        return True

    def status(self) -> BaselineStatus:
        """Return how things stand."""
        with self._desk.store.snapshot() as unit:
            return _status(unit)

    # Deciding --------------------------------------------------------------------------------

    def choose(self, command: ChooseBaseline, now: datetime) -> None:
        """Do what the lead's click says; a click that comes too late changes nothing."""
        drafted = self._draft_of_history(command, now)
        answer_request(self._desk, command, now, partial(self._choose, drafted=drafted))

    def _choose(self, turn: RequestTurn[ChooseBaseline], drafted: Baseline | None) -> None:
        turn.unit.lock("baseline")
        words = turn.words
        refusal = words.rich("Only the IT lead can choose this.")
        turn.authorize(Action.CHOOSE_BASELINE, _BASELINE, refusal)
        try:
            choice = _choice_of(turn.command, turn.person.id)
            choice.check()
            row = self._decide(turn, choice, drafted)
        except InvalidError:
            impossible = words.rich(
                "That cannot be chosen now. A baseline needs {n} resolved tickets, and is "
                "frozen once.",
                n=str(FEWEST),
            )
            raise RefusedError(impossible) from None
        turn.reply(baseline_posts.decided(row, words))

    def decide(self, choice: ComparisonChoice, now: datetime) -> BaselineStatus:
        """Do what was chosen on the command line.

        Raises
        ------
        InvalidError
            When a baseline is frozen already, or the choice cannot be.
        """
        choice.check()
        freezes = choice.step is BaselineStep.FREEZE
        drafted = self._kpis.draft(None, None, now) if freezes else None
        with self._desk.store.begin() as unit:
            unit.lock("baseline")
            self._decide(Turn(unit, self._desk, "baseline", now), choice, drafted)
            return _status(unit)

    def freeze(
        self,
        first_day: date | None,
        last_day: date | None,
        now: datetime,
        *,
        again: bool = False,
    ) -> FrozenBaseline:
        """Freeze the figures of a range (all imported history without days), and write it down.

        What is frozen already stays as it is, with its number and its moment.

        Parameters
        ----------
        again
            Compare with other figures from now on, though some are frozen.

        Raises
        ------
        InvalidError
            With too few resolved tickets, nothing imported, or other figures frozen.
        """
        drafted = self._kpis.draft(first_day, last_day, now)
        with self._desk.store.begin() as unit:
            unit.lock("baseline")
            latest = unit.figures.latest_baseline()
            if latest is not None and latest.content == drafted.content:
                return read_baseline(latest)
            if latest is not None and not again:
                raise InvalidError(
                    f"baseline {latest.id} is frozen already, with other figures: --again freezes "
                    "these instead, and from then on everything is compared with them; the "
                    "earlier one is kept"
                )
            return self._freeze(Turn(unit, self._desk, "baseline", now), drafted)

    def _draft_of_history(self, command: ChooseBaseline, now: datetime) -> Baseline | None:
        """Measure imported history, outside any transaction; None where it is too little."""
        if command.step != "freeze" or not self._may_choose(command.user):
            return None
        try:
            return self._kpis.draft(None, None, now)
        except InvalidError as error:
            log.info("history cannot be frozen", reason=str(error))
            return None

    def _may_choose(self, slack_id: str) -> bool:
        with self._desk.store.snapshot() as unit:
            return self._desk.principal(unit, slack_id).may(Action.CHOOSE_BASELINE, _BASELINE)

    def _decide(
        self, turn: Turn, choice: ComparisonChoice, drafted: Baseline | None
    ) -> BaselineChoice:
        unit = turn.unit
        if unit.figures.latest_baseline() is not None:
            raise InvalidError("a baseline is frozen already: lotsen baseline show")
        if choice.step is BaselineStep.FREEZE and drafted is None:
            raise InvalidError("too little was imported to be a baseline")
        row = BaselineChoice(
            step=choice.step, reason=choice.reason.strip(), by=choice.by, at=turn.now
        )
        if choice.step is BaselineStep.OBSERVE:
            row.first_day = turn.today
            row.last_day = row.first_day + timedelta(weeks=choice.weeks) - _DAY
        if drafted is not None:
            self._freeze(turn, drafted)
        unit.surveys.save(row)
        self._show_decision(turn, row)
        return row

    def _show_decision(self, turn: Turn, row: BaselineChoice) -> None:
        """Take the buttons off the question; where none was asked, say it anew."""
        message = text_message(baseline_posts.decided(row, self._desk.words))
        name = f"baseline:choice:{row.id}"
        if turn.unit.outbox.find(ASKED) is not None:
            update(turn.unit, name, ASKED, self._to.channel, message, turn.now)
        elif row.step is not BaselineStep.FREEZE:
            turn.post(name, self._to, message)

    def _freeze(self, turn: Turn, drafted: Baseline) -> FrozenBaseline:
        unit, calendar = turn.unit, self._desk.calendar
        choices = unit.surveys.choices()
        since = assisted_since(choices, drafted.first_day, drafted.last_day, calendar.zone)
        if since is not None:
            raise InvalidError(
                f"Lotsen assisted since {since}, without a baseline: name days before it with "
                "--from and --to"
            )
        unit.projection.keep_calendar(calendar.version, calendar.content)
        frozen = read_baseline(unit.figures.save(drafted))
        company = unit.effects.company_kpis()
        staff = unit.people.number_of(self._desk.agents | self._desk.leads)
        message = baseline_posts.registered(frozen, company, staff, self._desk.words)
        turn.post(f"baseline:{frozen.id}:registered", self._to, message)
        return frozen

    # Observing -------------------------------------------------------------------------------

    def end_observation(self, now: datetime, *, dry_run: bool = False) -> Message | None:
        """Freeze what was observed once its days are over, and write it down, once.

        Returns
        -------
        Message
            That too few tickets were resolved, on the day and each week after; else None.
        """
        today, status = self._desk.day_of(now), self.status()
        first, last = status.first_day, status.last_day
        if (
            status.phase is not PilotPhase.OBSERVING
            or first is None
            or last is None
            or today <= last
        ):
            return None
        try:
            # Where the days were too few, all days since count, so that it ends at last.
            drafted = self._kpis.draft(first, max(last, today - _DAY), now)
        except InvalidError as error:
            log.warning("observation goes on", reason=str(error))
            late = (today - last).days - 1
            return baseline_posts.too_few(self._desk.words) if late % 7 == 0 else None
        if not dry_run:
            self._end(drafted, now)
        return None

    def _end(self, drafted: Baseline, now: datetime) -> None:
        with self._desk.store.begin() as unit:
            unit.lock("baseline")
            if phase_of(unit) is PilotPhase.OBSERVING:  # else another replica was quicker
                self._freeze(Turn(unit, self._desk, "baseline", now), drafted)


def _choice_of(command: ChooseBaseline, person_id: str) -> ComparisonChoice:
    step = BaselineStep(command.step)
    reason = "chosen in Slack" if step is BaselineStep.OVERRIDE else ""
    return ComparisonChoice(step, command.weeks, reason, person_id)


def _status(unit: UnitOfWork) -> BaselineStatus:
    choices, row = unit.surveys.choices(), unit.figures.latest_baseline()
    baseline = read_baseline(row) if row else None
    phase = phase_after(choices, frozen=row is not None)
    if phase is not PilotPhase.OBSERVING:
        return BaselineStatus(phase, baseline=baseline)
    return BaselineStatus(phase, choices[-1].first_day, choices[-1].last_day, baseline)
