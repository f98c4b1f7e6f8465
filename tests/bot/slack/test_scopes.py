"""The scopes that doctor asks for are those of the manifest."""

from pathlib import Path

import pytest

from bot.demo.double.identity import MANIFEST_SCOPES
from bot.slack.scopes import NEEDED, OPTIONAL

MANIFEST = Path(__file__).parents[3] / "deploy" / "slack-manifest.yaml"


def test_the_double_grants_what_the_manifest_asks_for() -> None:
    assert MANIFEST_SCOPES == NEEDED | OPTIONAL


def test_the_manifest_asks_for_what_is_needed_and_no_more() -> None:
    if not MANIFEST.is_file():
        pytest.skip("there is no deploy/slack-manifest.yaml yet")
    lines = (line.strip() for line in MANIFEST.read_text("utf-8").splitlines())
    asked = {line[2:].strip("\"'") for line in lines if line.startswith("- ")}
    scopes = {entry.split("#")[0].strip() for entry in asked}
    assert scopes >= NEEDED | OPTIONAL
    foreign = {name for name in scopes if ":" in name and " " not in name}
    assert foreign <= NEEDED | OPTIONAL | {"connections:write"}
