"""Each thing that happens in Slack is exactly the right command, or none."""

from collections.abc import Callable
from typing import Any

import pytest

from bot.slack.reading import digest
from models import commands
from models.commands import (
    Ask,
    DeleteMessage,
    EditMessage,
    ExplainTicket,
    JudgeAnswer,
    MakeTicket,
    MoveTicket,
    Place,
    PostMessage,
    SetCategory,
)
from models.tables import InboxState

Make = Callable[..., dict[str, Any]]
TS = "1795420800.000100"
LATER = "1795420810.000100"


def changed(new: dict[str, Any], old: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "type": "message",
        "subtype": "message_changed",
        "hidden": True,
        "channel": "CHELP",
        "channel_type": "channel",
        "ts": "1795420900.000200",
        "event_ts": "1795420900.000200",
        "message": {"type": "message", "user": "UASA", "ts": TS, **new},
        "previous_message": {"type": "message", "user": "UASA", "ts": TS, **old},
        **more,
    }


def test_a_message_in_the_help_channel_is_a_question(ears: Any, message: Make) -> None:
    assert ears.hears(message("R&amp;D: <https://x.example/a|x.example> är nere")).status == 200
    (command,) = ears.commands()
    assert isinstance(command, PostMessage)
    assert command.text == "R&D: x.example är nere"
    assert (command.id, command.user, command.where) == ("Ev1", "UASA", "help")
    assert command.place == Place("CHELP", TS)
    assert command.at.timestamp() == pytest.approx(1795420800.0001)


@pytest.mark.parametrize("subtype", ["file_share", "thread_broadcast", "me_message"])
def test_what_people_write_in_other_ways_is_a_message_too(
    ears: Any, message: Make, subtype: str
) -> None:
    more: dict[str, Any] = {"subtype": subtype, "files": [{"id": "F1"}, {"id": "F2"}]}
    ears.hears(message("se bilden", thread_ts="1795420700.000100", **more))
    (command,) = ears.commands()
    assert len(command.files) == 2
    assert command.place.thread_ts == "1795420700.000100"


@pytest.mark.parametrize(
    "more",
    [
        {"subtype": "channel_join"},
        {"subtype": "channel_topic"},
        {"subtype": "bot_message", "bot_id": "B9", "user": None},
        {"bot_id": "B9"},
        {"user": "UBOT"},
        {"user": None},
        {"subtype": "reminder_add"},
        {"channel": "COTHER"},
    ],
    ids=str,
)
def test_bots_joins_and_other_channels_are_acknowledged_and_left_alone(
    ears: Any, message: Make, more: dict[str, Any]
) -> None:
    assert ears.hears(message(**more)).status == 200
    assert ears.commands() == []


def test_a_direct_message_is_a_question(ears: Any, message: Make) -> None:
    ears.hears(message(channel="D7", channel_type="im"))
    assert ears.commands()[0].where == "direct"


def test_the_same_event_again_is_the_same_command(ears: Any, message: Make) -> None:
    for _ in range(3):
        assert ears.hears(message(), "Ev5").status == 200
    assert [command.id for command in ears.commands()] == ["Ev5"]


def test_a_mention_in_the_help_channel_comes_twice_and_is_taken_once(
    ears: Any, message: Make
) -> None:
    said = message("<@UBOT> VPN är nere")
    ears.hears(said, "Ev1")
    ears.hears({**said, "type": "app_mention"}, "Ev2")
    (command,) = ears.commands()
    assert (command.text, command.where) == ("VPN är nere", "help")


def test_a_mention_elsewhere_is_taken_and_the_talk_around_it_is_not(
    ears: Any, message: Make
) -> None:
    said = message("<@UBOT> VPN är nere, <@UOLA> också", channel="COTHER")
    ears.hears(said, "Ev1")
    ears.hears({**said, "type": "app_mention"}, "Ev2")
    (command,) = ears.commands()
    assert (command.id, command.where) == ("Ev2", "mention")
    assert command.text == "VPN är nere, <@UOLA> också"


def test_who_was_answered_elsewhere_writes_on_without_a_mention(ears: Any, message: Make) -> None:
    said = message("<@UBOT> VPN är nere", channel="COTHER")
    ears.hears({**said, "type": "app_mention"}, "Ev1")
    (asked,) = ears.commands()
    ears.lotsen.handle(asked, asked.at)
    below = {"channel": "COTHER", "ts": "1795420860.000100"}
    ears.hears(message("felkod 809", thread_ts=TS, **below), "Ev2")
    ears.hears(message("lunch?", **below), "Ev3")
    ears.hears(message("lunch?", thread_ts="1795420000.000100", **below), "Ev4")
    with ears.lotsen.store.snapshot() as unit:
        (waiting,) = unit.inbox.listing([InboxState.WAITING])
    follow_up = commands.from_json(waiting.payload)
    assert isinstance(follow_up, PostMessage)
    assert (follow_up.id, follow_up.text, follow_up.where) == ("Ev2", "felkod 809", "mention")


