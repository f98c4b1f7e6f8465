"""What a newcomer reads after a command: one sentence about what happened."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from models.language import words_for
from models.tickets.sources import FIELDS
from models.triage.promotion_reasons import translated_reason
from tests.bot.cli.conftest import Lotsen, write_csv
from tests.bot.cli.test_registers_by_command import RISK as _RISK


@pytest.fixture
def started(lotsen: Lotsen) -> date:
    """Begin the plan and return its first day."""
    return date.fromisoformat(lotsen("plan", "start", "--json").json["started"])


@pytest.mark.usefixtures("started")
def test_the_plan_shows_the_keys_that_its_commands_need(lotsen: Lotsen) -> None:
    assert "w1.interviews" in lotsen("plan", "show").out


def test_a_change_of_the_plan_says_what_moved_and_not_the_whole_plan(
    lotsen: Lotsen, started: date
) -> None:
    day = (started + timedelta(days=21)).isoformat()
    lines = lotsen("plan", "move", "w1.interviews", "later", "--to", day).out.splitlines()
    assert lines[0].startswith("w1.interviews, ")
    assert "moved; due by" in lines[0]
    assert any(line.startswith("Moved along: w1.inefficiencies, from") for line in lines)
    assert not any("w8" in line for line in lines if "Moved along" not in line)

    (line,) = lotsen("plan", "block", "w1.interviews", "nobody is here").out.splitlines()
    assert line.startswith("w1.interviews, ")
    assert ": blocked;" in line


@pytest.mark.usefixtures("started")
def test_waiting_at_a_gate_asks_until_when(lotsen: Lotsen) -> None:
    refused = lotsen("plan", "decide", "gate30", "wait", "the board meets")
    assert refused.code == 2
    assert "--to" in refused.err


@pytest.mark.usefixtures("started")
def test_a_gate_without_a_criterion_names_the_command_of_a_terminal(lotsen: Lotsen) -> None:
    refused = lotsen("plan", "decide", "gate30", "go", "all is there")
    assert "`lotsen register add criteria`" in refused.err


def test_candidates_alone_lists_them(lotsen: Lotsen) -> None:
    assert lotsen("knowledge", "candidates").out == "No question waits.\n"
    assert lotsen("knowledge", "candidates", "--json").json == {"candidates": []}


RISK = ("register", "add", "risks", *_RISK)
SWITCH = ("cost", "switch", "Alpha", "Beta", "--for", "chat", "--reason", "EU", "--cost", "500")
KPI = (
    *("kpi", "add", "--template", "manual_steps", "--target", "5", "--by", "2027-03-31"),
    *("--owner", "Lena", "--baseline-from", "2026-08-01", "--baseline-to", "2026-08-31"),
)


@pytest.mark.parametrize(
    ("before", "command", "said"),
    [
        ((), "cost running inside", "Running costs are part of the first year's sum.\n"),
        ((), "cost running apart", "Running costs are kept apart from the first year's sum.\n"),
        (SWITCH, "cost withdraw 1 --reason slip", "Change 1 is taken back: chat: Alpha → Beta\n"),
        ((), "cost budget licence 100 --for 2027", "Budget of 2027, licence: €100.00\n"),
        ((), "baseline untouched - --reason all", "No category is left to people any more.\n"),
        ((), "llm off", "Switched off for every running Lotsen."),
        ((), "llm on", "Switched on."),
        ((), "kpi list", "There are none yet"),
        ((), "documents notices", "Nothing was posted yet.\n"),
        (RISK, "register retire risks 1", "Line 1 is out of use (version 2).\n"),
        (KPI, "kpi list", "31 March 2027"),
        (KPI, "kpi record manual_steps 7", "manual_steps: 7"),
    ],
)
def test_a_command_says_what_happened(
    lotsen: Lotsen, before: tuple[str, ...], command: str, said: str
) -> None:
    if before:
        assert lotsen(*before).code == 0

    done = lotsen(*command.split())

    assert (done.code, said in done.out) == (0, True), done.out + done.err


def test_what_was_read_of_a_key_figure_is_listed(lotsen: Lotsen) -> None:
    assert lotsen(*KPI).code == 0
    assert lotsen("kpi", "record", "manual_steps", "9", "--on", "2026-11-20").code == 0
    assert lotsen("kpi", "record", "manual_steps", "7", "--on", "2026-11-27").code == 0

    assert "7 (27 Nov 2026)" in lotsen("kpi", "list").out
    (listed,) = lotsen("kpi", "list", "--json").json["kpis"]
    assert listed["read"] == {"value": 7.0, "on": "2026-11-27"}


def test_an_assumption_is_shown_alone_and_its_change_is_said_first(lotsen: Lotsen) -> None:
    assert lotsen("assume", "loaded_rate").out.startswith("loaded_rate = €45.00 (")
    assert len(lotsen("assume", "loaded_rate").out.splitlines()) == 1
    assert "no assumption 'rate'; there are: loaded_rate" in lotsen("assume", "rate").err

    args = ("loaded_rate", "60", "--source", "payroll", "--from", "2027-01-01")
    first, *_ = lotsen("assume", *args).out.splitlines()
    assert first.startswith("From 1 January 2027: loaded_rate €45.00 → €60.00 (payroll, decided")


@pytest.mark.usefixtures("history")
def test_the_same_rule_is_not_stored_twice(lotsen: Lotsen) -> None:
    rule = ("rules", "add", "regex", "toner", "printer", "--yes")
    assert lotsen(*rule).code == 0, lotsen(*rule).err
    refused = lotsen(*rule)
    assert (refused.code, "rule 1 does that already" in refused.err) == (2, True)


@pytest.mark.usefixtures("history")
def test_an_unknown_category_is_answered_with_those_there_are(lotsen: Lotsen) -> None:
    refused = lotsen("baseline", "untouched", "lön", "--reason", "no access")
    assert refused.code == 2
    assert "no category lön; there are: " in refused.err


@pytest.mark.parametrize(
    "command",
    [
        ("register", "export", "systems", "--out"),
        ("kpi", "rows", "handling_time", "--csv"),
        ("roi", "--csv"),
        ("documents", "write", "ai_notice"),
    ],
)
def test_a_file_that_cannot_be_written_is_bad_input_with_advice(
    lotsen: Lotsen, tmp_path: Path, command: tuple[str, ...]
) -> None:
    refused = lotsen(*command, str(tmp_path / "no" / "file.md"))

    assert refused.code == 2, refused.err
    assert "check the path" in refused.err


def test_a_file_that_was_written_is_named(lotsen: Lotsen, tmp_path: Path) -> None:
    file = tmp_path / "systems.csv"
    assert lotsen("register", "export", "systems", "--out", str(file)).err == f"Written: {file}\n"
    assert "0 rows written: " in lotsen("kpi", "rows", "handling_time", "--csv", str(file)).err


@pytest.mark.slow
def test_the_second_import_of_the_starter_says_that_nothing_is_new(lotsen: Lotsen) -> None:
    assert "imported." in lotsen("import", "starter").out
    again = lotsen("import", "starter").out
    assert ": 0 new, 0 changed, " in again
    assert "imported" not in again


@pytest.mark.slow
def test_a_changed_document_says_how_many_passages_are_new(lotsen: Lotsen, tmp_path: Path) -> None:
    faq = ("id", "question", "answer")
    file = write_csv(tmp_path / "faq.csv", [("1", "VPN?", "Use port 2.")], faq)
    lotsen("import", "knowledge", str(file))
    write_csv(file, [("1", "VPN?", "Use port 3."), ("2", "Printer?", "Floor 2.")], faq)

    said = lotsen("import", "knowledge", str(file), "--json").json

    assert (said["passages_added"], said["passages_changed"], said["passages"]) == (1, 1, 2)


def test_a_dry_run_says_what_would_be_imported_and_what_is_not_recognised(
    lotsen: Lotsen, tmp_path: Path
) -> None:
    file = write_csv(tmp_path / "t.csv", [("1", "VPN is down"), ("2", "No toner")], ("id", "text"))

    said = lotsen("import", "tickets", str(file), "--dry-run").out

    assert "Would be imported:" in said
    for field in ("opened_at", "category", "resolved_at"):
        assert f"not recognised: --map {field}=COLUMN" in said


def test_the_help_names_the_fields_that_may_be_mapped(lotsen: Lotsen) -> None:
    told = " ".join(lotsen("import", "tickets", "--help").out.split())
    assert all(field in told for field in FIELDS)


def test_a_job_without_a_channel_says_what_to_set(lotsen: Lotsen) -> None:
    ran = lotsen("jobs", "run", "weekly_digest")

    assert ran.code == 0
    assert ": passed over." in ran.err
    assert "LOTSEN_LEAD_CHANNEL" in ran.err
    assert "What is behind" not in ran.out


def test_the_first_doctor_says_that_the_tables_come_by_themselves(lotsen: Lotsen) -> None:
    first = lotsen("doctor", "--json").json["checks"]
    schema = next(check for check in first if check["name"] == "schema")
    assert "any other command" in schema["fix"]
    marks = {
        line.split()[1]: line.split()[0]
        for line in lotsen("doctor").out.splitlines()[1:]
        if len(line.split()) > 1
    }
    assert (marks["settings"], marks["people"]) == ("✓", "?")


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("the first model", "das erste Modell"),
        (
            "accuracy 91.2%, before 90.0%",
            "91,2\N{NO-BREAK SPACE}% richtig, vorher 90,0\N{NO-BREAK SPACE}%",
        ),
        (
            "80.0% right on 50 held-out tickets, -4.0 points (-9.5 to +1.0): it may be worse by "
            "more than 2%",
            "80,0\N{NO-BREAK SPACE}% richtig bei 50 zurückgehaltenen Tickets, −4,0 Punkte (−9,5 bis +1,0); "
            "es könnte um mehr als 2\N{NO-BREAK SPACE}% schlechter sein",
        ),
        (
            "the first model; too few examples of: hr, vpn",
            "das erste Modell; zu wenige Beispiele für: hr, vpn",
        ),
        ("something older", "something older"),
    ],
)
def test_why_a_model_is_used_is_said_in_the_readers_language(reason: str, said: str) -> None:
    assert translated_reason(reason, words_for("de")) == said
    assert translated_reason(reason, words_for("en")) == reason
