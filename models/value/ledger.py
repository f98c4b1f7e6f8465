"""The ledger of costs and assumptions, and what it makes of the figures: digest and statement."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from models.currency import EURO, Currency
from models.errors import InvalidError, NotFoundError
from models.headcount import Headcount
from models.kpis.baseline import FrozenBaseline
from models.kpis.baseline_events import changed_since
from models.kpis.comparison import KpiVerdict as Reading
from models.kpis.measurement import REAL, Kpis
from models.kpis.periods import Period
from models.kpis.rows import FigureQuery
from models.language import Language, words_for
from models.message import Message
from models.store.transaction import Store, UnitOfWork
from models.tables import Assumption, FreedDeclaration, IssuedStatement, Source
from models.tickets.hours import Calendar
from models.value.challenge.challenge import Challenge, challenges
from models.value.digest.checks import read_checks
from models.value.digest.week import DigestSetting, WeekFacts, read_week
from models.value.digest.weekly_digest import digest
from models.value.drilldown.choices import digest_with_list, statement_with_list
from models.value.drilldown.statement_figures import StatementWithSources
from models.value.effect.proof import Proof
from models.value.freed.declaration import DeclaredUses, declaration_row, declared_in
from models.value.freed.measured import DecileRange
from models.value.freed.reading import FreedReader
from models.value.freed.recapture import TimeReused, time_reused
from models.value.issued.confirmation import money_standing
from models.value.issued.since import compared, statement_row
from models.value.money.break_even import (
    BreakEven,
    BreakEvenInputs,
    break_even,
    cost_of_a_month,
)
from models.value.money.company_currency import fix_currency
from models.value.money.costs import Ledger, are_costs_too_low, read_outlook, why_costs_are_low
from models.value.money.outlook import Booked, Outlook
from models.value.money.reasons import is_sentence
from models.value.statement.adjustments import StatementContext, adjustments
from models.value.statement.assumptions import (
    assumed_recapture,
    history,
    in_force,
    of_quarter,
    require_order,
    with_recapture,
)
from models.value.statement.baseline_note import baseline_note
from models.value.statement.evidence import (
    NO_CAP,
    EvidenceReader,
    QuarterSources,
    after,
    first_day_of_pilot,
)
from models.value.statement.gates import gates
from models.value.statement.layers import statement_buttons
from models.value.statement.quarter_statement import (
    DEFAULTS,
    AssumedValue,
    Statement,
    defaults_in,
)
from models.value.statement.roi import statement
from models.value.statement.statement_report import roi_message
from models.value.use_cases.reading import are_many, own_effects, trials, use_cases
from models.value.use_cases.shares import DeskTotals, owners, shares
from models.value.waiting.judgement import PilotJudgement

_BETTER = (Reading.MET, Reading.IMPROVED)
_DAY = timedelta(days=1)
_REVIEWED = ("ai_systems", "risks")
_HOUR = "loaded_rate"
_MOST_AN_HOUR = 10_000


@dataclass(frozen=True, slots=True)
class IssuedPost:
    """A statement to be posted; ``row`` keeps it, and is None where it was issued before."""

    statement: Statement
    message: Message
    row: IssuedStatement | None


class Value:
    """What the pilot costs and what it is worth.

    Parameters
    ----------
    sources
        Which tickets count; the same as for the key figures.
    digest_setting
        What the settings say to a digest; a small desk without a model unless told.
    headcount
        How many people work here; without it, before and after are not judged.
    currency
        What sums are in, until the first of them is written down.
    """

    def __init__(
        self,
        store: Store,
        calendar: Calendar,
        kpis: Kpis,
        sources: tuple[Source, ...] = REAL,
        digest_setting: DigestSetting | None = None,
        headcount: Headcount | None = None,
        currency: Currency = EURO,
    ) -> None:
        self._store, self._calendar, self._kpis = store, calendar, kpis
        self._sources = sources
        self._setting = digest_setting or DigestSetting()
        self.proof = Proof(store, calendar, kpis, sources, headcount or Headcount())
        self.judgement = PilotJudgement(self.proof)
        self.costs = Ledger(store, self._setting.llm_cap_eur, currency)
        self._currency = currency

    # The ledger --------------------------------------------------------------------------

    def declare(
        self, quarter: Period, uses: DeclaredUses, note: str, now: datetime
    ) -> FreedDeclaration:
        """Write down what a quarter's freed time was used for; what was said before stays.

        Raises
        ------
        InvalidError
            For a stretch that is no quarter or has not begun, and for a note that is too long.
        """
        today = now.astimezone(self._calendar.zone).date()
        row = declaration_row(quarter, uses, note, now, today)
        with self._store.begin() as unit:
            return unit.freed.save(row)

    def declarations(self) -> Sequence[FreedDeclaration]:
        """Return all that was ever declared, the oldest first."""
        with self._store.snapshot() as unit:
            return unit.freed.declarations()

    def assumptions(self, day: date) -> tuple[AssumedValue, ...]:
        """Return the numbers that a statement up to a day rests on: decided ones, else defaults."""
        with self._store.snapshot() as unit:
            return self._in_force(unit, day, unit.money.currency(self._currency))

    def _in_force(
        self, unit: UnitOfWork, day: date, currency: Currency
    ) -> tuple[AssumedValue, ...]:
        decided = unit.figures.assumptions()
        return in_force(decided, day, self._calendar.zone, defaults_in(currency))

    def decisions(self) -> tuple[AssumedValue, ...]:
        """Return all that was ever decided, by the day from which it holds."""
        with self._store.snapshot() as unit:
            defaults = defaults_in(unit.money.currency(self._currency))
            return history(unit.figures.assumptions(), self._calendar.zone, defaults)

    def assume(
        self, key: str, value: float, source: str, now: datetime, since: date | None = None
    ) -> None:
        """Decide a number that the statement rests on; what was decided before stays on record.

        Parameters
        ----------
        since
            The first day on which it holds; today if not named. A statement takes the numbers
            that are in force at the end of its quarter, and that were decided by then.

        Raises
        ------
        InvalidError
            For an unknown key, a negative number, a share above 1, or no source.
        """
        default = {assumed.key: assumed for assumed in DEFAULTS}.get(key)
        if default is None:
            known = ", ".join(assumed.key for assumed in DEFAULTS)
            raise InvalidError(f"no assumption {key!r}; there are: {known}")
        if (
            not 0 <= value <= (1 if "share" in default.unit else _MOST_AN_HOUR)
            or not source.strip()
        ):
            raise InvalidError(f"{key} = {value} {default.unit}: out of range, or without a source")
        if key.startswith("recapture") and value >= 1 and not is_sentence(source):
            raise InvalidError(
                f"{key} = 100 %: say in a sentence of at least three words why all freed time is "
                "put to use: --source TEXT"
            )
        zone = self._calendar.zone
        row = Assumption(
            key=key,
            value=value,
            unit=default.unit,
            source=source,
            changed_at=now,
            holds_from=since or now.astimezone(zone).date(),
        )
        with self._store.begin() as unit:
            unit.lock("assumption")
            if key == _HOUR:
                fix_currency(unit, self._currency, now)
            require_order(unit.figures.assumptions(), row, zone)
            unit.figures.save(row)

    def break_even(self, day: date) -> BreakEven:
        """Return what a question must save, as of a day, so that the costs are covered."""
        with self._store.snapshot() as unit:
            currency = unit.money.currency(self._currency)
            view = read_outlook(unit, day, self._setting.llm_cap_eur, currency)
            assumed = self._in_force(unit, day, currency)
            return self._break_even(unit, view, assumed)

    def _break_even(
        self, unit: UnitOfWork, view: Outlook, assumed: Sequence[AssumedValue]
    ) -> BreakEven:
        """Take questions and their minutes from the baseline: in it every question was a ticket."""
        baseline = self._kpis.baseline_in(unit)
        handling = baseline and baseline.handling
        rates = {one.key: one.value for one in assumed}
        booked = (Booked(row.kind, row.cents, row.booked_on) for row in unit.figures.all_costs())
        budgets = {
            one.kind: one.budget for one in view.lines if one.kind and one.budget is not None
        }
        return break_even(
            BreakEvenInputs(
                questions_a_month=handling.tickets_a_month if handling else None,
                cost_a_month=cost_of_a_month(view.as_of, booked, budgets),
                handling_minutes=handling.as_is.mean if handling else None,
                loaded_rate=rates["loaded_rate"],
                recapture=rates["recapture_mid"],
                employee_rate=rates["loaded_rate"],
            )
        )

    def keep_headcount(self, now: datetime) -> None:
        """Keep how many people work here, so that a later change of the setting is seen."""
        with self._store.begin() as unit:
            unit.money.keep_headcount(self.proof.headcount, now)

    # The quarterly statement ---------------------------------------------------------------

    def statement(self, quarter: Period, now: datetime) -> Statement:
        """Compute the statement of a quarter from what is known at ``now``."""
        with self._store.snapshot() as unit:
            return self.statement_in(unit, quarter, now).statement

    def statement_in(
        self, unit: UnitOfWork, quarter: Period, now: datetime, *, rows: bool = False
    ) -> StatementWithSources:
        """Return a quarter's statement with what it was told from, within one transaction.

        Parameters
        ----------
        rows
            Name the cases by which a hold-out was judged, too.
        """
        read = self._quarter(unit, quarter, now)
        evidence = EvidenceReader(unit, self._calendar, self._sources).evidence(read)
        decided, zone = unit.figures.assumptions(), self._calendar.zone
        currency = unit.money.currency(self._currency)
        assumed = of_quarter(decided, quarter, zone, defaults_in(currency))
        reused = self._reused(unit, read, evidence.hours_freed, assumed_recapture(assumed))
        # What one quarter's freed time was used for is no forecast: the break-even is as assumed.
        supposed, assumed = assumed, with_recapture(assumed, reused)
        today = now.astimezone(self._calendar.zone).date()
        as_of = min(today, quarter.last_day)
        view = read_outlook(unit, as_of, self._setting.llm_cap_eur, currency)
        end = quarter.end(self._calendar.zone)
        evidence = replace(evidence, has_gaps_in_costs=are_costs_too_low(unit, view, end))
        said = replace(statement(evidence, assumed), reused=reused)
        said = self._by_use_case(unit, said, min(now, end))
        said = self._completed(unit, said, read, view)
        said = replace(said, break_even=self._break_even(unit, view, supposed))
        figures = said.figures()
        issued = compared(unit, figures, zone, self._sources)
        late = unit.issued.booked_since(end, quarter.last_day).cents / 100
        said = replace(
            said,
            issued=issued,
            credited_late=late if issued is None and late < 0 else 0.0,
            standing=money_standing(unit.freed.decisions(quarter.key), figures, zone),
        )
        if not rows:
            return StatementWithSources(said, read)
        end = min(now, end)
        if said.design.is_by_chance:
            return StatementWithSources(said, read, judged=self.proof.rows_by_case(unit, end))
        return StatementWithSources(said, read, weeks=self.proof.rows_by_week(unit, end))

    def challenge(self, quarter: Period, now: datetime) -> tuple[Statement, tuple[Challenge, ...]]:
        """Return a quarter's statement, and which of its claims survive being tried."""
        with self._store.snapshot() as unit:
            said = self.statement_in(unit, quarter, now).statement
            end = min(now, quarter.end(self._calendar.zone))
            return said, challenges(said, self.proof.inputs_to_compare_again(unit, end))

    def report(self, quarter: Period, now: datetime, language: Language) -> Message:
        """Write the quarterly statement for people."""
        with self._store.snapshot() as unit:
            told, words = self.statement_in(unit, quarter, now), words_for(language)
        return statement_with_list(roi_message(told.statement, words), told, words)

    def issue(self, quarter: Period, now: datetime, language: Language) -> IssuedPost:
        """Write the quarterly statement to be posted, and the row that keeps it for good."""
        with self._store.snapshot() as unit:
            told, words = self.statement_in(unit, quarter, now), words_for(language)
            said = told.statement
            message = statement_with_list(roi_message(said, words), told, words)
            buttons = statement_buttons(quarter.key, said.sha256, words)
            message = replace(message, parts=(*message.parts, buttons))
            row = statement_row(unit, said.figures(), message, now)
            known = said.issued is not None and said.issued.sha256 == row.sha256
            return IssuedPost(said, message, None if known else row)

    def baseline(self) -> FrozenBaseline | None:
        """Return the baseline in force."""
        return self._kpis.baseline()

    def issued(self, quarter: Period) -> IssuedStatement:
        """Return a quarter's statement as it was posted last.

        Raises
        ------
        NotFoundError
            When none was issued yet.
        """
        with self._store.snapshot() as unit:
            row = unit.issued.of(quarter.key)
        if row is None:
            raise NotFoundError(
                f"no statement of {quarter.key} was issued yet: it is posted on the first "
                "working day after the quarter, see lotsen jobs list"
            )
        return row

    # The weekly digest ------------------------------------------------------------------------

    def week(self, week: Period, missed: tuple[str, ...], now: datetime) -> WeekFacts:
        """Collect what the digest of a week says."""
        measured = self._kpis.measure(week, now)
        judged = self.judgement.both(now) if measured.baseline else None
        with self._store.snapshot() as unit:
            asked = FigureQuery(week, self._calendar, self._sources, now)
            read = read_week(unit, asked, self._setting.staff)
            checks = read_checks(unit, week, self._calendar)
            tried = trials(use_cases(unit))
        return replace(
            read,
            kpis=measured.kpis,
            has_baseline=measured.baseline is not None,
            missed=missed,
            suggest_only=measured.suggest_only,
            currency=measured.currency,
            trials=tried,
            effect=judged and judged.handling,
            wait=judged and judged.wait,
            cap_eur=self._setting.llm_cap_eur,
            gaps=tuple(self._setting.gaps(now)),
            checks=checks,
        )

    def digest(
        self, week: Period, missed: tuple[str, ...], now: datetime, language: Language
    ) -> Message:
        """Write the weekly digest."""
        facts, words = self.week(week, missed, now), words_for(language)
        return digest_with_list(digest(facts, words), facts, words)

    # Evidence ------------------------------------------------------------------------------------

    def _quarter(self, unit: UnitOfWork, quarter: Period, now: datetime) -> QuarterSources:
        """Read what is measured of a quarter, up to its end."""
        baseline = self._kpis.baseline_in(unit)
        measured = self._kpis.measure_in(unit, after(baseline, quarter) or quarter, now)
        handling = baseline and baseline.handling
        zone = self._calendar.zone
        end = min(now, quarter.end(zone))
        effect, wait = self.judgement.both_in(unit, end)
        return QuarterSources(
            period=quarter,
            now=now,
            measured=measured,
            effect=effect,
            wait=wait,
            cap=handling.cap if handling else NO_CAP,
        )

    def _reused(
        self,
        unit: UnitOfWork,
        quarter: QuarterSources,
        hours_freed: float | None,
        assumed: DecileRange,
    ) -> TimeReused:
        """Return what the quarter's freed time was used for, measured up to the last whole day."""
        period, zone = quarter.period, self._calendar.zone
        said = declared_in(unit.freed.declarations(period.key), zone)
        if said is None:
            return time_reused(None, (), hours_freed, assumed)
        baseline = quarter.baseline
        yesterday = quarter.now.astimezone(zone).date() - _DAY
        days = after(baseline, period)
        last = min(yesterday, period.last_day)
        over = Period.between(days.first_day, last) if days and days.first_day <= last else None
        before = baseline.period if baseline else None
        reader = FreedReader(unit, self._calendar, self._sources, before, over, quarter.cap)
        return time_reused(said, reader.indicators(said), hours_freed, assumed)

    def _by_use_case(self, unit: UnitOfWork, said: Statement, end: datetime) -> Statement:
        """Share the quarter among the use cases that own categories, and mark proofs of concept."""
        lines = use_cases(unit)
        cases, found = owners(lines), said.difference
        said = replace(said, trials=trials(lines))
        if not cases:
            return said
        asked = FigureQuery(Period.parse(said.quarter), self._calendar, self._sources, end)
        is_shown = are_many(unit, cases, asked)
        compared = self.proof.inputs_to_compare_again(unit, end) if is_shown else None
        own = own_effects(cases, compared, said.effect)
        desk = DeskTotals(
            said.hours_freed,
            found.value if found else 0.0,
            found.error if found else 0.0,
            said.benefit.mid if said.benefit and said.shows_benefit else None,
            said.cost_eur,
        )
        return replace(said, use_cases=shares(cases, said.by_category, own, desk))

    def _completed(
        self, unit: UnitOfWork, said: Statement, quarter: QuarterSources, view: Outlook
    ) -> Statement:
        """Add what stands around the figures: horizons, what to adjust, forecast and actual."""
        as_of = view.as_of
        plan = unit.programme.current()
        started = plan.started_on if plan else first_day_of_pilot(quarter.baseline)
        better = [kpi.key for kpi in quarter.measured.kpis if kpi.verdict in _BETTER]
        around = StatementContext(
            view,
            quarter.effect.improved,
            sum(unit.registers.overdue(kind, as_of) for kind in _REVIEWED),
            quarter.effect.timed_otherwise,
        )
        return replace(
            said,
            currency=view.currency,
            gates=gates(said, started, as_of, better),
            adjustments=adjustments(said, around),
            outlook=view,
            baseline_changed=changed_since(unit, quarter.baseline),
            baseline=baseline_note(
                unit, quarter.baseline, self._calendar, self._sources, self.proof.headcount
            ),
            costs_explained=why_costs_are_low(unit, quarter.period.end(self._calendar.zone)),
        )
