"""Pictures of registers: a PNG of what is scored, and a clear word where there is none."""

import sys
from itertools import product
from typing import Any

import pytest

from models.errors import InvalidError
from models.language import words_for
from models.registers.declaration import LinkedLine
from models.reports.register_pictures import draw
from tests.pictures import size_of

pytest.importorskip("matplotlib")
WORDS = words_for("sv")


def entries(n: int, **values: Any) -> list[LinkedLine]:
    names = ("Sökning", "$x^2$ och \\frac", "A" * 200, "ärenden & <b>")
    return [LinkedLine({"name": names[at % 4], **values}, {}, at + 1) for at in range(n)]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "shown"),
    [
        ("use_cases", entries(40, value=4, effort=2, feasibility=5)),
        ("risks", entries(30, likelihood=3, impact=3)),
        ("systems", entries(45, readiness=4)),
    ],
)
def test_a_full_register_is_drawn(kind: str, shown: list[LinkedLine]) -> None:
    picture = draw(kind, shown, WORDS)
    width, height = size_of(picture.png)
    assert width > 800
    assert height > 400
    assert draw(kind, shown[:3], WORDS).png != picture.png
    assert picture.shown == (30 if kind == "systems" else len(shown))


@pytest.mark.slow
def test_where_lines_stand_is_what_is_drawn() -> None:
    from models.reports import register_pictures

    seen: dict[tuple[float, float], int] = {}
    for x, y in product(range(1, 6), repeat=2):
        (place,) = register_pictures._places(
            entries(1, likelihood=x, impact=y), "likelihood", "impact"
        )
        seen[place] = seen.get(place, 0) + 1
    assert len(seen) == 25
    one = draw("risks", entries(1, likelihood=1, impact=1), WORDS).png
    other = draw("risks", entries(1, likelihood=5, impact=5), WORDS).png
    assert one != other


def test_lines_without_a_score_are_left_out_and_without_any_it_says_so() -> None:
    with pytest.raises(InvalidError, match="likelihood and impact: amend one first"):
        draw("risks", entries(3, likelihood=2), WORDS)
    with pytest.raises(InvalidError, match="there are: use_cases, risks, systems"):
        draw("roles", entries(1), WORDS)


def test_without_the_extra_it_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(InvalidError, match=r"pip install 'lotsen\[report\]'"):
        draw("risks", entries(1, likelihood=1, impact=1), WORDS)
