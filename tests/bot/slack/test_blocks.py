"""Messages as Slack draws them: data stays data, and Slack takes every message."""

import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.demo.double.limits import MESSAGE_CHARACTERS, check_blocks, check_view
from bot.demo.double.shapes import strings_in
from bot.slack.blocks import home_view, length_of, render, text_of
from bot.slack.markup import escape, escaped, mrkdwn
from models.message import (
    Button,
    Buttons,
    Divider,
    Excerpt,
    Fields,
    Heading,
    Message,
    Note,
    Paragraph,
    Part,
    Quote,
    Run,
    Select,
    Style,
    Table,
    Verbatim,
)

NASTY = (
    "<!channel>",
    "<@U123>",
    "<#C1|x>",
    "<https://evil.example|your bank>",
    "&lt;!here&gt;",
    "*bold* _it_ ~no~ `code`",
    "*\n_",
    "å<&>" * 300,
    " ",
    "\n",
    "|",
    "…",
)
LONGEST = 40_000  # signs; Slack takes no longer message (chat.postMessage, msg_too_long)
# A mention, a link or a channel call: "<" that is no longer data.
CONTROL = re.compile(r"<[!@#]|<http|<mailto")
HALF_AN_ENTITY = re.compile(r"&(?!(amp|lt|gt);)")

texts = st.one_of(
    st.sampled_from(NASTY),
    st.text(max_size=60),
    st.text("<>&!@#|*_~`:U \n", max_size=200),
    st.builds(lambda text, n: (text * n)[:LONGEST], st.sampled_from(NASTY), st.integers(1, 900)),
)
links = st.one_of(
    st.just(""), texts, st.sampled_from(["https://wiki.example/a?b=1&c=<2>", "https://x.example/y"])
)
styles = st.sampled_from(["plain", "bold", "italic", "code"])
runs = st.lists(st.builds(Run, texts, styles), max_size=6).map(tuple)
linked = st.lists(st.builds(Run, texts, styles, links, texts), max_size=6).map(tuple)
actions = st.sampled_from(["ticket_claim", "ticket_why", "answer_human", "ticket_category"])
buttons = st.builds(Button, actions, texts, texts, st.sampled_from(["", "primary", "danger"]))
options = st.lists(st.tuples(texts, texts), max_size=6).map(tuple)


def parts_of(inline: st.SearchStrategy[Any]) -> st.SearchStrategy[Part]:
    return st.one_of(
        st.builds(Heading, texts),
        st.builds(Paragraph, inline),
        st.builds(Quote, texts),
        st.builds(Verbatim, texts),
        st.builds(Excerpt, inline),
        st.builds(Note, inline),
        st.builds(Fields, st.lists(st.tuples(texts, inline), max_size=12).map(tuple)),
        st.just(Divider()),
        st.builds(
            Table,
            st.lists(texts, max_size=4).map(tuple),
            st.lists(st.lists(texts, max_size=4).map(tuple), max_size=5).map(tuple),
        ),
        st.builds(Buttons, texts, st.lists(buttons, max_size=30).map(tuple)),
        st.builds(Select, texts, actions, texts, options, texts),
    )


messages = st.builds(Message, texts, st.lists(parts_of(runs), max_size=8).map(tuple))
linked_messages = st.builds(Message, texts, st.lists(parts_of(linked), max_size=8).map(tuple))
often = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def marked_up(node: Any) -> list[str]:
    """Every text that Slack reads as mrkdwn."""
    if isinstance(node, list):
        return [text for item in node for text in marked_up(item)]
    if not isinstance(node, dict):
        return []
    if node.get("type") == "mrkdwn":
        return [node["text"]]
    return [text for value in node.values() for text in marked_up(value)]


@pytest.mark.slow
@given(messages)
@often
def test_no_text_becomes_a_mention_a_link_or_a_channel_call(message: Message) -> None:
    text, blocks = render(message)
    for drawn in (text, *marked_up(blocks), *marked_up(home_view(message))):
        assert not CONTROL.search(drawn)
        assert not HALF_AN_ENTITY.search(drawn)


@pytest.mark.slow
@given(linked_messages)
@often
def test_slack_takes_every_message_and_every_view(message: Message) -> None:
    text, blocks = render(message)
    assert 0 < len(text) <= 3000
    check_blocks(blocks)
    check_view(home_view(message), ("home",))
    assert length_of(blocks) == strings_in(blocks)


