"""Slack's limits on Block Kit, one by one, at the last allowed value and one beyond."""

import json
from typing import Any

import pytest

from bot.demo.double.limits import check_blocks, check_metadata, check_view
from bot.demo.double.refusal import Refusal

Json = dict[str, Any]


def plain(length: int) -> Json:
    return {"type": "plain_text", "text": "x" * length}


def mrkdwn(length: int) -> Json:
    return {"type": "mrkdwn", "text": "x" * length}


def section(**fields: Any) -> Json:
    return {"type": "section", "text": mrkdwn(1), **fields}


def button(**fields: Any) -> Json:
    return {"type": "button", "text": plain(2), **fields}


def row(*elements: Json) -> Json:
    return {"type": "actions", "elements": list(elements)}


def options(count: int, **fields: Any) -> list[Json]:
    return [{"text": plain(3), "value": str(n), **fields} for n in range(count)]


def menu(kind: str = "static_select", **fields: Any) -> Json:
    return {"type": kind, **({"options": options(2)} | fields)}


def table(rows: int, columns: int) -> Json:
    return {"type": "table", "rows": [[{"type": "raw_text", "text": "a"}] * columns] * rows}


def data_table(rows: int) -> Json:
    cells = [[{"type": "raw_text", "text": "a"}, {"type": "raw_number", "value": 1}]] * rows
    return {"type": "data_table", "caption": "KPI", "rows": cells}


def line(series: int, title: int = 5) -> Json:
    names = [f"s{n}" for n in range(series)]
    data = [{"label": "v47", "value": 1}, {"label": "v48", "value": 2.5}]
    chart = {
        "type": "line",
        "series": [{"name": name, "data": data} for name in names],
        "axis_config": {"categories": ["v47", "v48"]},
    }
    return {"type": "data_visualization", "title": "x" * title, "chart": chart}


def pie(segments: int, value: float = 1) -> Json:
    parts = [{"label": f"p{n}", "value": value} for n in range(segments)]
    chart = {"type": "pie", "segments": parts}
    return {"type": "data_visualization", "title": "Andel", "chart": chart}


def image(**fields: Any) -> Json:
    return {"type": "image", "alt_text": "bild", "image_url": "https://x.se/a.png", **fields}


def confirm(**fields: Any) -> Json:
    asked = {"title": plain(1), "text": plain(1), "confirm": plain(1), "deny": plain(1)}
    return row(button(confirm=asked | fields))


def ask(**fields: Any) -> Json:
    element = {"type": "plain_text_input"}
    return {"type": "input", "label": plain(3), "element": element, **fields}


