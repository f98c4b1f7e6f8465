"""What ``lotsen doctor`` looks at: a method a check, each with what to do about it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.clock import Clock
from models.errors import InvalidError, LotsenError
from models.language import Words, words_for
from models.settings import Settings
from models.tables import RunState

if TYPE_CHECKING:
    from bot.slack.account import Account
    from models.lotsen import Lotsen
    from models.upkeep.database import DatabaseAdmin

MOST_SKEW_S = 60.0
OLD_S = 300.0
"""Mail older than this waits for more than the next turn."""
_DIGEST = timedelta(days=8)
_FEWEST, _MOST = 50, 250


@dataclass(frozen=True, slots=True)
class Check:
    """A finding; ``fix`` says what to do, or what could be done where nothing is wrong."""

    name: str
    ok: bool
    detail: str
    fix: str = ""


def examine(clock: Clock) -> tuple[Words, list[Check]]:
    """Look at everything, and change nothing."""
    try:
        settings = Settings.load()
    except InvalidError as error:
        words = words_for("en")
        fix = words.say("Mend them in the environment or in lotsen.env.")
        return words, [Check("settings", ok=False, detail=str(error), fix=fix)]
    words = words_for(settings.lotsen_language)
    fine = Check("settings", ok=True, detail=words.say("They can be read."))
    found = [
        fine,
        _people(settings, words),
        *_Database(settings, words, clock).checks(),
        *_Slack(settings, words, clock).checks(),
    ]
    return words, found


def _people(settings: Settings, words: Words) -> Check:
    """Ask for the head-count: what suits a company depends on it."""
    people = settings.lotsen_people
    if not people:
        fix = words.say("How many people work here? Set LOTSEN_PEOPLE.")
        return Check("people", ok=True, detail=words.say("Nobody said yet."), fix=fix)
    detail = words.say("{n} people", n=words.number(people))
    if _FEWEST <= people <= _MOST:
        return Check("people", ok=True, detail=detail)
    fix = words.say("Lotsen is made for {low} to {high} people.", low=_FEWEST, high=_MOST)
    return Check("people", ok=True, detail=detail, fix=fix)


class _Database:
    """The database, and what is in it."""

    def __init__(self, settings: Settings, words: Words, clock: Clock) -> None:
        self._settings, self._words, self._clock = settings, words, clock

    def checks(self) -> Iterator[Check]:
        from models.upkeep.database import DatabaseAdmin

        say = self._words.say
        try:
            keeper = DatabaseAdmin(self._settings)
        except LotsenError as error:
            fix = say("Check LOTSEN_HOME and LOTSEN_DATABASE_URL, and that the database runs.")
            yield Check("database", ok=False, detail=str(error), fix=fix)
            return
        try:
            yield Check("database", ok=True, detail=say("It answers."))
            yield from self._house(keeper)
        finally:
            keeper.close()

    def _house(self, keeper: "DatabaseAdmin") -> Iterator[Check]:
        from models.lotsen import open_lotsen

        steps = keeper.steps()
        yield self._schema(steps.database, steps.newest)
        yield from self._file(keeper)
        if steps.at_head:
            lotsen = open_lotsen(self._settings, migrate=False, store=keeper.store)
            yield self._model(lotsen)
            yield self._answers(lotsen)
            yield self._baseline(lotsen)
            yield self._calendar(lotsen)
            yield from self._mail(lotsen)
            yield self._digest(lotsen)

    def _schema(self, database: str, newest: str) -> Check:
        say = self._words.say
        if database == newest:
            return Check("schema", ok=True, detail=say("Step {step}", step=newest))
        detail = say("Step {step}, newest {newest}", step=database or "–", newest=newest)
        return Check(
            "schema",
            ok=False,
            detail=detail,
            fix=say("Run lotsen migrate up; any other command and every start do the same."),
        )

    def _file(self, keeper: "DatabaseAdmin") -> Iterator[Check]:
        say = self._words.say
        try:
            health = keeper.health()
        except LotsenError as error:
            fix = say("Restore the latest backup.")
            yield Check("database_file", ok=False, detail=str(error), fix=fix)
            return
        if health is None:
            yield Check("database_file", ok=True, detail="PostgreSQL")
            return
        wrong = [*health.unsafe, *([] if health.integrity == "ok" else [health.integrity])]
        detail = "; ".join(wrong) or say("Whole, and set to lose nothing.")
        fix = say("Restore the latest backup.") if wrong else ""
        yield Check("database_file", ok=not wrong, detail=detail, fix=fix)
        yield self._disk(health.size, health.free)

    def _disk(self, size: int, free: int) -> Check:
        words, enough = self._words, free >= 2 * size
        detail = words.say(
            "{free} MB free, the database has {size} MB",
            free=words.number(free / 1e6),
            size=words.number(size / 1e6, 1),
        )
        fix = "" if enough else words.say("Free twice the size of the database.")
        return Check("disk", ok=enough, detail=detail, fix=fix)

    def _model(self, lotsen: "Lotsen") -> Check:
        say = self._words.say
        with lotsen.store.snapshot() as unit:
            champion = unit.model_versions.newest_promoted()
            lines = [line for line in unit.model_versions.listing() if line.id == champion]
            suggest_only = unit.oversight.suggest_only()
        if not lines:
            fix = say("Import tickets, or run lotsen train.")
            return Check("model", ok=False, detail=say("There is none."), fix=fix)
        right = self._words.percent(lines[0].accuracy)
        detail = say("classifier-{id}, {right} right", id=lines[0].id, right=right)
        if suggest_only:
            fix = say("See lotsen model report; train a better one, or run lotsen model resume.")
            told = say("{model}; it only suggests, it was wrong too often", model=detail)
            return Check("model", ok=False, detail=told, fix=fix)
        return Check("model", ok=True, detail=detail)

    def _answers(self, lotsen: "Lotsen") -> Check:
        words, found = self._words, lotsen.knowledge.report()
        if not found.articles:
            return Check("answers", ok=True, detail=words.say("No article is stored."))
        whose = words.say("own questions") if found.own else words.say("starter questions")
        detail = words.say(
            "answered from {sure} on: {precision} right, {coverage} answered ({n} {whose})",
            sure=words.percent(found.threshold),
            precision=words.percent(found.precision),
            coverage=words.percent(found.coverage),
            n=words.number(found.n),
            whose=whose,
        )
        fine = not found.silent and found.precision >= found.target
        fix = words.say("Lower LOTSEN_ANSWER_PRECISION, or store more questions an article.")
        return Check("answers", ok=fine, detail=detail, fix="" if fine else fix)

    def _baseline(self, lotsen: "Lotsen") -> Check:
        say = self._words.say
        fix = say("Import older tickets, then run lotsen baseline freeze.")
        try:
            frozen = lotsen.kpis.baseline()
        except InvalidError as error:
            return Check("baseline", ok=False, detail=str(error), fix=fix)
        if frozen is None:
            return Check("baseline", ok=False, detail=say("None is frozen."), fix=fix)
        days = f"{frozen.period.first_day} – {frozen.period.last_day}"
        return Check("baseline", ok=True, detail=f"{days}, SHA-256 {frozen.sha256[:12]}")

    def _calendar(self, lotsen: "Lotsen") -> Check:
        say = self._words.say
        try:
            other = lotsen.kpis.calendar_changed()
        except InvalidError:
            other = False  # the check of the baseline says it
        if not other:
            return Check("calendar", ok=True, detail=lotsen.calendar.version)
        detail = say("The baseline was timed by other office hours or days off.")
        fix = say("Set them back, or freeze again: lotsen baseline freeze --again.")
        return Check("calendar", ok=False, detail=detail, fix=fix)

    def _mail(self, lotsen: "Lotsen") -> Iterator[Check]:
        load = lotsen.load(self._clock())
        say = self._words.say
        yield self._box(
            "inbox",
            (load.inbox_waiting, load.inbox_dead, load.inbox_oldest_s),
            say("See lotsen inbox list, and that lotsen run is running."),
        )
        yield self._box(
            "outbox",
            (load.outbox_waiting, load.outbox_stuck, load.outbox_oldest_s),
            say("See lotsen outbox list, and that lotsen run is running."),
        )

    def _box(self, name: str, load: tuple[int, int, float], fix: str) -> Check:
        waiting, stuck, oldest = load
        detail = self._words.say(
            "{waiting} waiting, {stuck} stuck, the oldest {age} old",
            waiting=waiting,
            stuck=stuck,
            age=self._words.minutes(oldest / 60),
        )
        fine = stuck == 0 and oldest <= OLD_S
        return Check(name, ok=fine, detail=detail, fix="" if fine else fix)

    def _digest(self, lotsen: "Lotsen") -> Check:
        from jobs.runner import FIRST_TICK

        say = self._words.say
        with lotsen.store.snapshot() as unit:
            runs = [run for run in unit.job_runs.of("weekly_digest") if run.period != FIRST_TICK]
        if not runs:
            return Check("digest", ok=True, detail=say("None was due yet."))
        last = runs[0]
        if last.state is RunState.DONE and self._clock() - last.due_at <= _DIGEST:
            return Check("digest", ok=True, detail=last.period)
        fix = say("See that lotsen run is running, then lotsen jobs run weekly_digest.")
        detail = f"{last.period}: {last.state.value} {last.error}".rstrip()
        return Check("digest", ok=False, detail=detail, fix=fix)


class _Slack:
    """The tokens, what they may do, the channels, and who works there."""

    def __init__(self, settings: Settings, words: Words, clock: Clock) -> None:
        self._settings, self._words, self._clock = settings, words, clock

    def checks(self) -> Iterator[Check]:
        from bot.slack.account import bot_account

        yield from self._staff()
        say = self._words.say
        if not self._settings.slack_bot_token.get_secret_value():
            fix = say("Set SLACK_BOT_TOKEN (xoxb-…, Slack app page: OAuth & Permissions).")
            detail = say("There is no token, so Slack was not asked.")
            for name in ("slack_bot_token", "slack_scopes", "clock", "channels"):
                yield Check(name, ok=False, detail=detail, fix=fix)
        else:
            try:
                account = bot_account(self._settings, self._clock)
            except LotsenError as error:
                yield self._refused("slack_bot_token", error)
            else:
                yield from self._known(account)
        yield self._events()

    def _known(self, account: "Account") -> Iterator[Check]:
        detail = f"{account.user} @ {account.team}"
        yield Check("slack_bot_token", ok=True, detail=detail)
        yield self._scopes(account.scopes)
        yield self._skew(account.skew_s)
        yield from self._channels()

    def _refused(self, name: str, error: LotsenError) -> Check:
        fix = self._words.say("Copy the token again from the Slack app's page.")
        if not isinstance(error, InvalidError):
            fix = self._words.say("Check the network, the proxy and SLACK_API_URL.")
        return Check(name, ok=False, detail=str(error), fix=fix)

    def _scopes(self, scopes: frozenset[str]) -> Check:
        from bot.slack.scopes import NEEDED

        say, missing = self._words.say, sorted(NEEDED - scopes)
        if not missing:
            return Check("slack_scopes", ok=True, detail=say("All are there."))
        detail = say("missing: {scopes}", scopes=", ".join(missing))
        fix = say("Add them (OAuth & Permissions), or use deploy/slack-manifest.yaml; reinstall.")
        return Check("slack_scopes", ok=False, detail=detail, fix=fix)

    def _skew(self, skew: float | None) -> Check:
        say = self._words.say
        if skew is None:
            return Check("clock", ok=True, detail=say("Slack did not say its time."))
        fine = abs(skew) <= MOST_SKEW_S
        detail = say("{n} s from Slack's", n=self._words.number(abs(skew)))
        fix = "" if fine else say("Let the computer's clock follow a time server (NTP).")
        return Check("clock", ok=fine, detail=detail, fix=fix)

    def _channels(self) -> Iterator[Check]:
        settings = self._settings
        named = (
            ("help_channel", settings.lotsen_help_channel),
            ("support_channel", (settings.lotsen_support_channel,)),
            ("lead_channel", (settings.lotsen_lead_channel,)),
            ("management_channel", (settings.lotsen_management_channel,)),
        )
        for name, channels in named:
            variable = f"LOTSEN_{name.upper()}"
            chosen = [channel for channel in channels if channel]
            if not chosen:
                fix = self._words.say("Set {variable} to a channel's id.", variable=variable)
                yield Check(name, ok=False, detail=self._words.say("None is named."), fix=fix)
            for channel in chosen:
                yield self._channel(name, variable, channel)
        if settings.lotsen_sandbox_channel:  # it is no fault to have none
            sandbox = settings.lotsen_sandbox_channel
            yield self._channel("sandbox_channel", "LOTSEN_SANDBOX_CHANNEL", sandbox)

    def _channel(self, name: str, variable: str, channel: str) -> Check:
        from bot.slack.account import channel_facts

        say = self._words.say
        try:
            facts = channel_facts(self._settings, channel)
        except LotsenError as error:
            fix = say("Check the id in {variable}; invite the bot there.", variable=variable)
            return Check(name, ok=False, detail=str(error), fix=fix)
        if facts.archived:
            fix = say("Name another channel in {variable}.", variable=variable)
            return Check(
                name, ok=False, detail=say("#{name} is archived", name=facts.name), fix=fix
            )
        if not facts.member:
            detail = say("the bot is no member of #{name}", name=facts.name)
            fix = say("Write /invite @lotsen in #{name}.", name=facts.name)
            return Check(name, ok=False, detail=detail, fix=fix)
        return Check(name, ok=True, detail=f"#{facts.name}")

    def _events(self) -> Check:
        """Either way by which events come will do."""
        from bot.slack.account import app_account

        say, settings = self._words.say, self._settings
        if settings.slack_app_token.get_secret_value():
            try:
                app_account(settings, self._clock)
            except LotsenError as error:
                return self._refused("slack_events", error)
            return Check("slack_events", ok=True, detail="Socket Mode")
        if settings.slack_signing_secret.get_secret_value():
            return Check("slack_events", ok=True, detail="HTTP (lotsen run --mode http)")
        fix = say("Set SLACK_APP_TOKEN (xapp-…), or SLACK_SIGNING_SECRET for --mode http.")
        return Check("slack_events", ok=False, detail=say("No way is set up."), fix=fix)

    def _staff(self) -> Iterator[Check]:
        say = self._words.say
        for name, ids in (
            ("agents", self._settings.lotsen_agents),
            ("leads", self._settings.lotsen_leads),
        ):
            variable = f"LOTSEN_{name.upper()}"
            detail = say("{n} named", n=len(ids)) if ids else say("Nobody is named.")
            fix = "" if ids else say("Set {variable} to user or group ids.", variable=variable)
            yield Check(name, ok=bool(ids), detail=detail, fix=fix)
