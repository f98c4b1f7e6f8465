"""Planted people are looked for in everything that shows figures, and are nowhere in it."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from models.commands import Ask, ShowDrilldown
from models.kpis.cuts import GROUPINGS, cut, cut_json, cut_message
from models.kpis.measurement import REAL
from models.kpis.periods import Period
from models.kpis.report import as_json, kpi_message
from models.kpis.rows import FigureQuery
from models.language import LANGUAGES, words_for
from models.lotsen import Lotsen, open_lotsen
from models.message import Message
from models.reports.quarter import everybody
from models.spreadsheet import write_csv
from models.store.transaction import Store
from models.store.views import VIEWS
from models.upkeep.exports import Form, export
from models.value.drilldown.views import (
    COLUMNS,
    DrilldownReader,
    drilldown_json,
    drilldown_message,
    table_of,
)
from models.value.effect.effect_report import effect_json, effect_message
from tests.models.desk.conftest import settings_of
from tests.models.value import made_desk
from tests.models.value.made_desk import NOW, People

QUARTER, WEEK, MONTH = (Period.parse(key) for key in ("2026Q4", "2026-W50", "2026-10"))
FORMS: tuple[Form, ...] = ("csv", "json", "jsonl")


@pytest.fixture(scope="module")
def planted(
    tmp_path_factory: pytest.TempPathFactory, migrated_file: Path
) -> Iterator[tuple[Lotsen, People]]:
    """A desk of seven at which planted people asked and worked."""
    file = shutil.copy(migrated_file, tmp_path_factory.mktemp("planted") / "desk.db")
    store = Store(f"sqlite:///{file}")
    staff = tuple(f"UZSTAFF{n}" for n in range(7))
    settings = settings_of(store.url).model_copy(
        update={"lotsen_agents": staff, "lotsen_leads": ("UZSTAFF6",)}
    )
    lotsen = open_lotsen(settings, migrate=False, store=store)
    people = made_desk.make(store, lotsen.kpis, seed=11)
    yield lotsen, people
    store.close()


def clean(people: People, what: str, text: str) -> None:
    found = [trace for trace in people.traces if trace in text]
    assert not found, f"{what}: {found}"


def test_the_planted_are_really_there(planted: tuple[Lotsen, People]) -> None:
    lotsen, people = planted
    assert len(people.traces) == 3 * 15 + 4
    with lotsen.store.snapshot() as unit:
        raw = str(unit.tickets.unresolved(500)) + unit.tickets.text(1).body
    assert any(trace in raw for trace in people.traces)


@pytest.mark.slow
def test_no_drill_down_holds_them(planted: tuple[Lotsen, People], tmp_path: Path) -> None:
    lotsen, people = planted
    figures, zone = lotsen.figure_requests.figures, lotsen.calendar.zone
    keys = figures.keys()
    assert len(keys) > 25

    for key in keys:
        found = figures.of(key, QUARTER, NOW, tickets=True)
        clean(people, key, json.dumps(drilldown_json(found, words_for("en")), default=str))
        write_csv(tmp_path / "rows.csv", COLUMNS, iter(table_of(found)))
        clean(people, key, (tmp_path / "rows.csv").read_text("utf-8"))
        for language in LANGUAGES:
            message = drilldown_message(found, DrilldownReader(words_for(language), zone))
            clean(people, f"{key} {language}", message.to_json())


@pytest.mark.slow
def test_no_post_and_no_json_holds_them(planted: tuple[Lotsen, People]) -> None:
    lotsen, people = planted
    value, measured = lotsen.value, lotsen.kpis.measure(QUARTER, NOW)
    effect = value.proof.effect(NOW)

    for language in LANGUAGES:
        words = words_for(language)
        said = {
            "digest": value.digest(WEEK, ("2026-W49",), NOW, language),
            "kpi": kpi_message(measured, words, lotsen.calendar.zone),
            "roi": value.report(QUARTER, NOW, language),
            "effect": effect_message(effect, words),
            # "No figure says who asked or who worked", it says on its second page.
            "paper": Message("", tuple(everybody(value.statement(QUARTER, NOW), words))),
        }
        for what, message in said.items():
            clean(people, what, message.to_json())
    told = (as_json(measured), value.statement(QUARTER, NOW).to_json(), effect_json(effect))
    clean(people, "json", json.dumps(told, default=str))


def test_no_cut_holds_them(planted: tuple[Lotsen, People]) -> None:
    lotsen, people = planted

    for by in GROUPINGS:
        found = cut(lotsen.store, by, FigureQuery(MONTH, lotsen.calendar, REAL, NOW))
        clean(people, by, json.dumps(cut_json(found), default=str))
        clean(people, by, cut_message(found, {}, words_for("sv")).to_json())
    # One person alone works in the team "tiny".
    team = cut(lotsen.store, "team", FigureQuery(MONTH, lotsen.calendar, REAL, NOW))
    assert "tiny" not in json.dumps(cut_json(team), default=str)


@pytest.mark.parametrize("form", FORMS)
def test_no_export_and_no_view_holds_them(
    planted: tuple[Lotsen, People], tmp_path: Path, form: Form
) -> None:
    lotsen, people = planted

    done = export(lotsen.store, tmp_path, form, lotsen.settings.staff, tickets=True)

    assert len(done.files) == len(VIEWS)
    for file in done.files:
        clean(people, file.name, (tmp_path / file.name).read_text("utf-8"))


@pytest.mark.slow
def test_no_reply_in_slack_holds_them(planted: tuple[Lotsen, People]) -> None:
    lotsen, people = planted
    lead = "UZSTAFF6"
    commands: list[ShowDrilldown | Ask] = [
        ShowDrilldown(id=f"B{key}", user=lead, figure=f"{key}@{QUARTER.key}", at=NOW)
        for key in lotsen.figure_requests.figures.keys()  # noqa: SIM118  # a method, no mapping
    ]
    commands += [
        Ask(id="Akpi", user=lead, topic="kpi", text="", at=NOW),
        Ask(id="Ateam", user=lead, topic="kpi", text="by team", at=NOW),
        Ask(id="Aroi", user=lead, topic="roi", text="", at=NOW),
        Ask(id="Amine", user=lead, topic="mine", text="", at=NOW),
    ]

    for command in commands:
        lotsen.mailbox.accept(command, NOW)
        lotsen.handle(command, NOW)
        with lotsen.store.snapshot() as unit:
            row = unit.outbox.find(f"reply:{command.id}") or unit.outbox.find(
                f"confided:{command.id}"
            )
        assert row is not None
        clean(people, command.id, Message.from_json(row.message).to_json())


@pytest.mark.slow
@pytest.mark.parametrize("staff", range(1, 5))
def test_a_desk_of_one_to_four_lists_no_row_anywhere(
    planted: tuple[Lotsen, People], tmp_path: Path, staff: int
) -> None:
    lotsen, _ = planted
    agents = {"lotsen_agents": tuple(f"U{n}" for n in range(staff)), "lotsen_leads": ("U0",)}
    settings = lotsen.settings.model_copy(update=agents)
    small = open_lotsen(settings, migrate=False, store=lotsen.store)
    figures = small.figure_requests.figures

    for key in figures.keys():  # noqa: SIM118  # a method, no mapping
        found = figures.of(key, QUARTER, NOW)
        told = json.dumps(drilldown_json(found, words_for("en")), default=str)
        assert '"kind": "ticket"' not in told, key
        assert '"kind": "question"' not in told, key
        message = drilldown_message(found, DrilldownReader(words_for("en"), small.calendar.zone))
        assert '"#' not in message.to_json(), key
    digest = small.value.digest(WEEK, (), NOW, "en").to_json()
    assert "Oldest" not in digest
    assert not small.value.week(WEEK, (), NOW).waits.oldest
    done = export(small.store, tmp_path, "csv", settings.staff)
    assert "tickets.csv" not in {file.name for file in done.files}
