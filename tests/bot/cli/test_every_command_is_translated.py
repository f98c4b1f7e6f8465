"""What commands show, in a made-up language: no word is left in English."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from models.lotsen import open_lotsen
from models.registers.catalogue import registers
from models.reports.documents.catalogue import documents
from models.settings import Settings
from tests.bot.cli.conftest import Lotsen
from tests.conftest import NOW
from tests.pseudo import CODE, fill, pseudo_language, untranslated

# Errors and the reference of figures are English in every language: for logs, and for docs/.
SHOWING = (
    "doctor",
    "kpi",
    "kpi list",
    "kpi templates",
    "effect",
    "roi",
    "assume",
    "audit verify",
    "baseline show",
    "baseline status",
    "cost list",
    "cost status",
    "plan status",
    "plan show",
    "plan roadmap",
    "knowledge list",
    "knowledge gaps",
    "knowledge outcomes",
    "knowledge verdicts",
    "knowledge candidates list",
    "llm status",
    "model list",
    "rules list",
    "jobs list",
    "outbox list",
    "inbox list",
    "incident list",
    "migrate status",
    "documents list",
    "documents notices",
    *(f"documents show {kind}" for kind in documents()),
    *(f"register list {kind}" for kind in registers()),
)
KEPT = ("classifier", "md", "Lotsen", "lotsen", "triage", "LOTSEN", "AGENTS", "LEADS", "SHA", "III")
# Addresses, and where something is filled in: a file's or a register's fields, the authority.
PLACES = re.compile(
    r"https?://\S+|facts\.toml: (?:\[\w+\] )?\w+|(?<=⟦ŕéǧíšťéŕ )\w+(?:: \w+)?(?=⟧)|documents/"
    r"|⟦Ƒíĺĺéď íń ƒŕóɱ .*|Integritetsskyddsmyndigheten \(IMY\)"
)


@pytest.fixture
def filled(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    assert home.is_relative_to(tmp_path)
    monkeypatch.setenv("LOTSEN_LANGUAGE", CODE)
    with pseudo_language(tmp_path / "languages"):
        lotsen = open_lotsen(Settings.load())
        fill(lotsen, tmp_path, NOW)
        lotsen.close()
        yield


def keys_in(value: Any) -> Iterator[str]:
    """Give the parts of all keys in what a command prints as JSON: they are no words."""
    if isinstance(value, dict):
        for key, part in value.items():
            yield from keys_in(key)
            yield from keys_in(part)
    elif isinstance(value, list):
        for part in value:
            yield from keys_in(part)
    elif isinstance(value, str) and value.replace("_", "").replace(".", "").isalnum():
        yield from value.replace(".", "_").split("_")


@pytest.mark.slow
@pytest.mark.timeout(400)
@pytest.mark.usefixtures("filled")
def test_every_word_that_a_command_shows_is_translated(lotsen: Lotsen) -> None:
    found = []
    for command in SHOWING:
        keys = set(keys_in(json.loads(lotsen(*command.split(), "--json").out or "{}")))
        printed = lotsen(*command.split())
        assert printed.out, command
        found += [
            f"{command}: {words} in {line.strip()}"
            for line in (printed.out + printed.err).splitlines()
            if (words := untranslated(PLACES.sub("", line), *KEPT, *keys))
        ]
    assert not found, "\n".join(found)
