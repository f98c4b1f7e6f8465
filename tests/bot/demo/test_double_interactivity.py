"""Clicks, forms, commands and shortcuts: what the app is told, and what becomes of its answer."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from slack_bolt import App
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.webhook import WebhookClient

from bot.demo.double import Control, SlackDouble

Json = dict[str, Any]


@pytest.fixture
def clicked(bolt: App) -> list[Json]:
    """Note the payload of each click on ``go``."""
    heard: list[Json] = []

    @bolt.action("go")
    def hear(ack: Callable[..., None], body: Json) -> None:
        ack()
        heard.append(body)

    return heard


def test_a_click_tells_who_where_and_what(
    double: SlackDouble, web: WebClient, clicked: list[Json], actions: Any
) -> None:
    ts = web.chat_postMessage(channel="C1", text="x", blocks=actions("go", value="7"))["ts"]

    ack = double.click("U1", "C1", ts, "go")

    (body,) = clicked
    assert ack.ok
    assert (body["user"]["id"], body["channel"]["id"]) == ("U1", "C1")
    assert (body["container"]["message_ts"], body["message"]["ts"]) == (ts, ts)
    action = body["actions"][0]
    assert (action["action_id"], action["block_id"], action["value"]) == ("go", "row", "7")


def test_only_what_is_on_the_message_can_be_clicked(
    double: SlackDouble, web: WebClient, actions: Any
) -> None:
    ts = web.chat_postMessage(channel="C1", text="x", blocks=actions("go", value="7"))["ts"]

    with pytest.raises(LookupError):
        double.click("U1", "C1", ts, "stop")
    with pytest.raises(LookupError):
        double.click("U1", "C1", ts, "go", value="8")
    with pytest.raises(LookupError):
        double.click("U1", "C1", ts, Control("go", "other"))
    with pytest.raises(LookupError):
        double.click("U1", "C1", "1.000001", "go")


def test_a_choice_carries_the_option_and_the_state(
    double: SlackDouble, web: WebClient, clicked: list[Json], form: Any
) -> None:
    menu = form()["blocks"][1]["element"] | {"action_id": "go"}
    row = {"type": "actions", "block_id": "row", "elements": [menu]}
    ts = web.chat_postMessage(channel="C1", text="x", blocks=[row])["ts"]

    double.choose("U1", "C1", ts, "go", "mail")

    action = clicked[0]["actions"][0]
    state = clicked[0]["state"]["values"]["row"]["go"]
    assert action["selected_option"]["value"] == "mail"
    assert state["selected_option"]["value"] == "mail"
    with pytest.raises(LookupError):
        double.choose("U1", "C1", ts, "go", "fax")


def test_without_an_app_a_click_is_not_acknowledged(
    company: Callable[..., SlackDouble], actions: Any
) -> None:
    with company(ack_seconds=0.1) as double:
        web = WebClient(double.bot_token, base_url=double.api_url, retry_handlers=[])
        ts = web.chat_postMessage(channel="C1", text="x", blocks=actions("go"))["ts"]

        ack = double.click("U1", "C1", ts, "go")

    assert (ack.status, ack.ok, ack.reason) == (0, False, "no_connection")


def test_a_trigger_opens_one_form_within_three_seconds(
    double: SlackDouble,
    web: WebClient,
    clicked: list[Json],
    actions: Any,
    form: Any,
    stopwatch: Any,
    refused: Any,
) -> None:
    ts = web.chat_postMessage(channel="C1", text="x", blocks=actions("go"))["ts"]
    double.click("U1", "C1", ts, "go")
    double.click("U1", "C1", ts, "go")
    first, second = (body["trigger_id"] for body in clicked)

    web.views_open(trigger_id=first, view=form())
    again = refused(lambda: web.views_open(trigger_id=first, view=form()))
    stopwatch.seconds += 3.1
    late = refused(lambda: web.views_open(trigger_id=second, view=form()))
    unknown = refused(lambda: web.views_open(trigger_id="1.x", view=form()))

    assert again["error"] == "exchanged_trigger_id"
    assert late["error"] == "expired_trigger_id"
    assert unknown["error"] == "invalid_trigger_id"
    view = double.view("U1")
    assert view
    assert view["callback_id"] == "resolve"


@pytest.fixture
def opened(double: SlackDouble, web: WebClient, bolt: App, form: Any) -> Json:
    """Open the form for U1 and give what Slack answered."""
    answer: list[Json] = []

    @bolt.command("/lotsen")
    def open_form(ack: Callable[..., None], body: Json) -> None:
        ack()
        answer.append(web.views_open(trigger_id=body["trigger_id"], view=form())["view"])

    double.command("U1", "C1", "/lotsen")
    return answer[0]


def answering(bolt: App, **answer: Any) -> list[Json]:
    """Let the app answer each submission so, and note what was submitted."""
    submitted: list[Json] = []

    @bolt.view("resolve")
    def hear(ack: Callable[..., None], body: Json) -> None:
        submitted.append(body["view"])
        ack(**answer)

    return submitted


def test_a_form_is_sent_with_its_values_and_closes(
    double: SlackDouble, bolt: App, opened: Json
) -> None:
    submitted = answering(bolt)

    ack = double.submit("U1", {"note": {"note": "startat om"}, "menu": {"category": "vpn"}})

    assert ack.ok
    values = submitted[0]["state"]["values"]
    assert values["note"]["note"] == {"type": "plain_text_input", "value": "startat om"}
    assert values["menu"]["category"]["selected_option"]["value"] == "vpn"
    assert (submitted[0]["id"], submitted[0]["hash"]) == (opened["id"], opened["hash"])
    assert double.view("U1") is None


def test_slacks_client_does_not_send_an_incomplete_form(double: SlackDouble, opened: Json) -> None:
    with pytest.raises(ValueError, match="complete this required field"):
        double.submit("U1", {})
    with pytest.raises(ValueError, match="too long"):
        double.submit("U1", {"note": {"note": "x" * 21}})
    with pytest.raises(LookupError):
        double.submit("U1", {"nothing": {"note": "x"}})
    with pytest.raises(LookupError):
        double.submit("U2", {"note": {"note": "x"}})


def test_errors_keep_the_form_open_and_are_shown(
    double: SlackDouble, bolt: App, opened: Json
) -> None:
    answering(bolt, response_action="errors", errors={"note": "Skriv mer"})

    ack = double.submit("U1", {"note": {"note": "x"}})

    assert ack.ok
    assert double.view_errors("U1") == {"note": "Skriv mer"}
    assert double.view("U1")


def test_errors_for_a_field_that_is_not_there_are_refused(
    double: SlackDouble, bolt: App, opened: Json
) -> None:
    answering(bolt, response_action="errors", errors={"nothing": "?"})

    ack = double.submit("U1", {"note": {"note": "x"}})

    assert not ack.ok
    assert ack.refused == ("no block 'nothing' in the view",)


def test_a_form_can_be_replaced_stacked_and_cleared(
    double: SlackDouble, bolt: App, opened: Json, form: Any
) -> None:
    answers = iter(
        [
            {"response_action": "update", "view": form(callback_id="second")},
            {"response_action": "push", "view": form(callback_id="third")},
            {"response_action": "clear"},
        ]
    )
    for name in ("resolve", "second", "third"):
        bolt.view(name)(lambda ack: ack(**next(answers)))
    seen = []

    for _ in range(3):
        double.submit("U1", {"note": {"note": "x"}})
        view = double.view("U1")
        seen.append(view and (view["callback_id"], view["previous_view_id"]))

    assert seen == [("second", None), ("third", opened["id"]), None]


def test_a_wrong_form_in_an_answer_leaves_the_old_one(
    double: SlackDouble, bolt: App, opened: Json, form: Any
) -> None:
    title = {"type": "plain_text", "text": "x" * 25}
    answering(bolt, response_action="update", view=form(title=title))

    ack = double.submit("U1", {"note": {"note": "x"}})

    assert "must be less than 25 characters" in ack.refused[0]
    view = double.view("U1")
    assert view
    assert view["id"] == opened["id"]


def test_a_form_changes_only_for_who_knows_its_latest_hash(
    double: SlackDouble, web: WebClient, opened: Json, form: Any, refused: Any
) -> None:
    web.views_update(view_id=opened["id"], hash=opened["hash"], view=form(callback_id="b"))

    late = refused(lambda: web.views_update(view_id=opened["id"], hash=opened["hash"], view=form()))

    assert late["error"] == "hash_conflict"
    view = double.view("U1")
    assert view
    assert view["callback_id"] == "b"


def test_at_most_three_forms_lie_on_one_another(
    double: SlackDouble, web: WebClient, bolt: App, opened: Json, actions: Any, form: Any
) -> None:
    errors: list[str] = []

    @bolt.action("more")
    def push(ack: Callable[..., None], body: Json) -> None:
        ack()
        more = form(blocks=actions("more"))
        try:
            web.views_push(trigger_id=body["trigger_id"], view=more)
        except SlackApiError as error:
            errors.append(error.response["error"])

    web.views_update(view_id=opened["id"], view=form(blocks=actions("more")))
    for _ in range(3):
        double.click_view("U1", "more")

    assert errors == ["push_limit_reached"]


def test_closing_a_form_is_told_only_when_wanted(
    double: SlackDouble, web: WebClient, bolt: App, opened: Json, form: Any
) -> None:
    closed: list[Json] = []

    @bolt.view_closed("resolve")
    def hear(ack: Callable[..., None], body: Json) -> None:
        ack()
        closed.append(body)

    web.views_update(view_id=opened["id"], view=form(notify_on_close=True))
    double.close_view("U1")

    assert closed[0]["is_cleared"] is False
    assert double.view("U1") is None
    with pytest.raises(LookupError):
        double.close_view("U1")


def test_app_home_is_published_and_its_buttons_work(
    double: SlackDouble, web: WebClient, bolt: App, clicked: list[Json], actions: Any
) -> None:
    @bolt.event("app_home_opened")
    def draw(event: Json, client: WebClient) -> None:
        home = {"type": "home", "blocks": actions("go")}
        client.views_publish(user_id=event["user"], view=home)

    double.open_home("U1")
    double.wait_until(lambda: double.home("U1"))
    ack = double.click_view("U1", "go", home=True)

    assert ack.ok
    assert clicked[0]["view"]["type"] == "home"
    assert clicked[0]["container"]["type"] == "view"


def test_a_command_answers_only_the_person_unless_it_says_in_channel(
    double: SlackDouble, bolt: App
) -> None:
    answers = iter(["bara du", {"text": "alla", "response_type": "in_channel"}])
    bolt.command("/lotsen")(lambda ack: ack(next(answers)))

    double.command("U1", "C1", "/lotsen")
    double.command("U1", "C1", "/lotsen")

    assert [one.text for one in double.ephemerals("U1")] == ["bara du"]
    assert [one.text for one in double.messages("C1")] == ["alla"]


def test_a_message_shortcut_carries_the_message(double: SlackDouble, bolt: App) -> None:
    heard: list[Json] = []

    @bolt.shortcut("make_ticket")
    def hear(ack: Callable[..., None], body: Json) -> None:
        ack()
        heard.append(body)

    ts = double.say("U1", "C1", "gör ett ärende")
    ack = double.shortcut("U2", "C1", ts, "make_ticket")

    assert ack.ok
    assert heard[0]["type"] == "message_action"
    assert heard[0]["message"]["text"] == "gör ett ärende"
    assert (heard[0]["user"]["id"], heard[0]["message"]["user"]) == ("U2", "U1")


def test_a_response_address_works_five_times_for_half_an_hour(
    double: SlackDouble, web: WebClient, clicked: list[Json], actions: Any, stopwatch: Any
) -> None:
    ts = web.chat_postMessage(channel="C1", text="x", blocks=actions("go"))["ts"]
    double.click("U1", "C1", ts, "go")
    double.click("U1", "C1", ts, "go")
    first, second = (WebhookClient(body["response_url"]) for body in clicked)

    statuses = [first.send(text="hej").status_code for _ in range(6)]
    stopwatch.seconds += 30 * 60 + 1
    late = second.send(text="för sent")

    assert statuses == [200] * 5 + [404]
    assert (late.status_code, "expired_url" in late.body) == (404, True)
    assert len(double.ephemerals("U1")) == 5


def test_a_response_address_replaces_deletes_or_speaks_to_all(
    double: SlackDouble, web: WebClient, clicked: list[Json], actions: Any
) -> None:
    ts = web.chat_postMessage(channel="C1", text="x", blocks=actions("go"))["ts"]
    double.click("U1", "C1", ts, "go")
    respond = WebhookClient(clicked[0]["response_url"])

    respond.send(text="ersatt", replace_original=True)
    replaced = double.messages("C1")[0]
    respond.send(text="alla", response_type="in_channel")
    respond.send(delete_original=True)
    wrong = respond.send(blocks=[{"type": "sektion"}])

    assert (replaced.ts, replaced.text, replaced.blocks) == (ts, "ersatt", ())
    assert [one.text for one in double.messages("C1")] == ["alla"]
    assert (wrong.status_code, "invalid_blocks" in wrong.body) == (400, True)


def test_an_ephemeral_message_has_buttons_too(
    double: SlackDouble, web: WebClient, clicked: list[Json], actions: Any
) -> None:
    web.chat_postEphemeral(channel="C1", user="U1", text="x", blocks=actions("go"))
    (shown,) = double.ephemerals("U1")

    double.click("U1", "C1", shown.ts, "go")
    WebhookClient(clicked[0]["response_url"]).send(delete_original=True)

    assert clicked[0]["container"]["is_ephemeral"]
    assert "message" not in clicked[0]
    assert double.ephemerals("U1") == []


def test_many_people_click_at_once_and_each_is_answered(
    double: SlackDouble, web: WebClient, clicked: list[Json], actions: Any
) -> None:
    ts = web.chat_postMessage(channel="C1", text="x", blocks=actions("go"))["ts"]
    acks: list[bool] = []

    def click() -> None:
        acks.append(double.click("U1", "C1", ts, "go").ok)

    threads = [threading.Thread(target=click) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert acks == [True] * 20
    assert len({body["trigger_id"] for body in clicked}) == 20
