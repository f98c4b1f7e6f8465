"""What the plan counts in the store, on both databases."""

from datetime import UTC, date, datetime, timedelta

from models.store.programme import PlanCounts, Trained
from models.store.transaction import Store, UnitOfWork
from models.tables import (
    Article,
    CompanyKpi,
    CostEntry,
    CostKind,
    DecidedBy,
    EventKind,
    JobRun,
    ModelVersion,
    RunState,
    Source,
    Status,
    Ticket,
    TicketEvent,
    TicketText,
)

START = datetime(2026, 11, 23, tzinfo=UTC)
END = START + timedelta(days=90)
INSIDE, BEFORE, AFTER = START + timedelta(days=3), START - timedelta(days=3), END
HASH = "0" * 64


def ticket(unit: UnitOfWork, source: Source, at: datetime, requester: str | None = None) -> None:
    row = Ticket(
        source=source, status=Status.NEW, decided_by=DecidedBy.NOBODY, opened_at=at,
        requester_id=requester,
    )  # fmt: skip
    unit.tickets.add_ticket(row, TicketText(ticket_id=0))


def counted(store: Store) -> PlanCounts:
    with store.snapshot() as unit:
        return unit.programme.counted(START, END, besides="starter")


def test_an_empty_store_counts_nothing(store: Store) -> None:
    assert counted(store) == PlanCounts()


def test_real_tickets_and_their_people_count_within_the_plan(store: Store) -> None:
    with store.begin() as unit:
        one = unit.people.by_slack_id("UONE", START).id
        two = unit.people.by_slack_id("UTWO", START).id
        for at, who in ((START, one), (INSIDE, one), (INSIDE, two), (BEFORE, two), (AFTER, two)):
            ticket(unit, Source.SLACK, at, who)
        ticket(unit, Source.DEMO, INSIDE, two)
        ticket(unit, Source.IMPORT, BEFORE)

    found = counted(store)

    assert (found.real, found.askers, found.imported) == (3, 2, 1)


def test_answers_and_verdicts_count_within_the_plan(store: Store) -> None:
    kinds = (EventKind.ANSWERED, EventKind.ANSWER_SOLVED, EventKind.ANSWER_NOT_SOLVED)
    with store.begin() as unit:
        for kind in (*kinds, EventKind.HUMAN_WANTED):
            for at in (BEFORE, INSIDE, INSIDE + timedelta(days=1), AFTER):
                unit.tickets.record(TicketEvent(kind=kind, at=at, command_id=f"{kind}{at}"))

    found = counted(store)

    assert (found.answers, found.verdicts, found.first_answer_at) == (2, 4, INSIDE)


def test_what_was_prepared_counts_whenever_it_came(store: Store) -> None:
    with store.begin() as unit:
        session = unit._session
        for n, document in enumerate(("handbook", "handbook", "starter")):
            session.add(
                Article(
                    document=document, external_id=str(n), language="sv", title="t", answer="a",
                    sha256=HASH,
                )
            )  # fmt: skip
        for version, promoted in ((0.7, True), (0.8, True), (0.9, False)):
            session.add(
                ModelVersion(
                    created_at=BEFORE, recipe="r", n=140, accuracy=version, macro_f1=0.5,
                    promoted=promoted, reason="", sha256=HASH, content=b"x",
                )
            )  # fmt: skip
            session.flush()
        session.add(
            CompanyKpi(
                key="k", title="t", unit="min", better="lower", baseline_first=date(2026, 1, 1),
                baseline_last=date(2026, 2, 1), due_on=date(2027, 1, 1), owner="", added_at=BEFORE,
            )
        )  # fmt: skip
        for cents in (120_000, -20_000):
            session.add(
                CostEntry(
                    kind=CostKind.LICENCE, description="d", cents=cents, booked_on=date(2026, 1, 1),
                    recorded_at=BEFORE,
                )
            )  # fmt: skip

    found = counted(store)

    assert (found.articles, found.company_kpis) == (2, 1)
    assert found.model == Trained(2, 0.8, 140)
    assert (found.costs, found.cost_cents) == (2, 100_000)


def test_only_digests_that_were_posted_count(store: Store) -> None:
    with store.begin() as unit:
        for n, (job, state, due) in enumerate(
            (
                ("weekly_digest", RunState.DONE, INSIDE),
                ("weekly_digest", RunState.SKIPPED, INSIDE),
                ("weekly_digest", RunState.DONE, BEFORE),
                ("backup", RunState.DONE, INSIDE),
            )
        ):
            unit._session.add(
                JobRun(
                    job=job, period=str(n), due_at=due, state=state, started_at=due, lease_until=due
                )
            )

    assert counted(store).digests == 1