@pytest.mark.slow
@given(linked)
@often
def test_a_link_is_a_web_address_and_a_mention_is_a_persons_id(inline: tuple[Run, ...]) -> None:
    for found in re.findall(r"<([^>]*)>", mrkdwn(inline, 100_000)):
        address, _, label = found.partition("|")
        assert re.fullmatch(r"@[UW][A-Z0-9]+|(https?://|mailto:)[^\s<>]+", address)
        assert "|" not in label
        assert "\n" not in label


@pytest.mark.parametrize(
    "link",
    [
        "javascript:alert(1)",
        "https://a b",
        "https://x|y>",
        "//x.example",
        "https://x/" + "a" * 2000,
    ],
)
def test_what_is_no_web_address_is_drawn_as_text(link: str) -> None:
    assert mrkdwn((Run("the handbook", link=link),), 3000) == "the handbook"


def test_an_ampersand_in_an_address_is_escaped() -> None:
    drawn = mrkdwn((Run("a|b", link="https://x.example/?a=1&b=2"),), 3000)
    assert drawn == "<https://x.example/?a=1&amp;b=2|a¦b>"


words = st.text(st.sampled_from("abå1 *_~`\n.-<&"), min_size=1, max_size=30)
sentences = st.lists(st.builds(Run, words, styles), max_size=6).map(
    lambda found: tuple(part for run in found for part in (run, Run(" / ")))
)


@given(sentences, st.integers(20, 400))
@often
def test_a_style_opens_and_closes_once(inline: tuple[Run, ...], limit: int) -> None:
    drawn = mrkdwn(inline, limit)
    assert len(drawn) <= limit
    for mark, style in (("*", "bold"), ("_", "italic"), ("`", "code")):
        styled = re.findall(rf"(?<!\w)\{mark}(\S(?:[^\n\{mark}]*\S)?)\{mark}(?!\w)", drawn)
        wanted = [run for run in inline if run.style == style and run.text.strip()]
        if len(mrkdwn(inline, 100_000)) <= limit:
            assert len(styled) == len(wanted)
        assert len(re.findall(rf"(?<!\w)\{mark}(?=\S)", drawn)) >= len(styled)


def test_neighbours_of_one_style_are_one_stretch() -> None:
    drawn = mrkdwn((Run("Ticket ", "bold"), Run("7", "bold"), Run(" is resolved.")), 3000)
    assert drawn == "*Ticket 7* is resolved."


@pytest.mark.parametrize(
    ("text", "drawn"),
    [
        ("5 * 3 * 2", "5 * 3 * 2"),
        ("user_name_here", "user_name_here"),
        ("*.log files", "∗.log files"),
        ("see _this_", "see ˍthis_"),
        ("run `rm`", "run ˋrmˋ"),
    ],
)
def test_data_keeps_its_signs_unless_they_would_open_a_style(text: str, drawn: str) -> None:
    assert mrkdwn((Run(text),), 3000) == drawn


def test_a_styled_text_that_is_cut_still_closes() -> None:
    drawn = mrkdwn((Run("x" * 4000, "bold"),), 3000)
    assert len(drawn) == 3000
    assert drawn.startswith("*x")
    assert drawn.endswith("…*")


@given(st.text("a<&>", max_size=80), st.integers(1, 60))
def test_an_entity_is_never_cut_in_two(text: str, limit: int) -> None:
    drawn = escaped(text, limit)
    assert len(drawn) <= limit
    assert not HALF_AN_ENTITY.search(drawn)
    assert len(escape(text)) > limit or drawn == escape(text)


@pytest.mark.timeout(10)
@pytest.mark.parametrize("style", ["plain", "bold"])
def test_a_text_of_spaces_is_drawn_at_once(style: Style) -> None:
    assert mrkdwn((Run(" " * 200_000 + "x", style),), 3000)


def test_the_notification_of_an_update_is_short_enough_when_all_of_it_is_escaped() -> None:
    text, _ = render(Message("<" * 40_000, ()))
    assert len(text) <= 3000


LONG = "Skrivaren på plan 3 skriver bara streck. " * 1000


def huge(buttons_: int = 1) -> Message:
    rows = tuple(("a" * 300, "b" * 300) for _ in range(150))
    choices = tuple((f"category-{n}", f"{n} " + "x" * 500) for n in range(200))
    press = tuple(Button(f"go_{n}", "L" * 500, str(n)) for n in range(buttons_))
    return Message(
        LONG,
        (
            Heading(LONG),
            Paragraph((Run(LONG, "bold"),)),
            Quote(LONG),
            Verbatim(LONG),
            Note((Run(LONG),)),
            Fields(tuple((LONG, (Run(LONG),)) for _ in range(12))),
            Table(("A", "B"), rows),
            Table(("C", "D"), rows),
            Select("ticket:7:category", "ticket_category", LONG, choices, "category-150"),
            Buttons("ticket:7", press),
        ),
    )


