"""What ``lotsen doctor`` looks at in the database: a method a check."""

from collections.abc import Iterator
from datetime import timedelta

from bot.cli.answer_limits import limits_in_words
from bot.cli.examination import Check, Examination
from bot.cli.llm_checks import LlmChecks
from jobs.runner import Runner, last_run
from jobs.timetable import discover
from models.errors import InvalidError, LotsenError, UnavailableError
from models.kpis.audit import verify
from models.kpis.baseline_change import change_line
from models.language import N_
from models.lotsen import Lotsen, open_lotsen
from models.meaning.factory import LOCAL, embedder_for
from models.message import plain
from models.tables import RunState
from models.triage.arms import checked_draws
from models.upkeep.database import DatabaseAdmin, Steps

OLD_S = 300.0
"""Mail older than this waits for more than the next turn."""
_DIGEST = timedelta(days=8)
_MOST_CASES = 10
_SWEPT = timedelta(hours=1)


class DatabaseChecks(Examination):
    """The database, and what is in it."""

    def checks(self) -> Iterator[Check]:
        try:
            keeper = DatabaseAdmin(self._settings)
        except LotsenError as error:
            fix = N_("Check LOTSEN_HOME and LOTSEN_DATABASE_URL, and that the database runs.")
            yield self._failed("database", error, fix)
            return
        try:
            yield self._fine("database", N_("It answers."))
            yield from self._house(keeper)
        finally:
            keeper.close()

    def _house(self, keeper: DatabaseAdmin) -> Iterator[Check]:
        steps = keeper.steps()
        yield self._schema(steps)
        yield from self._file(keeper)
        if steps.at_head or steps.is_supported:
            lotsen = open_lotsen(self._settings, migrate=False, store=keeper.store)
            yield self._model(lotsen)
            yield self._answers(lotsen)
            yield from self._embeddings(lotsen)
            yield self._baseline(lotsen)
            yield self._currency(lotsen)
            yield self._audit(lotsen)
            yield self._times(lotsen)
            yield self._calendar(lotsen)
            yield from self._hold_out(lotsen)
            yield from self._mail(lotsen)
            yield self._delivered(lotsen)
            yield self._digest(lotsen)
            yield from self._jobs(lotsen)
            yield from LlmChecks(self._settings, self._words, self._clock).on(lotsen)

    def _currency(self, lotsen: Lotsen) -> Check:
        kept, wanted = lotsen.value.costs.currency(), self._settings.currency
        if wanted.is_stated and kept.code != wanted.code:
            return self._wrong(
                "currency",
                N_("Sums are kept in {kept}, and LOTSEN_CURRENCY says {wanted}."),
                N_("Set LOTSEN_CURRENCY={kept}: nothing is converted."),
                kept=kept.code,
                wanted=wanted.code,
            )
        rate = self._words.number(kept.per_euro, 2)
        if kept.per_euro == 1:
            return Check("currency", ok=True, detail=kept.code)
        detail = N_("{kept}; the language model is booked at {rate} a euro")
        return self._fine("currency", detail, kept=kept.code, rate=rate)

    def _schema(self, steps: Steps) -> Check:
        database, newest = steps.database, steps.newest
        if steps.at_head:
            return self._fine("schema", N_("Step {step}"), step=newest)
        if steps.is_supported:
            return self._fine(
                "schema",
                N_(
                    "Step {step}, newer than this version's {newest}, which still works on it: "
                    "replace this version soon"
                ),
                step=database,
                newest=newest,
            )
        return self._wrong(
            "schema",
            N_("Step {step}, newest {newest}"),
            N_("Run lotsen migrate up; any other command and every start do the same."),
            step=database or "–",
            newest=newest,
        )

    def _file(self, keeper: DatabaseAdmin) -> Iterator[Check]:
        fix = N_("Restore the latest backup.")
        try:
            health = keeper.health()
        except LotsenError as error:
            yield self._failed("database_file", error, fix)
            return
        if health is None:
            yield Check("database_file", ok=True, detail="PostgreSQL")
            return
        wrong = [*health.unsafe, *([] if health.integrity == "ok" else [health.integrity])]
        if wrong:
            yield Check("database_file", False, "; ".join(wrong), self._words.gettext(fix))
        else:
            yield self._fine("database_file", N_("Whole, and set to lose nothing."))
        yield self._disk(health.size, health.free)

    def _disk(self, size: int, free: int) -> Check:
        words = self._words
        detail = N_("{free} MB free, the database has {size} MB")
        values = {"free": words.number(free / 1e6), "size": words.number(size / 1e6, 1)}
        if free >= 2 * size:
            return self._fine("disk", detail, **values)
        return self._wrong("disk", detail, N_("Free twice the size of the database."), **values)

    def _model(self, lotsen: Lotsen) -> Check:
        listed, champion, _ = lotsen.learning.listing()
        lines = [line for line in listed if line.id == champion]
        if not lines:
            fix = N_("Import tickets, or run lotsen train.")
            return self._wrong("model", N_("There is none."), fix)
        try:
            lotsen.learning.check_file(lines[0].id)
        except InvalidError as error:
            fix = N_("Train another one with lotsen train; until then a person categorises.")
            return self._failed("model", error, fix)
        right = self._words.percent(lines[0].accuracy)
        found = self._fine(
            "model", N_("classifier-{id}, {right} right"), id=lines[0].id, right=right
        )
        if not lotsen.learning.suggest_only():
            return found
        told = N_("{model}; it only suggests, it was wrong too often")
        fix = N_("See lotsen model report; train a better one, or run lotsen model resume.")
        return self._wrong("model", told, fix, model=found.detail)

    def _answers(self, lotsen: Lotsen) -> Check:
        words, found = self._words, lotsen.knowledge.report()
        if not found.articles:
            return self._fine("answers", N_("No article is stored."))
        return Check("answers", ok=True, detail="; ".join(limits_in_words(found.limits, words)))

    def _embeddings(self, lotsen: Lotsen) -> Iterator[Check]:
        wanted = self._settings.lotsen_embeddings.strip()
        embedder = embedder_for(self._settings, lotsen.store)
        if embedder is None:
            return
        if wanted != LOCAL:  # the first question asks the service
            yield Check("embeddings", ok=True, detail=embedder.name)
            return
        try:
            embedder.embed_now("Lotsen")
        except UnavailableError as error:
            fix = self._words.gettext(
                "Lotsen searches by words alone. Install requirements/meaning.txt, name a model of "
                "a service in LOTSEN_EMBEDDINGS, or set it to none."
            )
            yield Check("embeddings", ok=True, detail=str(error), fix=fix)
            return
        detail = N_("Search and triage understand what means the same: {model}.")
        yield self._fine("embeddings", detail, model=embedder.name)

    def _baseline(self, lotsen: Lotsen) -> Check:
        fix = N_("Import older tickets, then run lotsen baseline freeze.")
        try:
            frozen = lotsen.kpis.baseline()
        except InvalidError as error:
            return self._failed("baseline", error, fix)
        if frozen is None:
            return self._wrong("baseline", N_("None is frozen."), fix)
        days = f"{frozen.period.first_day} – {frozen.period.last_day}"
        changed = lotsen.kpis.baseline_changed(frozen)
        said = plain(change_line(changed, self._words)) if changed else ""
        return Check("baseline", True, f"{days}, SHA-256 {frozen.sha256[:12]}", said)

    def _audit(self, lotsen: Lotsen) -> Check:
        found = verify(lotsen.store)
        if found.ok:
            detail = N_("{n} entries, the newest {head}")
            return self._fine("audit", detail, n=found.n, head=found.head[:12])
        detail = N_("Rows that the proof rests on are not as they were written: {n}.")
        fix = N_("See lotsen audit verify; restore the latest backup that is whole.")
        return self._wrong("audit", detail, fix, n=len(found.problems))

    def _times(self, lotsen: Lotsen) -> Check:
        last = last_run(lotsen, "ticket_times")
        if last is None:
            return self._fine("ticket_times", N_("They were not compared with their events yet."))
        if not last.error:
            return Check("ticket_times", ok=True, detail=last.period)
        fix = self._words.gettext(N_("Run lotsen kpi rebuild; lotsen jobs run ticket_times."))
        return Check("ticket_times", False, f"{last.period}: {last.error}", fix)

    def _calendar(self, lotsen: Lotsen) -> Check:
        try:
            other = lotsen.kpis.calendar_changed()
        except InvalidError:
            other = False  # the check of the baseline says it
        if not other:
            return Check("calendar", ok=True, detail=lotsen.calendar.version)
        detail = N_("The baseline was timed by other office hours or days off.")
        fix = N_("Set them back, or freeze again: lotsen baseline freeze --again.")
        return self._wrong("calendar", detail, fix)

    def _hold_out(self, lotsen: Lotsen) -> Iterator[Check]:
        found, number = checked_draws(lotsen.store), self._words.number
        if not found.n:
            return
        detail = N_("{held_out} of {n} questions held out, {repeated} draws repeated")
        values = {
            "held_out": number(found.held_out),
            "n": number(found.n),
            "repeated": number(found.repeated),
        }
        if found.wrong:
            detail = N_("Questions stand in another group than the one drawn: {cases}")
            values = {"cases": ", ".join(map(str, found.wrong[:_MOST_CASES]))}
        elif not found.ok:
            detail = N_(
                "{held_out} of {n} questions held out: chance brings this less than once in a "
                "thousand times."
            )
        if found.ok:
            yield self._fine("hold_out", detail, **values)
            return
        fix = N_("Claim no effect from these questions; find out what put them where they are.")
        yield self._wrong("hold_out", detail, fix, **values)

    def _mail(self, lotsen: Lotsen) -> Iterator[Check]:
        load = lotsen.load(self._clock())
        fix = N_("See lotsen inbox list, and that lotsen run is running.")
        yield self._box("inbox", load.inbox_waiting, load.inbox_dead, load.inbox_oldest_s, fix)
        fix = N_("See lotsen outbox list, and that lotsen run is running.")
        yield self._box("outbox", load.outbox_waiting, load.outbox_stuck, load.outbox_oldest_s, fix)

    def _box(self, name: str, waiting: int, stuck: int, oldest: float, fix: str) -> Check:
        detail = N_("{waiting} waiting, {stuck} stuck, the oldest {age} old")
        age = self._words.minutes(oldest / 60)
        if stuck == 0 and oldest <= OLD_S:
            return self._fine(name, detail, waiting=waiting, stuck=stuck, age=age)
        return self._wrong(name, detail, fix, waiting=waiting, stuck=stuck, age=age)

    def _delivered(self, lotsen: Lotsen) -> Check:
        """Say when Slack told us something last, and what it did not tell."""
        state, name = lotsen.inbound.state(), "slack_delivery"
        if state.error and state.error != "interrupted":
            detail = N_("Slack does not let me read its history everywhere: {error}")
            fix = N_("See the scopes, and that the bot is in the help channels.")
            return self._wrong(name, detail, fix, error=state.error)
        if state.checked_at is None:
            return self._fine(name, N_("Slack's history was not looked at yet."))
        detail = N_(
            "last event {event}; compared with Slack's history {checked}; not delivered so far: {n}"
        )
        zone, words = self._settings.zone, self._words
        values = {
            "event": words.moment(state.last_event, zone) if state.last_event else "–",
            "checked": words.moment(state.checked_at, zone),
            "n": words.number(state.found),
        }
        if self._clock() - state.checked_at <= _SWEPT:
            return self._fine(name, detail, **values)
        return self._wrong(name, detail, N_("See that lotsen run is running."), **values)

    def _digest(self, lotsen: Lotsen) -> Check:
        last = last_run(lotsen, "weekly_digest")
        if last is None:
            return self._fine("digest", N_("None was due yet."))
        if last.state is RunState.DONE and self._clock() - last.due_at <= _DIGEST:
            return Check("digest", ok=True, detail=last.period)
        fix = N_("See that lotsen run is running, then lotsen jobs run weekly_digest.")
        detail = f"{last.period}: {last.state.value} {last.error}".rstrip()
        return Check("digest", False, detail, self._words.gettext(fix))

    def _jobs(self, lotsen: Lotsen) -> Iterator[Check]:
        """Name each job whose last run failed; the digest has its own line."""
        lines = Runner(lotsen, discover()).listing(self._clock())
        for line in lines:
            last = line.last
            if last is None or last.state is not RunState.FAILED or line.name == "weekly_digest":
                continue
            detail = N_("{name} failed for {period}: {error}")
            fix = N_("Mend what it names, then lotsen jobs run {name}.")
            values = {"name": line.name, "period": last.period, "error": last.error}
            yield self._wrong("jobs", detail, fix, **values)
