"""What the pilot is compared with: asked at the first start, decided by the IT lead.

Three ways: observe for some weeks and freeze what was seen, freeze imported history, or go
without (recorded; the statement then says "no baseline"). Whatever is frozen is written
down in the lead's channel before the pilot begins: days, figures, targets and the hash.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import structlog

from models.commands import ChooseBaseline
from models.desk.base.context import DeskContext, reply_to
from models.desk.base.pilot_phase import Lock, assisted_since, lock, lock_of
from models.desk.programme import baseline_posts
from models.desk.programme.baseline_posts import ASKED
from models.errors import InvalidError, NotAllowedError
from models.governance.authorization import Action, Subject, allowed, authorize
from models.kpis.baseline import FEWEST, FrozenBaseline, read_baseline
from models.kpis.measurement import Kpis
from models.language import Words
from models.mailbox import Envelope, post, update
from models.message import Message, Runs, text_message
from models.store.transaction import UnitOfWork
from models.tables import Baseline, BaselineChoice, BaselineStep

log = structlog.get_logger(__name__)

FEWEST_WEEKS, MOST_WEEKS = 1, 26
_DAY = timedelta(days=1)
_BASELINE = Subject("baseline")


@dataclass(frozen=True, slots=True)
class Choice:
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
class Standing:
    """How things stand; the days are those of an observation, else None."""

    lock: Lock
    first_day: date | None = None
    last_day: date | None = None
    baseline: FrozenBaseline | None = None


class Baselines:
    """Ask, decide, observe, freeze, write down.

    Parameters
    ----------
    lead_channel
        Where the lead is asked and the baseline is written down; empty: nowhere.
    """

    def __init__(self, desk: DeskContext, kpis: Kpis, lead_channel: str) -> None:
        self._desk, self._kpis = desk, kpis
        self._to = Envelope(lead_channel)

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

    def standing(self) -> Standing:
        """Return how things stand."""
        with self._desk.store.snapshot() as unit:
            return _standing(unit)

    # Deciding --------------------------------------------------------------------------------

    def choose(self, command: ChooseBaseline, now: datetime) -> None:
        """Do what the lead's click says; a click that comes too late changes nothing."""
        drafted = self._draft_of_history(command, now)
        with self._desk.store.begin() as unit:
            unit.lock("baseline")
            if not unit.inbox.finish(command.id, now):
                return
            person = unit.people.by_slack_id(command.user, now)
            words = self._desk.words_of(person)
            to = Envelope(command.channel, person=command.user, reply_url=command.reply_url)
            try:
                authorize(self._desk.actor(unit, person), Action.CHOOSE_BASELINE, _BASELINE)
                choice = _choice_of(command, person.id)
                choice.check()
                said = self._decide(unit, choice, drafted, now, words)
            except NotAllowedError:
                said = words.rich("Only the IT lead can choose this.")
            except InvalidError:
                said = words.rich(
                    "That cannot be chosen now. A baseline needs {n} resolved tickets, and is "
                    "frozen once.",
                    n=str(FEWEST),
                )
            reply_to(unit, command.id, to, text_message(said), now)

    def decide(self, choice: Choice, now: datetime) -> Standing:
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
            self._decide(unit, choice, drafted, now, self._desk.words)
            return _standing(unit)

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
            return self._freeze(unit, drafted, now)

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
            person = unit.people.find(slack_id)
            actor = self._desk.actor(unit, person) if person else None
        return bool(actor and allowed(actor, Action.CHOOSE_BASELINE, _BASELINE))

    def _decide(
        self,
        unit: UnitOfWork,
        choice: Choice,
        drafted: Baseline | None,
        now: datetime,
        words: Words,
    ) -> Runs:
        if unit.figures.latest_baseline() is not None:
            raise InvalidError("a baseline is frozen already: lotsen baseline show")
        if choice.step is BaselineStep.FREEZE and drafted is None:
            raise InvalidError("too little was imported to be a baseline")
        row = BaselineChoice(step=choice.step, reason=choice.reason.strip(), by=choice.by, at=now)
        if choice.step is BaselineStep.OBSERVE:
            row.first_day = now.astimezone(self._desk.calendar.zone).date()
            row.last_day = row.first_day + timedelta(weeks=choice.weeks) - _DAY
        if drafted is not None:
            self._freeze(unit, drafted, now)
        unit.surveys.save(row)
        self._show_decision(unit, row, now)
        return baseline_posts.decided(row, words)

    def _show_decision(self, unit: UnitOfWork, row: BaselineChoice, now: datetime) -> None:
        """Take the buttons off the question; where none was asked, say it anew."""
        message = text_message(baseline_posts.decided(row, self._desk.words))
        name = f"baseline:choice:{row.id}"
        if unit.outbox.find(ASKED) is not None:
            update(unit, name, ASKED, self._to.channel, message, now)
        elif row.step is not BaselineStep.FREEZE:
            post(unit, name, self._to, message, now)

    def _freeze(self, unit: UnitOfWork, drafted: Baseline, now: datetime) -> FrozenBaseline:
        zone = self._desk.calendar.zone
        choices = unit.surveys.choices()
        since = assisted_since(choices, drafted.first_day, drafted.last_day, zone)
        if since is not None:
            raise InvalidError(
                f"Lotsen assisted since {since}, without a baseline: name days before it with "
                "--from and --to"
            )
        unit.projection.keep_calendar(self._desk.calendar.version, self._desk.calendar.content)
        frozen = read_baseline(unit.figures.save(drafted))
        message = baseline_posts.registered(frozen, unit.effects.company_kpis(), self._desk.words)
        post(unit, f"baseline:{frozen.id}:registered", self._to, message, now)
        return frozen

    # Observing -------------------------------------------------------------------------------

    def end_observation(self, now: datetime, *, dry_run: bool = False) -> Message | None:
        """Freeze what was observed once its days are over, and write it down, once.

        Returns
        -------
        Message
            That too few tickets were resolved, on the day and each week after; else None.
        """
        today = now.astimezone(self._desk.calendar.zone).date()
        found = self.standing()
        first, last = found.first_day, found.last_day
        if found.lock is not Lock.OBSERVING or first is None or last is None or today <= last:
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
            if lock(unit) is Lock.OBSERVING:  # else another replica was quicker
                self._freeze(unit, drafted, now)


def _choice_of(command: ChooseBaseline, person_id: str) -> Choice:
    step = BaselineStep(command.step)
    reason = "chosen in Slack" if step is BaselineStep.OVERRIDE else ""
    return Choice(step, command.weeks, reason, person_id)


def _standing(unit: UnitOfWork) -> Standing:
    choices, row = unit.surveys.choices(), unit.figures.latest_baseline()
    last = choices[-1] if choices else None
    state = lock_of(choices, frozen=row is not None)
    observing = last if state is Lock.OBSERVING else None
    return Standing(
        lock=state,
        first_day=observing.first_day if observing else None,
        last_day=observing.last_day if observing else None,
        baseline=read_baseline(row) if row else None,
    )
