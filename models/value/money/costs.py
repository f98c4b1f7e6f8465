"""The ledger of costs: what is booked, what was planned, and which vendors were changed.

Nothing in it is amended: a correction is a new entry.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from models.currency import EURO, Currency
from models.errors import InvalidError, NotFoundError
from models.kpis.cost_bands import PERSON_EUR
from models.kpis.periods import Period, month_of
from models.store.transaction import Store, UnitOfWork
from models.tables import BudgetEntry, CostEntry, CostKind, ValueChoice, VendorChange
from models.value.money.company_currency import fix_currency
from models.value.money.outlook import Booked, Metered, Outlook, Planned, outlook
from models.value.money.reasons import is_sentence

RUNNING_COSTS, UNTOUCHED, LOW_COSTS = "running_costs", "untouched", "low_costs"
INSIDE, APART = "inside", "apart"
# Cents in a 64-bit column, and nothing a company of this size would book.
_MOST_EUR = Decimal(100_000_000)
_MOST_PEOPLE = 10_000
_WHOLE_YEAR, _MONTH = 4, 7
_DAYS_A_YEAR = 365


@dataclass(frozen=True, slots=True)
class Budget:
    """What a kind of cost may take in a year (``2027``) or a month (``2027-03``).

    ``people`` are those to be trained, where it is training; ``reason`` says why it is
    more or less than usual.
    """

    kind: CostKind
    period: str
    euros: Decimal
    people: int | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class VendorSwitch:
    """That a tool is given up for another; ``euros`` is what the change itself costs."""

    purpose: str
    before: str
    after: str
    reason: str
    euros: Decimal
    on: date


class Ledger:
    """Book, plan, change vendors; see how the year stands.

    Parameters
    ----------
    llm_cap_eur
        What the language model may cost a month; 0 without one.
    currency
        What sums are in, until the first of them is written down.
    """

    def __init__(self, store: Store, llm_cap_eur: float = 0.0, currency: Currency = EURO) -> None:
        self._store, self._llm_cap_eur, self._currency = store, llm_cap_eur, currency

    def book(
        self, kind: CostKind, description: str, euros: Decimal, booked_on: date, now: datetime
    ) -> CostEntry:
        """Book a cost; a correction is a new entry with the opposite sign.

        Raises
        ------
        InvalidError
            For an amount of nothing, of parts of a cent, or beyond all measure.
        """
        row = _entry(kind, description, cents_of(euros), booked_on, now)
        with self._store.begin() as unit:
            fix_currency(unit, self._currency, now)
            return unit.figures.save(row)

    def plan(self, budget: Budget, now: datetime) -> BudgetEntry:
        """Set a budget; one that was set before for the same kind and period stays on record.

        Raises
        ------
        InvalidError
            For an amount below 0 or beyond all measure, a period that is neither a year nor a
            month, people where nobody is trained, or training outside what is usual without
            a reason.
        """
        cents = cents_of(budget.euros, least=0)
        row = BudgetEntry(
            kind=budget.kind,
            period=_period(budget.period),
            cents=cents,
            people=budget.people,
            reason=budget.reason.strip(),
            recorded_at=now,
        )
        with self._store.begin() as unit:
            _require_usual_training(budget, fix_currency(unit, self._currency, now))
            return unit.money.save(row)

    # Vendors -------------------------------------------------------------------------------

    def switch(self, switch: VendorSwitch, now: datetime) -> VendorChange:
        """Write down a change of vendor, and book what it costs, in one transaction.

        Raises
        ------
        InvalidError
            Without a reason, with nothing changed, or for a wrong amount.
        """
        _require_change(switch)
        cents = cents_of(switch.euros, least=0)
        text = f"{switch.purpose}: {switch.before} → {switch.after}"
        with self._store.begin() as unit:
            fix_currency(unit, self._currency, now)
            booked = _booked(unit, _entry(CostKind.ONE_OFF, text, cents, switch.on, now))
            return unit.money.save(
                VendorChange(
                    purpose=switch.purpose.strip(),
                    before=switch.before.strip(),
                    after=switch.after.strip(),
                    reason=switch.reason.strip(),
                    changed_on=switch.on,
                    entry_id=booked,
                    recorded_at=now,
                )
            )

    def withdraw(self, number: int, reason: str, on: date, now: datetime) -> VendorChange:
        """Take back a change that was written down by mistake, and its cost, as new entries.

        Raises
        ------
        NotFoundError
            When there is no such change.
        InvalidError
            Without a reason, or when it was taken back already.
        """
        if not reason.strip():
            raise InvalidError("say why it is withdrawn: --reason TEXT")
        with self._store.begin() as unit:
            unit.lock("vendor_change")
            change = unit.money.change(number)
            if change is None:
                raise NotFoundError(f"no change of vendor {number}: see lotsen cost status")
            if change.withdraws or number in {one.withdraws for one in unit.money.changes()}:
                raise InvalidError(f"change {number} was withdrawn already")
            return unit.money.save(_withdrawing(unit, change, reason.strip(), on, now))

    def entries(self) -> Sequence[CostEntry]:
        """Return all that was booked, in the order of its days."""
        with self._store.snapshot() as unit:
            return unit.figures.all_costs()

    def changes(self) -> list[VendorChange]:
        """Return the changes of vendors that stand, in the order in which they were recorded."""
        with self._store.snapshot() as unit:
            return effective_changes(unit)

    # Choices -------------------------------------------------------------------------------

    def choose(self, key: str, value: str, reason: str, now: datetime) -> None:
        """Write down a choice on which figures of worth rest."""
        row = ValueChoice(key=key, value=value, reason=reason.strip(), recorded_at=now)
        with self._store.begin() as unit:
            unit.money.save(row)

    def explain(self, reason: str, now: datetime) -> None:
        """Write down why so little is booked: the reason is shown with each statement.

        Raises
        ------
        InvalidError
            Without a reason that says something.
        """
        if not is_sentence(reason):
            raise InvalidError(
                "say in a sentence of at least three words why so little is booked: "
                "lotsen cost explain REASON"
            )
        self.choose(LOW_COSTS, "explained", reason, now)

    # How the year stands -------------------------------------------------------------------

    def outlook(self, as_of: date) -> Outlook:
        """Return the costs of a day's year, forecast beside actual."""
        with self._store.snapshot() as unit:
            currency = unit.money.currency(self._currency)
            return read_outlook(unit, as_of, self._llm_cap_eur, currency)

    def currency(self) -> Currency:
        """Return the currency that the company's sums are in."""
        with self._store.snapshot() as unit:
            return unit.money.currency(self._currency)