def elements(blocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [one for block in blocks if block["type"] == "actions" for one in block["elements"]]


@pytest.mark.slow
def test_a_message_that_is_too_long_loses_words_and_no_button() -> None:
    _, blocks = render(huge(30))
    check_blocks(blocks)
    assert strings_in(blocks) < MESSAGE_CHARACTERS
    assert [one["value"] for one in elements(blocks)[1:]] == [str(n) for n in range(30)]


def test_short_parts_stay_whole_when_a_long_one_must_give_way() -> None:
    short = "Byt till port 443 och försök igen."
    message = Message(
        "x",
        (Verbatim(LONG), Quote(LONG), Paragraph((Run(LONG),)), Note((Run(LONG),)), Quote(short)),
    )
    _, blocks = render(message)
    assert short in text_of(blocks)
    assert strings_in(blocks) > MESSAGE_CHARACTERS - 1000


def test_sixty_parts_keep_what_can_be_pressed() -> None:
    lines = tuple(Paragraph((Run(f"line {n}"),)) for n in range(58))
    press = tuple(Buttons(f"ticket:{n}", (Button("ticket_claim", "Take", str(n)),)) for n in (1, 2))
    _, blocks = render(Message("x", (*lines, *press)))
    check_blocks(blocks)
    assert len(blocks) == 50
    assert [one["value"] for one in elements(blocks)] == ["1", "2"]


def test_two_hundred_categories_can_all_be_chosen() -> None:
    choices = tuple((f"category-{n}", f"Category {n}") for n in range(200))
    part = Select("ticket:7:category", "ticket_category", "Choose", choices, "category-150")
    _, blocks = render(Message("x", (part,)))
    check_blocks(blocks)
    (menu,) = elements(blocks)
    offered = [one["value"] for group in menu["option_groups"] for one in group["options"]]
    assert offered == [value for value, _ in choices]
    assert menu["initial_option"]["value"] == "category-150"


def test_only_the_first_table_is_a_table_because_slack_refuses_two() -> None:
    table = Table(("Figure", "Value"), (("Tickets", "12"), ("Median", "8 min")))
    _, blocks = render(Message("x", (table, replace(table, rows=(("Cost", "900"),)))))
    assert [block["type"] for block in blocks] == ["table", "section"]
    assert "Cost" in text_of(blocks)


def test_a_table_is_even_and_has_no_empty_cell() -> None:
    _, blocks = render(Message("x", (Table(("A", "B"), (("1",), ("1", "2", "3"))),)))
    assert [len(row) for row in blocks[0]["rows"]] == [3, 3, 3]
    assert all(cell["text"] for row in blocks[0]["rows"] for cell in row)


def test_parts_about_one_subject_have_ids_of_their_own() -> None:
    row = Buttons("ticket:7", (Button("ticket_claim", "Take", "7"),))
    _, blocks = render(Message("x", (row, row)))
    check_blocks(blocks)
    assert [block["block_id"].split(":")[1] for block in blocks] == ["7", "7"]


@pytest.mark.parametrize(
    "part",
    [
        Note(()),
        Note((Run(" "),)),
        Paragraph(()),
        Fields(()),
        Table((), ()),
        Buttons("ticket:7", ()),
        Select("ticket:7", "ticket_category", "", ()),
    ],
)
def test_an_empty_part_is_left_out(part: Part) -> None:
    text, blocks = render(Message("", (part,)))
    assert (text, blocks) == ("–", [])
    check_view(home_view(Message("", (part,))), ("home",))


def test_an_excerpt_keeps_its_bytes_and_is_no_markup() -> None:
    runs = (Run("Ring *inte* <!channel>\n"), Run("skrivaren", "bold"), Run(" _nu_ & `sen`"))
    _, (block,) = render(Message("x", (Excerpt(runs),)))
    (section,) = block["elements"]
    assert "".join(one["text"] for one in section["elements"]) == "".join(run.text for run in runs)
    assert {one["type"] for one in section["elements"]} == {"text"}
    assert [one.get("style") for one in section["elements"]] == [None, {"bold": True}, None]
