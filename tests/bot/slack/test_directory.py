"""What Slack knows and a command needs; where Slack is silent, work goes on without it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.clock import MovableClock
from bot.demo.double import Channel, Conditions, Member, SlackDouble
from bot.slack.delivery import slack_client
from bot.slack.directory import Directory
from models.commands import MakeTicket, Place
from models.lotsen import Lotsen
from models.redaction import redact
from models.settings import Settings
from tests.conftest import NOW


@pytest.fixture
def double() -> Iterator[SlackDouble]:
    people = [
        Member(id="UASA", name="Åsa Lind", locale="sv-SE"),
        Member(id="UKIM", name="Kim Ek", locale="de-DE"),
    ]
    channels = [Channel(id="CHELP", name="help", members=("UASA", "UKIM"))]
    groups = {"SAGENTS": ("UKIM",)}
    clock = MovableClock(NOW)
    with SlackDouble(
        clock=clock,
        people=people,
        channels=channels,
        user_groups=groups,
        conditions=Conditions(rate_limits=False),
    ) as made:
        yield made


@pytest.fixture
def directory(double: SlackDouble, lotsen: Lotsen) -> Directory:
    return Directory(lotsen, slack_client(double.bot_token, double.api_url))


def emoji(ts: str) -> MakeTicket:
    return MakeTicket(
        id="Ev1",
        user="UKIM",
        text="",
        at=NOW,
        author="UASA",
        place=Place("CHELP", ts),
        channel="CHELP",
    )


def test_who_somebody_is_is_read_once_a_day(
    double: SlackDouble, directory: Directory, lotsen: Lotsen
) -> None:
    now = NOW
    command = emoji(double.say("UASA", "CHELP", "Ingen bild"))
    for _ in range(3):
        directory.prepare(command, now)
    assert len(double.calls_of("users.info")) == 2
    with lotsen.store.snapshot() as unit:
        person = unit.people.find("UKIM")
    assert person is not None
    assert (person.name, person.locale) == ("Kim Ek", "de-DE")


def test_the_words_under_an_emoji_are_read_with_their_thread(
    double: SlackDouble, directory: Directory
) -> None:
    root = double.say("UKIM", "CHELP", "Någon mer?")
    reply = double.say("UASA", "CHELP", "Min R&D-skärm är svart", thread_ts=root)
    prepared = directory.prepare(emoji(reply), NOW)
    assert isinstance(prepared, MakeTicket)
    assert prepared.text == "Min R&D-skärm är svart"
    assert prepared.place == Place("CHELP", reply, root)


@pytest.mark.parametrize("fault", ["server_errors", "connection_resets", "rate_limited"])
def test_while_slack_is_silent_a_command_goes_on_as_it_came(
    double: SlackDouble, directory: Directory, fault: str
) -> None:
    command = emoji(double.say("UASA", "CHELP", "Ingen bild"))
    setattr(double.faults, fault, 1.0)
    assert directory.prepare(command, NOW) == command


def test_who_gets_private_matters_has_a_name_before_writing_a_word(
    double: SlackDouble, lotsen: Lotsen
) -> None:
    private = ("SAGENTS", "UASA")
    settings: Settings = lotsen.settings.model_copy(update={"lotsen_private_group": private})
    object.__setattr__(lotsen, "settings", settings)
    directory = Directory(lotsen, slack_client(double.bot_token, double.api_url))
    directory.refresh_groups(NOW)
    with lotsen.store.snapshot() as unit:
        people = [unit.people.find(slack_id) for slack_id in ("UKIM", "UASA")]
    assert [one and one.name for one in people] == ["Kim Ek", "Åsa Lind"]


def test_user_groups_are_read_and_a_silent_database_ends_nothing(
    double: SlackDouble, lotsen: Lotsen, empty_database: Any
) -> None:
    settings: Settings = lotsen.settings.model_copy(update={"lotsen_agents": ("SAGENTS", "SGONE")})
    object.__setattr__(lotsen, "settings", settings)
    directory = Directory(lotsen, slack_client(double.bot_token, double.api_url))
    directory.refresh_groups(NOW)
    with lotsen.store.snapshot() as unit:
        assert unit.people.members_of(["SAGENTS"]) == {"UKIM"}
    with lotsen.store.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE group_member")
    directory.refresh_groups(NOW)


def test_everybodys_name_is_masked_and_nothing_is_stored_about_who_never_wrote(
    directory: Directory, lotsen: Lotsen
) -> None:
    directory.refresh_names(NOW)
    with lotsen.store.snapshot() as unit:
        names = unit.people.names()
        assert unit.people.find("UASA") is None
    assert {"Åsa Lind", "Kim Ek"} <= names.plain
    assert "Åsa" not in redact("Åsa Linds dator är trasig", names).text


def test_where_slack_is_silent_the_names_of_before_are_kept(
    double: SlackDouble, directory: Directory, lotsen: Lotsen
) -> None:
    directory.refresh_names(NOW)
    double.stop()
    directory.refresh_names(NOW)
    with lotsen.store.snapshot() as unit:
        assert "Åsa Lind" in unit.people.names().plain


def test_a_failure_is_remembered_for_a_minute(
    double: SlackDouble, directory: Directory, lotsen: Lotsen
) -> None:
    command = emoji(double.say("UASA", "CHELP", "Ingen bild"))
    double.faults.connection_resets = 1.0
    double.faults.methods = frozenset({"users.info"})
    for _ in range(3):
        directory.prepare(command, NOW)
    # Slack is silent: what holds for one person holds for all.
    assert len(double.calls_of("users.info")) <= 1

    double.faults.clear()
    directory.prepare(command, NOW + timedelta(seconds=59))
    assert not lotsen.knows("UKIM", since=NOW)
    directory.prepare(command, NOW + timedelta(seconds=61))
    assert lotsen.knows("UKIM", since=NOW)


def test_somebody_whom_slack_does_not_know_keeps_nobody_else_from_being_read(
    double: SlackDouble, directory: Directory, lotsen: Lotsen
) -> None:
    now = NOW
    command = replace(emoji(double.say("UASA", "CHELP", "Ingen bild")), author="U0GONE")
    for _ in range(3):
        directory.prepare(command, now)
    asked = [call.args["user"] for call in double.calls if call.method == "users.info"]
    assert sorted(asked) == ["U0GONE", "UKIM"]
    assert lotsen.knows("UKIM", since=now)


def test_whoever_a_refused_command_is_about_is_not_looked_up(
    double: SlackDouble, directory: Directory, lotsen: Lotsen
) -> None:
    now = NOW
    ts = double.say("UKIM", "CHELP", "Ingen bild")
    command = replace(emoji(ts), user="UASA", author="UKIM")  # Åsa is not of the staff
    directory.prepare(command, now)
    with lotsen.store.snapshot() as unit:
        assert unit.people.find("UASA") is not None
        assert unit.people.find("UKIM") is None