# name, the largest that is allowed, the first that is not
MESSAGE_LIMITS: list[tuple[str, list[Json], list[Json]]] = [
    ("blocks", [section()] * 50, [section()] * 51),
    ("actions", [row(*[button()] * 25)], [row(*[button()] * 26)]),
    ("no actions", [row(button())], [row()]),
    ("context", [{"type": "context", "elements": [mrkdwn(1)] * 10}], [{"type": "context", "elements": [mrkdwn(1)] * 11}]),
    ("fields", [section(fields=[mrkdwn(1)] * 10)], [section(fields=[mrkdwn(1)] * 11)]),
    ("field text", [section(fields=[mrkdwn(2000)])], [section(fields=[mrkdwn(2001)])]),
    ("section text", [section(text=mrkdwn(3000))], [section(text=mrkdwn(3001))]),
    ("empty text", [section(text=mrkdwn(1))], [section(text=mrkdwn(0))]),
    ("header", [{"type": "header", "text": plain(150)}], [{"type": "header", "text": plain(151)}]),
    ("header is plain", [{"type": "header", "text": plain(1)}], [{"type": "header", "text": mrkdwn(1)}]),
    ("button text", [row(button(text=plain(75)))], [row(button(text=plain(76)))]),
    ("button value", [row(button(value="v" * 2000))], [row(button(value="v" * 2001))]),
    ("button url", [row(button(url="https://x.se/" + "a" * 2987))], [row(button(url="https://x.se/" + "a" * 2988))]),
    ("button address", [row(button(url="https://x.se"))], [row(button(url="x.se/a b"))]),
    ("button style", [row(button(style="danger"))], [row(button(style="default"))]),
    ("action_id", [row(button(action_id="a" * 255))], [row(button(action_id="a" * 256))]),
    ("block_id", [section(block_id="b" * 255)], [section(block_id="b" * 256)]),
    ("options", [row(menu(options=options(100)))], [row(menu(options=options(101)))]),
    ("groups", [row({"type": "static_select", "option_groups": [{"label": plain(75), "options": options(1)}] * 1})], [row({"type": "static_select", "option_groups": [{"label": plain(76), "options": options(1)}]})]),
    ("options or groups", [row(menu())], [row({"type": "static_select"})]),
    ("option text", [row(menu(options=options(1, text=plain(75))))], [row(menu(options=options(1, text=plain(76))))]),
    ("option value", [row(menu(options=options(1, value="v" * 75)))], [row(menu(options=options(1, value="v" * 76)))]),
    ("option description", [row(menu(options=options(1, description=plain(75))))], [row(menu(options=options(1, description=plain(76))))]),
    ("option values differ", [row(menu())], [row(menu(options=options(2, value="same")))]),
    ("initial option", [row(menu(initial_option=options(1)[0]))], [row(menu(initial_option={"text": plain(1), "value": "9"}))]),
    ("placeholder", [row(menu(placeholder=plain(150)))], [row(menu(placeholder=plain(151)))]),
    ("overflow", [row(menu("overflow", options=options(5)))], [row(menu("overflow", options=options(6)))]),
    ("radio", [row(menu("radio_buttons", options=options(10)))], [row(menu("radio_buttons", options=options(11)))]),
    ("checkboxes", [row(menu("checkboxes", options=options(10)))], [row(menu("checkboxes", options=options(11)))]),
    ("confirm title", [confirm(title=plain(100))], [confirm(title=plain(101))]),
    ("confirm text", [confirm(text=plain(300))], [confirm(text=plain(301))]),
    ("confirm button", [confirm(deny=plain(30))], [confirm(deny=plain(31))]),
    ("image alt", [image(alt_text="x" * 2000)], [image(alt_text="x" * 2001)]),
    ("image title", [image(title=plain(2000))], [image(title=plain(2001))]),
    ("image source", [image()], [{"type": "image", "alt_text": "x"}]),
    ("markdown", [{"type": "markdown", "text": "x" * 12_000}], [{"type": "markdown", "text": "x" * 12_001}]),
    ("label", [ask(label=plain(2000))], [ask(label=plain(2001))]),
    ("hint", [ask(hint=plain(2000))], [ask(hint=plain(2001))]),
    ("table rows", [table(100, 2)], [table(101, 2)]),
    ("table columns", [table(2, 20)], [table(2, 21)]),
    ("data table rows", [data_table(101)], [data_table(102)]),
    ("data table header only", [data_table(2)], [data_table(1)]),
    ("chart title", [line(1, title=50)], [line(1, title=51)]),
    ("series", [line(6)], [line(7)]),
    ("segments", [pie(6)], [pie(7)]),
    ("segment value", [pie(1, value=0.1)], [pie(1, value=0)]),
    ("charts", [pie(1)] * 2, [pie(1)] * 3),
    ("same action twice in a block", [row(button(action_id="a"), button(action_id="b"))], [row(button(action_id="a"), button(action_id="a"))]),
    ("same block twice", [section(block_id="a"), section(block_id="b")], [section(block_id="a"), section(block_id="a")]),
    ("unknown field", [section()], [section(colour="red")]),
    ("unknown element", [row(button())], [row({"type": "knob"})]),
    ("element out of place", [section(accessory=button())], [{"type": "context", "elements": [button()]}]),
    ("a form's alert in a message", [section()], [{"type": "alert", "text": plain(1)}]),
    ("section says nothing", [section()], [{"type": "section"}]),
    ("feedback", [{"type": "context_actions", "elements": [{"type": "feedback_buttons", "positive_button": {"text": plain(1), "value": "1"}, "negative_button": {"text": plain(1), "value": "0"}}]}], [{"type": "context_actions", "elements": [{"type": "feedback_buttons", "positive_button": {"text": plain(1), "value": "1"}}]}]),
    ("rich text", [{"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": []}]}], [{"type": "rich_text", "elements": [{"type": "rich_text_poem", "elements": []}]}]),
    ("plan", [{"type": "plan", "title": "x", "tasks": [{"task_id": "1", "title": "x"}] * 50}], [{"type": "plan", "title": "x", "tasks": [{"task_id": "1", "title": "x"}] * 51}]),
]  # fmt: skip


@pytest.mark.parametrize(("allowed", "refused"), [case[1:] for case in MESSAGE_LIMITS], ids=[case[0] for case in MESSAGE_LIMITS])  # fmt: skip
def test_a_message_is_taken_at_the_limit_and_refused_beyond(
    allowed: list[Json], refused: list[Json]
) -> None:
    assert check_blocks(json.dumps(allowed)) == allowed
    with pytest.raises(Refusal) as caught:
        check_blocks(refused)
    assert caught.value.code == "invalid_blocks"
    assert caught.value.messages


def test_the_complaint_names_the_place_as_slack_does() -> None:
    with pytest.raises(Refusal) as caught:
        check_blocks([section(), section(text=mrkdwn(3001))])

    assert caught.value.messages == (
        "[ERROR] must be less than 3001 characters [json-pointer:/blocks/1/text/text]",
    )


def test_all_blocks_together_have_a_limit_too() -> None:
    check_blocks([section(text=mrkdwn(2640))] * 5)

    with pytest.raises(Refusal, match="msg_blocks_too_long"):
        check_blocks([section(text=mrkdwn(2641))] * 5)


