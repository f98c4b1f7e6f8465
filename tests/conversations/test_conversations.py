"""Two hundred conversations as tired people write them, and what each must see.

How a conversation is written: `tests/conversations/script.py`.
"""

import tomllib
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

from models.language import LANGUAGES, Language
from tests.conversations.desk import PreparedDesk
from tests.conversations.script import Script, script_of
from tests.databases import migrated_in_memory

FOLDER = Path(__file__).parent


@cache
def _scripts(language: Language) -> tuple[Script, ...]:
    text = (FOLDER / f"{language}.toml").read_text("utf-8")
    return tuple(script_of(table) for table in tomllib.loads(text)["conversation"])


def _marks(number: int, script: Script) -> list[pytest.MarkDecorator]:
    """Return what is known to fail, and that only `make test-long` runs two of three."""
    known = [pytest.mark.xfail(strict=True, reason=script.known)] if script.known else []
    return [*known, *([pytest.mark.long] if number % 3 else [])]


ALL = [
    pytest.param(code, script, id=f"{code}: {script.name}", marks=_marks(number, script))
    for code in LANGUAGES
    for number, script in enumerate(_scripts(code))
]


@pytest.fixture(scope="module")
def desk_in() -> Iterator[Callable[[Language], PreparedDesk]]:
    empty = migrated_in_memory()
    yield cache(lambda language: PreparedDesk.of(empty, language))
    empty.close()


@pytest.mark.parametrize(("language", "script"), ALL)
def test_people_see_what_they_should(
    desk_in: Callable[[Language], PreparedDesk], language: Language, script: Script
) -> None:
    wrong = desk_in(language).begin().run(script)
    assert not wrong, "\n".join(["", *wrong])


def test_there_are_two_hundred_and_each_has_a_name_of_its_own() -> None:
    counts = {code: len(_scripts(code)) for code in LANGUAGES}
    assert counts["sv"] >= 100
    assert min(counts.values()) >= 50
    for code in LANGUAGES:
        names = [script.name for script in _scripts(code)]
        assert len(set(names)) == len(names)
