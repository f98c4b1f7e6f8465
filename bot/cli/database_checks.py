"""What ``lotsen doctor`` looks at in the database: a method a check."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from bot.cli.answer_limits import limits_in_words
from bot.clock import Clock
from jobs.runner import last_run
from models.errors import InvalidError, LotsenError, UnavailableError
from models.language import Translator
from models.lotsen import Lotsen, open_lotsen
from models.meaning.factory import LOCAL, embedder_for
from models.settings import Settings
from models.tables import RunState
from models.upkeep.database import DatabaseAdmin

OLD_S = 300.0
"""Mail older than this waits for more than the next turn."""
_DIGEST = timedelta(days=8)


@dataclass(frozen=True, slots=True)
class Check:
    """A finding; ``fix`` says what to do, or what could be done where nothing is wrong."""

    name: str
    ok: bool
    detail: str
    fix: str = ""


class DatabaseChecks:
    """The database, and what is in it."""

    def __init__(self, settings: Settings, words: Translator, clock: Clock) -> None:
        self._settings, self._words, self._clock = settings, words, clock

    def checks(self) -> Iterator[Check]:
        gettext = self._words.gettext
        try:
            keeper = DatabaseAdmin(self._settings)
        except LotsenError as error:
            fix = gettext("Check LOTSEN_HOME and LOTSEN_DATABASE_URL, and that the database runs.")
            yield Check("database", ok=False, detail=str(error), fix=fix)
            return
        try:
            yield Check("database", ok=True, detail=gettext("It answers."))
            yield from self._house(keeper)
        finally:
            keeper.close()

    def _house(self, keeper: DatabaseAdmin) -> Iterator[Check]:
        steps = keeper.steps()
        yield self._schema(steps.database, steps.newest)
        yield from self._file(keeper)
        if steps.at_head:
            lotsen = open_lotsen(self._settings, migrate=False, store=keeper.store)
            yield self._model(lotsen)
            yield self._answers(lotsen)
            yield from self._embeddings(lotsen)
            yield self._baseline(lotsen)
            yield self._calendar(lotsen)
            yield from self._mail(lotsen)
            yield self._digest(lotsen)

    def _schema(self, database: str, newest: str) -> Check:
        gettext = self._words.gettext
        if database == newest:
            return Check("schema", ok=True, detail=gettext("Step {step}", step=newest))
        detail = gettext("Step {step}, newest {newest}", step=database or "–", newest=newest)
        return Check(
            "schema",
            ok=False,
            detail=detail,
            fix=gettext("Run lotsen migrate up; any other command and every start do the same."),
        )

    def _file(self, keeper: DatabaseAdmin) -> Iterator[Check]:
        gettext = self._words.gettext
        try:
            health = keeper.health()
        except LotsenError as error:
            fix = gettext("Restore the latest backup.")
            yield Check("database_file", ok=False, detail=str(error), fix=fix)
            return
        if health is None:
            yield Check("database_file", ok=True, detail="PostgreSQL")
            return
        wrong = [*health.unsafe, *([] if health.integrity == "ok" else [health.integrity])]
        detail = "; ".join(wrong) or gettext("Whole, and set to lose nothing.")
        fix = gettext("Restore the latest backup.") if wrong else ""
        yield Check("database_file", ok=not wrong, detail=detail, fix=fix)
        yield self._disk(health.size, health.free)

    def _disk(self, size: int, free: int) -> Check:
        words, enough = self._words, free >= 2 * size
        detail = words.gettext(
            "{free} MB free, the database has {size} MB",
            free=words.number(free / 1e6),
            size=words.number(size / 1e6, 1),
        )
        fix = "" if enough else words.gettext("Free twice the size of the database.")
        return Check("disk", ok=enough, detail=detail, fix=fix)

    def _model(self, lotsen: Lotsen) -> Check:
        gettext = self._words.gettext
        listed, champion, _ = lotsen.learning.listing()
        lines = [line for line in listed if line.id == champion]
        if not lines:
            fix = gettext("Import tickets, or run lotsen train.")
            return Check("model", ok=False, detail=gettext("There is none."), fix=fix)
        right = self._words.percent(lines[0].accuracy)
        detail = gettext("classifier-{id}, {right} right", id=lines[0].id, right=right)
        if lotsen.learning.suggest_only():
            fix = gettext(
                "See lotsen model report; train a better one, or run lotsen model resume."
            )
            told = gettext("{model}; it only suggests, it was wrong too often", model=detail)
            return Check("model", ok=False, detail=told, fix=fix)
        return Check("model", ok=True, detail=detail)

    def _answers(self, lotsen: Lotsen) -> Check:
        words, found = self._words, lotsen.knowledge.report()
        if not found.articles:
            return Check("answers", ok=True, detail=words.gettext("No article is stored."))
        return Check("answers", ok=True, detail="; ".join(limits_in_words(found.limits, words)))

    def _embeddings(self, lotsen: Lotsen) -> Iterator[Check]:
        gettext, wanted = self._words.gettext, self._settings.lotsen_embeddings.strip()
        embedder = embedder_for(self._settings, lotsen.store)
        if embedder is None:
            return
        if wanted != LOCAL:  # the first question asks the service
            yield Check("embeddings", ok=True, detail=embedder.name)
            return
        try:
            embedder.embed_now("Lotsen")
        except UnavailableError as error:
            fix = gettext(
                "Lotsen searches by words alone. Install requirements/meaning.txt, name a model of "
                "a service in LOTSEN_EMBEDDINGS, or set it to none."
            )
            yield Check("embeddings", ok=True, detail=str(error), fix=fix)
            return
        detail = gettext(
            "Search and triage understand what means the same: {model}.", model=embedder.name
        )
        yield Check("embeddings", ok=True, detail=detail)

    def _baseline(self, lotsen: Lotsen) -> Check:
        gettext = self._words.gettext
        fix = gettext("Import older tickets, then run lotsen baseline freeze.")
        try:
            frozen = lotsen.kpis.baseline()
        except InvalidError as error:
            return Check("baseline", ok=False, detail=str(error), fix=fix)
        if frozen is None:
            return Check("baseline", ok=False, detail=gettext("None is frozen."), fix=fix)
        days = f"{frozen.period.first_day} – {frozen.period.last_day}"
        return Check("baseline", ok=True, detail=f"{days}, SHA-256 {frozen.sha256[:12]}")

    def _calendar(self, lotsen: Lotsen) -> Check:
        gettext = self._words.gettext
        try:
            other = lotsen.kpis.calendar_changed()
        except InvalidError:
            other = False  # the check of the baseline says it
        if not other:
            return Check("calendar", ok=True, detail=lotsen.calendar.version)
        detail = gettext("The baseline was timed by other office hours or days off.")
        fix = gettext("Set them back, or freeze again: lotsen baseline freeze --again.")
        return Check("calendar", ok=False, detail=detail, fix=fix)

    def _mail(self, lotsen: Lotsen) -> Iterator[Check]:
        load = lotsen.load(self._clock())
        gettext = self._words.gettext
        yield self._box(
            "inbox",
            (load.inbox_waiting, load.inbox_dead, load.inbox_oldest_s),
            gettext("See lotsen inbox list, and that lotsen run is running."),
        )
        yield self._box(
            "outbox",
            (load.outbox_waiting, load.outbox_stuck, load.outbox_oldest_s),
            gettext("See lotsen outbox list, and that lotsen run is running."),
        )

    def _box(self, name: str, load: tuple[int, int, float], fix: str) -> Check:
        waiting, stuck, oldest = load
        detail = self._words.gettext(
            "{waiting} waiting, {stuck} stuck, the oldest {age} old",
            waiting=waiting,
            stuck=stuck,
            age=self._words.minutes(oldest / 60),
        )
        fine = stuck == 0 and oldest <= OLD_S
        return Check(name, ok=fine, detail=detail, fix="" if fine else fix)

    def _digest(self, lotsen: Lotsen) -> Check:
        gettext = self._words.gettext
        last = last_run(lotsen, "weekly_digest")
        if last is None:
            return Check("digest", ok=True, detail=gettext("None was due yet."))
        if last.state is RunState.DONE and self._clock() - last.due_at <= _DIGEST:
            return Check("digest", ok=True, detail=last.period)
        fix = gettext("See that lotsen run is running, then lotsen jobs run weekly_digest.")
        detail = f"{last.period}: {last.state.value} {last.error}".rstrip()
        return Check("digest", ok=False, detail=detail, fix=fix)