def test_an_edit_follows_without_the_mention_that_called_us(ears: Any) -> None:
    new = {"text": "<@UBOT> Excel startar inte", "edited": {"user": "UASA", "ts": "1795420890.0"}}
    ears.hears(changed(new, {"text": "<@UBOT> Exel startar inte"}))
    (command,) = ears.commands()
    assert isinstance(command, EditMessage)
    assert command.text == "Excel startar inte"
    assert command.place == Place("CHELP", TS)
    assert command.at.timestamp() == 1795420890


def test_a_mention_elsewhere_is_followed_when_it_is_edited_or_deleted(ears: Any) -> None:
    elsewhere = {"channel": "COTHER"}
    ears.hears(changed({"text": "<@UBOT> ny"}, {"text": "<@UBOT> gammal"}, **elsewhere), "Ev1")
    gone = {"subtype": "message_deleted", "deleted_ts": TS, "message": None}
    ears.hears(changed({}, {"text": "<@UBOT> ny"}, **elsewhere) | gone, "Ev2")
    ears.hears(changed({"text": "annat"}, {"text": "talk"}, **elsewhere), "Ev3")
    assert [type(command) for command in ears.commands()] == [EditMessage, DeleteMessage]


@pytest.mark.parametrize(
    "new",
    [
        {"text": "samma", "attachments": [{"from_url": "https://x.example"}]},  # an unfurl
        {"text": "annat", "bot_id": "B1"},
        {"text": "annat", "user": None},
    ],
    ids=["unfurl", "bot", "nobody"],
)
def test_changes_that_are_no_persons_words_are_left_alone(ears: Any, new: dict[str, Any]) -> None:
    assert ears.hears(changed(new, {"text": "samma"})).status == 200
    assert ears.commands() == []


def test_a_deletion_follows_and_a_tombstone_is_one(ears: Any) -> None:
    gone = {"subtype": "message_deleted", "deleted_ts": TS, "message": None}
    ears.hears(changed({}, {"text": "hemligt", "thread_ts": TS}) | gone, "Ev1")
    stone = {"subtype": "tombstone", "user": "USLACKBOT", "text": "This message was deleted."}
    ears.hears(changed(stone | {"ts": LATER}, {"text": "hemligt"}), "Ev2")
    first, second = ears.commands()
    assert isinstance(first, DeleteMessage)
    assert isinstance(second, DeleteMessage)
    assert (first.place, second.place) == (Place("CHELP", TS, TS), Place("CHELP", LATER))


def test_the_deletion_of_our_own_post_is_none_of_our_business(ears: Any) -> None:
    gone = {"subtype": "message_deleted", "deleted_ts": TS, "message": None}
    ears.hears(changed({}, {"text": "x", "bot_id": "B1"}) | gone)
    assert ears.commands() == []


def reaction(**more: Any) -> dict[str, Any]:
    event = {
        "type": "reaction_added",
        "user": "UKIM",
        "reaction": "ticket",
        "item_user": "UASA",
        "item": {"type": "message", "channel": "CHELP", "ts": TS},
        "event_ts": "1795420950.000100",
    }
    return event | more


def test_the_ticket_emoji_makes_a_ticket_of_the_message(ears: Any) -> None:
    ears.hears(reaction())
    (command,) = ears.commands()
    assert isinstance(command, MakeTicket)
    assert (command.user, command.author, command.text) == ("UKIM", "UASA", "")
    assert command.place == Place("CHELP", TS)


@pytest.mark.parametrize(
    "more",
    [
        {"reaction": "eyes"},
        {"item": {"type": "file", "file": "F1"}},
        {"item_user": "UBOT"},
        {"user": "UBOT"},
    ],
    ids=["eyes", "file", "our own post", "ourselves"],
)
def test_other_emoji_and_our_own_posts_make_none(ears: Any, more: dict[str, Any]) -> None:
    assert ears.hears(reaction(**more)).status == 200
    assert ears.commands() == []


def shortcut(**message: Any) -> dict[str, Any]:
    return {
        "type": "message_action",
        "callback_id": "make_ticket",
        "trigger_id": "1.2.abc",
        "api_app_id": "A1",
        "user": {"id": "UKIM"},
        "channel": {"id": "CHELP"},
        "response_url": "https://hooks.slack.example/1",
        "message": {"type": "message", "user": "UASA", "ts": TS, "text": "Ingen bild", **message},
    }


