"""No personal data of a table of made-up people passes, and what only looks like it stays.

The table was written before the patterns were completed, and by the same hands: it shows that
these ways to write are covered, not how often strangers write otherwise.
"""

import csv
import re
import sys
import unicodedata
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from models.redaction import redact
from tests.models.test_redaction import NAMES

TABLE = Path(__file__).parent / "personal_data.csv"
HARMLESS = "harmless"
_PART = re.compile(r"[^\W_]{3,}")


def rows() -> Iterator[dict[str, str]]:
    with TABLE.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def leaks(row: dict[str, str]) -> bool:
    """Return whether any part of three signs of what must not remain is still readable."""
    kept = unicodedata.normalize("NFKC", redact(row["text"], NAMES).text)
    secret = unicodedata.normalize("NFKC", row["must_not_remain"])
    parts = _PART.findall(secret) or [secret]
    return any(part in kept for part in parts)


def test_nothing_of_the_table_leaks_and_what_looks_like_it_stays(
    capsys: pytest.CaptureFixture[str],
) -> None:
    table = list(rows())
    harmless = [row["text"] for row in table if row["kind"] == HARMLESS]
    personal = [row for row in table if row["kind"] != HARMLESS]

    leaked = [(row["kind"], row["text"]) for row in personal if leaks(row)]
    touched = [text for text in harmless if redact(text, NAMES).text != text]

    with capsys.disabled():
        sys.stdout.write(
            f"\n  personal data: {len(leaked)} leaks of {len(personal)},"
            f" {len(touched)} false alarms of {len(harmless)}\n"
        )
    assert len(table) >= 400
    assert len(harmless) >= 100
    assert len({row["text"] for row in table}) == len(table)
    assert Counter(kind for kind, _ in leaked) == {}, leaked
    assert touched == []
