"""``deploy/lotsen.env.example`` names every setting, its default, and none more."""

import re
from pathlib import Path

import pytest

from models.settings import Settings

EXAMPLE = Path(__file__).parents[3] / "deploy" / "lotsen.env.example"
LINE = re.compile(r"^#?(?P<name>[A-Z][A-Z_]+)=(?P<value>.*)$", re.MULTILINE)


def test_every_setting_stands_in_the_example_once() -> None:
    names = [found["name"] for found in LINE.finditer(EXAMPLE.read_text("utf-8"))]
    assert sorted(names) == sorted(name.upper() for name in Settings.model_fields)


def test_every_setting_has_a_comment_above_it() -> None:
    lines = EXAMPLE.read_text("utf-8").splitlines()
    for at, line in enumerate(lines):
        if LINE.match(line):
            above = next(text for text in reversed(lines[:at]) if not LINE.match(text))
            assert above.startswith("# "), line


def test_what_it_shows_are_the_defaults(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    shown = re.sub(r"^#(?=[A-Z][A-Z_]+=)", "", EXAMPLE.read_text("utf-8"), flags=re.MULTILINE)
    (tmp_path / "all.env").write_text(shown, "utf-8")
    assert Settings.load(_env_file=tmp_path / "all.env") == Settings.load(_env_file=None)