def test_the_shortcut_makes_a_ticket_of_the_message(ears: Any) -> None:
    for _ in range(2):
        assert ears.takes(shortcut()).status == 200
    (command,) = ears.commands()
    assert isinstance(command, MakeTicket)
    assert (command.text, command.author, command.place) == (
        "Ingen bild",
        "UASA",
        Place("CHELP", TS),
    )


def test_the_shortcut_on_our_own_post_has_no_words_to_make_a_ticket_of(ears: Any) -> None:
    ears.takes(shortcut(bot_id="B1", app_id="A1", user="UBOT", text="Ticket 7"))
    (command,) = ears.commands()
    assert (command.text, command.place) == ("", None)


def slash(text: str) -> dict[str, Any]:
    return {
        "command": "/lotsen",
        "text": text,
        "user_id": "UASA",
        "channel_id": "CHELP",
        "trigger_id": f"1.2.{text}",
        "response_url": "https://hooks.slack.example/2",
    }


@pytest.mark.parametrize("topic", ["ask", "kpi", "register"])
def test_what_follows_a_word_that_reads_goes_with_it(ears: Any, topic: str) -> None:
    ears.takes(slash(f"  {topic.upper()}  hur byter jag lösenord "))
    (command,) = ears.commands()
    assert isinstance(command, Ask)
    assert (command.topic, command.text) == (topic, "hur byter jag lösenord")


@pytest.mark.parametrize("topic", ["status", "mine", "plan", "roi", "duty", "privacy", "help"])
def test_a_word_that_reads_is_taken_alone(ears: Any, topic: str) -> None:
    ears.takes(slash(f"  {topic.upper()} "))
    assert (ears.commands()[0].topic, ears.commands()[0].text) == (topic, "")


@pytest.mark.parametrize("text", ["", "vad kan du?", "hej", "\n"])
def test_no_words_and_small_talk_get_help(ears: Any, text: str) -> None:
    assert ears.takes(slash(text)).status == 200
    assert ears.commands()[0].topic == "help"


@pytest.mark.parametrize("text", ["hur byter jag lösenord?", "help me print", "resolve 7"])
def test_anything_else_is_a_question(ears: Any, text: str) -> None:
    assert ears.takes(slash(text)).status == 200
    assert (ears.commands()[0].topic, ears.commands()[0].text) == ("ask", text)


@pytest.mark.parametrize("text", ["ticket 249", "ärende #249", "249"])
def test_a_tickets_number_shows_it(ears: Any, text: str) -> None:
    ears.takes(slash(text))
    (command,) = ears.commands()
    assert isinstance(command, ExplainTicket)
    assert command.ticket.lstrip("#") == "249"


@pytest.mark.parametrize("gap", [" ", "\n", "\u00a0", "  \t"])
def test_words_after_ticket_are_the_ticket(ears: Any, gap: str) -> None:
    ears.takes(slash(f"ticket{gap}Skärmen är svart\nsedan i går"))
    (command,) = ears.commands()
    assert isinstance(command, MakeTicket)
    assert (command.text, command.place) == ("Skärmen är svart\nsedan i går", None)


def test_why_asks_for_a_ticket(ears: Any) -> None:
    ears.takes(slash("why T-12"))
    (command,) = ears.commands()
    assert isinstance(command, ExplainTicket)
    assert command.ticket == "T-12"


def click(action_id: str, value: Any = "7", **more: Any) -> dict[str, Any]:
    action = {
        "type": "button",
        "action_id": action_id,
        "block_id": "ticket:7",
        "value": value,
        "action_ts": "1795421000.5",
    }
    return {
        "type": "block_actions",
        "trigger_id": f"9.9.{digest(action_id, str(value), str(more))}",
        "user": {"id": "UKIM"},
        "channel": {"id": "CSUPPORT"},
        "response_url": "https://hooks.slack.example/3",
        "actions": [{name: part for name, part in (action | more).items() if part is not None}],
    }


@pytest.mark.parametrize("move", ["claim", "pause", "resume", "resolve"])
def test_a_button_of_the_card_moves_the_ticket(ears: Any, move: str) -> None:
    for _ in range(2):  # a double delivery is one click
        assert ears.takes(click(f"ticket_{move}")).status == 200
    (command,) = ears.commands()
    assert isinstance(command, MoveTicket)
    assert (command.ticket_id, command.move, command.channel) == (7, move, "CSUPPORT")


