"""The weekly digest: one sentence that matters, figures beside the baseline, nobody's name."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest

from models.kpis.measurement import Kpis
from models.kpis.periods import Period
from models.language import LANGUAGES, Language
from models.message import Fields, Heading, Message, Paragraph, Table, plain
from models.store.transaction import Store
from models.tables import Category, Source
from models.value.ledger import Value

AddTicket = Callable[..., int]
WEEK = Period.parse("2026-W47")
NOW = datetime(2026, 11, 23, 7, tzinfo=UTC)
TUESDAY = datetime(2026, 11, 17, 9, tzinfo=UTC)


@pytest.fixture
def baseline(add_ticket: AddTicket, kpis: Kpis) -> None:
    """Forty imported tickets that took 25 to 35 minutes, frozen."""
    for n in range(40):
        at = datetime(2026, 8, 3, 8, tzinfo=UTC) + timedelta(days=2 * n)
        add_ticket(at, 25.0 + n % 11, source=Source.IMPORT)
    kpis.freeze(date(2026, 8, 1), date(2026, 10, 31), NOW)


def a_week(add_ticket: AddTicket, resolved: int, minutes: float, still_open: int = 0) -> None:
    for n in range(resolved):
        add_ticket(TUESDAY + timedelta(minutes=n), minutes + n % 5, automatic=n % 4 != 0)
    for n in range(still_open):
        add_ticket(TUESDAY + timedelta(hours=2, minutes=n))


def headline(message: Message) -> str:
    first = next(part for part in message.parts if isinstance(part, Paragraph))
    return plain(first.runs)


def read(value: Value, language: Language = "en", missed: tuple[str, ...] = ()) -> Message:
    return value.digest(WEEK, missed, NOW, language)


class TestWhatMattersMost:
    def test_is_that_the_goal_is_reached(
        self, baseline: None, add_ticket: AddTicket, value: Value
    ) -> None:
        a_week(add_ticket, 30, 10)

        assert headline(read(value)) == (
            "The goal for handling time is reached: 12 min now, 30 min then."
        )

    def test_is_that_handling_goes_faster(
        self, baseline: None, add_ticket: AddTicket, value: Value
    ) -> None:
        a_week(add_ticket, 30, 20)

        assert headline(read(value)) == (
            "Handling takes less time than in the baseline: 22 min now, 30 min then."
        )

    def test_is_trouble_before_anything_else(
        self, baseline: None, add_ticket: AddTicket, value: Value
    ) -> None:
        a_week(add_ticket, 30, 50, still_open=40)

        assert headline(read(value)).startswith("Handling takes longer than in the baseline")

    def test_is_a_growing_backlog_before_success(
        self, baseline: None, add_ticket: AddTicket, value: Value
    ) -> None:
        a_week(add_ticket, 30, 10, still_open=20)

        assert headline(read(value)) == (
            "More came in than was resolved: 50 in, 30 out, 20 open now."
        )

    def test_is_never_noise(self, baseline: None, add_ticket: AddTicket, value: Value) -> None:
        a_week(add_ticket, 4, 10)

        assert headline(read(value)) == (
            "No difference from the baseline is shown yet: handling 12 min now, 30 min then."
        )

    def test_is_the_missing_baseline(self, add_ticket: AddTicket, value: Value) -> None:
        a_week(add_ticket, 30, 10)

        assert headline(read(value)).startswith("Nothing to compare with yet")

    def test_is_that_nothing_came_in(self, baseline: None, value: Value) -> None:
        assert headline(read(value)) == "A quiet week: no tickets came in."

    def test_is_said_too_when_all_tickets_are_open(
        self, baseline: None, add_ticket: AddTicket, value: Value
    ) -> None:
        a_week(add_ticket, 0, 0, still_open=3)

        assert headline(read(value)) == "No handling time to compare this week."


def test_the_figures_stand_beside_the_baseline(
    baseline: None, add_ticket: AddTicket, value: Value
) -> None:
    a_week(add_ticket, 30, 20, still_open=2)

    (fields,) = (part for part in read(value).parts if isinstance(part, Fields))

    assert [(label, plain(runs)) for label, runs in fields.pairs] == [
        ("New in the week", "32 tickets"),
        ("Resolved in the week", "30 tickets"),
        ("Open tickets", "2"),
        ("Handling time", "22 min (n = 30), baseline 30 min"),
        ("First response time", "12 min (n = 30), baseline 12 min"),
        ("Categorised automatically", "75% of 32"),
    ]


def test_the_oldest_are_number_age_and_category(
    store: Store, add_ticket: AddTicket, value: Value
) -> None:
    with store.begin() as unit:
        unit.tickets.put_categories([Category(key="vpn", titles={"sv": "Fjärråtkomst"})])
    oldest = add_ticket(NOW - timedelta(days=3, hours=4))
    add_ticket(NOW - timedelta(minutes=7), category="")
    add_ticket(NOW + timedelta(days=1))  # not yet, when the digest of an earlier day is read

    (table,) = (part for part in read(value, "sv").parts if isinstance(part, Table))

    assert table.header == ("Ärende", "Kategori", "Öppet i")
    assert table.rows[0] == (f"#{oldest}", "Fjärråtkomst", "3 dygn 4 tim")
    assert [row[1:] for row in table.rows[1:]] == [("utan kategori", "7 min")]


def test_missed_weeks_are_named(value: Value) -> None:
    one = read(value, missed=("2026-W46",))
    two = read(value, "sv", missed=("2026-W45", "2026-W46"))

    said = [plain(part.runs) for part in (*one.parts, *two.parts) if isinstance(part, Paragraph)]
    assert "No digest was posted for week 46." in said
    assert "Inga veckobrev skickades för vecka 45 och 46." in said


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_short_enough_for_a_minute_in_every_language(
    language: Language, baseline: None, add_ticket: AddTicket, value: Value
) -> None:
    a_week(add_ticket, 30, 10, still_open=9)

    message = read(value, language, missed=("2026-W46",))

    assert len(words_of(message).split()) < 200  # read at 240 words a minute
    assert isinstance(message.parts[0], Heading)
    assert message.text.startswith(message.parts[0].text)


def words_of(message: Message) -> str:
    said: list[str] = []
    for part in message.parts:
        if isinstance(part, Heading):
            said.append(part.text)
        elif isinstance(part, Fields):
            said.extend(f"{label} {plain(runs)}" for label, runs in part.pairs)
        elif isinstance(part, Table):
            said.extend(" ".join(row) for row in (part.header, *part.rows))
        elif hasattr(part, "runs"):
            said.append(plain(part.runs))
    return " ".join(said)
