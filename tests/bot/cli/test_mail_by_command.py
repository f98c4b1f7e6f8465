"""``lotsen jobs``, ``outbox`` and ``inbox``."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from models.commands import DeleteMessage, Place
from models.lotsen import open_lotsen
from models.mailbox import Envelope, Outgoing, post, update
from models.message import Message
from models.settings import Settings
from models.tables import InboxState, PostState
from tests.bot.cli.conftest import Lotsen

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
MONDAY = ("--at", "2026-11-23T08:30")


@pytest.fixture
def posts(home: Path) -> Callable[..., None]:
    """Queue a post and an update of it, in the state that is asked for."""

    def queue(state: PostState, error: str = "") -> None:
        lotsen = open_lotsen(Settings.load())
        with lotsen.store.begin() as unit:
            post(unit, "card:1", Envelope("C1"), Message("A card"), NOW)
            row = unit.outbox.find("card:1")
            assert row is not None
            row.state, row.error, row.attempts = state, error, 3
            unit.outbox.save(row)
            update(unit, "card:1:2", "card:1", "C1", Message("A newer card"), NOW)
        lotsen.close()

    return queue


@pytest.fixture
def given_up(home: Path) -> None:
    """Leave a command in the inbox that was tried too often."""
    lotsen = open_lotsen(Settings.load())
    command = DeleteMessage(id="Ev1", place=Place("C1", "1.2"), at=NOW)
    lotsen.mailbox.accept(command, NOW)
    with lotsen.store.begin() as unit:
        unit.inbox.put_back("Ev1", error="KeyError: 'x'", not_before=NOW, dead=True)
    lotsen.close()


def test_jobs_are_listed_with_their_next_time(lotsen: Lotsen) -> None:
    said = lotsen("jobs", "list", "--json").json["jobs"]
    assert {"weekly_digest", "plan_checkpoint", "quarterly_roi"} <= {item["name"] for item in said}
    assert all(datetime.fromisoformat(item["next_due"]).tzinfo for item in said)
    assert "weekly_digest" in lotsen("jobs", "list").out


def test_a_dry_run_composes_and_changes_nothing(lotsen: Lotsen) -> None:
    done = lotsen("jobs", "run", "weekly_digest", *MONDAY, "--dry-run", "--json")
    assert set(done.json) >= {"job", "period", "ran", "message"}
    assert (done.json["period"], done.json["ran"]) == ("2026-W47", False)
    assert set(done.json["message"]) == {"text", "blocks"}
    assert done.json["message"]["blocks"][0]["type"] == "header"
    assert lotsen("outbox", "list", "--json").json == {"posts": []}


def test_a_job_runs_once_for_a_period(lotsen: Lotsen, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOTSEN_LEAD_CHANNEL", "C1")
    first = lotsen("jobs", "run", "weekly_digest", *MONDAY, "--json").json
    again = lotsen("jobs", "run", "weekly_digest", *MONDAY, "--json").json
    assert (first["ran"], first["state"], again["ran"]) == (True, "done", False)
    posts = lotsen("outbox", "list", "--json").json["posts"]
    assert [item["key"] for item in posts] == ["weekly_digest:2026-W47:C1"]


def test_without_a_channel_the_message_is_shown_and_the_setting_named(lotsen: Lotsen) -> None:
    done = lotsen("jobs", "run", "weekly_digest", *MONDAY)
    assert done.code == 0
    assert "LOTSEN_LEAD_CHANNEL" in done.err
    assert done.out


def test_a_time_without_an_offset_is_local_to_the_office(lotsen: Lotsen) -> None:
    # Monday 07:30 in Stockholm is before the digest is due, 08:30 is after it.
    for at, period in (("07:30", "2026-W46"), ("08:30", "2026-W47"), ("07:30Z", "2026-W47")):
        told = ("--at", f"2026-11-23T{at}", "--dry-run", "--json")
        assert lotsen("jobs", "run", "weekly_digest", *told).json["period"] == period


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["cook"], "weekly_digest"),
        (["weekly_digest", "--at", "monday"], "--at"),
        (["weekly_digest", "--at", "0001-01-01"], "--at"),
    ],
)
def test_an_unknown_job_or_time_is_refused(lotsen: Lotsen, arguments: list[str], told: str) -> None:
    done = lotsen("jobs", "run", *arguments, "--json")
    assert (done.code, done.out) == (2, "")
    assert told in done.err


def test_a_dead_post_is_sent_again(lotsen: Lotsen, posts: Callable[..., None]) -> None:
    posts(PostState.DEAD, "not_in_channel")
    listed = lotsen("outbox", "list", "--json").json["posts"]
    stuck = next(item for item in listed if item["state"] == "dead")
    assert stuck["error"] == "not_in_channel"
    said = lotsen("outbox", "retry", str(stuck["id"]), "--json").json
    assert (said["state"], said["attempts"], said["error"]) == ("ready", 0, "")
    real = open_lotsen(Settings.load())
    assert real.load(NOW).outbox_stuck == 0
    real.close()


def test_a_dropped_post_is_gone_with_its_newer_words(
    lotsen: Lotsen, posts: Callable[..., None]
) -> None:
    posts(PostState.DOUBTFUL)
    number = lotsen("outbox", "list", "--json").json["posts"][-1]["id"]
    assert lotsen("outbox", "drop", str(number), "--json").json["state"] == "dropped"
    assert lotsen("outbox", "list").out.strip() == "Nothing waits."
    every = lotsen("outbox", "list", "--all", "--json").json["posts"]
    assert [item["state"] for item in every] == ["dropped"]
    assert "dropped" in lotsen("outbox", "list", "--all").out


def test_a_dropped_post_is_never_offered_to_the_delivery(
    lotsen: Lotsen, posts: Callable[..., None]
) -> None:
    from datetime import timedelta

    posts(PostState.DOUBTFUL)
    lotsen("outbox", "drop", "1")
    real = open_lotsen(Settings.load())
    outgoing = Outgoing(real.store, lease=timedelta(seconds=30), pause=timedelta(0))
    assert outgoing.take(NOW + timedelta(days=1)) is None
    real.close()


@pytest.mark.parametrize(("command", "state"), [("retry", "sent"), ("drop", "sent")])
def test_a_post_that_slack_shows_is_left_alone(
    lotsen: Lotsen, posts: Callable[..., None], command: str, state: str
) -> None:
    posts(PostState(state))
    done = lotsen("outbox", command, "1")
    assert done.code == 2
    assert "sent" in done.err


@pytest.mark.parametrize("box", ["outbox", "inbox"])
def test_an_unknown_number_is_refused(lotsen: Lotsen, box: str) -> None:
    assert lotsen(box, "retry", "99", "--json").code == 2
    assert lotsen(box, "retry", "first").code == 2
    assert lotsen(box, "list").out.strip() == "Nothing waits."


@pytest.mark.usefixtures("given_up")
def test_a_command_that_was_given_up_is_tried_again(lotsen: Lotsen) -> None:
    listed = lotsen("inbox", "list", "--json").json["commands"]
    assert [(item["command"], item["state"]) for item in listed] == [("Ev1", "dead")]
    assert "Ev1" in lotsen("inbox", "list").out
    number = str(listed[0]["id"])
    assert lotsen("inbox", "retry", number, "--json").json["state"] == InboxState.WAITING.value
    assert lotsen("inbox", "retry", number).code == 2
    real = open_lotsen(Settings.load())
    taken = real.mailbox.take(datetime(2100, 1, 1, tzinfo=UTC))
    real.close()
    assert taken is not None
    assert (taken.command.id, taken.attempt) == ("Ev1", 1)
