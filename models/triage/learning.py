"""The learning loop: train at night behind a gate, roll back, demote, resume.

Nothing here is ever changed in place: a promotion, a roll-back and a change of mode are
rows, and the newest is in force. Running bots look every 30 seconds.
"""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from models.errors import InvalidError, NotFoundError, UnavailableError
from models.meaning.embedder import Embedder
from models.statistics.estimates import wilson
from models.store.model_versions import ModelLine
from models.store.transaction import Store, UnitOfWork
from models.tables import ModelRollback, ModelVersion, TriageMode
from models.triage.classifier import TARGET_PRECISION
from models.triage.model_file import from_bytes
from models.triage.training_process import LIMIT, TrainingProcess

log = structlog.get_logger(__name__)

FEWEST_LABELS = 20
"""New labels before it is worth training again."""
FEWEST_BLIND = 20
"""Blind samples before a demotion."""
_WINDOW = 100
_SEED = 1


@dataclass(frozen=True, slots=True)
class LivePrecision:
    """How often automatic decisions were right on blind samples, with a 95 % interval."""

    correct: int
    n: int
    low: float
    high: float
    target: float = TARGET_PRECISION

    @property
    def is_too_low(self) -> bool:
        return self.n >= FEWEST_BLIND and self.high < self.target


@dataclass(frozen=True, slots=True)
class Night:
    """What became of the models since a moment: newest versions first, and modes."""

    trained: tuple[ModelLine, ...] = ()
    modes: tuple[TriageMode, ...] = ()


