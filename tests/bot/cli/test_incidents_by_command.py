"""``lotsen incident``."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from models.lotsen import open_lotsen
from models.settings import Settings
from models.tables import Article, Incident, IncidentKind, IncidentState, Quarantine
from tests.bot.cli.conftest import Lotsen

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


@pytest.fixture
def reported(home: Path) -> None:
    """Leave an open incident that keeps one answer out."""
    lotsen = open_lotsen(Settings.load())
    with lotsen.store.begin() as unit:
        answer = Article(
            document="a.md",
            external_id="vpn",
            language="en",
            title="VPN drops",
            questions=["the vpn drops"],
            answer="Restart the client.",
            sha256="0" * 64,
        )
        unit.knowledge.put([answer])
        incident = unit.incidents.save(
            Incident(
                subject="article:1",
                kind=IncidentKind.OUTDATED,
                state=IncidentState.OPEN,
                title="VPN drops",
                opened_at=NOW,
            )
        )
        row = Quarantine(
            incident_id=incident.id or 0,
            article_id=1,
            document="a.md",
            external_id="vpn",
            language="en",
            answer_sha256="0" * 64,
            likeness=1.0,
        )
        unit.incidents.keep_out([row])
    lotsen.close()


def test_without_any_it_says_so(lotsen: Lotsen) -> None:
    assert lotsen("incident", "list", "--json").json == {"incidents": []}
    assert lotsen("incident", "list").out.strip() == "No incident."


def test_one_is_listed_released_once_and_then_answers_again(lotsen: Lotsen, reported: None) -> None:
    (one,) = lotsen("incident", "list", "--json").json["incidents"]
    assert (one["id"], one["kind"], one["state"], one["kept_out"]) == (1, "outdated", "open", 1)
    assert "outdated · VPN drops · Open · answers kept out: 1" in lotsen("incident", "list").out

    assert lotsen("incident", "release", "1", "--json").json["state"] == "released"

    assert lotsen("incident", "list", "--json").json == {"incidents": []}
    assert len(lotsen("incident", "list", "--all", "--json").json["incidents"]) == 1
    again = lotsen("incident", "close", "1")
    assert (again.code, again.out) == (2, "")
    assert "released already" in again.err
    unknown = lotsen("incident", "close", "7")
    assert unknown.code == 2
    assert "lotsen incident list" in unknown.err


def test_what_is_closed_as_an_error_stays_out(lotsen: Lotsen, reported: None) -> None:
    assert lotsen("incident", "close", "1", "--json").json["state"] == "kept_out"
    real = open_lotsen(Settings.load())
    with real.store.snapshot() as unit:
        assert unit.knowledge.may_be_shown() == []
        assert len(unit.knowledge.all()) == 1
    real.close()