def test_the_same_button_may_stand_in_several_blocks() -> None:
    one, other = button(action_id="ticket_why"), button(action_id="ticket_why")

    check_blocks([row(one), row(other)])

    with pytest.raises(Refusal, match="ticket_why"):
        check_blocks([row(one, other)])


def test_a_chart_has_one_point_for_each_category() -> None:
    chart = line(1)
    chart["chart"]["axis_config"]["categories"].append("v49")

    with pytest.raises(Refusal, match="one point for each category"):
        check_blocks([chart])


def test_rows_of_a_table_are_equally_long() -> None:
    uneven = table(2, 2)
    uneven["rows"] = [*uneven["rows"], uneven["rows"][0][:1]]

    with pytest.raises(Refusal, match="same number of cells"):
        check_blocks([uneven])


def modal(**fields: Any) -> Json:
    return {"type": "modal", "title": plain(3), "blocks": [section()], **fields}


VIEW_LIMITS: list[tuple[str, Json, Json]] = [
    ("blocks", modal(blocks=[section()] * 100), modal(blocks=[section()] * 101)),
    ("title", modal(title=plain(24)), modal(title=plain(25))),
    ("submit", modal(submit=plain(24)), modal(submit=plain(25))),
    ("close", modal(close=plain(24)), modal(close=plain(25))),
    ("private_metadata", modal(private_metadata="x" * 3000), modal(private_metadata="x" * 3001)),
    ("callback_id", modal(callback_id="x" * 255), modal(callback_id="x" * 256)),
    ("title is there", modal(), {"type": "modal", "blocks": [section()]}),
    ("submit for inputs", modal(blocks=[ask()], submit=plain(2)), modal(blocks=[ask()])),
    ("markdown", modal(), modal(blocks=[{"type": "markdown", "text": "x"}])),
    ("same block twice", modal(), modal(blocks=[section(block_id="a")] * 2)),
    ("home in a form's place", modal(), {"type": "home", "blocks": [section()]}),
    ("unknown field", modal(), modal(colour="red")),
    ("input lengths", modal(blocks=[ask(element={"type": "plain_text_input", "max_length": 3000})], submit=plain(1)), modal(blocks=[ask(element={"type": "plain_text_input", "max_length": 3001})], submit=plain(1))),
    ("input order", modal(), modal(blocks=[ask(element={"type": "plain_text_input", "min_length": 9, "max_length": 8})], submit=plain(1))),
]  # fmt: skip


@pytest.mark.parametrize(("allowed", "refused"), [case[1:] for case in VIEW_LIMITS], ids=[case[0] for case in VIEW_LIMITS])  # fmt: skip
def test_a_form_is_taken_at_the_limit_and_refused_beyond(allowed: Json, refused: Json) -> None:
    assert check_view(allowed) == allowed
    with pytest.raises(Refusal) as caught:
        check_view(refused)
    assert caught.value.code == "invalid_arguments"
    assert all("json-pointer:/view" in one for one in caught.value.messages)


def test_app_home_takes_a_hundred_blocks_and_no_charts() -> None:
    check_view({"type": "home", "blocks": [section()] * 100}, ("home",))

    with pytest.raises(Refusal, match="unsupported type: data_visualization"):
        check_view({"type": "home", "blocks": [pie(1)]}, ("home",))


@pytest.mark.parametrize("nonsense", [None, 7, "text", [], {"type": 7}, {"type": ["modal"]}])
def test_nonsense_for_a_view_is_refused_and_never_a_crash(nonsense: Any) -> None:
    with pytest.raises(Refusal):
        check_view(nonsense)


@pytest.mark.parametrize(
    "nonsense",
    [
        [{"type": "section", "text": "plain"}],
        [{"type": "section", "text": {"type": "mrkdwn", "text": 7}, "fields": 3}],
        [{"type": "actions", "elements": "button"}],
        [{"type": "actions", "elements": [7]}],
        [{"type": "actions", "elements": [{"type": "static_select", "options": [7]}]}],
        [{"type": "table", "rows": 7}],
        [{"type": "data_table", "rows": [], "caption": "x"}],
        [{"type": "data_visualization", "title": "x", "chart": {"type": "line", "series": [7], "axis_config": {"categories": ["a"]}}}],
        [{"type": "card", "actions": 7}],
        [{"type": "context", "elements": {"a": 1}}],
    ],
)  # fmt: skip
def test_nonsense_for_blocks_is_refused_and_never_a_crash(nonsense: Any) -> None:
    with pytest.raises(Refusal, match="invalid_blocks"):
        check_blocks(nonsense)


def test_metadata_needs_a_type_and_an_object() -> None:
    good = {"event_type": "lotsen_post", "event_payload": {"key": "k"}}

    assert check_metadata(json.dumps(good)) == good
    nonsense: tuple[Any, ...] = (
        {"event_payload": {}},
        {"event_type": "a", "event_payload": "b"},
        [],
        7,
    )
    for bad in nonsense:
        with pytest.raises(Refusal, match="invalid_metadata_format"):
            check_metadata(bad)