class Learning:
    """Keeps the classifier learning, and in check."""

    def __init__(
        self, store: Store, limit: timedelta = LIMIT, embedder: Embedder | None = None
    ) -> None:
        """``limit`` is the longest that a training may take."""
        self._store = store
        self._limit = limit
        self._embedder = embedder
        self._lock = threading.Lock()
        self._child: TrainingProcess | None = None
        self._stopped = False

    def nightly(self, since: datetime, now: datetime) -> Night:
        """Demote where live precision fell; train on enough new labels, or on other categories.

        What is returned is read from the rows since ``since``, so a run that is repeated
        after a crash tells the same.

        Raises
        ------
        UnavailableError
            When the training crashed, was killed or took too long.
        """
        self.review(now)
        with self._store.snapshot() as unit:
            versions = unit.model_versions.listing(1)
            trained_at = versions[0].created_at if versions else None
            fresh = unit.oversight.new_labels(trained_at)
            others = trained_at is not None and unit.categories.changed_since(trained_at)
        if fresh >= FEWEST_LABELS or others:
            self._train(now)
        return self.night(since, now)

    def catch_up(self, now: datetime) -> None:
        """Train what is missing at a start.

        A first model by words takes seconds; one that knows the embeddings in use may take
        minutes, and follows it.

        Raises
        ------
        UnavailableError
            When the training crashed, was killed or took too long.
        """
        if self._newest() is None:
            self._train(now, by_words=True)
        newest = self._newest()
        if newest is not None and self._lacks_meaning(newest.recipe):
            self._train(now)

    def _lacks_meaning(self, recipe: str) -> bool:
        if self._embedder is None or recipe.endswith(self._embedder.name):
            return False
        try:
            self._embedder.embed(["Lotsen"])
        except UnavailableError as error:
            log.warning("goes on by words alone", reason=str(error))
            return False
        return True

    def _newest(self) -> ModelLine | None:
        with self._store.snapshot() as unit:
            return next(iter(unit.model_versions.listing(1)), None)

    def night(self, since: datetime, now: datetime) -> Night:
        """Return what became of the models from ``since`` to ``now``; changes nothing."""
        with self._store.snapshot() as unit:
            lines, modes = unit.model_versions.listing(), unit.oversight.modes_since(since)
            return Night(
                trained=tuple(line for line in lines if since <= line.created_at <= now),
                modes=tuple(mode for mode in modes if mode.at <= now),
            )

    def review(self, now: datetime) -> LivePrecision:
        """Return the live precision, and demote to suggest-only where it is too low."""
        with self._store.begin() as unit:
            unit.lock("triage-mode")
            found = live_precision(unit)
            if found.is_too_low and not unit.oversight.suggest_only():
                reason = (
                    f"right in {found.correct} of {found.n} blind samples, at most {found.high:.1%}"
                    f" (95 %), below {found.target:.0%}"
                )
                unit.oversight.save(
                    TriageMode(
                        at=now, suggest_only=True, reason=reason, correct=found.correct, n=found.n
                    )
                )
                log.warning("triage demoted", correct=found.correct, n=found.n)
        return found

    def suggest_only(self) -> bool:
        """Return whether the classifier only suggests, because it was wrong too often."""
        with self._store.snapshot() as unit:
            return unit.oversight.suggest_only()

    def resume(self, now: datetime) -> bool:
        """Let the classifier decide again; False where it does already."""
        with self._store.begin() as unit:
            unit.lock("triage-mode")
            if not unit.oversight.suggest_only():
                return False
            row = TriageMode(at=now, suggest_only=False, reason="resumed by hand")
            unit.oversight.save(row)
        return True

    def roll_back(self, now: datetime, reason: str = "by hand") -> ModelRollback:
        """Let the version before the champion serve again.

        Raises
        ------
        InvalidError
            When there is none, or its file cannot be read.
        """
        with self._store.begin() as unit:
            unit.lock("model-rollback")
            serving = unit.model_versions.promoted()
            if len(serving) < 2:
                raise InvalidError("there is no earlier model to go back to: see lotsen model list")
            _require_readable(unit, serving[1])
            row = ModelRollback(
                at=now,
                from_version=serving[0],
                to_version=serving[1],
                newest_version=max(line.id for line in unit.model_versions.listing(1)),
                reason=reason,
            )
            unit.model_versions.save(row)
        log.info("model rolled back", to=row.to_version)
        return row

    def version(self, number: int | None = None) -> ModelVersion:
        """Return a version with its file; the champion without a number.

        Raises
        ------
        NotFoundError
            When there is none.
        """
        with self._store.snapshot() as unit:
            row = (
                unit.model_versions.champion()
                if number is None
                else unit.model_versions.get(number)
            )
        if row is None:
            raise NotFoundError("there is no such model: see lotsen model list")
        return row

    def check_file(self, number: int) -> None:
        """Look whether a version's file is as it was written.

        Raises
        ------
        InvalidError
            When it is not: nobody may use it.
        """
        with self._store.snapshot() as unit:
            _require_readable(unit, number)

    def listing(self) -> tuple[Sequence[ModelLine], int | None, Sequence[ModelRollback]]:
        """Return the versions (newest first), the champion's id, and the roll-backs."""
        with self._store.snapshot() as unit:
            lines, champion = unit.model_versions.listing(), unit.model_versions.newest_promoted()
            return lines, champion, unit.model_versions.rollbacks()

    def stop(self) -> None:
        """End a training under way: the bot is going down."""
        with self._lock:
            self._stopped = True
            if self._child is not None:
                self._child.kill()

    def _train(self, now: datetime, *, by_words: bool = False) -> None:
        try:
            child = self._start(now, by_words=by_words)
            if child is not None:
                child.wait(self._limit)
        except InvalidError as error:  # too little to learn from is no failure
            log.warning("nothing trained", reason=str(error))
        finally:
            with self._lock:
                self._child = None
        with self._store.begin() as unit:
            unit.model_versions.drop_files()

    def _start(self, now: datetime, *, by_words: bool) -> TrainingProcess | None:
        with self._lock:
            if not self._stopped:
                self._child = TrainingProcess(self._store.url, now, _SEED, by_words=by_words)
            return self._child


def _require_readable(unit: UnitOfWork, number: int) -> None:
    row = unit.model_versions.get(number)
    if row is not None:
        from_bytes(row.content, row.sha256)


def live_precision(unit: UnitOfWork) -> LivePrecision:
    """Return the precision on the newest blind samples since the mode last changed."""
    mode = unit.oversight.mode()
    correct, n = unit.oversight.blind_since(mode.at if mode else None, _WINDOW)
    low, high = wilson(correct, n)
    return LivePrecision(correct, n, low, high)
