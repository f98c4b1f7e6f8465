"""Categories on the command line: what Slack's form does, with the same history."""

import json

from tests.bot.cli.conftest import Lotsen


def test_they_are_added_renamed_merged_and_retired(lotsen: Lotsen) -> None:
    added = json.loads(lotsen("categories", "add", "sv=Passerkort", "en=Badges", "--json").out)
    assert added["category"]["key"] == "badges"
    lotsen("categories", "add", "Fordon")
    lotsen("categories", "add", "Larm")

    lotsen("categories", "rename", "badges", "sv=Kort och nycklar")
    lotsen("categories", "merge", "larm", "badges")
    told = lotsen("categories", "retire", "fordon")
    assert "lotsen train" in told.out + told.err

    listed = json.loads(lotsen("categories", "list", "--json").out)
    (row,) = [one for one in listed["categories"] if one["source"] == "lead"]
    assert row["titles"] == {"sv": "Kort och nycklar", "en": "Badges"}
    everything = json.loads(lotsen("categories", "list", "--all", "--json").out)
    assert [one["act"] for one in everything["history"]] == [
        *["add"] * 3,
        "rename",
        "merge",
        "retire",
    ]


def test_what_cannot_be_is_refused(lotsen: Lotsen) -> None:
    lotsen("categories", "add", "Fordon")

    refused = lotsen("categories", "retire", "larm")
    assert refused.code == 2
    assert "no category larm in use" in refused.err
    assert lotsen("categories", "add", "två", "titlar").code == 2
