"""``lotsen doctor`` and ``lotsen run``, against the Slack double."""

import hashlib
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.cli.doctor import examine
from bot.clock import Clock
from bot.slack.scopes import NEEDED, OPTIONAL
from models.store.transaction import Store
from models.tables import Arm, EventKind, TicketEvent
from models.triage.arms import drawn_arm, fingerprint
from tests.bot.cli.conftest import Lotsen, MakeDouble, python_path
from tests.conftest import NOW
from tests.waiting import wait_until

CHECKS = {
    "settings", "people", "database", "schema", "database_file", "disk", "model", "baseline", "currency", "inbox",
    "outbox", "slack_delivery", "digest", "backup", "answers", "agents", "leads", "slack_bot_token", "slack_scopes",
    "clock", "same_channel", "calendar", "audit", "ticket_times",
    "help_channel", "support_channel", "lead_channel", "management_channel", "slack_events",
}  # fmt: skip


def found(outcome: Any) -> dict[str, Any]:
    assert all(set(item) == {"name", "ok", "detail", "fix"} for item in outcome.json["checks"])
    return {item["name"]: item for item in outcome.json["checks"]}


def test_all_is_well(lotsen: Lotsen, history: Path, slack: MakeDouble) -> None:
    slack()
    lotsen("baseline", "freeze")
    done = lotsen("doctor", "--json")
    checks = found(done)
    assert [item for item in checks.values() if not item["ok"]] == []
    assert set(checks) == CHECKS
    assert done.code == 0
    assert "All is well." in lotsen("doctor").out


