"""Numbers as people write them have one reading, or are refused."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.errors import InvalidError
from models.language.amounts import TwoWaysError, read_number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1200", "1200"),
        ("1200.50", "1200.50"),
        ("1200,5", "1200.5"),
        ("1 200,50", "1200.50"),
        ("1\N{NO-BREAK SPACE}200,50", "1200.50"),
        ("1\N{NARROW NO-BREAK SPACE}200", "1200"),
        ("1.200,50", "1200.50"),
        ("1,200.50", "1200.50"),
        ("1'200.50", "1200.50"),
        ("1.200.000", "1200000"),
        ("1,200,000", "1200000"),
        ("0.125", "0.125"),
        (".5", "0.5"),
        ("-12", "-12"),
        ("\N{MINUS SIGN}1 200", "-1200"),
        ("1200.125", "1200.125"),  # nobody sets thousands apart so
    ],
)
def test_a_number_is_read_as_it_is_written(text: str, number: str) -> None:
    assert read_number(f" {text} ") == Decimal(number)


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("1.200", "write 1200, or 1.2"),
        ("1,200", "write 1200, or 1.2"),
        ("-12.345", "write -12345, or -12.345"),
        ("5.000", "write 5000, or 5.0"),
        ("1 200,500", "write 1200500, or 1200.5"),
    ],
)
def test_a_thousand_or_a_decimal_is_asked_about(text: str, advice: str) -> None:
    with pytest.raises(TwoWaysError, match=advice):
        read_number(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-",
        ".",
        "twelve",
        "1 20",
        "12 5",
        "1.2.3",
        "1,200,50",
        "1.200.5",
        "1e3",
        "nan",
        "1,,2",
        "٣",
    ],
)
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(InvalidError, match="is no number"):
        read_number(text)


@given(
    st.decimals(0, 10**9, places=2),
    st.sampled_from([" ", "\N{NO-BREAK SPACE}", ".", ",", "'", ""]),
    st.sampled_from([".", ","]),
)
def test_two_decimals_are_read_back_however_thousands_are_set_apart(
    amount: Decimal, by: str, point: str
) -> None:
    if by == point:
        return
    whole, _, part = f"{amount:,.2f}".partition(".")
    assert read_number(whole.replace(",", by) + point + part) == amount


@given(st.from_regex(r"-?[0-9 .,']{0,12}", fullmatch=True))
def test_no_text_is_read_as_less_than_its_thousands(text: str) -> None:
    """Whatever is read, a group of three digits after one sign was no decimal part of it."""
    try:
        read = read_number(text)
    except InvalidError:
        return
    digits = "".join(filter(str.isdigit, text))
    assert str(abs(read)).replace(".", "").strip("0") == digits.strip("0")
