"""Whatever Lotsen writes of what the proof rests on is in the chain, by whichever way."""

import ast
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from sqlmodel import SQLModel, func, select

from models.desk.programme.baselines import ComparisonChoice
from models.headcount import Headcount
from models.kpis.audit import Audit, verify
from models.kpis.periods import Period
from models.registers.deciding import LineChange
from models.store.audit import AUDITED, AuditProblem, Break
from models.store.llm_calls import Settlement
from models.store.transaction import Store, UnitOfWork
from models.tables import (
    Assumption,
    Baseline,
    BaselineChoice,
    BaselineStep,
    BudgetEntry,
    CostEntry,
    CostKind,
    FreedDeclaration,
    IssuedStatement,
    LlmCall,
    LlmOutcome,
    MoneyAct,
    MoneyDecision,
    ValueChoice,
    VendorChange,
)
from models.value.freed.declaration import DeclaredUses
from models.value.issued.confirmation import decision_row
from models.value.money.costs import RUNNING_COSTS, Budget, VendorSwitch
from tests.databases import unguarded
from tests.models.desk.conftest import START, Desk, open_desk
from tests.models.desk.test_baselines import of, tickets

ROOT = Path(__file__).parents[3]
DAY, YEAR = date(2026, 11, 2), timedelta(days=365)
WRITERS = {
    "desk/programme/baselines.py: ask",
    "desk/programme/baselines.py: _decide",
    "desk/registers/register_lines.py: book",
    "kpis/baseline.py: baseline_row",
    "store/llm_calls.py: _book",
    "store/money.py: keep_currency",
    "store/money.py: keep_headcount",
    "value/freed/declaration.py: declaration_row",
    "value/issued/confirmation.py: decision_row",
    "value/issued/since.py: statement_row",
    "value/ledger.py: assume",
    "value/money/costs.py: _entry",
    "value/money/costs.py: _withdrawing",
    "value/money/costs.py: choose",
    "value/money/costs.py: plan",
    "value/money/costs.py: switch",
}
"""Every function that makes such a row; `everything` calls each."""


@pytest.fixture
def desk(migrated_url: str) -> Iterator[Desk]:
    store = Store(migrated_url)
    yield open_desk(store)
    store.close()


def everything(desk: Desk) -> dict[type[SQLModel], int]:
    """Write by each of `WRITERS`; return how many rows of each table that makes."""
    baselines, value, costs = of(desk), desk.lotsen.value, desk.lotsen.value.costs
    assert baselines.ask(START)
    tickets(desk, 40, datetime(2025, 3, 3, 9, tzinfo=UTC))
    baselines.decide(ComparisonChoice(BaselineStep.FREEZE), START)
    value.assume("loaded_rate", 50, "CFO", START)
    costs.book(CostKind.CLOUD, "server", Decimal("12.50"), DAY, START)
    costs.plan(Budget(CostKind.CLOUD, "2027", Decimal(100)), START)
    with desk.lotsen.store.begin() as unit:
        unit.money.keep_headcount(Headcount.parse("100"), START)
    costs.choose(RUNNING_COSTS, "inside", "", START)
    change = costs.switch(VendorSwitch("chat", "A", "B", "price", Decimal(5), DAY), START)
    costs.withdraw(change.id or 0, "a mistake", DAY, START)
    line = {"description": "course", "kind": "training", "eur": "7", "booked_on": "2026-11-02"}
    desk.lotsen.registers.change("costs", LineChange(0, line), START)
    quarter = Period.parse("2026Q3")
    value.declare(quarter, DeclaredUses.parse(["backlog"]), "", START)
    issue = value.issue(quarter, START, "en")
    with desk.lotsen.store.begin() as unit:
        unit.job_runs.save(issue.row)
        if (row := unit.issued.of("2026Q3")) is not None:
            said = issue.statement.figures()
            unit.money.save(decision_row(row, said, MoneyAct.CONFIRMED, START, by="p1"))
    for micros in (30_000, 40_000):
        _ask_a_model(desk.lotsen.store, micros)
    return {
        Assumption: 1,
        Baseline: 1,
        BaselineChoice: 2,
        BudgetEntry: 1,
        CostEntry: 5,
        FreedDeclaration: 1,
        IssuedStatement: 1,
        MoneyDecision: 1,
        ValueChoice: 3,
        VendorChange: 2,
    }


def _ask_a_model(store: Store, micros: int) -> None:
    call = LlmCall(
        at=START, month="2026-11", purpose="category", model="m", prompt_version="v",
        outcome=LlmOutcome.PENDING, reserved_micros=micros, lease_until=START + YEAR,
    )  # fmt: skip
    with store.begin() as unit:
        unit.llm_calls.reserve(call, 10**6, day=DAY, now=START)
        done = Settlement(LlmOutcome.ANSWERED, "vpn", "", 1, 1, micros, 5.0)
        unit.llm_calls.settle(call.id or 0, done, day=DAY, now=START)


def writers() -> set[str]:
    """Return the functions of the product that make a row of an audited table."""
    names = {kind.__name__ for kind in AUDITED}
    found = set()
    for folder in ("models", "bot", "jobs"):
        for file in (ROOT / folder).rglob("*.py"):
            for function in ast.walk(ast.parse(file.read_text("utf-8"))):
                if isinstance(function, ast.FunctionDef) and any(
                    isinstance(node, ast.Call)
                    and isinstance(node.func, ast.Name)
                    and node.func.id in names
                    for node in ast.walk(function)
                ):
                    found.add(f"{file.relative_to(ROOT / folder)}: {function.name}")
    return found


def count(unit: UnitOfWork, kind: type[SQLModel]) -> int:
    return int(unit._session.execute(select(func.count()).select_from(kind)).scalar_one())


def test_every_writer_is_walked() -> None:
    assert writers() == WRITERS


def test_every_row_is_entered_whoever_writes_it(desk: Desk) -> None:
    rows = everything(desk)
    assert set(rows) == set(AUDITED)
    store = desk.lotsen.store
    with store.snapshot() as unit:
        assert {kind: count(unit, kind) for kind in AUDITED} == rows
    # The line of the language model grew once: that is one entry more than there are rows.
    found = verify(store)
    assert found == Audit(sum(rows.values()) + 1, found.head, ())


def test_a_baseline_that_was_edited_with_its_own_hash_left_is_named_twice(desk: Desk) -> None:
    everything(desk)
    store = desk.lotsen.store
    with store.engine.begin() as connection:
        unguarded(connection)
        connection.exec_driver_sql("UPDATE baseline SET content = '{}'")
    assert verify(store).problems == (
        AuditProblem("baseline", "1", Break.CHANGED),
        AuditProblem("baseline", "1", Break.CONTENT),
    )
