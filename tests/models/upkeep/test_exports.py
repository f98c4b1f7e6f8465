"""Figures as files: the same on both databases, harmless in a spreadsheet, about nobody."""

import csv
import importlib.util
import json
import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import inspect, text
from sqlalchemy.exc import DBAPIError
from sqlmodel import SQLModel

from models.errors import InvalidError
from models.kpis.periods import Period
from models.kpis.ratings import published_ratings
from models.spreadsheet import escape_formula
from models.store.transaction import Store
from models.store.views import VIEWS
from models.tables import (
    Assumption,
    Baseline,
    CostEntry,
    CostKind,
    DecidedBy,
    Person,
    PulseTally,
    Source,
    Status,
    Ticket,
    TicketText,
    TicketTimes,
)
from models.upkeep.exports import export

NOW = datetime(2026, 11, 25, 9, 15, tzinfo=UTC)  # a Wednesday
LARGE = frozenset({"U1", "U2", "U3", "U4", "U5"})
SECRET = "Åsa's laptop sings"


@pytest.fixture
def store(migrated_url: str) -> Iterator[Store]:
    opened = Store(migrated_url)
    yield opened
    opened.close()


def a_ticket(store: Store, n: int, team: str, who: str, *, resolved: bool = True) -> None:
    with store.begin() as unit:
        person = unit.people.by_slack_id(who, NOW)
        person.name, person.team = f"Name of {who}", team
        unit.people.save(person)
        opened = NOW + timedelta(minutes=n)
        ticket = Ticket(
            source=Source.SLACK,
            status=Status.SOLVED,
            decided_by=DecidedBy.PERSON,
            requester_id=person.id,
            assignee_id=person.id,
            category="=vpn",
            opened_at=opened,
        )
        unit.tickets.add_ticket(ticket, TicketText(ticket_id=0, title=SECRET, body=SECRET))
        unit.tickets.put_times(
            TicketTimes(
                ticket_id=ticket.id or 0,
                source=Source.SLACK,
                opened_at=opened,
                resolved_at=opened + timedelta(days=7) if resolved else None,
                category="=vpn",
                final_category="=vpn",
                automatic=n % 2 == 0,
                first_response_minutes=10.0,
                handling_minutes=20.0 if resolved else None,
                resolution_minutes=600.0 if resolved else None,
                evidence="A",
                reopened=n % 2,
            )
        )


def teams(store: Store, **people: int) -> None:
    n = 0
    for team, number in people.items():
        for who in range(number):
            a_ticket(store, n, team, f"U{team}{who}")
            n += 1


