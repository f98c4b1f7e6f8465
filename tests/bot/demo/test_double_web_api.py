"""The double's Web API answers, refuses and counts as Slack does."""

import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from slack_sdk import WebClient

from bot.demo.double import SlackDouble, StoredMessage
from tests.bot.demo.doubled import revoke_tokens

Company = Callable[..., SlackDouble]


@pytest.fixture(scope="module")
def standing() -> Iterator[dict[str, Any]]:
    """Keep one workspace for all refusals; none of them changes it."""
    kept: dict[str, Any] = {}
    yield kept
    if "double" in kept:
        kept["double"].stop()


@pytest.fixture
def lasting(standing: dict[str, Any], company: Company) -> SlackDouble:
    if "double" not in standing:
        standing["double"] = company().start()
        standing["typed"] = standing["double"].say("U1", "C1", "hej")
    double: SlackDouble = standing["double"]
    return double


def blocks_of(text: str, times: int = 1) -> list[dict[str, Any]]:
    return [{"type": "section", "text": {"type": "mrkdwn", "text": text}}] * times


REFUSALS: list[tuple[str, dict[str, Any], str]] = [
    ("chat.postMessage", {"channel": "C9", "text": "x"}, "channel_not_found"),
    ("chat.postMessage", {"channel": "C5", "text": "x"}, "channel_not_found"),
    ("chat.postMessage", {"channel": "C3", "text": "x"}, "not_in_channel"),
    ("chat.postMessage", {"channel": "C4", "text": "x"}, "is_archived"),
    ("chat.postMessage", {"channel": "C1"}, "no_text"),
    ("chat.postMessage", {"channel": "C1", "text": "  "}, "no_text"),
    ("chat.postMessage", {"text": "x"}, "invalid_arguments"),
    ("chat.postMessage", {"channel": "C1", "blocks": "{"}, "invalid_blocks_format"),
    ("chat.postMessage", {"channel": "C1", "blocks": {"a": 1}}, "invalid_blocks_format"),
    ("chat.postMessage", {"channel": "C1", "blocks": [{"type": "sektion"}]}, "invalid_blocks"),
    ("chat.postMessage", {"channel": "C1", "blocks": blocks_of("x" * 2999, 5)}, "msg_blocks_too_long"),
    ("chat.postMessage", {"channel": "C1", "text": "x", "metadata": "nonsense"}, "invalid_metadata_format"),
    ("chat.postMessage", {"channel": "C1", "text": "x", "metadata": {"event_type": "a"}}, "invalid_metadata_format"),
    ("chat.postMessage", {"channel": "C1", "text": "x", "metadata": {"event_type": "a", "event_payload": {"key": "k" * 20_000}}}, "metadata_too_large"),
    ("chat.postMessage", {"channel": "C1", "text": "x", "username": "Chef"}, "missing_scope"),
    ("chat.postMessage", {"channel": "C1", "text": "x", "markdown_text": "y"}, "markdown_text_conflict"),
    ("chat.postMessage", {"channel": "C1", "text": "x", "attachments": [{}] * 101}, "too_many_attachments"),
    ("chat.update", {"channel": "C1", "ts": "1.000001", "text": "x"}, "message_not_found"),
    ("chat.update", {"channel": "C1", "ts": "TYPED", "text": "x"}, "cant_update_message"),
    ("chat.delete", {"channel": "C1", "ts": "nonsense"}, "message_not_found"),
    ("chat.delete", {"channel": "C1", "ts": "TYPED"}, "cant_delete_message"),
    ("chat.postEphemeral", {"channel": "C1", "user": "U3", "text": "x"}, "user_not_in_channel"),
    ("chat.getPermalink", {"channel": "C1", "message_ts": "1.000001"}, "message_not_found"),
    ("chat.startStream", {"channel": "C1", "thread_ts": "TYPED"}, "missing_recipient_team_id"),
    ("chat.appendStream", {"channel": "C1", "ts": "TYPED", "markdown_text": "x"}, "message_not_owned_by_app"),
    ("conversations.history", {"channel": "C3"}, "not_in_channel"),
    ("conversations.history", {"channel": "C1", "limit": 2000}, "invalid_limit"),
    ("conversations.history", {"channel": "C1", "cursor": "!"}, "invalid_cursor"),
    ("conversations.history", {"channel": "C1", "oldest": "now"}, "invalid_ts_oldest"),
    ("conversations.replies", {"channel": "C1", "ts": "1.000001"}, "thread_not_found"),
    ("conversations.open", {"users": "U9"}, "user_not_found"),
    ("conversations.open", {}, "users_list_not_supplied"),
    ("conversations.join", {"channel": "C4"}, "is_archived"),
    ("conversations.join", {"channel": "C2"}, "method_not_supported_for_channel_type"),
    ("conversations.info", {"channel": "C9"}, "channel_not_found"),
    ("reactions.add", {"channel": "C1", "timestamp": "1.000001", "name": "eyes"}, "message_not_found"),
    ("reactions.get", {"channel": "C1", "timestamp": "1.000001"}, "message_not_found"),
    ("users.info", {"user": "U9"}, "user_not_found"),
    ("usergroups.users.list", {"usergroup": "S9"}, "no_such_subteam"),
    ("bots.info", {"bot": "B9"}, "bot_not_found"),
    ("team.info", {}, "missing_scope"),
    ("views.open", {"trigger_id": "1.x"}, "invalid_arguments"),
    ("views.publish", {"user_id": "U9", "view": {"type": "home", "blocks": blocks_of("x")}}, "user_not_found"),
    ("views.update", {"view_id": "V9", "view": {"type": "home", "blocks": blocks_of("x")}}, "not_found"),
    ("files.completeUploadExternal", {"files": [{"id": "F9"}]}, "file_not_found"),
    ("files.getUploadURLExternal", {"filename": "a.txt"}, "invalid_arguments"),
    ("assistant.threads.setSuggestedPrompts", {"channel_id": "C1", "prompts": [{"title": "a", "message": "b"}] * 5}, "invalid_arguments"),
    ("apps.connections.open", {}, "not_allowed_token_type"),
    ("chat.shout", {}, "unknown_method"),
]  # fmt: skip


