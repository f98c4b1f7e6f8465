"""No figure, export or digest names or isolates a member of staff."""

import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from models.commands import MoveTicket
from models.kpis.definitions import KPIS
from models.kpis.figure import FigureRow
from models.kpis.periods import Period, week_of
from models.kpis.report import as_json
from models.lotsen import open_lotsen
from models.store.transaction import Store
from models.tables import TicketTimes
from models.upkeep.exports import export
from tests.models.desk.conftest import ASA, KIM, LENA, OLA, START, Desk, at, settings_of

DAY = 86_400.0
MORE = frozenset({"U1", "U2", "U3", "U4", "U5"})
TEXTS = ("The printer eats paper", "My screen blinks", "The door sings", "A mouse is gone")


@pytest.fixture
def worked(
    tmp_path: Path, migrated_file: Path, new_desk: Callable[[Store], Desk]
) -> Callable[[tuple[str, ...]], Desk]:
    """A desk at which these people, in turn, resolved a ticket each: ever more slowly."""

    def made(staff: tuple[str, ...]) -> Desk:
        file = shutil.copy(migrated_file, tmp_path / f"{'-'.join(staff)}.db")
        desk = new_desk(Store(f"sqlite:///{file}"))
        for number, (text, who) in enumerate(zip(TEXTS, staff, strict=True)):
            begin = number * 4000.0
            desk.say(text, begin, (ASA, OLA)[number % 2])
            for move, after in (("claim", 60), ("resolve", 600 * (number + 1))):
                command = MoveTicket(
                    id=f"{move}{number}",
                    user=who,
                    ticket_id=number + 1,
                    move=move,  # type: ignore[arg-type]  # two of the moves
                    note="Done",
                    at=at(begin + after),
                )
                desk.do(command, begin + after)
        return desk

    return made


def figures(desk: Desk, folder: Path) -> dict[str, str]:
    """Everything that Lotsen says about the desk's work, as text."""
    now, week = at(8 * DAY), week_of(START.date())
    lotsen = desk.lotsen
    said = {
        "digest": str(lotsen.value.digest(week, (), now, "en")),
        "kpi": str(as_json(lotsen.kpis.measure(week, now))),
        "roi": str(lotsen.value.statement(Period.parse("2026Q4"), now).to_json()),
        "report": str(lotsen.value.report(Period.parse("2026Q4"), now, "sv")),
    }
    done = export(lotsen.store, folder, "csv", MORE)
    return said | {file.name: (folder / file.name).read_text("utf-8") for file in done.files}


@pytest.mark.slow
def test_no_figure_depends_on_who_did_what(
    worked: Callable[[tuple[str, ...]], Desk], tmp_path: Path
) -> None:
    one, other = worked((KIM, KIM, LENA, LENA)), worked((LENA, LENA, KIM, KIM))

    assert figures(one, tmp_path / "one") == figures(other, tmp_path / "other")


@pytest.mark.slow
def test_no_figure_names_anybody(worked: Callable[[tuple[str, ...]], Desk], tmp_path: Path) -> None:
    desk = worked((KIM, LENA, KIM, LENA))
    with desk.lotsen.store.snapshot() as unit:
        people = [unit.people.find(one) for one in (ASA, OLA, KIM, LENA)]
    names = {
        name
        for person in people
        if person
        for name in (person.id, person.slack_id or "", person.name)
    }
    assert len(names) == 12

    for where, text in figures(desk, tmp_path).items():
        assert not [name for name in names if name in text], where


def test_a_key_figure_cannot_know_who_did_what() -> None:
    """A row holds times and counts; its columns are those of the projection, without people."""
    read = {name for figure in KPIS.values() for _, name in figure.columns}
    assert read <= set(TicketTimes.model_fields)
    kept = read | set(FigureRow.__dataclass_fields__)
    assert not kept & {"actor", "assignee", "assignee_id", "person", "person_id", "team", "staff"}


@pytest.mark.parametrize(("staff", "listed"), [(4, False), (5, True)])
def test_a_small_desk_sees_sums_and_no_list_of_tickets(
    desk: Desk, tmp_path: Path, staff: int, listed: bool
) -> None:
    desk.say(TEXTS[0])
    now = START + timedelta(days=1)
    people = tuple(f"U{number}" for number in range(staff))
    store = desk.lotsen.store
    agents = {"lotsen_agents": people, "lotsen_leads": people[:1]}
    settings = settings_of(store.url).model_copy(update=agents)
    lotsen = open_lotsen(settings, migrate=False, store=store)

    facts = lotsen.value.week(week_of(START.date()), (), now)
    done = export(store, tmp_path, "csv", settings.staff)

    assert bool(facts.waits.oldest) is listed
    assert facts.opened == 1
    assert ("tickets.csv" in {file.name for file in done.files}) is listed
    assert "weeks.csv" in {file.name for file in done.files}
