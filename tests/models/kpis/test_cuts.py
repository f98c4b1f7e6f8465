"""Figures by category and by team: groups below five people stay hidden, also by subtraction."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.errors import InvalidError
from models.governance.small_groups import FEWEST, shown_groups
from models.kpis.cuts import Cut, cut, cut_json, cut_message, read_grouping
from models.kpis.definitions import cuttable
from models.kpis.measurement import REAL, Kpis
from models.kpis.periods import Period
from models.kpis.rows import FigureQuery
from models.kpis.small_desks import FEWEST_ROWS, shown_values
from models.language import words_for
from models.message import Note, Table, plain
from models.statistics.estimates import Estimate
from models.store.drilldown import Grouping
from models.store.transaction import Store, UnitOfWork
from models.tables import (
    DecidedBy,
    EventKind,
    Person,
    Source,
    Status,
    Ticket,
    TicketEvent,
    TicketText,
    TicketTimes,
)
from models.tickets.hours import calendar_for

NOW = datetime(2026, 12, 10, 9, tzinfo=UTC)
OCTOBER = Period.parse("2026-10")
OFFICE = calendar_for("Europe/Stockholm", "SE", time(8), time(17))
PEOPLE = st.integers(0, 11).map(lambda n: f"p{n}")
GROUPS = st.dictionaries(st.sampled_from("abcdefgh"), st.frozensets(PEOPLE, max_size=9), max_size=8)


@given(GROUPS)
def test_what_is_hidden_cannot_be_found_by_subtraction(people: dict[str, frozenset[str]]) -> None:
    shown = shown_groups(people)

    hidden = set(people) - shown
    together = frozenset[str]().union(*(people[group] for group in hidden))
    assert all(len(people[group]) >= FEWEST for group in shown)
    # All less the shown ones is nothing, everything, or several groups of five people and more.
    nothing_shown = not shown
    several = len(hidden) >= 2 and len(together) >= FEWEST
    assert not hidden or nothing_shown or several


@given(GROUPS)
def test_no_more_is_hidden_than_has_to_be(people: dict[str, frozenset[str]]) -> None:
    if all(len(them) >= FEWEST for them in people.values()):
        assert shown_groups(people) == set(people)


def test_the_smallest_of_the_large_ones_hides_a_single_small_one() -> None:
    groups = {"big": 9, "middle": 7, "large": 6, "small": 2}
    people = {name: frozenset(f"{name}{n}" for n in range(size)) for name, size in groups.items()}

    assert shown_groups(people) == {"big", "middle"}


# On a database -----------------------------------------------------------------------------


@pytest.fixture
def store(migrated_url: str) -> Iterator[Store]:
    opened = Store(migrated_url)
    yield opened
    opened.close()


Work = Callable[..., None]


@pytest.fixture
def work(store: Store) -> Work:
    """Put in tickets of a team, each resolved by another person of the staff."""

    def made(team: str, staff: int, tickets: int = 0, category: str = "vpn") -> None:
        with store.begin() as unit:
            for number in range(tickets or staff):
                worker = unit.people.by_slack_id(f"U{team}{number % staff}", NOW)
                asker = unit.people.by_slack_id(f"UASK{number % 9}", NOW)
                asker.team = team
                unit.people.save(asker)
                _ticket(unit, team, category, worker, asker, number)

    return made


def _ticket(
    unit: UnitOfWork, team: str, category: str, worker: Person, asker: Person, number: int
) -> None:
    opened = datetime(2026, 10, 1 + number % 28, 9, tzinfo=UTC)
    ticket = Ticket(
        source=Source.SLACK,
        status=Status.SOLVED,
        category=category,
        decided_by=DecidedBy.PERSON,
        requester_id=asker.id,
        team=team,
        opened_at=opened,
    )
    unit.tickets.add_ticket(ticket, TicketText(ticket_id=0))
    unit.tickets.record(
        TicketEvent(
            ticket_id=ticket.id,
            kind=EventKind.RESOLVED,
            at=opened,
            actor=worker.id,
            command_id=f"{team}{number}",
        )
    )
    unit.tickets.put_times(
        TicketTimes(
            ticket_id=ticket.id or 0,
            source=Source.SLACK,
            opened_at=opened,
            resolved_at=opened,
            category=category,
            final_category=category,
            handling_minutes=10.0 + number,
            resolution_minutes=60.0,
        )
    )


def by(store: Store, grouping: Grouping, period: Period = OCTOBER) -> Cut:
    return cut(store, grouping, FigureQuery(period, OFFICE, REAL, NOW))


@pytest.mark.parametrize("migrated_url", ["sqlite"], indirect=True)
class TestByTeam:
    def test_a_team_of_four_is_hidden_and_with_it_the_next(self, store: Store, work: Work) -> None:
        work("network", 8, 20)
        work("workplace", 6)
        work("tiny", 4, 30)

        found = by(store, "team")

        assert [group.key for group in found.groups] == ["network"]
        assert found.hidden == 2
        told = json.dumps(cut_json(found), default=str)
        assert "tiny" not in told
        assert "workplace" not in told

    def test_large_teams_are_shown_with_their_figures(self, store: Store, work: Work) -> None:
        work("network", 5)
        work("workplace", 5)

        found = by(store, "team")

        assert [(group.key, group.resolved) for group in found.groups] == [
            ("network", 5),
            ("workplace", 5),
        ]
        assert found.groups[0].kpis["handling_time"].value == 12.0
        assert found.hidden == 0

    def test_a_desk_of_four_shows_no_team(self, store: Store, work: Work) -> None:
        work("all", 4, 40)

        found = by(store, "team")
        message = cut_message(found, {}, words_for("en"))

        assert found.groups == ()
        assert not any(isinstance(part, Table) for part in message.parts)
        (note,) = (part for part in message.parts if isinstance(part, Note))
        assert "Not shown: 1." in plain(note.runs)

    def test_nobody_stands_behind_an_imported_ticket_so_its_team_is_hidden(
        self, store: Store, work: Work
    ) -> None:
        work("network", 5)
        with store.begin() as unit:
            ticket = Ticket(
                source=Source.IMPORT,
                status=Status.SOLVED,
                decided_by=DecidedBy.IMPORTED,
                team="old",
                opened_at=datetime(2026, 10, 5, tzinfo=UTC),
            )
            unit.tickets.add_ticket(ticket, TicketText(ticket_id=0))
            unit.tickets.put_times(
                TicketTimes(
                    ticket_id=ticket.id or 0, source=Source.IMPORT, opened_at=ticket.opened_at
                )
            )

        assert by(store, "team").groups == ()

    @pytest.mark.parametrize("period", ["2026-W42", "2026Q4", "2026-10-01/2026-10-30"])
    def test_only_whole_months_are_cut_so_that_no_two_overlap(
        self, store: Store, work: Work, period: str
    ) -> None:
        with pytest.raises(InvalidError, match="whole months"):
            by(store, "team", Period.parse(period))

    def test_a_month_is_cut_once_it_is_over(self, store: Store, work: Work) -> None:
        with pytest.raises(InvalidError, match="2026-12 is not: write 2026-11"):
            by(store, "requester_team", Period.parse("2026-12"))

    def test_the_askers_teams_follow_the_same_rule(self, store: Store, work: Work) -> None:
        work("sales", 5, 9)  # nine askers, all of one team

        assert [group.key for group in by(store, "requester_team").groups] == ["sales"]


def test_categories_add_up_to_the_whole_on_both_databases(store: Store, work: Work) -> None:
    work("network", 3, 8, category="vpn")
    work("workplace", 2, 5, category="mail")
    whole = Kpis(store, OFFICE).measure(OCTOBER, NOW)

    found = by(store, "category")

    assert [group.key for group in found.groups] == ["mail", "vpn"]
    for key in (figure.key for figure in cuttable()):
        assert sum(group.kpis[key].n for group in found.groups) == whole[key].n
    team = by(store, "team")
    assert team.groups == ()


def test_a_strange_grouping_is_refused_with_what_there_is() -> None:
    with pytest.raises(InvalidError, match="category, team, requester_team"):
        read_grouping("person")
    assert read_grouping(" Requester-Team ") == "requester_team"


# Few tickets, few people ---------------------------------------------------------------------


@given(st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 12)))
def test_what_is_not_told_of_categories_is_of_no_ticket_or_of_five(rows: dict[str, int]) -> None:
    shown = shown_values(rows)

    assert all(rows[group] >= FEWEST_ROWS for group in shown)
    untold = sum(n for group, n in rows.items() if group not in shown)
    assert not shown or untold == 0 or untold >= FEWEST_ROWS


@pytest.mark.parametrize("migrated_url", ["sqlite"], indirect=True)
class TestFew:
    def test_a_figure_counts_the_people_behind_its_own_tickets(
        self, store: Store, work: Work
    ) -> None:
        work("network", 5)
        work("workplace", 5)
        with store.begin() as unit:  # of the network's tickets one alone is resolved
            for row in unit.projection.times_of(range(2, 6)).values():
                row.resolved_at = row.handling_minutes = None

        network, workplace = by(store, "team").groups

        assert (network.key, network.kpis["handling_time"]) == ("network", Estimate(1, None))
        # The whole less workplace's would be the network's.
        assert workplace.kpis["handling_time"] == Estimate(5, None)
        assert network.kpis["automatic_share"].value == 0

    def test_a_category_of_four_tickets_has_a_number_and_no_value(
        self, store: Store, work: Work
    ) -> None:
        work("network", 4, 4, category="vpn")
        work("network2", 6, 6, category="mail")
        work("network3", 5, 9, category="printer")

        figures = {group.key: group.kpis["handling_time"] for group in by(store, "category").groups}

        assert figures["vpn"] == Estimate(4, None)
        assert figures["mail"] == Estimate(6, None)
        assert figures["printer"].value == 14.0

    def test_whoever_alone_works_on_a_category_is_not_in_its_median(
        self, store: Store, work: Work
    ) -> None:
        for number in range(7):  # a person a category, nine tickets each
            work(f"person{number}", 1, 9, category=f"c{number}")

        found = by(store, "category")

        assert [(group.resolved, group.kpis["handling_time"]) for group in found.groups] == [
            (9, Estimate(9, None))
        ] * 7
        (note,) = (part for part in cut_message(found, {}, words_for("en")).parts[2:])
        assert isinstance(note, Note)
        assert "five of the support team" in plain(note.runs)

    def test_nor_is_whoever_alone_asks(self, store: Store, work: Work) -> None:
        work("network", 6, 9, category="vpn")
        work("workplace", 6, 9, category="mail")
        with store.begin() as unit:
            asker = unit.people.by_slack_id("UASK0", NOW)
            for row in unit.projection.times_of(range(1, 19)).values():
                ticket = unit.tickets.find(row.ticket_id)
                assert ticket is not None
                if ticket.category == "vpn":
                    ticket.requester_id = asker.id

        figures = {group.key: group.kpis["handling_time"] for group in by(store, "category").groups}

        assert figures == {"vpn": Estimate(9, None), "mail": Estimate(9, None)}

    def test_whoever_solved_their_own_question_did_not_work_at_the_desk(
        self, store: Store, work: Work
    ) -> None:
        work("network", 1, 9, category="vpn")
        with store.begin() as unit:
            for row in unit.projection.times_of(range(1, 19)).values():
                ticket = unit.tickets.find(row.ticket_id)
                assert ticket is not None
                unit.tickets.record(
                    TicketEvent(
                        ticket_id=row.ticket_id,
                        kind=EventKind.RESOLVED,
                        at=row.opened_at,
                        actor=ticket.requester_id or "",
                        command_id=f"own{row.ticket_id}",
                    )
                )

        assert by(store, "category").groups[0].kpis["handling_time"] == Estimate(9, None)

    @pytest.mark.parametrize("period", ["2026-10-05", "2026-10-05/2026-10-12"])
    def test_a_small_desk_has_no_days(self, store: Store, work: Work, period: str) -> None:
        work("network", 3, 8)
        asked = FigureQuery(Period.parse(period), OFFICE, REAL, NOW)

        with pytest.raises(InvalidError, match="by week, month or quarter"):
            cut(store, "category", asked, frozenset({"U1", "U2", "U3", "U4"}))
        assert cut(store, "category", asked, frozenset({f"U{n}" for n in range(5)})).groups


@pytest.mark.parametrize("migrated_url", ["sqlite"], indirect=True)
def test_any_minutes_of_a_ticket_can_be_declared_as_a_figure(store: Store, work: Work) -> None:
    work("network", 5)
    minutes = [name for name in TicketTimes.model_fields if name.endswith("_minutes")]
    span = (OCTOBER.start(OFFICE.zone), OCTOBER.end(OFFICE.zone))

    with store.snapshot() as unit:
        times = unit.figures.times("resolved", span, REAL, minutes)

    assert set(times) == set(minutes)
    assert times["handling_minutes"].tolist() == [10, 11, 12, 13, 14]