@pytest.mark.parametrize(("method", "arguments", "code"), REFUSALS)
def test_a_call_is_refused_with_slacks_own_code(
    lasting: SlackDouble,
    standing: dict[str, Any],
    refused: Any,
    method: str,
    arguments: dict[str, Any],
    code: str,
) -> None:
    web = WebClient(lasting.bot_token, base_url=lasting.api_url, retry_handlers=[])
    arguments = {k: standing["typed"] if v == "TYPED" else v for k, v in arguments.items()}

    answer = refused(lambda: web.api_call(method, json=arguments))

    assert answer["error"] == code
    assert len(lasting.messages("C1")) == 1


@pytest.mark.parametrize(("token", "code"), [("", "not_authed"), ("xoxb-wrong", "invalid_auth")])
def test_a_call_without_the_right_token_is_refused(
    lasting: SlackDouble, refused: Any, token: str, code: str
) -> None:
    web = WebClient(token, base_url=lasting.api_url, retry_handlers=[])

    assert refused(web.auth_test)["error"] == code


def test_a_missing_scope_is_named_with_what_was_provided(company: Company, refused: Any) -> None:
    with company(scopes={"users:read"}) as double:
        web = WebClient(double.bot_token, base_url=double.api_url, retry_handlers=[])

        answer = refused(lambda: web.chat_postMessage(channel="C1", text="x"))

    assert (answer["error"], answer["needed"]) == ("missing_scope", "chat:write")
    assert answer["provided"] == "users:read"


def test_after_the_app_is_uninstalled_every_call_is_refused(
    double: SlackDouble, web: WebClient, refused: Any
) -> None:
    revoke_tokens(double)

    assert refused(web.auth_test)["error"] == "token_revoked"


def test_the_app_token_opens_sockets_and_nothing_else(double: SlackDouble, refused: Any) -> None:
    web = WebClient(double.app_token, base_url=double.api_url, retry_handlers=[])

    url = web.apps_connections_open(app_token=double.app_token)["url"]

    assert url.startswith("ws://127.0.0.1:")
    refusal = refused(lambda: web.chat_postMessage(channel="C1", text="x"))
    assert refusal["error"] == "not_allowed_token_type"


