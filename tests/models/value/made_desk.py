"""A made-up desk with some of everything, by chance; the people in it are planted to be missed."""

import random
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from models.kpis.company import Wanted, company_kpi
from models.kpis.measurement import Kpis
from models.store.transaction import Store, UnitOfWork
from models.tables import (
    Case,
    CaseState,
    Category,
    CostEntry,
    CostKind,
    DecidedBy,
    EventKind,
    Label,
    LabelKind,
    LlmCall,
    LlmOutcome,
    Person,
    Source,
    Status,
    Ticket,
    TicketEvent,
    TicketText,
    TicketTimes,
)

NOW = datetime(2026, 12, 18, 9, 30, tzinfo=UTC)
SPRING, AUTUMN = datetime(2026, 3, 2, 7, tzinfo=UTC), datetime(2026, 9, 7, 7, tzinfo=UTC)
CATEGORIES = ("vpn", "mail", "printer")
TEAMS = ("network", "workplace", "tiny")
TITLE, TEXT, NOTE = "Zebratitel", "Zebratext om lönen", "Zebranot"
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class People:
    """Who was planted."""

    staff: tuple[Person, ...]
    askers: tuple[Person, ...]

    @property
    def traces(self) -> frozenset[str]:
        """What no figure may hold: names, Slack ids, pseudonyms, words."""
        people = (*self.staff, *self.askers)
        words = frozenset({TITLE, TEXT, NOTE, "Zebraord"})
        return words.union(*({one.id, one.name, one.slack_id or ""} for one in people))


