"""The money a company counts in, and what stands for usual sums in it. Pure."""

from dataclasses import dataclass, replace

from models.errors import InvalidError


@dataclass(frozen=True, slots=True)
class Currency:
    """A currency, and what Lotsen supposes in it until somebody decides otherwise.

    Attributes
    ----------
    code
        By ISO 4217.
    per_euro
        What a euro costs in it, rounded: only for sums known in EUR, which are the usual costs
        of a programme and the language model's metered calls. What is booked is never converted.
    hour
        What an hour of work costs, all included.
    is_stated
        Whether the settings name it; else it follows from the language.
    """

    code: str
    per_euro: float
    hour: float
    is_stated: bool = False

    def usual(self, euros: tuple[int, int]) -> tuple[int, int]:
        """Return a band of usual costs, known in EUR, in this currency."""
        least, most = euros
        return round(least * self.per_euro), round(most * self.per_euro)


EURO = Currency("EUR", 1.0, 45.0)
CURRENCIES = {
    one.code: one
    for one in (
        EURO,
        Currency("SEK", 11.0, 500.0),
        Currency("NOK", 11.5, 550.0),
        Currency("DKK", 7.5, 400.0),
        Currency("GBP", 0.85, 40.0),
        Currency("CHF", 0.95, 65.0),
    )
}
_OF_LANGUAGE = {"sv": "SEK"}


def named_currency(code: str, language: str, per_euro: float = 0.0) -> Currency:
    """Return the currency that the settings name, or that goes with the company's language.

    Parameters
    ----------
    per_euro
        What a euro costs in it, where the settings say so; 0: the rounded rate of the table.

    Raises
    ------
    InvalidError
        For a code that Lotsen has no usual sums for.
    """
    wanted = code.strip().upper()
    found = CURRENCIES.get(wanted or _OF_LANGUAGE.get(language, EURO.code))
    if found is None:
        raise InvalidError(f"no currency {code!r}; there are: {', '.join(CURRENCIES)}")
    if found.code == EURO.code and per_euro not in (0.0, 1.0):
        raise InvalidError(f"a euro costs 1 EUR, not {per_euro:g}")
    return replace(found, is_stated=bool(wanted), per_euro=per_euro or found.per_euro)