def table(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_the_views_have_the_columns_that_the_docs_name(store: Store) -> None:
    found = {
        view: {column["name"] for column in inspect(store.engine).get_columns(view)}
        for view in inspect(store.engine).get_view_names()
    }
    assert found == {view: set(columns) for view, columns in VIEWS.items()}

    page = Path(__file__).parents[3] / "docs" / "how-to" / "export.md"
    lines = page.read_text("utf-8").splitlines()
    for view, columns in VIEWS.items():
        assert f"### `{view}`" in lines
        assert all(f"| `{name}` | {said} |" in lines for name, said in columns.items())


def test_no_view_has_a_name_a_text_or_a_pseudonym(store: Store) -> None:
    teams(store, sales=6)
    with store.snapshot() as unit:
        ids = {person.id for person in unit.people.known_as("Name of Usales0")}
        cells = {str(cell) for view in VIEWS for row in unit.views.rows(view) for cell in row}
    assert ids
    assert not any(SECRET in cell or "Name of" in cell or cell in ids for cell in cells)
    # Nor could they: a team is the only column of theirs that comes from a personal one.
    personal = {
        column.name
        for one in SQLModel.metadata.sorted_tables
        for column in one.columns
        if column.info.get("personal")
    }
    names = {name for columns in VIEWS.values() for name in columns}
    assert names & (personal | {"requester_id", "assignee_id", "person_id", "actor", "by"}) == {
        "team"
    }


@pytest.mark.parametrize("view", VIEWS)
def test_nobody_can_write_through_a_view(store: Store, view: str) -> None:
    teams(store, sales=5)
    with store.begin() as unit:
        unit.figures.save(a_cost(900))
        unit.figures.save(an_assumption())
        unit.figures.save(a_baseline())
    column = next(iter(VIEWS[view]))
    with store.engine.connect() as connection, pytest.raises(DBAPIError, match="view"):
        connection.execute(text(f"UPDATE {view} SET {column} = {column}"))  # noqa: S608  # ours


def a_cost(cents: int) -> CostEntry:
    return CostEntry(
        kind=CostKind.CLOUD,
        description="@Anna, too much",
        cents=cents,
        booked_on=date(2026, 11, 2),
        recorded_at=NOW,
    )


def an_assumption() -> Assumption:
    return Assumption(
        key="loaded_rate",
        value=45,
        unit="money/h",
        source="Anna",
        changed_at=NOW,
        holds_from=date(2026, 11, 1),
    )


def a_baseline() -> Baseline:
    return Baseline(
        frozen_at=NOW,
        first_day=date(2026, 1, 1),
        last_day=date(2026, 2, 1),
        sha256="ab" * 32,
        content="{}",
    )


def test_weeks_begin_on_monday_and_means_come_with_their_n(store: Store, tmp_path: Path) -> None:
    teams(store, sales=5)
    a_ticket(store, 9, "sales", "Usales0", resolved=False)

    export(store, tmp_path, "csv", LARGE)

    first, second = table(tmp_path, "weeks")
    assert (first["week"], first["opened"], first["resolved"]) == ("2026-11-23", "6", "0")
    assert (second["week"], second["resolved"], second["reopened"]) == ("2026-11-30", "5", "2")
    assert (second["handling_n"], float(second["handling_mean"])) == ("5", 20.0)
    assert first["automatic"] == "3"
    tickets = table(tmp_path, "tickets")
    assert tickets[0]["opened_at"] == "2026-11-25T09:15:00Z"
    assert tickets[-1]["resolved_at"] == ""


def test_a_category_like_a_formula_is_harmless_in_the_file(store: Store, tmp_path: Path) -> None:
    teams(store, sales=5)

    export(store, tmp_path, "csv", LARGE)

    assert {row["category"] for row in table(tmp_path, "categories")} == {"'=vpn"}


@given(st.text())
def test_no_text_begins_a_formula(cell: str) -> None:
    made = escape_formula(cell)
    assert made.endswith(cell)
    assert not made.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r", "\n"))


def test_a_number_below_zero_stays_a_number(store: Store, tmp_path: Path) -> None:
    with store.begin() as unit:
        unit.figures.save(a_cost(-1250))
    export(store, tmp_path, "csv", LARGE)

    (row,) = table(tmp_path, "costs")
    assert row == {"id": "1", "kind": "cloud", "eur": "-12.5", "booked_on": "2026-11-02"}


@pytest.mark.parametrize(
    ("people", "shown"),
    [
        ({"sales": 5}, {"sales"}),
        ({"sales": 4}, set()),
        # Four people beside one shown team could be had by subtraction.
        ({"sales": 6, "board": 4}, set()),
        ({"sales": 6, "board": 3, "legal": 2}, {"sales"}),
        ({"sales": 6, "it": 5}, {"sales", "it"}),
    ],
)
def test_a_team_is_shown_from_five_people_and_never_by_subtraction(
    store: Store, tmp_path: Path, people: dict[str, int], shown: set[str]
) -> None:
    teams(store, **people)

    export(store, tmp_path, "csv", LARGE)

    assert {row["team"] for row in table(tmp_path, "teams")} == shown


def test_a_small_desk_writes_no_row_a_ticket_unless_asked(store: Store, tmp_path: Path) -> None:
    teams(store, sales=5)

    done = export(store, tmp_path / "a", "csv", frozenset({"U1", "U2", "U3", "U4"}))
    assert done.left_out == ("tickets",)
    assert not (tmp_path / "a" / "tickets.csv").exists()
    assert table(tmp_path / "a", "weeks")

    asked = export(store, tmp_path / "b", "csv", frozenset({"U1"}), tickets=True)
    assert asked.left_out == ()
    assert len(table(tmp_path / "b", "tickets")) == 5


def test_the_size_of_a_desk_counts_the_members_of_its_groups(store: Store, tmp_path: Path) -> None:
    with store.begin() as unit:
        unit.people.set_members("SDESK", ["U1", "U2", "U3", "U4"])

    assert export(store, tmp_path, "csv", frozenset({"SDESK"})).left_out == ("tickets",)
    assert export(store, tmp_path, "csv", frozenset({"SDESK", "U4"})).left_out == ("tickets",)
    assert export(store, tmp_path, "csv", frozenset({"SDESK", "U9"})).left_out == ()


def test_surveys_are_exported_from_five_answers_and_the_pulse_when_it_is_over(
    store: Store, tmp_path: Path
) -> None:
    with store.begin() as unit:
        # Two and three in November; three and two in December, and a week that goes on.
        weeks = [date(2026, 11, 16)] * 2 + [date(2026, 11, 23)] * 3
        weeks += [date(2026, 11, 30)] * 3 + [date(2026, 12, 7)] * 2
        for token, monday in enumerate(weeks):
            unit.surveys.rate(f"{token:064}", monday, 5 if token else 1)
        for month, n in (("2026-10", 4), ("2026-11", 6), ("2026-12", 7)):
            unit._session.add(PulseTally(month=month, score=4, n=n))
        unit.surveys.key("pulse:2026-12")

    export(store, tmp_path, "csv", LARGE)

    (csat,), (pulse,) = table(tmp_path, "csat"), table(tmp_path, "pulse")
    assert (csat["month"], csat["n"]) == ("2026-11", "5")
    assert (float(csat["satisfied"]), float(csat["mean"])) == pytest.approx((0.8, 4.2))
    assert (pulse["month"], pulse["n"], float(pulse["mean"])) == ("2026-11", "6", 4.0)


@pytest.mark.parametrize("seed", range(3))
def test_the_view_tells_the_blocks_that_the_key_figure_tells(store: Store, seed: int) -> None:
    chance = random.Random(seed)
    monday = date(2026, 1, 5)
    with store.begin() as unit:
        for number in range(60):
            week = monday + timedelta(weeks=chance.randrange(40))
            unit.surveys.rate(f"{number:064}", week, chance.randint(1, 5))
        last = unit.surveys.rated_weeks(date(2027, 1, 1))[-1].week
        weeks = unit.surveys.rated_weeks(last)
        rows = unit.views.rows("v_csat")
        seen = {month: (n, float(satisfied)) for month, n, satisfied, _ in rows}

    for month in (f"2026-{number:02}" for number in range(1, 13)):
        satisfied, n = published_ratings(weeks, Period.parse(month))
        assert seen.get(month, (0, 0)) == (n, pytest.approx(satisfied / n) if n else 0)


def test_json_holds_the_same_with_numbers_as_numbers(store: Store, tmp_path: Path) -> None:
    teams(store, sales=5)
    with store.begin() as unit:
        unit.figures.save(an_assumption())
        unit.figures.save(a_baseline())

    done = export(store, tmp_path, "json", LARGE)

    read = {file.name: json.loads((tmp_path / file.name).read_text("utf-8")) for file in done.files}
    assert {file.name: file.rows for file in done.files} == {
        name: len(rows) for name, rows in read.items()
    }
    assert read["weeks.json"][0]["first_response_mean"] == 10.0
    assert read["assumptions.json"] == [
        {
            "key": "loaded_rate",
            "value": 45.0,
            "unit": "money/h",
            "changed_at": "2026-11-25T09:15:00Z",
            "holds_from": "2026-11-01",
        }
    ]
    assert read["baselines.json"][0]["first_day"] == "2026-01-01"
    assert not list(tmp_path.glob("*.part"))


@pytest.mark.skipif(importlib.util.find_spec("pyarrow") is not None, reason="pyarrow is there")
def test_parquet_without_pyarrow_says_what_to_do_and_writes_nothing(
    store: Store, tmp_path: Path
) -> None:
    with pytest.raises(InvalidError, match="pip install pyarrow"):
        export(store, tmp_path / "new", "parquet", LARGE)
    assert not (tmp_path / "new").exists()


@pytest.mark.skipif(importlib.util.find_spec("pyarrow") is None, reason="pyarrow is not there")
def test_parquet_holds_the_same(store: Store, tmp_path: Path) -> None:
    teams(store, sales=5)

    export(store, tmp_path, "parquet", LARGE)

    read = importlib.import_module("pyarrow.parquet").read_table(tmp_path / "weeks.parquet")
    assert read.column_names == list(VIEWS["v_weeks"])
    assert read.to_pylist()[1]["handling_mean"] == 20.0


def test_a_folder_that_cannot_be_is_told(store: Store, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")

    with pytest.raises(InvalidError, match="cannot be written"):
        export(store, tmp_path / "file", "csv", LARGE)


def test_an_empty_desk_exports_headers_only(store: Store, tmp_path: Path) -> None:
    done = export(store, tmp_path, "csv", LARGE)

    assert {file.rows for file in done.files} == {0}
    header = (tmp_path / "weeks.csv").read_text("utf-8-sig").splitlines()
    assert header == [",".join(VIEWS["v_weeks"])]


def test_who_left_is_still_nobody(store: Store) -> None:
    """An erased person's team is gone with them: their tickets count for the desk only."""
    teams(store, sales=5)
    with store.begin() as unit:
        person = unit.people.find("Usales0")
        assert isinstance(person, Person)
        unit.erasure.empty(unit.erasure.whose(person), NOW)
        assert list(unit.views.rows("v_teams")) == []
        assert sum(row[2] for row in unit.views.rows("v_weeks")) == 5


def test_a_few_tickets_have_a_number_and_no_value(store: Store, tmp_path: Path) -> None:
    teams(store, sales=4)

    export(store, tmp_path, "csv", LARGE)

    weeks, (category,) = table(tmp_path, "weeks"), table(tmp_path, "categories")
    assert sum(int(week["handling_n"]) for week in weeks) == 4
    assert all(week[key] == "" for week in weeks for key in ("handling_mean", "reopened"))
    # One person may handle all that is about a category: it has numbers and no value, ever.
    assert (category["resolved"], category["handling_n"]) == ("4", "4")
    assert set(category) == {"month", "source", "category", "resolved", "handling_n"}
