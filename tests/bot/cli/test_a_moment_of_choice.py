"""``LOTSEN_NOW``: the moment that single commands take for now."""

import pytest

from tests.bot.cli.conftest import Lotsen


@pytest.mark.slow
@pytest.mark.parametrize(
    ("moment", "last_day"),
    [
        ("2027-02-28T23:30", "2027-02-28"),  # without an offset: local time
        ("2027-02-28T23:30Z", "2027-03-01"),
        ("2027-02-28T23:30-05:00", "2027-03-01"),
        ("2027-02-28", "2027-02-28"),
        ("2028-02-29 08:00", "2028-02-29"),
    ],
)
def test_a_command_takes_it_for_now(
    lotsen: Lotsen, monkeypatch: pytest.MonkeyPatch, moment: str, last_day: str
) -> None:
    monkeypatch.setenv("LOTSEN_NOW", moment)

    assert lotsen("kpi", "--json").json["last_day"] == last_day


def test_local_means_local_to_the_office(lotsen: Lotsen, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOTSEN_TIMEZONE", "Asia/Tokyo")
    monkeypatch.setenv("LOTSEN_NOW", "2026-11-23T08:00")
    lotsen("outbox", "list")

    lotsen("cost", "add", "cloud", "5", "server")

    assert lotsen("cost", "list", "--json").json["costs"][0]["booked_on"] == "2026-11-23"
    monkeypatch.setenv("LOTSEN_NOW", "2026-11-22T23:00Z")
    lotsen("cost", "add", "cloud", "5", "the same moment")
    assert lotsen("cost", "list", "--json").json["costs"][1]["booked_on"] == "2026-11-23"


@pytest.mark.parametrize("wrong", ["soon", "1700000000", "0001-01-01", "9999-12-31", "2026-02-30"])
def test_what_is_no_time_is_refused(
    lotsen: Lotsen, monkeypatch: pytest.MonkeyPatch, wrong: str
) -> None:
    monkeypatch.setenv("LOTSEN_NOW", wrong)

    for command in (("kpi",), ("migrate", "down"), ("restore", "copy.db")):
        done = lotsen(*command)
        assert (done.code, done.out) == (2, "")
        assert "LOTSEN_NOW" in done.err
        assert repr(wrong) in done.err


def test_what_runs_on_refuses_it(lotsen: Lotsen, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOTSEN_NOW", "2026-11-23T08:00")

    done = lotsen("run")

    assert (done.code, done.out) == (2, "")
    assert "LOTSEN_NOW" in done.err
