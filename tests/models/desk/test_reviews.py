"""An owner is asked in time whether an article is still true; one tap moves its days."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any, cast

import pytest

from models.commands import ReviewArticle
from models.message import Message
from models.store.transaction import Store
from models.tables import Article, ArticleReview, ReviewVerdict
from tests.models.desk.conftest import ASA, KIM, OLA, START, Desk, at

TODAY = START.date()
SOON = TODAY + timedelta(days=10)


@pytest.fixture
def desk(migrated_url: str, new_desk: Callable[[Store], Desk]) -> Iterator[Desk]:
    """The desk on both databases."""
    store = Store(migrated_url)
    yield new_desk(store)
    store.close()


def put(desk: Desk, name: str = "vpn", **more: Any) -> Article:
    values: dict[str, Any] = {
        "document": "handbok",
        "external_id": name,
        "language": "sv",
        "title": f"Om {name}",
        "answer": f"Byt till port 443 för {name}.",
        "owner": "Ola Berg",
        "verified_on": date(2026, 6, 1),
        "expires_on": SOON,
        "sha256": "",
    }
    row = Article(**{**values, **more})
    with desk.lotsen.store.begin() as unit:
        unit.knowledge.put([row])
    return row


def ask(desk: Desk, day: date = TODAY) -> int:
    return desk.lotsen.knowledge_maintenance.ask_owners(day, START)


def asked(desk: Desk) -> list[tuple[str, str]]:
    """Give channel and text of what was asked."""
    rows = [row for row in desk.posts() if row.key.startswith("review:")]
    return [(row.channel, Message.from_json(row.message).text) for row in rows]


def answer(desk: Desk, verdict: str, user: str = OLA) -> None:
    command = ReviewArticle(
        id=desk._id(),
        user=user,
        review_id=1,
        verdict=cast("Any", verdict),
        at=at(60),
        channel="D1",
    )
    desk.do(command, 60)


def stored(desk: Desk) -> Article:
    (row,) = desk._all(Article)
    return cast("Article", row)


def test_the_owner_is_asked_once_in_their_own_conversation(desk: Desk) -> None:
    put(desk)

    assert ask(desk) == 1
    assert asked(desk) == [(OLA, "Stämmer det här fortfarande? Om vpn")]
    for days in (0, 1, 5):
        assert ask(desk, TODAY + timedelta(days=days)) == 0


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"expires_on": TODAY + timedelta(days=14)}, 1),
        ({"expires_on": TODAY + timedelta(days=15)}, 0),
        ({"expires_on": None, "verified_on": date(2025, 12, 23)}, 1),
        ({"expires_on": None, "verified_on": date(2025, 12, 24)}, 0),
        ({"expires_on": None, "verified_on": None}, 0),
    ],
)
def test_it_is_asked_two_weeks_before_it_expires_or_after_eleven_months(
    desk: Desk, more: dict[str, Any], expected: int
) -> None:
    put(desk, **more)

    assert ask(desk) == expected


@pytest.mark.parametrize("owner", ["", "IT-avdelningen", "WIKI"])
def test_without_a_known_owner_the_support_team_is_asked(desk: Desk, owner: str) -> None:
    put(desk, owner=owner)
    ask(desk)

    assert [channel for channel, _ in asked(desk)] == ["CSUPPORT"]


def test_an_owner_who_never_wrote_is_asked_by_their_id(desk: Desk) -> None:
    put(desk, owner="<@U0123ABCD>", audience=["U0123ABCD"])
    ask(desk)

    assert [channel for channel, _ in asked(desk)] == ["U0123ABCD"]


@pytest.mark.parametrize(("owner", "channels"), [("Ola Berg", []), (OLA, [OLA])])
def test_a_private_article_is_named_to_nobody_but_its_owner(
    desk: Desk, owner: str, channels: list[str]
) -> None:
    put(desk, owner=owner, audience=[OLA])
    ask(desk)

    assert [channel for channel, _ in asked(desk)] == channels


def test_nobody_is_flooded(desk: Desk) -> None:
    for number in range(12):
        put(desk, f"ämne{number}", document=f"dokument{number}")

    counts = [ask(desk, TODAY + timedelta(days=day)) for day in (0, 0, 1, 2, 3)]

    assert counts == [5, 0, 5, 2, 0]


def test_still_true_moves_the_days_and_the_answer_serves_on(desk: Desk) -> None:
    put(desk)
    ask(desk)

    answer(desk, "still_true")

    row = stored(desk)
    assert (row.verified_on, row.expires_on) == (TODAY, TODAY + (SOON - date(2026, 6, 1)))
    assert "✅" in desk.posts()[-1].message
    later = SOON + timedelta(days=30)
    assert desk.lotsen.knowledge.search("om vpn", "sv", today=later) != ()


def test_the_file_does_not_bring_the_old_day_back(desk: Desk) -> None:
    put(desk)
    ask(desk)
    answer(desk, "still_true")

    put(desk, title="Om vpn och mer")  # read again, with another heading
    assert (stored(desk).title, stored(desk).verified_on) == ("Om vpn och mer", TODAY)

    put(desk, answer="Byt till port 8443.")  # other words: nobody has checked those
    assert stored(desk).verified_on == date(2026, 6, 1)


def test_retired_is_not_shown_any_more(desk: Desk) -> None:
    put(desk)
    ask(desk)
    assert desk.lotsen.knowledge.search("om vpn", "sv", today=TODAY) != ()

    answer(desk, "retired")

    assert desk.lotsen.knowledge.search("om vpn", "sv", today=TODAY) == ()
    assert ask(desk, TODAY + timedelta(days=1)) == 0, "nobody is asked about it again"


def test_needs_change_leaves_it_as_it_is(desk: Desk) -> None:
    put(desk)
    ask(desk)

    answer(desk, "needs_change")

    assert stored(desk).expires_on == SOON
    assert desk._all(ArticleReview)[0].verdict is ReviewVerdict.NEEDS_CHANGE


def test_the_owner_or_the_staff_answers_and_the_first_tap_counts(desk: Desk) -> None:
    put(desk)
    ask(desk)

    answer(desk, "retired", user=ASA)
    assert "Bara den ansvariga" in desk.replies()[-1]
    answer(desk, "still_true", user=KIM)
    answer(desk, "retired", user=OLA)

    assert "redan bestämt" in desk.replies()[-1]
    assert desk._all(ArticleReview)[0].verdict is ReviewVerdict.STILL_TRUE


def test_a_removed_article_is_asked_about_no_more(desk: Desk) -> None:
    put(desk)
    ask(desk)
    desk.lotsen.library.remove("handbok", START)

    answer(desk, "still_true")

    assert "inte längre" in desk.replies()[-1]
