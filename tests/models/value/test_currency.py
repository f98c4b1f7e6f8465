"""Sums are in the company's currency; the first one fixes it, and nothing is converted silently."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from models.currency import CURRENCIES, EURO, Currency, named_currency
from models.errors import InvalidError
from models.kpis.measurement import Kpis
from models.kpis.periods import Period
from models.language import words_for
from models.store.llm_calls import Settlement
from models.store.transaction import Store
from models.tables import CostKind, LlmCall, LlmOutcome
from models.tickets.hours import Calendar
from models.value.ledger import Value
from models.value.money.costs import Budget, Ledger

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
DAY = date(2026, 11, 2)
SEK = named_currency("SEK", "en")


def booked(ledger: Ledger) -> None:
    ledger.book(CostKind.CLOUD, "server", Decimal(1200), DAY, NOW)


@pytest.fixture
def value_in_sek(store: Store, office: Calendar, kpis: Kpis) -> Value:
    return Value(store, office, kpis, currency=SEK)


class TestWhichCurrency:
    def test_goes_with_the_language_until_the_settings_name_it(self) -> None:
        assert [named_currency("", one).code for one in ("sv", "en", "de")] == ["SEK", "EUR", "EUR"]
        assert named_currency("nok", "sv").code == "NOK"

    def test_is_one_that_usual_sums_are_known_in(self) -> None:
        with pytest.raises(InvalidError, match="there are: EUR, SEK"):
            named_currency("USD", "en")

    def test_may_have_a_rate_of_the_companys_own(self) -> None:
        assert named_currency("SEK", "en", 11.42).per_euro == 11.42
        with pytest.raises(InvalidError, match="a euro costs 1 EUR"):
            named_currency("EUR", "en", 11.42)

    @pytest.mark.parametrize("currency", CURRENCIES.values(), ids=CURRENCIES)
    def test_has_usual_sums_of_whole_units(self, currency: Currency) -> None:
        least, most = currency.usual((2_000, 5_000))
        assert 0 < least < most
        assert currency.hour > 0


class TestTheFirstSum:
    def test_fixes_the_currency_for_good(self, store: Store) -> None:
        booked(Ledger(store, currency=SEK))
        later = Ledger(store, currency=named_currency("", "de"))
        assert later.currency().code == "SEK"
        booked(later)
        assert later.outlook(DAY).to_json()["currency"] == "SEK"

    def test_is_not_followed_by_one_in_another_that_the_settings_name(self, store: Store) -> None:
        booked(Ledger(store, currency=SEK))
        other = Ledger(store, currency=named_currency("EUR", "sv"))
        with pytest.raises(InvalidError, match=r"kept in SEK .* LOTSEN_CURRENCY says EUR"):
            booked(other)
        with pytest.raises(InvalidError, match="set it to SEK"):
            other.plan(Budget(CostKind.CLOUD, "2027", Decimal(100)), NOW)
        assert len(other.entries()) == 1

    def test_may_be_what_an_hour_costs(self, store: Store, value_in_sek: Value) -> None:
        value_in_sek.assume("loaded_rate", 480, "payroll", NOW)
        assert value_in_sek.costs.currency().code == "SEK"
        with pytest.raises(InvalidError, match="kept in SEK"):
            booked(Ledger(store, currency=named_currency("EUR", "sv")))


class TestTheStatement:
    def test_names_its_currency_and_supposes_what_is_usual_in_it(self, value_in_sek: Value) -> None:
        said = value_in_sek.statement(Period.parse("2026Q4"), NOW)
        assert said.to_json()["currency"] == "SEK"
        assert {one.key: one.value for one in said.assumptions}["loaded_rate"] == SEK.hour

    def test_writes_kronor(self, value_in_sek: Value) -> None:
        booked(value_in_sek.costs)
        text = value_in_sek.report(Period.parse("2026Q4"), NOW, "sv").to_json()
        assert "1\u00a0200\u00a0kr" in text
        assert "€" not in text

    def test_measures_the_first_year_against_what_is_usual_in_it(self, value_in_sek: Value) -> None:
        booked(value_in_sek.costs)
        first = value_in_sek.costs.outlook(DAY).first_year
        assert first is not None
        assert first.band[1:] == (550_000, 1_650_000)


def test_words_write_each_currency_as_its_readers_do() -> None:
    swedish = words_for("sv")
    assert swedish.money(1234) == "1\u00a0234\u00a0€"
    assert swedish.in_currency("SEK").money(1234) == "1\u00a0234\u00a0kr"
    assert swedish.in_currency("SEK").money(1234.5, 2) == "1\u00a0234,50\u00a0kr"


def test_the_models_calls_are_metered_in_euros_and_booked_at_the_stated_rate(store: Store) -> None:
    """Three calls of 4 cents: 0.12 EUR are 1.32 SEK, each time rounded up as a whole."""
    for at in range(3):
        call = LlmCall(
            at=NOW, month="2026-11", purpose="category", model="m", prompt_version="v",
            outcome=LlmOutcome.PENDING, reserved_micros=40_000, lease_until=NOW,
        )  # fmt: skip
        with store.begin() as unit:
            rate = unit.money.keep_currency(SEK, NOW).per_euro
            assert unit.llm_calls.reserve(call, 10**6, day=DAY, now=NOW, per_euro=rate), at
            done = Settlement(LlmOutcome.ANSWERED, "vpn", "", 1, 1, 40_000, 5.0)
            unit.llm_calls.settle(call.id or 0, done, day=DAY, now=NOW)
    ledger = Ledger(store, 50.0, currency=EURO)
    assert [row.cents for row in ledger.entries()] == [132]
    metered = ledger.outlook(DAY).metered
    assert metered is not None
    assert (metered.year_eur, metered.booked) == (0.12, 1.32)
