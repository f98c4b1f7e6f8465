"""The scopes that doctor asks for are those of the manifests, and each says what it is for."""

from pathlib import Path

import pytest

from bot.demo.double.identity import MANIFEST_SCOPES
from bot.slack.scopes import NEEDED, OPTIONAL, costs
from models.language import Language, words_for

DEPLOY = Path(__file__).parents[3] / "deploy"
EVERY = {**NEEDED, **OPTIONAL}


def test_the_double_grants_what_the_manifest_asks_for() -> None:
    assert EVERY.keys() == MANIFEST_SCOPES


@pytest.mark.parametrize("language", ["sv", "en", "de"])
def test_what_is_lost_without_a_scope_is_said(language: Language) -> None:
    said = costs(EVERY, words_for(language)).split("; ")
    assert [one.partition(" ")[0] for one in said] == sorted(EVERY)
    assert all(one.endswith(")") for one in said)


@pytest.mark.parametrize("manifest", ["slack-manifest.yaml", "slack-manifest-http.yaml"])
def test_the_manifest_asks_for_what_is_needed_and_no_more(manifest: str) -> None:
    lines = (line.strip() for line in (DEPLOY / manifest).read_text("utf-8").splitlines())
    asked = {line[2:].strip("\"'") for line in lines if line.startswith("- ")}
    scopes = {entry.split("#")[0].strip() for entry in asked}
    assert scopes >= EVERY.keys()
    foreign = {name for name in scopes if ":" in name and " " not in name}
    assert foreign <= EVERY.keys() | {"connections:write"}
