"""The list "What is behind …" below a post with figures. Pure."""

from collections.abc import Iterable

from models.kpis.measurement import Measurement
from models.language import Translator
from models.message import Message, Select

ACTION = "figure_behind"
_SEPARATOR = "@"


def asked_about(value: str) -> tuple[str, str]:
    """Return the figure's key and the period of a chosen entry, as they were written."""
    key, _, period = value.rpartition(_SEPARATOR)
    return key, period


def options_of(measured: Measurement) -> list[tuple[str, str, str]]:
    """Return all key figures of a period as entries of the list."""
    return [(kpi.key, measured.period.key, kpi.title) for kpi in measured.kpis]


def drilldown_select(figures: Iterable[tuple[str, str, str]], words: Translator) -> Select:
    """Return the list "What is behind …".

    Parameters
    ----------
    figures
        Key, period and English title of each.
    """
    options = tuple(
        (f"{key}{_SEPARATOR}{period}", words.gettext(title)) for key, period, title in figures
    )
    return Select("figures", ACTION, words.gettext("What is behind …"), options)


def with_select(
    message: Message, figures: Iterable[tuple[str, str, str]], words: Translator
) -> Message:
    """Return a message with that list below."""
    return Message(message.text, (*message.parts, drilldown_select(figures, words)))
