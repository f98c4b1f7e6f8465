"""Times are read as people and systems write them, or refused."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.tickets.sources.moments import DateOrder, DateOrders, instant

STOCKHOLM = ZoneInfo("Europe/Stockholm")


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-01 08:15",
        "2026-03-01T08:15:00",
        "2026-03-01T07:15:00Z",
        "2026-03-01T09:15:00+02:00",
        "2026/03/01 08:15",
        "01.03.2026 08:15",
        "1.3.2026, 08:15:00",
        "01.03.2026 8.15",
        "01/Mar/26 8:15 AM",
        "1/mars/2026 08:15",
        "01-Mär-26 08:15",
        "1. Mrz. 2026 08:15",
    ],
)
def test_the_usual_ways_of_writing_mean_the_same_instant(text: str) -> None:
    assert instant(text, STOCKHOLM) == datetime(2026, 3, 1, 7, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "order"),
    [("01/03/2026 08:15", "day"), ("03/01/2026 8:15 AM", "month"), ("01-03-2026 08:15", "day")],
)
def test_slashes_are_read_in_the_order_of_their_column(text: str, order: DateOrder) -> None:
    assert instant(text, STOCKHOLM, order) == datetime(2026, 3, 1, 7, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "hour"), [("12:30 am", 0), ("12:30 PM", 12), ("1:30 pm", 13), ("11:30 PM", 23)]
)
def test_the_american_clock(text: str, hour: int) -> None:
    local = instant(f"07/15/2026 {text}", STOCKHOLM, "month").astimezone(STOCKHOLM)

    assert (local.hour, local.minute) == (hour, 30)


def test_summer_time_is_kept() -> None:
    assert instant("2026-07-01 08:00", STOCKHOLM).hour == 6
    assert instant("2026-12-01 08:00", STOCKHOLM).hour == 7


@pytest.mark.parametrize(
    "text",
    [
        "",
        "yesterday",
        "2026-13-01",
        "2026-02-30",
        "31.02.2026",
        "03/01/2026",
        "9999-12-31",
        "0001-01-01",
        "2026-03-01 25:00",
        "13/13/2026",
        "46082",
        "1.3.26",
    ],
)
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        instant(text, STOCKHOLM)


@pytest.mark.parametrize(
    ("name", "month"),
    [("Maj", 5), ("May", 5), ("Mai", 5), ("juni", 6), ("Okt", 10), ("oct", 10), ("Dez", 12)],
)
def test_months_have_names_in_three_languages(name: str, month: int) -> None:
    assert instant(f"23/{name}/26 12:00 PM", STOCKHOLM).month == month


@pytest.mark.parametrize("text", ["23/Foo/26 9:15 AM", "31/Feb/26", "23/Nov/226", "0/Nov/26"])
def test_a_day_that_does_not_exist_is_refused_with_a_month_name_too(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        instant(text, STOCKHOLM)


def test_no_american_hour_13() -> None:
    with pytest.raises(ValueError, match="no hour"):
        instant("01/01/2026 13:00 PM", STOCKHOLM, "month")


@pytest.mark.parametrize(
    ("column", "order"),
    [
        ([], ""),
        (["2026-03-01", "01.03.2026"], ""),
        (["03/01/2026", "31/01/2026"], "day"),
        (["03/01/2026", "01/31/2026"], "month"),
        (["03/01/2026", "04/02/2026"], "unclear"),
        (["13/01/2026", "01/13/2026"], "mixed"),
        (["05/05/2026"], "day"),
    ],
)
def test_the_column_tells_whether_the_day_comes_first(column: list[str], order: str) -> None:
    orders = DateOrders()
    for value in column:
        orders.see(value)

    assert orders.order == order


@given(st.integers(315_532_800, 4_102_444_800), st.sampled_from(["day", "month"]))
def test_every_written_instant_is_read_back(seconds: int, order: DateOrder) -> None:
    aware = datetime.fromtimestamp(seconds, UTC)
    pattern = "%d/%m/%Y %H:%M:%S" if order == "day" else "%m/%d/%Y %I:%M:%S %p"

    assert instant(aware.isoformat(), STOCKHOLM) == aware
    assert instant(aware.strftime("%d.%m.%Y %H:%M:%S"), ZoneInfo("UTC")) == aware
    assert instant(aware.strftime(pattern), ZoneInfo("UTC"), order) == aware


@given(st.text(max_size=30))
def test_any_text_is_a_time_or_a_value_error(text: str) -> None:
    try:
        read = instant(text, STOCKHOLM, "day")
    except ValueError:
        return
    assert read.utcoffset() == timedelta(0)