def test_a_post_stands_in_its_thread_with_its_metadata(double: SlackDouble, web: WebClient) -> None:
    metadata = {"event_type": "lotsen_post", "event_payload": {"key": "card:7"}}
    ts = double.say("U1", "C1", "Skrivaren är trasig")

    posted = web.chat_postMessage(channel="C1", text="svar", thread_ts=ts, metadata=metadata)

    plain = web.conversations_replies(channel="C1", ts=ts)["messages"]
    full = web.conversations_replies(channel="C1", ts=ts, include_all_metadata=True)["messages"]
    assert [one["ts"] for one in full] == [ts, posted["ts"]]
    assert full[1]["metadata"] == metadata
    assert "metadata" not in plain[1]
    assert full[0]["reply_count"] == 1
    assert double.thread("C1", ts)[1].metadata == metadata


def test_metadata_is_found_in_the_history_too(double: SlackDouble, web: WebClient) -> None:
    metadata = {"event_type": "lotsen_post", "event_payload": {"key": "digest"}}
    web.chat_postMessage(channel="C1", text="x", metadata=metadata)

    found = web.conversations_history(channel="C1", include_all_metadata=True)["messages"]

    assert found[0]["metadata"]["event_payload"]["key"] == "digest"


def test_time_stamps_follow_the_clock_and_never_repeat(
    double: SlackDouble, web: WebClient, clock: Any
) -> None:
    first = [web.chat_postMessage(channel="C1", text="x")["ts"] for _ in range(3)]
    clock.move(days=1)
    later = web.chat_postMessage(channel="C1", text="x")["ts"]

    assert first[0] == "1795420800.000100"
    assert first == sorted(set(first))
    assert float(later) - float(first[0]) == pytest.approx(86_400, abs=1)


def test_history_gives_the_newest_first_and_pages_to_the_end(
    double: SlackDouble, web: WebClient
) -> None:
    written = [double.say("U1", "C1", f"nr {n}") for n in range(25)]

    pages = [page["messages"] for page in web.conversations_history(channel="C1", limit=10)]

    assert [len(page) for page in pages] == [10, 10, 5]
    assert [one["ts"] for page in pages for one in page] == written[::-1]


def test_replies_give_the_parent_on_each_page_and_every_reply_once(
    double: SlackDouble, web: WebClient
) -> None:
    ts = double.say("U1", "C1", "fråga")
    written = [double.say("U2", "C1", f"nr {n}", thread_ts=ts) for n in range(7)]

    pages = [page["messages"] for page in web.conversations_replies(channel="C1", ts=ts, limit=3)]

    assert [one["ts"] for page in pages for one in page[1:]] == written
    assert all(page[0]["ts"] == ts for page in pages)


def test_history_is_bounded_by_oldest_and_latest(double: SlackDouble, web: WebClient) -> None:
    a, b, c = (double.say("U1", "C1", name) for name in "abc")

    def texts(**bounds: Any) -> list[str]:
        found = web.conversations_history(channel="C1", **bounds)["messages"]
        return [one["text"] for one in found]

    assert texts(oldest=a) == ["c", "b"]
    assert texts(oldest=a, inclusive=True) == ["c", "b", "a"]
    assert texts(latest=c) == ["b", "a"]
    assert texts(latest=b, oldest=b, inclusive=True) == ["b"]


def test_replies_stand_in_the_history_only_when_broadcast(
    double: SlackDouble, web: WebClient
) -> None:
    ts = double.say("U1", "C1", "fråga")
    web.chat_postMessage(channel="C1", text="tyst", thread_ts=ts)
    web.chat_postMessage(channel="C1", text="högt", thread_ts=ts, reply_broadcast=True)

    found = web.conversations_history(channel="C1")["messages"]

    assert [one["text"] for one in found] == ["högt", "fråga"]


def test_a_long_text_is_cut_and_said_to_be(double: SlackDouble, web: WebClient) -> None:
    answer = web.chat_postMessage(channel="C1", text="x" * 50_000)

    assert answer["warning"] == "message_truncated"
    assert len(double.messages("C1")[0].text) == 40_000


def test_an_update_with_text_alone_takes_the_blocks_away_and_keeps_the_metadata(
    double: SlackDouble, web: WebClient, actions: Any, refused: Any
) -> None:
    metadata = {"event_type": "lotsen_post", "event_payload": {"key": "k"}}
    ts = web.chat_postMessage(channel="C1", text="x", blocks=actions("go"), metadata=metadata)["ts"]

    web.chat_update(channel="C1", ts=ts, text="klart")

    (message,) = double.messages("C1")
    assert (message.text, message.blocks, message.metadata) == ("klart", (), metadata)
    assert message.edited
    too_long = refused(lambda: web.chat_update(channel="C1", ts=ts, text="x" * 4001))
    assert too_long["error"] == "msg_too_long"


