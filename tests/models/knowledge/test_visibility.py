"""Who may see a stored article."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.knowledge.visibility import is_private, visible_to
from models.tables import Article


def article(audience: Any) -> Article:
    return Article(
        document="d",
        external_id="e",
        language="sv",
        title="",
        answer="",
        sha256="",
        audience=audience,
    )


@pytest.mark.parametrize(
    ("audience", "slack_id", "groups", "seen"),
    [
        ([], "U1", (), True),
        ([], "", (), True),
        (["U1"], "U1", (), True),
        (["S1"], "U1", ("S1", "S2"), True),
        (["U2"], "U1", (), False),
        (["S1"], "U1", (), False),
        (["S1"], "S", ("S10",), False),
        (["U1"], "", (), False),
        ([""], "", ("",), False),
        (None, "U1", (), False),
        ("U1", "U1", (), False),
        ({"U1": 1}, "U1", (), False),
        ([["U1"]], "U1", (), False),
    ],
)
def test_only_those_named_see_it(
    audience: Any, slack_id: str, groups: tuple[str, ...], seen: bool
) -> None:
    assert visible_to(article(audience), slack_id, groups) is seen


def test_whatever_is_in_doubt_is_private() -> None:
    assert not is_private(article([]))
    assert is_private(article(["U1"]))
    assert is_private(article(None))


IDS = st.text("US0123456789", max_size=6)


@given(st.lists(IDS, min_size=1), IDS, st.frozensets(IDS))
def test_nobody_outside_the_audience_sees_it(
    audience: list[str], slack_id: str, groups: frozenset[str]
) -> None:
    own = {one for one in (slack_id, *groups) if one}

    assert visible_to(article(audience), slack_id, groups) == bool(own & set(audience))
