"""Slack's markup as HTML, and the moves of the clock."""

import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.demo.double.wording import emoji_name
from bot.demo.page.fields import values_of
from bot.demo.page.guard import is_ours
from bot.demo.page.location import Location
from bot.demo.page.markup import Names, emoji, markdown, mrkdwn, rich_inline, typed_again
from bot.demo.page.moves import MOVES, mondays_between, target
from bot.slack.poster import EMOJI

ZONE = ZoneInfo("Europe/Stockholm")
NAMES = Names({"U1": "Åsa <b>"}, {"C1": "it-hjälp"}, {"S1": "it-support"})
OWN = re.compile(
    r"</?(?:strong|em|s|code|pre|blockquote|ul|li|h4|p)>|<br>|</a>|</span>"
    r'|<span class="mention">|<a href="(?:https?://|mailto:)[^"<>]*" target="_blank" '
    r'rel="noopener noreferrer">'
)
# 2026 and 2027, by the second
INSTANTS = st.integers(1_767_225_600, 1_830_297_600).map(lambda at: datetime.fromtimestamp(at, UTC))
pieces = st.text(alphabet="ab <>&*_~`|\"'\n:/#@![]()-", max_size=60)
hostile = st.one_of(
    pieces,
    st.lists(
        st.sampled_from(
            [
                "<script>",
                "<javascript:x|y>",
                "<https://a.se|b>",
                "*x*",
                "```",
                "&gt; ",
                "<@U1>",
                "\n",
            ]
        )
    ).map("".join),
)


@given(hostile)
def test_no_text_becomes_a_tag_of_its_own(text: str) -> None:
    for html in (mrkdwn(text, NAMES), markdown(text)):
        left = OWN.sub("", str(html))
        assert "<" not in left
        assert ">" not in left


@given(hostile)
def test_rich_text_is_shown_to_the_letter(text: str) -> None:
    html = str(rich_inline([{"type": "text", "text": text}], NAMES))
    assert "<" not in html.replace("<br>", "")


@pytest.mark.parametrize(
    ("text", "html"),
    [
        (
            "*bold* and _italic_ and ~gone~",
            "<strong>bold</strong> and <em>italic</em> and <s>gone</s>",
        ),
        ("2*3*4 and snake_case_name", "2*3*4 and snake_case_name"),
        ("`*code*`", "<code>*code*</code>"),
        ("*a _b_*", "<strong>a <em>b</em></strong>"),
        ("a\nb", "a<br>b"),
        ("&gt; one\n&gt; two\nthree", "<blockquote>one<br>two</blockquote>three"),
        ("```\nx &lt; y\n```", "<pre>x &lt; y</pre>"),
        ("<@U1>", '<span class="mention">@Åsa &lt;b&gt;</span>'),
        ("<!subteam^S1>", '<span class="mention">@it-support</span>'),
        ("<!here>", '<span class="mention">@here</span>'),
        (":ticket: :unknown_one:", "🎫 :unknown_one:"),
        ("<javascript:alert(1)|x>", "x"),
        ("AT&amp;T &amp;lt;", "AT&amp;T &amp;lt;"),
    ],
)
def test_marks_mean_what_they_mean_in_slack(text: str, html: str) -> None:
    assert str(mrkdwn(text, NAMES)) == html


def test_an_edit_begins_with_what_was_typed() -> None:
    assert typed_again("see <https://a.se|a.se> &amp; &lt;b&gt;") == "see https://a.se & <b>"


@given(
    INSTANTS,
    st.sampled_from(MOVES),
)
def test_every_move_leads_forward_and_not_far(now: datetime, move: str) -> None:
    there = target(move, None, now, ZONE)

    assert now < there <= now + timedelta(days=7, hours=9)
    if move in {"morning", "monday"}:
        assert there.astimezone(ZONE).strftime("%H:%M") == "08:00"


@given(
    INSTANTS,
    st.integers(0, 10),
)
def test_as_many_mondays_pass_as_weeks(now: datetime, weeks: int) -> None:
    later = (now.astimezone(ZONE).replace(tzinfo=None) + timedelta(weeks=weeks)).replace(
        tzinfo=ZONE
    )
    assert mondays_between(now, later, ZONE) == weeks


def test_a_week_keeps_the_time_on_the_wall_when_summer_time_ends() -> None:
    now = datetime(2026, 10, 20, 9, 30, tzinfo=ZONE)
    assert target("week", None, now, ZONE).isoformat() == "2026-10-27T09:30:00+01:00"


def test_monday_on_a_monday_is_the_next_one() -> None:
    now = datetime(2026, 11, 23, 4, 0, tzinfo=ZONE)
    assert target("monday", None, now, ZONE).date() == date(2026, 11, 30)


@pytest.mark.parametrize(
    ("host", "origin", "ours"),
    [
        ("127.0.0.1:8080", None, True),
        ("localhost:8080", "http://localhost:8080", True),
        ("[::1]:8080", None, True),
        ("localhost:8080", "http://127.0.0.1:8080", False),
        ("localhost.evil.example", None, False),
        ("[", None, False),
    ],
)
def test_only_this_machine_is_ours(host: str, origin: str | None, ours: bool) -> None:
    assert is_ours(host, origin) is ours


def test_an_address_is_read_as_it_was_written() -> None:
    place = Location(person="U1", room="C1", thread="1.2", edit="3.4", draft="1")
    assert Location.parse(place.url) == place
    for foreign in ("https://evil.example/U1/C1", "/U1", "/a/b/c", ""):
        with pytest.raises(LookupError):
            Location.parse(foreign)


def test_fields_of_every_kind_are_read() -> None:
    kinds = {"plain_text_input": "a", "checkboxes": ["a"], "datetimepicker": 7, "datepicker": "a"}
    view = {
        "blocks": [
            {"type": "input", "block_id": kind, "element": {"type": kind, "action_id": "x"}}
            for kind in kinds
        ]
        + [{"type": "divider"}]
    }
    form = {
        f"field-{n}": ["7" if kind == "datetimepicker" else "a"] for n, kind in enumerate(kinds)
    }

    assert values_of(view, form) == {kind: {"x": value} for kind, value in kinds.items()}
    assert values_of(view, {})["datepicker"] == {"x": None}


@pytest.mark.parametrize(("sign", "name"), EMOJI.items())
def test_each_emoji_that_the_bot_reacts_with_is_a_sign_on_the_page(sign: str, name: str) -> None:
    assert emoji(name) == sign
    assert emoji_name(sign) == name