def test_a_deleted_parent_leaves_a_tombstone_and_a_single_message_nothing(
    double: SlackDouble, web: WebClient
) -> None:
    parent, single = (web.chat_postMessage(channel="C1", text=t)["ts"] for t in "ab")
    double.say("U1", "C1", "svar", thread_ts=parent)

    web.chat_delete(channel="C1", ts=parent)
    web.chat_delete(channel="C1", ts=single)

    assert [one.subtype for one in double.messages("C1")] == ["tombstone", ""]


def test_an_ephemeral_message_is_seen_by_one_person_only(
    double: SlackDouble, web: WebClient
) -> None:
    web.chat_postEphemeral(channel="C1", user="U1", text="bara du")

    assert [one.text for one in double.ephemerals("U1")] == ["bara du"]
    assert double.ephemerals("U2") == []
    assert double.messages("C1") == []


def test_a_post_to_a_person_reaches_their_direct_message(
    double: SlackDouble, web: WebClient
) -> None:
    opened = web.conversations_open(users="U1")["channel"]["id"]

    posted = web.chat_postMessage(channel="U1", text="hej")

    assert posted["channel"] == opened == double.im("U1")
    assert web.conversations_open(users=["U1"])["already_open"]
    assert [one.text for one in double.messages(opened)] == ["hej"]


def test_people_and_groups_are_listed_with_their_language(
    double: SlackDouble, web: WebClient
) -> None:
    pages = [page["members"] for page in web.users_list(limit=3, include_locale=True)]
    everybody = [one["id"] for page in pages for one in page]

    assert everybody == ["U1", "U2", "U3", double.bot_user_id]
    assert web.users_info(user="U3", include_locale=True)["user"]["locale"] == "de-DE"
    assert "locale" not in web.users_info(user="U3")["user"]
    assert web.usergroups_users_list(usergroup="S1")["users"] == ["U2", "U3"]
    assert web.usergroups_list(include_users=True)["usergroups"][0]["users"] == ["U2", "U3"]


def test_channels_are_described_as_the_app_may_see_them(
    double: SlackDouble, web: WebClient
) -> None:
    kinds = "public_channel,private_channel"

    listed = {one["id"]: one for one in web.conversations_list(types=kinds)["channels"]}

    assert set(listed) == {"C1", "C2", "C3", "C4"}
    assert (listed["C1"]["is_member"], listed["C3"]["is_member"]) == (True, False)
    assert web.conversations_members(channel="C1")["members"] == ["U1", "U2", double.bot_user_id]
    assert web.conversations_info(channel="C2")["channel"]["is_private"]
    web.conversations_join(channel="C3")
    assert web.conversations_info(channel="C3")["channel"]["is_member"]


def test_the_permalink_of_a_reply_names_its_thread(double: SlackDouble, web: WebClient) -> None:
    ts = double.say("U1", "C1", "fråga")
    reply = double.say("U2", "C1", "svar", thread_ts=ts)

    link = web.chat_getPermalink(channel="C1", message_ts=reply)["permalink"]

    assert link.endswith(f"/archives/C1/p{reply.replace('.', '')}?thread_ts={ts}&cid=C1")


def test_reactions_are_counted_once_a_person(company: Company, refused: Any) -> None:
    with company(scopes={"reactions:write", "reactions:read", "channels:history"}) as double:
        web = WebClient(double.bot_token, base_url=double.api_url, retry_handlers=[])
        ts = double.say("U1", "C1", "hej")
        double.react("U1", "C1", ts, "🎫")
        web.reactions_add(channel="C1", timestamp=ts, name="ticket")

        answer = refused(lambda: web.reactions_add(channel="C1", timestamp=ts, name="ticket"))
        invalid = refused(lambda: web.reactions_add(channel="C1", timestamp=ts, name="🎫"))
        shown = web.reactions_get(channel="C1", timestamp=ts)["message"]["reactions"]
        web.reactions_remove(channel="C1", timestamp=ts, name="ticket")

        assert (answer["error"], invalid["error"]) == ("already_reacted", "invalid_name")
        assert shown == [{"name": "ticket", "users": ["U1", double.bot_user_id], "count": 2}]
        assert double.messages("C1")[0].reactions[0].users == ("U1",)


