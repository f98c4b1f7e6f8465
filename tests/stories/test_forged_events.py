"""Signed requests for another app or workspace do nothing, in HTTP mode too."""

import json
import urllib.request
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest

from bot.demo.double.http_delivery import sign

HELP, ASA = "CHELP", "UASA"
Open = Callable[..., Any]


def body_of(team: str, app: str, **more: Any) -> dict[str, Any]:
    event = {
        "type": "message",
        "user": ASA,
        "text": "skrivaren är trasig",
        "channel": HELP,
        "channel_type": "channel",
        "ts": "1764000000.000100",
        "event_ts": "1764000000.000100",
    }
    return {
        "type": "event_callback",
        "event_id": f"Ev{team}{app}",
        "event_time": 1764000000,
        "team_id": team,
        "api_app_id": app,
        "event": event,
        **more,
    }


def put(office: Any, body: dict[str, Any], kind: str = "application/json") -> int:
    """Post a body as Slack would, rightly signed; return the status."""
    raw = json.dumps(body) if kind.endswith("json") else urlencode({"payload": json.dumps(body)})
    content, stamp = raw.encode(), str(int(office.clock().timestamp()))
    headers = {
        "Content-Type": kind,
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": sign(office.double.signing_secret, stamp, content),
    }
    url = f"http://127.0.0.1:{office.service.port}/slack/events"
    with urllib.request.urlopen(urllib.request.Request(url, content, headers)) as answer:
        return int(answer.status)


def opened(open_office: Open) -> Any:
    """Open an office that knows its workspace and its app."""
    office = open_office(mode="http", slack_app_token="")
    office.double.wait_until(lambda: office.service._directory.app != "", 20)
    return office


def received(office: Any) -> int:
    with office.lotsen.store.engine.connect() as connection:
        return int(connection.exec_driver_sql("SELECT count(*) FROM inbox").scalar())


def stored(office: Any) -> tuple[int, int]:
    office.settle()
    cases = office.read(lambda unit: unit.tickets.find_case(1) is not None)
    return cases, len(office.cards())


@pytest.mark.parametrize("wrong", ["team", "app", "authorizations"])
def test_a_forged_event_does_nothing_and_a_right_one_does(open_office: Open, wrong: str) -> None:
    office = opened(open_office)
    double = office.double
    team, app = double.team_id, double.app_id
    forged = {
        "team": body_of("TELSE", app),
        "app": body_of(team, "AELSE"),
        "authorizations": body_of("TELSE", app, authorizations=[{"team_id": "TOTHER"}]),
    }
    assert put(office, forged[wrong]) == 200
    assert stored(office) == (False, 0)

    assert put(office, body_of(team, app)) == 200
    assert stored(office) == (True, 1)


def test_a_forged_click_does_nothing(open_office: Open) -> None:
    office = opened(open_office)
    click: dict[str, Any] = {
        "type": "block_actions",
        "user": {"id": "UKIM", "team_id": "TELSE"},
        "team": {"id": "TELSE"},
        "trigger_id": "1.2",
        "api_app_id": office.double.app_id,
        "actions": [{"action_id": "ticket_claim", "value": "1", "action_ts": "1.0"}],
        "channel": {"id": "CSUPPORT"},
        "message": {"ts": "1.0"},
        "container": {"channel_id": "CSUPPORT", "message_ts": "1.0"},
    }
    assert put(office, click, "application/x-www-form-urlencoded") == 200
    office.settle()
    assert received(office) == 0

    ours = {"id": office.double.team_id}
    click |= {"team": ours, "user": {"id": "UKIM", "team_id": ours["id"]}}
    assert put(office, click, "application/x-www-form-urlencoded") == 200
    office.double.wait_until(lambda: received(office) == 1, 20)
