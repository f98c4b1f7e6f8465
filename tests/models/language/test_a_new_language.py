"""A language is its folder: Norwegian with a few words, and not one line of code."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from models import starter
from models.desk.answers.answer_cards import with_note
from models.desk.base.smalltalk import is_greeting, is_thanks
from models.desk.setup.first_start import add_categories
from models.errors import InvalidError
from models.knowledge.library import Library
from models.language import LANGUAGES, language_of, words_for
from models.language.detection import closest, detect, recognise
from models.message import Message, Paragraph, Run
from models.redaction import redact
from models.settings import Settings
from models.store.transaction import Store
from models.tickets.sources.moments import instant

RECORD = """
locale = "nb_NO"
letters = "åøæ"
phone_region = "NO"
recognised_as = ["no", "nn"]

[words]
function = "jeg ikke og hva er kan noen"
typical = "passord skriveren nede"
thanks = "takk tusen"
with_thanks = "for hjelpen"

[patterns]
greetings = ['hei(?:san)?']
phone_labels = ['tlf']
is_verbs = ['er']
"""
CATALOGUE = """
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"

msgid "Resolved"
msgstr "Løst"

msgid "{n} ticket"
msgid_plural "{n} tickets"
msgstr[0] "{n} sak"
msgstr[1] "{n} saker"
"""


@pytest.fixture
def norwegian(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "languages" / "nb"
    folder.mkdir(parents=True)
    (folder / "language.toml").write_text(RECORD, "utf-8")
    (folder / "messages.po").write_text(CATALOGUE, "utf-8")
    with LANGUAGES.with_folder(folder.parent):
        yield folder


@pytest.mark.usefixtures("norwegian")
def test_it_is_known_while_its_folder_is_there_and_stands_last() -> None:
    assert list(LANGUAGES) == ["sv", "en", "de", "nb"]
    assert LANGUAGES["nb"].name == "Norsk bokmål"
    assert language_of("nb-NO", "en") == "nb"


def test_it_is_gone_with_its_folder(norwegian: Path) -> None:
    with LANGUAGES.with_folder(norwegian.parent):
        pass
    assert "nb" in LANGUAGES
    assert language_of("fr-FR", "en") == "en"


@pytest.mark.usefixtures("norwegian")
def test_it_can_be_the_company_s_language() -> None:
    assert Settings.load(_env_file=None, lotsen_language="nb").lotsen_language == "nb"
    with pytest.raises(InvalidError, match="'fr': write 'sv', 'en', 'de' or 'nb'"):
        Settings.load(_env_file=None, lotsen_language="fr")


@pytest.mark.usefixtures("norwegian")
def test_its_words_are_said_and_missing_ones_are_english() -> None:
    words = words_for("nb")

    assert words.gettext("Resolved") == "Løst"
    assert words.gettext("In progress") == "In progress"
    assert [words.ngettext("{n} ticket", "{n} tickets", n) for n in (1, 2)] == ["1 sak", "2 saker"]
    assert words.ngettext("{n} day left", "{n} days left", 2) == "2 days left"
    assert words.day(date(2026, 10, 7)) == "7. oktober 2026"
    assert words.percent(0.25) == "25\N{NO-BREAK SPACE}%"
    assert words.listing(["VPN", "passord"]) == "VPN og passord"


@pytest.mark.usefixtures("norwegian")
def test_who_writes_it_is_answered_in_it_and_no_longer_in_swedish() -> None:
    question = "Hvordan bytter jeg passord når jeg er hjemme?"
    answer = Message("Passord", (Paragraph((Run("Bytt det i portalen."),)),))

    assert recognise(question) == detect(question, "en") == "nb"
    assert detect("passord", "en") == "nb"
    assert detect("skriveren nede", "en") == "nb"
    assert closest("no", "en") == "nb"  # of tickets that are older than the folder
    assert closest("da", "en") == "sv"
    assert with_note(answer, question, words_for("nb")) == answer


@pytest.mark.usefixtures("norwegian")
def test_the_others_are_recognised_as_before() -> None:
    assert recognise("Hur gör jag för att byta lösenord hemifrån?") == "sv"
    assert recognise("Hvordan nulstiller jeg min adgangskode hjemmefra?") == "da"
    assert recognise("Where do I find my payslip for October?") == "en"


@pytest.mark.usefixtures("norwegian")
def test_small_talk_phone_numbers_and_months_are_understood() -> None:
    assert is_greeting("Heisan!")
    assert is_thanks("Takk for hjelpen")
    assert redact("tlf. er 22456789", frozenset()).text == "tlf. er [PHONE]"
    assert instant("07/des/26 08:15", ZoneInfo("UTC")) == datetime(2026, 12, 7, 8, 15, tzinfo=UTC)


@pytest.mark.usefixtures("norwegian")
def test_without_starter_content_it_says_so_and_the_rest_is_there(memory: Store) -> None:
    now = datetime(2026, 11, 23, 9, tzinfo=UTC)

    assert starter.lacking(starter.ARTICLES) == ("nb",)
    assert starter.lacking(starter.EXAMPLES) == ("nb",)
    assert {one.language for one in starter.articles()} == {"sv", "en", "de"}
    assert add_categories(memory) == len(starter.CATEGORIES)
    assert Library(memory, "nb").import_starter(now).passages == len(starter.articles())


def test_a_key_that_is_misspelt_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "xx"
    folder.mkdir()
    (folder / "language.toml").write_text('locale = "en_GB"\nlettres = "a"\n', "utf-8")

    with (
        pytest.raises(ValueError, match=r"xx/language\.toml: unknown lettres"),
        LANGUAGES.with_folder(tmp_path),
    ):
        pass
