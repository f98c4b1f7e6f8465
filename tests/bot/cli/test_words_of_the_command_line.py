"""Everything that commands say is there in Swedish and German, with the same holes."""

import re
from pathlib import Path

import pytest
from babel.messages.extract import extract
from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[3]
KEYWORDS = {"say": None, "rich": None, "count": (1, 2), "noted": None}


def said() -> set[str]:
    """Return every text in the source of the command line that is to be translated."""
    found: set[str] = set()
    for file in (ROOT / "bot" / "cli").glob("*.py"):
        with file.open("rb") as stream:
            for _line, text, _comments, _context in extract("python", stream, KEYWORDS):
                found.add(text if isinstance(text, str) else text[0])
    return found


@pytest.mark.parametrize("language", ["sv", "de"])
def test_everything_is_translated(language: str) -> None:
    known: dict[str, tuple[str, ...]] = {}
    for file in (ROOT / "models" / "language" / "catalogues" / language).glob("*.po"):
        with file.open("rb") as stream:
            for message in read_po(stream):
                one = message.id if isinstance(message.id, str) else message.id[0]
                text = message.string or ""
                known[one] = (text,) if isinstance(text, str) else tuple(text)
    for text in said():
        assert all(known.get(text, ("",))), f"not in {language}: {text}"
        for translated in known[text]:
            assert set(re.findall(r"{\w+}", translated)) <= {*re.findall(r"{\w+}", text), "{n}"}
