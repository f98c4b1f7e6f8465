"""``lotsen rules``: tried before they are stored, listed in their order, taken out of use."""

from pathlib import Path

import pytest

from tests.bot.cli.conftest import Lotsen


def test_a_rule_is_tried_stored_listed_and_removed(lotsen: Lotsen, history: Path) -> None:
    added = lotsen("rules", "add", "regex", "printer", "printer", "--json").json
    assert added["trial"] == {
        "tickets": 45,
        "decided": 15,
        "judged": 15,
        "differently": 0,
        "examples": [],
    }

    (line,) = lotsen("rules", "list", "--json").json["rules"]
    assert line["last_hit"] is None
    assert (line["id"], line["kind"], line["pattern"], line["hits"]) == (
        added["id"],
        "regex",
        "printer",
        0,
    )
    assert "printer" in lotsen("rules", "list").out
    assert "Last hit" in lotsen("rules", "list").out

    assert lotsen("rules", "remove", str(added["id"]), "--json").json["active"] is False
    assert lotsen("rules", "list").out.strip() == "There are no rules."
    assert len(lotsen("rules", "list", "--all", "--json").json["rules"]) == 1


def test_a_test_stores_nothing_and_counts_the_differences(lotsen: Lotsen, history: Path) -> None:
    done = lotsen("rules", "test", "regex", "vpn", "payroll")

    assert done.code == 0
    assert "would have decided 15 of 45 tickets, 15 of them differently" in done.out
    assert "Differently, for example: #2" in done.out
    assert lotsen("rules", "list", "--json").json == {"rules": []}


def test_a_rule_that_people_contradict_needs_a_yes(lotsen: Lotsen, history: Path) -> None:
    refused = lotsen("rules", "add", "regex", "vpn", "payroll", "--json")
    assert (refused.code, refused.out) == (2, "")
    assert "otherwise for 15 of 15 tickets" in refused.err

    assert lotsen("rules", "add", "regex", "vpn", "payroll", "--yes", "--json").json["id"] == 1


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (("regex", "(?=vpn)", "vpn"), "Look-around"),
        (("regex", "vpn", "nothing"), "there are"),
        (("glob", "vpn", "vpn"), "the kinds are"),
        (("sender", "Nobody", "vpn"), "nobody known"),
    ],
)
def test_a_wrong_rule_is_refused(
    lotsen: Lotsen, history: Path, args: tuple[str, ...], told: str
) -> None:
    done = lotsen("rules", "add", *args)

    assert (done.code, done.out) == (2, "")
    assert told in done.err
    assert len(done.err.splitlines()) == 1


def test_an_unknown_rule_cannot_be_removed(lotsen: Lotsen, history: Path) -> None:
    done = lotsen("rules", "remove", "7")

    assert (done.code, done.out) == (2, "")
    assert "no rule 7" in done.err