def cents_of(euros: Decimal, least: int | None = None) -> int:
    """Return an amount in cents.

    Raises
    ------
    InvalidError
        For parts of a cent, for what is beyond all measure, below ``least``, and without one
        for nothing.
    """
    cents = euros * 100 if euros.is_finite() else Decimal("0.1")
    whole = cents == cents.to_integral_value() and abs(euros) <= _MOST_EUR
    if not whole or (cents < least if least is not None else not cents):
        raise InvalidError(f"{euros} cannot be booked: write an amount such as 1200.50")
    return int(cents)


def read_outlook(
    unit: UnitOfWork, as_of: date, llm_cap_eur: float, currency: Currency = EURO
) -> Outlook:
    """Return the costs of a day's year inside a transaction."""
    running = unit.money.choice(RUNNING_COSTS)
    systems = unit.registers.in_use("ai_systems")
    return outlook(
        as_of,
        [Booked(row.kind, row.cents, row.booked_on) for row in unit.figures.all_costs()],
        [Planned(row.kind, row.period, row.cents) for row in unit.money.budgets(as_of.year)],
        inside=None if running is None else running.value == INSIDE,
        systems=sum(line.get("status") == "in_use" for line in systems),
        metered=_metered(unit, as_of, llm_cap_eur),
        switched_on=[change.changed_on for change in effective_changes(unit)],
        currency=currency,
    )


def why_costs_are_low(unit: UnitOfWork, end: datetime) -> str:
    """Return the reason that somebody gave before ``end``; empty where nobody did."""
    given = unit.money.choice(LOW_COSTS, end)
    return given.reason if given else ""