def test_who_clicked_is_not_in_the_id_that_events_keep_for_ever(ears: Any) -> None:
    ears.takes(click("ticket_claim"))
    ears.takes(click("ticket_why"))
    ears.takes({**click("ticket_claim"), "user": {"id": "ULENA"}, "trigger_id": "9.9.other"})
    ids = [command.id for command in ears.commands()]
    assert len(set(ids)) == 3
    assert not any(name in found for found in ids for name in ("UKIM", "ULENA"))


@pytest.mark.parametrize("verdict", ["solved", "not_solved", "human"])
def test_a_button_below_an_answer_judges_it(ears: Any, verdict: str) -> None:
    ears.takes(click(f"answer_{verdict}", "3"))
    (command,) = ears.commands()
    assert isinstance(command, JudgeAnswer)
    assert (command.case_id, command.verdict) == (3, verdict)


def chosen(value: Any, block: Any) -> dict[str, Any]:
    option = (
        None if value is None else {"text": {"type": "plain_text", "text": "x"}, "value": value}
    )
    return click(
        "ticket_category", None, type="static_select", block_id=block, selected_option=option
    )


def test_a_choice_sets_the_category(ears: Any) -> None:
    ears.takes(chosen("vpn", "ticket:7:category"))
    (command,) = ears.commands()
    assert isinstance(command, SetCategory)
    assert (command.ticket_id, command.category) == (7, "vpn")


@pytest.mark.parametrize(
    "body",
    [
        click("ticket_claim", "abc"),
        click("ticket_claim", "9" * 40),
        click("ticket_claim", "-1"),
        click("ticket_claim", None),
        click("ticket_resolve", "²"),
        chosen("vpn", "nocolon"),
        chosen("vpn", "ticket:"),
        chosen("vpn", None),
    ],
    ids=["word", "huge", "negative", "missing", "superscript", "no colon", "no number", "no block"],
)
def test_a_click_with_junk_is_about_ticket_0_which_nobody_has(ears: Any, body: Any) -> None:
    assert ears.takes(body).status == 200
    assert ears.commands()[0].ticket_id == 0


@pytest.mark.parametrize(
    "body",
    [
        click("somebody_elses_button"),
        {"type": "shortcut", "callback_id": "unknown", "trigger_id": "1", "user": {"id": "U"}},
        {**shortcut(), "callback_id": "unknown"},
        {
            "type": "view_submission",
            "view": {"type": "modal", "callback_id": "unknown"},
            "user": {"id": "U"},
        },
        {
            "type": "view_closed",
            "view": {"type": "modal", "callback_id": "unknown"},
            "user": {"id": "U"},
        },
        {"type": "block_suggestion", "action_id": "unknown", "user": {"id": "U"}},
        {**slash("x"), "command": "/other"},
        {**click("ticket_claim"), "user": {}},
        {**shortcut(), "message": {}},
        {
            "type": "view_submission",
            "view": {"type": "modal", "callback_id": "ticket_resolve_form"},
            "user": {"id": "U"},
        },
    ],
    ids=lambda body: str(body.get("type") or body.get("command")),
)
def test_what_nobody_knows_or_understands_is_acknowledged(ears: Any, body: Any) -> None:
    assert ears.takes(body).status == 200
    assert ears.commands() == []


@pytest.mark.parametrize("kind", ["team_join", "file_shared", "channel_rename", "future_event"])
def test_an_event_nobody_listens_to_is_acknowledged(ears: Any, kind: str) -> None:
    assert ears.hears({"type": kind, "user": "UASA"}).status == 200
    assert ears.commands() == []


@pytest.mark.parametrize("ts", ["abc", "", "nan", "1e400", "-1e18", None, []])
def test_a_message_without_a_time_is_acknowledged_and_left_alone(
    ears: Any, message: Make, ts: Any
) -> None:
    assert ears.hears(message(ts=ts)).status == 200
    assert ears.commands() == []


def test_signs_that_no_database_stores_do_not_make_a_message_undeliverable(
    ears: Any, message: Make
) -> None:
    assert ears.hears(message("a\0b \ud83d c")).status == 200
    assert ears.commands()[0].text == "ab ? c"


def test_a_message_longer_than_slack_allows_is_cut(ears: Any, message: Make) -> None:
    ears.hears(message("å" * 50_000))
    assert len(ears.commands()[0].text) == commands.MAX_TEXT


def test_while_slack_is_silent_every_event_is_still_stored(ears: Any, message: Make) -> None:
    """Bolt asks auth.test before it runs a listener, and drops the event when it fails."""
    assert ears.hears(message()).status == 200
    assert len(ears.commands()) == 1


def test_what_cannot_be_stored_is_not_acknowledged(ears: Any, message: Make) -> None:
    with ears.lotsen.store.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE inbox")
    assert ears.hears(message()).status == 503
    assert ears.takes(click("ticket_claim")).status == 503