def test_a_file_goes_up_in_three_steps_and_is_shared(double: SlackDouble, web: WebClient) -> None:
    ts = double.say("U1", "C1", "rapport?")

    web.files_upload_v2(
        content="a,b\n1,2\n", filename="kpi.csv", title="KPI", channel="C1", thread_ts=ts,
        initial_comment="Här är den",
    )  # fmt: skip

    (stored,) = double.files
    shared = double.thread("C1", ts)[1]
    assert (stored.content, stored.title, stored.mimetype) == (b"a,b\n1,2\n", "KPI", "text/csv")
    assert (shared.text, shared.files[0]["id"]) == ("Här är den", stored.id)


def test_an_upload_of_another_length_is_not_taken(double: SlackDouble, web: WebClient) -> None:
    announced = web.files_getUploadURLExternal(filename="a.txt", length=5)

    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(announced["upload_url"], b"abc", timeout=5)  # noqa: S310

    assert caught.value.code == 400
    caught.value.close()


def test_a_stream_grows_and_stops(double: SlackDouble, web: WebClient, refused: Any) -> None:
    ts = double.direct_message("U1", "hej")
    channel = double.im("U1")
    started = web.chat_startStream(channel=channel, thread_ts=ts, markdown_text="Jag ")

    web.chat_appendStream(channel=channel, ts=started["ts"], markdown_text="tänker")
    web.chat_stopStream(channel=channel, ts=started["ts"], markdown_text=".")

    assert double.thread(channel, ts)[1].text == "Jag tänker."
    late = refused(
        lambda: web.chat_appendStream(channel=channel, ts=started["ts"], markdown_text="x")
    )
    assert late["error"] == "message_not_in_streaming_state"


def test_a_status_is_shown_until_the_app_posts_or_two_minutes_pass(
    double: SlackDouble, web: WebClient, stopwatch: Any
) -> None:
    ts = double.direct_message("U1", "hej")
    channel = double.im("U1")

    web.assistant_threads_setStatus(channel_id=channel, thread_ts=ts, status="letar")
    shown = double.status(channel, ts)
    stopwatch.seconds += 121
    expired = double.status(channel, ts)
    web.assistant_threads_setStatus(channel_id=channel, thread_ts=ts, status="skriver")
    web.chat_postMessage(channel=channel, thread_ts=ts, text="svar")

    assert (shown, expired, double.status(channel, ts)) == ("letar", "", "")


def test_suggested_prompts_with_a_thread_fail_silently(double: SlackDouble, web: WebClient) -> None:
    prompts = [{"title": "VPN", "message": "Hur når jag VPN?"}]
    channel = double.im("U1")

    web.assistant_threads_setSuggestedPrompts(channel_id=channel, thread_ts="1.0", prompts=prompts)
    silent = double.prompts("U1")
    web.assistant_threads_setSuggestedPrompts(channel_id=channel, prompts=prompts)

    assert (silent, double.prompts("U1")) == ([], prompts)


def test_each_call_is_remembered_without_its_token(double: SlackDouble, web: WebClient) -> None:
    web.chat_postMessage(channel="C1", text="hej")

    (call,) = double.calls_of("chat.postMessage")
    assert call.args == {"channel": "C1", "text": "hej"}
    assert call.answer["ok"]
    assert call.at.tzinfo


@pytest.mark.slow
def test_a_hundred_thousand_messages_do_not_slow_a_call(company: Company, clock: Any) -> None:
    double = company(clock=clock)
    where = double._slack.workspace.place("C1")
    for n in range(100_000):
        where.add(StoredMessage(channel="C1", ts=where.next_ts(clock()), text=str(n)))

    started = time.process_time()
    for _ in range(100):
        double._api.call("chat.postMessage", double.bot_token, {"channel": "C1", "text": "x"})
        found = double._api.call("conversations.history", double.bot_token, {"channel": "C1"})

    assert time.process_time() - started < 2.0  # about 0.1 s; a search would take 10
    assert len(found.body["messages"]) == 100
