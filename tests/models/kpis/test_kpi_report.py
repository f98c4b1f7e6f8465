"""What a person and a script read of the key figures."""

import json
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from models.kpis.baseline import FrozenBaseline, FrozenKpi
from models.kpis.comparison import KpiVerdict
from models.kpis.definitions import KPIS
from models.kpis.measurement import KpiValue, Measurement
from models.kpis.periods import Period
from models.kpis.report import amount, as_json, baseline_json, kpi_message
from models.language import LANGUAGES, Language, words_for
from models.message import Message, Note, Paragraph, Table, plain

STOCKHOLM = ZoneInfo("Europe/Stockholm")
NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)
FROZEN = FrozenBaseline(
    id=1,
    sha256="ab" * 32,
    frozen_at=NOW,
    period=Period.parse("2026-09"),
    kpis=(FrozenKpi("handling_time", "minutes", "lower", 40, 39.5, 33.0, 46.0),),
)


def value(key: str, verdict: KpiVerdict, *figures: float | None, n: int = 20) -> KpiValue:
    kpi = KPIS[key]
    now, low, high, baseline = figures
    return KpiValue(
        key=key,
        title=kpi.title,
        unit=kpi.unit,
        better=kpi.better,
        n=n,
        value=now,
        low=low,
        high=high,
        baseline=baseline,
        target=kpi.target(baseline),
        verdict=verdict,
    )


MEASURED = Measurement(
    period=Period.parse("2026-W48"),
    at=NOW,
    kpis=(
        value("handling_time", KpiVerdict.IMPROVED, 25.0, 20.0, 30.0, 39.5),
        value("automatic_share", KpiVerdict.NO_BASELINE, 0.5, 0.3, 0.7, None),
        value("csat", KpiVerdict.NO_DATA, None, None, None, None, n=0),
    ),
    baseline=FROZEN,
)


def table(message: Message) -> Table:
    return next(part for part in message.parts if isinstance(part, Table))


def test_the_table_in_swedish() -> None:
    message = kpi_message(MEASURED, words_for("sv"), STOCKHOLM)

    header, rows = table(message).header, table(message).rows
    assert header[0] == "Nyckeltal"
    assert rows[0] == (
        "Handläggningstid",
        "20",
        "25 min (20 min till 30 min)",
        "40 min",
        "bättre än utgångsläget",
    )
    assert rows[1][2].replace("\N{NO-BREAK SPACE}", " ") == "50 % (30 % till 70 %)"
    assert rows[1][3:] == ("–", "inget utgångsläge")


def test_what_has_no_data_yet_is_one_line_and_no_row() -> None:
    message = kpi_message(MEASURED, words_for("sv"), STOCKHOLM)
    assert len(table(message).rows) == 2
    notes = [plain(part.runs) for part in message.parts if isinstance(part, Note)]
    assert notes[0] == "Ingen data än: Nöjdhet."


def test_the_text_alone_says_the_essential() -> None:
    message = kpi_message(MEASURED, words_for("en"), STOCKHOLM)

    assert message.text == (
        "Key figures, 23 November 2026 to 29 November 2026. "
        "Handling time: 25 min, baseline 40 min, better than the baseline."
    )


def test_it_says_that_a_difference_is_an_association() -> None:
    message = kpi_message(MEASURED, words_for("en"), STOCKHOLM)

    said = " ".join(plain(part.runs) for part in message.parts if isinstance(part, Paragraph))
    assert "is an association: it does not say what caused it" in said
    assert "All figures are of the whole desk." in said


def test_the_baseline_is_named_with_its_hash() -> None:
    message = kpi_message(MEASURED, words_for("en"), STOCKHOLM)

    notes = [plain(part.runs) for part in message.parts if isinstance(part, Note)]
    assert any("frozen 1 Dec 2026 13:00, SHA-256 abababababab." in note for note in notes)


def test_without_a_baseline_it_says_what_to_do() -> None:
    bare = Measurement(MEASURED.period, NOW, MEASURED.kpis, None)

    note = kpi_message(bare, words_for("en"), STOCKHOLM).parts[-1]

    assert isinstance(note, Note)
    assert "import older tickets and freeze one first" in plain(note.runs)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_says_it_all_in_its_own_words(language: Language) -> None:
    words = words_for(language)
    message = kpi_message(MEASURED, words, STOCKHOLM)
    english = kpi_message(MEASURED, words_for("en"), STOCKHOLM)

    same = [
        (here, there)
        for here, there in zip(_said(message), _said(english), strict=True)
        if here == there and any(letter.isalpha() for letter in here) and "min" not in here
    ]
    assert bool(same) == (language == "en")


def _said(message: Message) -> list[str]:
    found = [message.text]
    for part in message.parts:
        if isinstance(part, Table):
            found += [*part.header, *(cell for row in part.rows for cell in row)]
        elif isinstance(part, Paragraph | Note):
            found.append(plain(part.runs))
    return found


@pytest.mark.parametrize(
    ("minutes", "key", "text"),
    [
        (0.0, "ack_time", "0 min"),
        (0.4, "ack_time", "under 1 min"),
        (90.0, "first_response_time", "1 h 30 min"),
        (3120.0, "resolution_time_business", "52 h"),  # office hours know no days
        (3120.0, "resolution_time", "2 d 4 h"),
        (None, "resolution_time", "–"),
    ],
)
def test_durations_are_written_as_people_read_them(
    minutes: float | None, key: str, text: str
) -> None:
    assert amount(minutes, key, words_for("en")) == text


def test_the_json_has_the_keys_of_the_contract() -> None:
    found = json.loads(json.dumps(as_json(MEASURED)))

    assert found["period"] == "2026-W48"
    assert found["kpis"][0] == {
        "key": "handling_time",
        "title": "Handling time",
        "unit": "minutes",
        "better": "lower",
        "n": 20,
        "value": 25.0,
        "low": 20.0,
        "high": 30.0,
        "baseline": 39.5,
        "target": pytest.approx(23.7),
        "verdict": "improved",
    }
    assert as_json(MEASURED, words_for("sv"))["kpis"][0]["title"] == "Handläggningstid"


def test_the_json_of_a_baseline_has_the_keys_of_the_contract() -> None:
    found = json.loads(json.dumps(baseline_json(FROZEN)))

    assert {"id", "sha256", "frozen_at", "kpis"} <= set(found)
    assert found["frozen_at"] == "2026-12-01T12:00:00+00:00"
    assert found["kpis"][0]["value"] == 39.5