def are_costs_too_low(unit: UnitOfWork, view: Outlook, end: datetime) -> bool:
    """Return whether what is booked cannot be all, and nobody said why before ``end``.

    That is without the company's own hours, or where the first year so far is below its share of
    what is usual.
    """
    if why_costs_are_low(unit, end):
        return False
    own = sum(
        row.cents
        for row in unit.figures.all_costs()
        if row.kind is CostKind.INTERNAL_HOURS and row.booked_on <= view.as_of
    )
    first = view.first_year
    if own <= 0 or first is None:
        return True
    days = min((view.as_of - first.first_day).days + 1, _DAYS_A_YEAR)
    return first.band.eur < first.band.least * days / _DAYS_A_YEAR


def effective_changes(unit: UnitOfWork) -> list[VendorChange]:
    """Return the changes of vendors without those that were withdrawn."""
    changes: Sequence[VendorChange] = unit.money.changes()
    gone = {change.withdraws for change in changes}
    return [one for one in changes if one.withdraws is None and one.id not in gone]


def _metered(unit: UnitOfWork, as_of: date, cap_eur: float) -> Metered | None:
    month = month_of(as_of).key
    months = [one for one in unit.llm_calls.months_of(as_of.year) if one.month <= month]
    if not months and not cap_eur:
        return None
    micros = {one.month: one.spent_micros for one in months}
    return Metered(
        month=month,
        month_eur=micros.get(month, 0) / 1e6,
        cap_eur=cap_eur,
        year_eur=sum(micros.values()) / 1e6,
        booked=sum(one.booked_cents for one in months) / 100,
    )


def _entry(kind: CostKind, text: str, cents: int, booked_on: date, now: datetime) -> CostEntry:
    return CostEntry(kind=kind, description=text, cents=cents, booked_on=booked_on, recorded_at=now)


def _booked(unit: UnitOfWork, entry: CostEntry) -> int | None:
    """Book an entry; one of nothing is none."""
    return unit.figures.save(entry).id if entry.cents else None


def _withdrawing(
    unit: UnitOfWork, change: VendorChange, reason: str, on: date, now: datetime
) -> VendorChange:
    cost = unit.figures.cost(change.entry_id) if change.entry_id else None
    text = f"{change.purpose}: {change.after} → {change.before}"
    back = _entry(CostKind.ONE_OFF, text, -cost.cents if cost else 0, on, now)
    return VendorChange(
        purpose=change.purpose,
        before=change.after,
        after=change.before,
        reason=reason,
        changed_on=on,
        entry_id=_booked(unit, back),
        withdraws=change.id,
        recorded_at=now,
    )


def _require_change(switch: VendorSwitch) -> None:
    said = [text.strip() for text in (switch.purpose, switch.before, switch.after, switch.reason)]
    if not all(said):
        raise InvalidError("a change of vendor needs what it is for, both names, and a reason")
    if said[1].casefold() == said[2].casefold():
        raise InvalidError(f"{said[1]} and {said[2]} are the same: nothing was changed")


def _require_usual_training(budget: Budget, currency: Currency) -> None:
    if budget.people is None:
        return
    if budget.kind is not CostKind.TRAINING or not 1 <= budget.people <= _MOST_PEOPLE:
        raise InvalidError("--people goes with training, and names 1 person or more")
    each, (least, most) = budget.euros / budget.people, currency.usual(PERSON_EUR)
    if not least <= each <= most and not budget.reason.strip():
        raise InvalidError(
            f"{each:.2f} {currency.code} a person; usual are {least} to {most}: "
            "say why, with --reason TEXT"
        )


def _period(text: str) -> str:
    """Read a year or a month."""
    text = text.strip()
    if len(text) == _WHOLE_YEAR and text.isdecimal():
        return Period.parse(f"{text}-01").key[:_WHOLE_YEAR]
    if len(text) == _MONTH and "-W" not in text:
        return Period.parse(text).key
    raise InvalidError(f"{text!r} is neither a year nor a month: write 2027 or 2027-03")