def test_a_misspelt_line_of_the_file_is_named_too(
    lotsen: Lotsen, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home.mkdir(exist_ok=True)
    (home / "lotsen.env").write_text("LOTSEN_PEOPEL=80\n", "utf-8")
    monkeypatch.chdir(home)
    assert "LOTSEN_PEOPLE" in found(lotsen("doctor", "--json"))["variables"]["fix"]


def test_a_check_that_raises_is_a_finding_and_the_others_go_on(
    lotsen: Lotsen, history: Path, slack: MakeDouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    slack()

    def broken(*_given: object) -> None:
        raise RuntimeError("split")

    monkeypatch.setattr("bot.cli.database_checks.DatabaseChecks._schema", broken)
    _, checks = examine(Clock())
    names = {check.name: check for check in checks if not check.ok}
    assert "split" in names["database"].detail
    assert "slack_events" in {check.name for check in checks}


def test_other_office_hours_than_the_baselines_are_named(
    lotsen: Lotsen, history: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lotsen("baseline", "freeze")
    monkeypatch.setenv("LOTSEN_CLOSED_DAYS", "2099-12-28")
    assert found(lotsen("doctor", "--json"))["calendar"]["ok"], "a day after the baseline's"

    monkeypatch.setenv("LOTSEN_OFFICE_CLOSES", "16:00")
    check = found(lotsen("doctor", "--json"))["calendar"]

    assert not check["ok"]
    assert "lotsen baseline freeze --again" in check["fix"]


def test_a_day_off_that_is_none_is_refused_by_name(
    lotsen: Lotsen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOTSEN_HALF_DAYS", "01-05,fredag")
    done = lotsen("kpi", "--json")
    assert done.code == 2
    assert "LOTSEN_HALF_DAYS" in done.err
    assert "'fredag'" in done.err


def test_the_next_versions_tables_are_named_and_everything_else_is_still_examined(
    lotsen: Lotsen, home: Path
) -> None:
    lotsen("migrate", "up")
    with closing(sqlite3.connect(home / "lotsen.db")) as database, database:
        database.execute("UPDATE alembic_version SET version_num = '0999'")

    checks = found(lotsen("doctor", "--json"))

    assert checks["schema"]["ok"]
    assert "0999, newer than this version's" in checks["schema"]["detail"]
    assert "baseline" in checks
    assert lotsen("kpi", "--json").code == 0


def test_a_fresh_computer_is_told_what_to_do_first(lotsen: Lotsen) -> None:
    done = lotsen("doctor", "--json")
    checks = found(done)
    assert done.code == 2
    assert checks["settings"]["ok"]
    assert checks["database"]["ok"]
    assert "lotsen migrate up" in checks["schema"]["fix"]
    assert "SLACK_BOT_TOKEN" in checks["slack_bot_token"]["fix"]
    assert "LOTSEN_AGENTS" in checks["agents"]["fix"]
    assert all(item["fix"] for item in checks.values() if not item["ok"])
    assert "need attention" in lotsen("doctor").out


def test_wrong_settings_are_the_only_finding(
    lotsen: Lotsen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOTSEN_HTTP_PORT", "many")
    done = lotsen("doctor", "--json")
    assert (done.code, set(found(done))) == (2, {"settings"})
    assert "LOTSEN_HTTP_PORT" in found(done)["settings"]["detail"]


def test_a_database_that_is_away_is_named(lotsen: Lotsen, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOTSEN_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/lotsen")
    assert found(lotsen("doctor", "--json"))["database"]["ok"] is False


def test_missing_scopes_and_channels_are_named(
    lotsen: Lotsen, slack: MakeDouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    slack(scopes=frozenset(NEEDED.keys() - {"chat:write", "reactions:write"} | {"groups:read"}))
    monkeypatch.setenv("LOTSEN_HELP_CHANNEL", "C3")
    monkeypatch.setenv("LOTSEN_LEAD_CHANNEL", "C4")
    monkeypatch.setenv("LOTSEN_MANAGEMENT_CHANNEL", "C404")
    checks = found(lotsen("doctor", "--json"))
    lost = checks["slack_scopes"]["detail"]
    assert "chat:write (I cannot write at all)" in lost
    assert "reactions:write (thanks get no 🙌" in lost
    spare = checks["slack_scopes_optional"]
    assert spare["ok"]
    assert "channels:join (I have to be invited" in spare["detail"]
    assert "/invite" in checks["help_channel"]["fix"]
    assert "archived" in checks["lead_channel"]["detail"]
    assert "channel_not_found" in checks["management_channel"]["detail"]


def test_scopes_that_nothing_needs_are_named(lotsen: Lotsen, slack: MakeDouble) -> None:
    slack(scopes=frozenset({*NEEDED, *OPTIONAL, "users:read.email"}))
    checks = found(lotsen("doctor", "--json"))
    assert checks["slack_scopes"]["ok"]
    assert "slack_scopes_optional" not in checks
    assert "users:read.email" in checks["slack_scopes_unused"]["detail"]


@pytest.mark.parametrize("name", ["private_group", "duty_group"])
@pytest.mark.parametrize(
    ("ids", "detail", "fix"),
    [
        ("SFEW", "2 named", ""),
        ("U1,SFEW", "2 named", ""),
        ("SGONE", "no user group SGONE", "Copy the id again"),
        ("SEMPTY", "Nobody is in the user group SEMPTY", "Add people"),
        ("C1", "C1 is neither a user group", "Copy the id again"),
        ("U404", "nobody U404 in the workspace", "Take the id out of LOTSEN_"),
        ("SMANY", "11 people; only 10 of them", "10 people at most in LOTSEN_"),
    ],
)
def test_who_reads_of_what_presses_or_is_private_is_there(
    lotsen: Lotsen,
    slack: MakeDouble,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    ids: str,
    detail: str,
    fix: str,
) -> None:
    slack()
    monkeypatch.setenv(f"LOTSEN_{name.upper()}", ids)
    check = found(lotsen("doctor", "--json"))[name]
    assert detail in check["detail"]
    assert fix in check["fix"]
    assert check["ok"] is not bool(fix)


@pytest.mark.parametrize(
    ("ids", "detail", "fix"),
    [
        ("U1", "1 named", ""),
        ("C1", "C1 is neither a user group", "Copy the id again"),
        ("U404", "nobody U404 in the workspace", "Take the id out of LOTSEN_FINANCE"),
    ],
)
def test_who_confirms_money_is_there(
    lotsen: Lotsen,
    slack: MakeDouble,
    monkeypatch: pytest.MonkeyPatch,
    ids: str,
    detail: str,
    fix: str,
) -> None:
    slack()
    monkeypatch.setenv("LOTSEN_FINANCE", ids)
    check = found(lotsen("doctor", "--json"))["finance"]
    assert detail in check["detail"]
    assert fix in check["fix"]
    assert check["ok"] is not bool(fix)


def test_without_the_scope_no_group_can_be_read(
    lotsen: Lotsen, slack: MakeDouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    slack(scopes=frozenset(NEEDED.keys() - {"usergroups:read"}))
    monkeypatch.setenv("LOTSEN_PRIVATE_GROUP", "SFEW")
    checks = found(lotsen("doctor", "--json"))
    assert "missing_scope" in checks["private_group"]["detail"]
    assert "usergroups:read" in checks["private_group"]["fix"]
    assert "user groups are empty" in checks["slack_scopes"]["detail"]


def test_channels_that_another_company_reads_are_named(
    lotsen: Lotsen, slack: MakeDouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    slack()
    for name in ("HELP", "SUPPORT"):
        monkeypatch.setenv(f"LOTSEN_{name}_CHANNEL", "C5")
    checks = found(lotsen("doctor", "--json"))
    assert checks["help_channel"]["ok"], "it may be meant"
    assert "#partners is shared with another company" in checks["help_channel"]["detail"]
    assert "LOTSEN_GUEST_CHANNELS" in checks["help_channel"]["fix"]
    assert not checks["support_channel"]["ok"]
    assert "read all that I post there" in checks["support_channel"]["detail"]

    monkeypatch.setenv("LOTSEN_GUEST_CHANNELS", "C5,C3")
    done = lotsen("doctor", "--json")
    assert found(done)["help_channel"]["detail"] == "#partners", "it is meant"
    assert not found(done)["support_channel"]["ok"], "cards are for nobody else"
    guests = [item for item in done.json["checks"] if item["name"] == "guest_channels"]
    assert sorted(item["ok"] for item in guests) == [False, True]
    assert any("/invite" in item["fix"] for item in guests)


@pytest.mark.parametrize(("language", "words"), [("sv", "användargrupp"), ("de", "Benutzergruppe")])
def test_findings_are_told_in_the_offices_language(
    lotsen: Lotsen, slack: MakeDouble, monkeypatch: pytest.MonkeyPatch, language: str, words: str
) -> None:
    slack()
    monkeypatch.setenv("LOTSEN_LANGUAGE", language)
    monkeypatch.setenv("LOTSEN_DUTY_GROUP", "SGONE")
    assert words in found(lotsen("doctor", "--json"))["duty_group"]["detail"]


def test_a_refused_token_is_named(
    lotsen: Lotsen, slack: MakeDouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    slack()
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-wrong")
    monkeypatch.setenv("SLACK_APP_TOKEN", "xapp-wrong")
    checks = found(lotsen("doctor", "--json"))
    assert "invalid_auth" in checks["slack_bot_token"]["detail"]
    assert "SLACK_APP_TOKEN" in checks["slack_events"]["detail"]


def test_a_clock_that_is_wrong_is_found(slack: MakeDouble) -> None:
    class Ahead(Clock):
        def __call__(self) -> datetime:
            return super().__call__() + timedelta(minutes=5)

    slack()
    _words, checks = examine(Ahead())
    clock = next(check for check in checks if check.name == "clock")
    assert not clock.ok
    assert "NTP" in clock.fix


# lotsen run --------------------------------------------------------------------------------


@pytest.fixture
def real_time(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    """Let the bot keep real time: what runs on refuses any other."""
    monkeypatch.delenv("LOTSEN_NOW")


@pytest.mark.usefixtures("real_time")
def test_without_tokens_the_bot_says_which(lotsen: Lotsen) -> None:
    done = lotsen("run")
    assert (done.code, done.out) == (2, "")
    for variable in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "LOTSEN_SUPPORT_CHANNEL"):
        assert variable in done.err
    assert "SLACK_SIGNING_SECRET" in lotsen("run", "--mode", "http").err
    assert lotsen("run", "--mode", "pigeon").code == 2


@pytest.mark.usefixtures("real_time")
@pytest.mark.parametrize(
    ("variable", "value"), [("SLACK_BOT_TOKEN", "xoxb-wrong"), ("SLACK_APP_TOKEN", "xapp-wrong")]
)
def test_a_token_that_slack_refuses_stops_the_start(
    lotsen: Lotsen, slack: MakeDouble, monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    slack()
    monkeypatch.setenv(variable, value)
    done = lotsen("run")
    assert (done.code, done.out) == (2, "")
    assert f"Slack refuses {variable} (invalid_auth)" in done.err.splitlines()[-1]
    assert value not in done.err


@pytest.mark.usefixtures("real_time")
def test_slack_out_of_reach_is_a_failure_to_try_again(
    lotsen: Lotsen, slack: MakeDouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    slack()
    monkeypatch.setenv("SLACK_API_URL", "http://127.0.0.1:1/api/")
    done = lotsen("run")
    assert (done.code, done.out) == (1, "")
    assert "cannot be reached" in done.err


class Running:
    """``lotsen run`` in a process of its own, and what it logs."""

    def __init__(self) -> None:
        self.lines: list[dict[str, Any]] = []
        self.began = time.monotonic()
        self.process = subprocess.Popen(  # our own command
            [sys.executable, "-m", "bot", "run"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            env={**os.environ, "PYTHONPATH": python_path()},
        )

    def wait_for(self, event: str) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.lines.append(json.loads(line))
            if self.lines[-1]["event"] == event:
                return
        raise AssertionError(f"no {event!r} in {self.lines}")

    def hears_sigterm(self) -> bool:
        """Return whether Python is up and our handler in place, long before anything is ready."""
        lines = Path(f"/proc/{self.process.pid}/status").read_text().splitlines()
        caught = next(line for line in lines if line.startswith("SigCgt"))
        return bool(int(caught.split()[1], 16) & (1 << (signal.SIGTERM - 1)))

    def stop(self) -> tuple[int, str]:
        self.process.send_signal(signal.SIGTERM)
        out, _err = self.process.communicate(timeout=30)
        return self.process.returncode, out


@pytest.mark.slow
@pytest.mark.usefixtures("real_time")
def test_the_bot_starts_says_so_in_json_and_stops_cleanly(history: Path, slack: MakeDouble) -> None:
    double = slack()
    running = Running()
    running.wait_for("ready")
    assert running.stop() == (0, "")
    logged = json.dumps(running.lines)
    assert all(set(line) >= {"event", "level", "timestamp"} for line in running.lines)
    assert double.bot_token not in logged
    assert double.app_token not in logged


@pytest.mark.slow
@pytest.mark.usefixtures("real_time")
@pytest.mark.parametrize("moment", ["at once", "while it trains"])
def test_a_start_that_is_broken_off_ends_cleanly(
    home: Path, slack: MakeDouble, moment: str
) -> None:
    slack()
    running = Running()
    if moment == "while it trains":
        running.wait_for("ready")  # the first model is trained beside it
    else:
        assert wait_until(running.hears_sigterm, 20)
    assert running.stop() == (0, "")


@pytest.mark.parametrize(
    ("people", "detail", "fix"),
    [
        ("", "Nobody said yet.", "LOTSEN_PEOPLE"),
        ("60", "60 people", ""),
        ("250", "250 people", ""),
        ("12", "12 people", "50 to 250"),
    ],
)
def test_the_head_count_is_asked_for(
    lotsen: Lotsen, monkeypatch: pytest.MonkeyPatch, people: str, detail: str, fix: str
) -> None:
    monkeypatch.setenv("LOTSEN_PEOPLE", people)
    found = {check["name"]: check for check in lotsen("doctor", "--json").json["checks"]}
    assert found["people"]["ok"]
    assert found["people"]["detail"] == detail
    assert fix in found["people"]["fix"]
    assert bool(fix) == bool(found["people"]["fix"])


# The hold-out -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("drop", "says"), [(0, "draws repeated"), (2, "once in a thousand")])
def test_the_arms_of_the_hold_out_are_drawn_again(
    lotsen: Lotsen, history: Path, drop: int, says: str
) -> None:
    lotsen("baseline", "freeze")
    store = Store(f"sqlite:///{history / 'lotsen.db'}")
    with store.begin() as unit:
        secret = unit.effects.draw_key("5e" * 32, NOW)
        for case in range(1, 401):
            arm = drawn_arm(secret, case, 0.2)
            if arm is Arm.HELD_OUT and drop and case % drop:
                continue  # somebody took them out of the record
            detail = {"mode": arm.value, "share": 0.2, "key": fingerprint(secret)}
            unit.tickets.record(
                TicketEvent(
                    case_id=case,
                    kind=EventKind.RANDOMISED,
                    at=NOW,
                    detail=detail,
                    command_id=f"M{case}",
                )
            )
    store.close()

    check = found(lotsen("doctor", "--json"))["hold_out"]

    assert check["ok"] is (drop == 0)
    assert says in check["detail"]
    assert secret not in json.dumps(check)
    shown = lotsen("baseline", "show", "--json")
    assert shown.json["draw_sha256"] == hashlib.sha256(b"\x5e" * 32).hexdigest()
    assert shown.json["draw_sha256"] in lotsen("baseline", "show").out
    assert secret not in shown.out
