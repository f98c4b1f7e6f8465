"""What people do in the workspace, and the events the app gets for it."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from slack_sdk import WebClient

from bot.demo.double import SlackDouble, WorkspaceChange
from tests.bot.demo.doubled import inject

Json = dict[str, Any]


class Ledger:
    """The outer events a stopped double would deliver, in order."""

    def __init__(self, double: SlackDouble) -> None:
        self.double = double

    def outer(self) -> list[Json]:
        return [one.payload for one in self.double._slack.dispatcher._open]

    def events(self) -> list[Json]:
        return [one["event"] for one in self.outer()]

    def last(self) -> Json:
        return self.events()[-1]


@pytest.fixture
def quiet(company: Callable[..., SlackDouble]) -> SlackDouble:
    """Give a double that is not started, so that its events wait to be looked at."""
    return company()


@pytest.fixture
def sent(quiet: SlackDouble) -> Ledger:
    return Ledger(quiet)


def post(double: SlackDouble, **arguments: Any) -> Json:
    answer = double._api.call("chat.postMessage", double.bot_token, arguments)
    return answer.body


def test_a_message_comes_in_slacks_envelope(quiet: SlackDouble, sent: Ledger) -> None:
    ts = quiet.say("U1", "C1", "hej")

    (outer,) = sent.outer()
    event = outer["event"]
    assert outer["type"] == "event_callback"
    assert outer["team_id"] == quiet.team_id
    assert outer["event_id"].startswith("Ev")
    assert outer["event_time"] == 1795420800
    assert outer["authorizations"][0]["is_bot"]
    assert (event["type"], event["user"], event["ts"]) == ("message", "U1", ts)
    assert (event["channel"], event["channel_type"]) == ("C1", "channel")
    assert "bot_id" not in event


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("a < b & c > d", "a &lt; b &amp; c &gt; d"),
        ("<@U2> kom", "<@U2> kom"),
        ("<!channel> eld", "<!channel> eld"),
        ("<script>", "&lt;script&gt;"),
        ("se https://x.se/a?b=1&c=2.", "se <https://x.se/a?b=1&amp;c=2>."),
        ("<https://x.se>", "<https://x.se>"),
        ("i <#C1|help-it>", "i <#C1|help-it>"),
    ],
)
def test_what_is_typed_arrives_escaped(
    quiet: SlackDouble, sent: Ledger, typed: str, text: str
) -> None:
    quiet.say("U1", "C1", typed)

    assert sent.last()["text"] == text
    section = sent.last()["blocks"][0]["elements"][0]
    shown = "".join(part.get("text", "") for part in section["elements"])
    assert "&lt;" not in shown


def test_a_mention_comes_as_two_events_of_one_message(quiet: SlackDouble, sent: Ledger) -> None:
    quiet.say("U1", "C1", "<@BOT> hjälp")

    message, mention = sent.events()
    assert (message["type"], mention["type"]) == ("message", "app_mention")
    assert message["ts"] == mention["ts"]
    assert mention["text"] == f"<@{quiet.bot_user_id}> hjälp"


def test_in_a_direct_message_a_mention_is_only_a_message(quiet: SlackDouble, sent: Ledger) -> None:
    quiet.direct_message("U1", "<@BOT> hej")

    (event,) = sent.events()
    assert (event["channel_type"], event["channel"]) == ("im", quiet.im("U1"))


def test_the_app_hears_its_own_post_with_its_ids(quiet: SlackDouble, sent: Ledger) -> None:
    post(quiet, channel="C1", text="svar", metadata={"event_type": "a", "event_payload": {}})

    event = sent.last()
    assert (event["bot_id"], event["user"]) == (quiet.bot_id, quiet.bot_user_id)
    assert event["app_id"] == event["bot_profile"]["app_id"]
    assert event["metadata"]["event_type"] == "a"
    assert "subtype" not in event


def test_a_post_under_another_name_is_a_bot_message(company: Callable[..., SlackDouble]) -> None:
    double = company(scopes={"chat:write", "chat:write.customize", "channels:history"})

    post(double, channel="C1", text="svar", username="Lots")

    event = Ledger(double).last()
    assert (event["subtype"], event["username"]) == ("bot_message", "Lots")


def test_an_edit_and_a_deletion_carry_the_message_nested(quiet: SlackDouble, sent: Ledger) -> None:
    ts = quiet.say("U1", "C1", "förre")
    quiet.edit("U1", "C1", ts, "efter")
    changed = sent.last()
    quiet.delete("U1", "C1", ts)
    deleted = sent.last()

    assert changed["subtype"] == "message_changed"
    assert (changed["message"]["text"], changed["previous_message"]["text"]) == ("efter", "förre")
    assert changed["message"]["edited"]["user"] == "U1"
    assert changed["ts"] != ts
    assert (deleted["subtype"], deleted["deleted_ts"]) == ("message_deleted", ts)
    assert quiet.messages("C1") == []
    with pytest.raises(LookupError):
        quiet.edit("U1", "C1", ts, "x")


def test_nobody_edits_what_another_wrote(quiet: SlackDouble) -> None:
    ts = quiet.say("U1", "C1", "mitt")

    with pytest.raises(PermissionError):
        quiet.edit("U2", "C1", ts, "ditt")


def test_a_reaction_names_the_message_and_its_author(quiet: SlackDouble, sent: Ledger) -> None:
    ts = quiet.say("U1", "C1", "hej")
    quiet.react("U2", "C1", ts, "🎫")

    event = sent.last()
    assert (event["type"], event["reaction"]) == ("reaction_added", "ticket")
    assert event["item"] == {"type": "message", "channel": "C1", "ts": ts}
    assert (event["user"], event["item_user"]) == ("U2", "U1")


def test_who_joins_is_announced(quiet: SlackDouble, sent: Ledger) -> None:
    quiet.join("U3", "C1")

    assert sent.last()["subtype"] == "channel_join"
    assert sent.last()["text"] == "<@U3> has joined the channel"


def test_opening_app_home_names_the_tab(quiet: SlackDouble, sent: Ledger) -> None:
    quiet.open_home("U1")
    quiet.open_home("U1", tab="messages")

    assert [one["tab"] for one in sent.events()] == ["home", "messages"]
    assert sent.last()["channel"] == quiet.im("U1")


def test_a_changed_language_is_told(quiet: SlackDouble, sent: Ledger) -> None:
    quiet.change_person("U1", locale="de-DE")

    assert sent.last()["type"] == "user_change"
    assert sent.last()["user"]["locale"] == "de-DE"


def test_the_app_hears_only_channels_it_is_in(quiet: SlackDouble, sent: Ledger) -> None:
    quiet.say("U1", "C3", "här är du inte")
    quiet.say("U3", "C5", "här inte heller")

    assert sent.events() == []
    with pytest.raises(LookupError):
        quiet.say("U1", "C5", "hemligt")
    with pytest.raises(PermissionError):
        quiet.say("U1", "C4", "arkiverad")


def test_without_the_scope_an_event_is_not_sent(company: Callable[..., SlackDouble]) -> None:
    double = company(scopes={"app_mentions:read"})

    double.say("U1", "C1", "<@BOT> hej")

    assert [one["type"] for one in Ledger(double).events()] == ["app_mention"]


def test_files_are_shown_with_the_message(quiet: SlackDouble, sent: Ledger) -> None:
    quiet.say("U1", "C1", "se bilden", files=["skärm.png"])

    assert sent.last()["subtype"] == "file_share"
    assert sent.last()["files"][0]["name"] == "skärm.png"


def test_anything_can_be_injected(quiet: SlackDouble, sent: Ledger) -> None:
    inject(quiet, {"type": "team_join", "user": {"id": "U9"}})
    inject(quiet, {"type": "event_callback", "event_id": "EvX", "event": {"type": "odd"}})
    envelope = {"envelope_id": "e", "type": "events_api", "retry_attempt": 2}
    inject(quiet, envelope | {"payload": {"event": {"type": "late"}}})

    assert [one["type"] for one in sent.events()] == ["team_join", "odd", "late"]
    assert [one.attempt for one in quiet._slack.dispatcher._open] == [0, 0, 2]


def test_watchers_are_told_of_each_change_until_they_leave(quiet: SlackDouble) -> None:
    seen: list[WorkspaceChange] = []
    leave = quiet.subscribe(seen.append)

    ts = quiet.say("U1", "C1", "hej")
    post(quiet, channel="C1", text="svar", thread_ts=ts)
    leave()
    quiet.say("U1", "C1", "tyst")

    assert [(one.kind, one.channel) for one in seen] == [("message", "C1")] * 2


def test_a_watcher_may_read_the_workspace_from_another_thread(
    double: SlackDouble, web: WebClient
) -> None:
    read: list[int] = []

    def look(_change: WorkspaceChange) -> None:
        reader = threading.Thread(target=lambda: read.append(len(double.messages("C1"))))
        reader.start()
        reader.join(5)

    double.subscribe(look)
    web.chat_postMessage(channel="C1", text="hej")

    assert read == [1]


def test_the_same_seed_gives_the_same_workspace(company: Callable[..., SlackDouble]) -> None:
    def story(seed: int) -> list[Json]:
        double = company(seed=seed)
        double.say("U1", "C1", "hej")
        return Ledger(double).outer()

    assert story(1) == story(1)
    assert story(1) != story(2)


def test_many_threads_write_and_no_time_stamp_is_given_twice(quiet: SlackDouble) -> None:
    def write() -> None:
        for n in range(100):
            quiet.say("U1", "C1", str(n))

    threads = [threading.Thread(target=write) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    written = [one.ts for one in quiet.messages("C1")]
    assert len(set(written)) == len(written) == 800
    assert quiet.pending_events() == 800