def make(store: Store, kpis: Kpis, seed: int, tickets: int = 160) -> People:
    """Fill a database with a baseline in spring and a pilot in autumn."""
    chance = random.Random(seed)
    with store.begin() as unit:
        people = _people(unit)
        unit.tickets.put_categories(
            Category(key=key, titles={"en": key.title()}) for key in CATEGORIES
        )
        for number in range(tickets):
            begin, source = (SPRING, Source.IMPORT) if number % 2 else (AUTUMN, Source.SLACK)
            _ticket(unit, chance, people, begin, source)
        for _ in range(tickets // 2):
            _question(unit, chance, people)
        _money(unit, chance)
        for number in range(12):
            week = date(2026, 9, 7) + timedelta(weeks=number % 8)
            unit.surveys.rate(f"token-{number}", week, chance.randint(1, 5))
    kpis.freeze(date(2026, 3, 1), date(2026, 6, 30), datetime(2026, 7, 1, tzinfo=UTC))
    _of_the_company(kpis)
    return people


def _people(unit: UnitOfWork) -> People:
    staff = tuple(
        Person(slack_id=f"UZSTAFF{n}", name=f"Zebrina Handläggare{n}", team="IT") for n in range(7)
    )
    askers = tuple(
        Person(slack_id=f"UZASKER{n}", name=f"Zebron Frågare{n}", team=("sales", "law")[n == 0])
        for n in range(8)
    )
    for person in (*staff, *askers):
        unit.people.save(person)
    return People(staff, askers)


def _ticket(
    unit: UnitOfWork, chance: random.Random, people: People, begin: datetime, source: Source
) -> None:
    opened = begin + timedelta(minutes=chance.randrange(100 * 24 * 60))
    resolved = opened + timedelta(minutes=chance.randrange(3000)) if chance.random() < 0.8 else None
    worker, team = chance.choice(people.staff), chance.choice(TEAMS)
    if team == "tiny":
        worker = people.staff[0]
    ticket = Ticket(
        source=source,
        status=Status.SOLVED if resolved else chance.choice((Status.NEW, Status.CLAIMED)),
        category=chance.choice(CATEGORIES),
        decided_by=DecidedBy.CLASSIFIER,
        requester_id=chance.choice(people.askers).id,
        assignee_id=worker.id if source is Source.SLACK else None,
        team=team,
        opened_at=opened,
    )
    unit.tickets.add_ticket(ticket, TicketText(ticket_id=0, title=TITLE, body=TEXT, note=NOTE))
    number = ticket.id or 0
    unit.tickets.put_times(_times(chance, ticket, resolved))
    if resolved and source is Source.SLACK:
        unit.tickets.record(
            _event(EventKind.CLAIMED, opened + MINUTE, actor=worker.id, ticket=number),
            _event(EventKind.RESOLVED, resolved, actor=worker.id, ticket=number),
        )
    if chance.random() < 0.3:
        label = Label(
            ticket_id=number,
            kind=LabelKind.BLIND,
            category=ticket.category,
            suggested=chance.choice((*CATEGORIES, "")),
            by=worker.id,
            at=opened + 5 * MINUTE,
        )
        unit.oversight.save(label)


def _times(chance: random.Random, ticket: Ticket, resolved: datetime | None) -> TicketTimes:
    def some(most: int, share: float = 0.9) -> float | None:
        return chance.randrange(most) / 4 if chance.random() < share else None

    done = resolved is not None
    handling = some(240) if done else None
    evidence = chance.choice("AC") if handling is not None else ""
    elapsed = (resolved - ticket.opened_at) / MINUTE if resolved else None
    return TicketTimes(
        ticket_id=ticket.id or 0,
        source=ticket.source,
        opened_at=ticket.opened_at,
        resolved_at=resolved,
        category=ticket.category,
        final_category=ticket.category,
        automatic=chance.random() < 0.6,
        ack_minutes=some(8),
        first_response_minutes=some(900),
        triage_minutes=some(100),
        handling_minutes=handling,
        resolution_minutes=elapsed,
        resolution_business_minutes=None if elapsed is None else elapsed / 3,
        evidence=evidence,
        reopened=int(chance.random() < 0.2),
        reassigned=chance.choice((0, 0, 1, 2)),
    )


def _question(unit: UnitOfWork, chance: random.Random, people: People) -> None:
    at = AUTUMN + timedelta(minutes=chance.randrange(100 * 24 * 60))
    asker = chance.choice(people.askers)
    case = unit.tickets.save(
        Case(
            person_id=asker.id,
            channel="",
            thread_ts="",
            entrance="help",
            language="sv",
            state=CaseState.ANSWERED,
            opened_at=at,
            last_message_at=at,
        )
    )
    number = case.id or 0
    steps = [_event(EventKind.ASKED, at, actor=asker.id, case=number)]
    if chance.random() < 0.8:
        steps.append(_event(EventKind.ANSWERED, at + MINUTE, case=number, article=number % 5))
        said = chance.choice(
            (None, EventKind.ANSWER_SOLVED, EventKind.ANSWER_NOT_SOLVED, EventKind.FOUND)
        )
        if said is not None:
            more = {"article": number % 5} if said is EventKind.FOUND else {}
            steps.append(_event(said, at + 4 * MINUTE, actor=asker.id, case=number, **more))
    unit.tickets.record(*steps)


def _money(unit: UnitOfWork, chance: random.Random) -> None:
    for number in range(40):
        unit.figures.save(
            CostEntry(
                kind=chance.choice(list(CostKind)),
                description="Zebraord",
                cents=chance.randrange(-500, 40_000),
                booked_on=date(2026, 7, 1) + timedelta(days=4 * number),
                recorded_at=NOW,
            )
        )
        at = AUTUMN + timedelta(days=2 * number)
        call = LlmCall(
            at=at,
            month=f"{at:%Y-%m}",
            purpose="triage",
            model="small-model",
            prompt_version="1",
            outcome=LlmOutcome.ANSWERED,
            reserved_micros=9000,
            cost_micros=chance.randrange(9000),
            lease_until=at,
        )
        unit.llm_calls.reserve(call, 10**9, day=at.date(), now=at)


def _of_the_company(kpis: Kpis) -> None:
    wanted = Wanted(
        better="lower",
        baseline_first=date(2026, 3, 1),
        baseline_last=date(2026, 6, 30),
        due_on=date(2027, 3, 31),
        owner="Zebra Ägare",
    )
    standard = replace(
        wanted,
        title="Standard tickets",
        measure="handling_time",
        categories=("vpn", "mail"),
        target="-40%",
    )
    read = replace(wanted, title="Manual steps", unit="count", target="3")
    known = frozenset(CATEGORIES)
    for one in (standard, read):
        kpis.add(company_kpi(one, "", known, NOW))
    for day, value in ((1, 9.0), (2, 4.0), (9, 6.5)):
        kpis.read("manual_steps", value, date(2026, 10, day), NOW)


def _event(
    kind: EventKind,
    at: datetime,
    *,
    actor: str = "",
    ticket: int | None = None,
    case: int | None = None,
    **detail: int,
) -> TicketEvent:
    return TicketEvent(
        kind=kind,
        at=at,
        actor=actor,
        ticket_id=ticket,
        case_id=case,
        detail=dict(detail),
        command_id=f"{kind}{at.timestamp()}",
    )
