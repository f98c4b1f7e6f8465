"""After a start everybody's name is masked, also while Slack says nothing; nobody can read them."""

from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from bot.clock import MovableClock
from bot.demo.double import Conditions, Member, SlackDouble
from bot.slack.delivery import slack_client
from bot.slack.directory import Directory
from models.desk.privacy.persons import erase
from models.known_names import HashedNames, KnownNames
from models.lotsen import Lotsen, open_lotsen
from models.redaction import redact
from models.redaction.names import gazetteer_of
from models.upkeep.kept_names import FILE
from tests.conftest import NOW

PEOPLE = {"UASA": "Åsa Lind", "UKIM": "Kim Ek", "UJOSE": "José María Ångström-Nilsson"}
TEXTS = (
    "Åsa Linds dator är trasig",
    "fråga asa, eller Lind Åsa",
    "Kim Ek, kim ek och Ek",
    "Jose Maria Angstrom har lånat Ångström-Nilssons skärm",
    "aasa lind kan inte skriva ut",
)
HOUR = timedelta(hours=1)
Again = Callable[[], Lotsen]


@pytest.fixture
def double() -> Iterator[SlackDouble]:
    people = [Member(id=key, name=name) for key, name in PEOPLE.items()]
    conditions = Conditions(rate_limits=False)
    with SlackDouble(clock=MovableClock(NOW), people=people, conditions=conditions) as made:
        yield made


@pytest.fixture
def again(lotsen: Lotsen, double: SlackDouble) -> Iterator[Again]:
    """Start Lotsen anew over the same database and home, after the names were read once."""
    Directory(lotsen, slack_client(double.bot_token, double.api_url)).refresh_names(NOW)
    double.stop()
    opened: list[Lotsen] = []

    def start() -> Lotsen:
        opened.append(open_lotsen(lotsen.settings, migrate=False))
        return opened[-1]

    yield start
    for one in opened:
        one.close()


def masked(lotsen: Lotsen, text: str) -> str:
    return redact(text, lotsen.names()).text


def test_a_colleagues_name_is_masked_after_a_start_while_slack_is_silent(
    again: Again, double: SlackDouble
) -> None:
    lotsen = again()
    assert masked(lotsen, TEXTS[0]) == TEXTS[0], "nothing is known yet"

    lotsen.recall_names(NOW + HOUR)
    silent = Directory(lotsen, slack_client(double.bot_token, double.api_url))
    assert not silent.refresh_names(NOW + HOUR)

    assert masked(lotsen, TEXTS[0]) == "[NAME] dator är trasig"
    assert lotsen.store.knows_names(NOW + HOUR)


@pytest.mark.parametrize("text", TEXTS)
def test_hashes_mask_what_the_names_themselves_would(text: str) -> None:
    names = frozenset(PEOPLE.values())
    hashed = KnownNames(hashed=HashedNames.of(gazetteer_of(names), b"k" * 32))

    assert redact(text, hashed).text == redact(text, names).text != text


def test_a_list_of_more_than_a_day_counts_as_none(again: Again) -> None:
    lotsen, late = again(), NOW + timedelta(hours=25)
    lotsen.recall_names(late)
    assert not lotsen.store.knows_names(late)
    assert not lotsen.names()

    lotsen.recall_names(NOW + HOUR)
    assert lotsen.store.knows_names(NOW + HOUR)
    assert not lotsen.store.knows_names(late), "what was read then is as old, whenever it was kept"


def test_neither_database_nor_key_holds_a_name(again: Again, tmp_path: Path) -> None:
    again()
    kept = b"".join(file.read_bytes() for file in tmp_path.iterdir() if file.is_file()).lower()
    parts = {part for name in PEOPLE.values() for part in (*name.split(), *name.split("-"))}
    spoken = [part for part in parts if len(part) > 2 and part.lower().encode() in kept]
    assert not spoken
    assert (tmp_path / FILE).stat().st_mode & 0o777 == 0o600


def test_without_the_key_of_then_the_hashes_count_as_none(again: Again, tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"x" * 32)
    lotsen = again()
    lotsen.recall_names(NOW + HOUR)
    assert not lotsen.store.knows_names(NOW + HOUR)

    (tmp_path / FILE).write_bytes(b"half")
    lotsen.recall_names(NOW + HOUR)
    assert not lotsen.store.knows_names(NOW + HOUR)


def test_who_is_erased_leaves_the_list(again: Again, lotsen: Lotsen) -> None:
    lotsen.introduce("UASA", "Åsa Lind", "sv-SE", NOW)
    erase(lotsen.desk, "UASA", NOW + HOUR)

    with closing(again()) as started:
        started.recall_names(NOW + HOUR)
        assert not started.names()
        assert not started.store.knows_names(NOW + HOUR)


def test_what_slack_says_now_goes_before_what_was_kept(again: Again) -> None:
    lotsen = again()
    lotsen.know_names(frozenset({"Bo Berg"}), NOW + HOUR)
    lotsen.recall_names(NOW + HOUR)
    assert lotsen.names().hashed is None
    assert masked(lotsen, "Bo Berg ringde Åsa") == "[NAME] ringde Åsa"
