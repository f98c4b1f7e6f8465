"""On a Monday nobody opens an empty table: last week's figures stand there, and it says so."""

from datetime import UTC, datetime, timedelta

from models.kpis.measurement import Kpis
from models.kpis.report import as_last_week, kpi_message, latest_week
from models.language import words_for
from models.message import Paragraph, plain
from tests.models.value.conftest import AddTicket

MONDAY = datetime(2026, 11, 30, 9, tzinfo=UTC)


def test_a_week_without_figures_gives_way_to_the_last_whole_one(
    add_ticket: AddTicket, kpis: Kpis
) -> None:
    assert latest_week(kpis, MONDAY.date(), MONDAY).period.key == "2026-W49"

    add_ticket(MONDAY - timedelta(days=5), 20.0)
    last = latest_week(kpis, MONDAY.date(), MONDAY)
    assert last.period.key == "2026-W48"

    words = words_for("sv")
    message = as_last_week(kpi_message(last, words, kpis.calendar.zone), words)
    (why,) = [part for part in message.parts[1:2] if isinstance(part, Paragraph)]
    assert "så siffrorna gäller förra veckan" in plain(why.runs)

    add_ticket(MONDAY - timedelta(hours=1), 5.0)
    assert latest_week(kpis, MONDAY.date(), MONDAY).period.key == "2026-W49"
