"""The playground's page over real HTTP, with a small stand-in for the bot."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from html.parser import HTMLParser
from http.client import HTTPConnection, HTTPResponse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlencode
from zoneinfo import ZoneInfo

import pytest
from slack_sdk import WebClient

from bot.clock import MovableClock
from bot.demo.company import SampleCompany, fyrholmen
from bot.demo.double import Conditions, SlackDouble, StoredFile
from bot.demo.page import Happened, PageServer, Site, Stage
from tests.conftest import NOW

ZONE = ZoneInfo("Europe/Stockholm")
HOSTILE = (
    '<script>alert(1)</script> "><img src=x onerror=alert(1)> '
    "<javascript:alert(1)|press me> *<b onclick=alert(1)>bold</b>* `<i>` &lt;u&gt; </textarea>"
)
Json = dict[str, Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


FORM: Json = {
    "type": "modal",
    "callback_id": "form",
    "title": plain("What solved it?"),
    "submit": plain("Resolve"),
    "close": plain("Never mind"),
    "blocks": [
        {"type": "input", "block_id": "note", "label": plain("Note"),
         "element": {"type": "plain_text_input", "action_id": "note", "multiline": True}},
        {"type": "input", "block_id": "why:1", "label": plain("Why"), "optional": True,
         "element": {"type": "checkboxes", "action_id": "why", "options": [
             {"text": plain("One"), "value": "1"}, {"text": plain("Two"), "value": "2"}]}},
    ],
}  # fmt: skip


class FakeBot:
    """Takes Slack's requests; answers what `reply` says, and keeps all of them."""

    def __init__(self, double: SlackDouble) -> None:
        self.web = WebClient(double.bot_token, base_url=double.api_url, retry_handlers=[])
        self.seen: list[Json] = []
        self.status = 200

    def take(self, payload: Json) -> Json | None:
        self.seen.append(payload)
        kind = payload.get("type")
        if kind == "event_callback" and payload["event"]["type"] == "app_home_opened":
            blocks = [{"type": "section", "text": plain("Your tickets")}, row(button("take", "7"))]
            view = {"type": "home", "blocks": blocks}
            self.web.views_publish(user_id=payload["event"]["user"], view=view)
        if kind == "block_actions" and payload["actions"][0]["action_id"] == "open":
            self.web.views_open(trigger_id=payload["trigger_id"], view=FORM)
        if kind == "view_submission":
            values = payload["view"]["state"]["values"]
            if not values["note"]["note"]["value"].strip():
                return {"response_action": "errors", "errors": {"note": "Say <b>more</b>"}}
        if payload.get("command"):
            return {"text": f"You asked: {payload['text']}"}
        return None

    def last(self, kind: str) -> Json:
        return next(one for one in reversed(self.seen) if one.get("type") == kind)


def button(action_id: str, value: str, **more: Any) -> Json:
    return {
        "type": "button", "action_id": action_id, "text": plain("Press"), "value": value, **more
    }  # fmt: skip


def row(*elements: Json) -> Json:
    return {"type": "actions", "block_id": "row", "elements": list(elements)}


@contextmanager
def served(bot: FakeBot) -> Iterator[str]:
    class Door(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers["Content-Length"])).decode()
            if "json" in self.headers["Content-Type"]:
                payload = json.loads(raw)
            else:
                form = {name: values[0] for name, values in parse_qs(raw).items()}
                payload = json.loads(form["payload"]) if "payload" in form else form
            answer = bot.take(payload)
            body = json.dumps(answer).encode() if answer else b""
            self.send_response(bot.status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class Shown(HTMLParser):
    """What a browser would make of an answer."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.html = html
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attrs for name, attrs in self.tags if name == tag]


class Visitor:
    """A browser of a few lines: cookies, redirects, forms."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.cookies: dict[str, str] = {}

    def ask(
        self, method: str, path: str, form: Json | None = None, **headers: str
    ) -> tuple[HTTPResponse, str]:
        line = HTTPConnection("127.0.0.1", self.port, timeout=10)
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        body = None
        if form is not None:
            body = urlencode(form, doseq=True)
            sent["Content-Type"] = "application/x-www-form-urlencoded"
        line.request(method, path, body, sent)
        answer = line.getresponse()
        content = answer.read().decode()
        for cookie in answer.headers.get_all("Set-Cookie") or ():
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        line.close()
        return answer, content

    def get(self, path: str) -> Shown:
        answer, content = self.ask("GET", path)
        if answer.status in {303, 307}:
            return self.get(str(answer.headers["Location"]))
        assert answer.status == 200, content
        return Shown(content)

    def post(self, path: str, back: str, expected: int = 303, /, **form: Any) -> Shown:
        answer, content = self.ask("POST", path, {"back": back, **form})
        assert answer.status == expected, content
        if answer.status == 303:
            return self.get(str(answer.headers["Location"]))
        return Shown(content)


class World:
    """Company, double, bot and page together, with Åsa's and Viktor's addresses."""

    def __init__(
        self,
        company: SampleCompany,
        double: SlackDouble,
        bot: FakeBot,
        page: PageServer,
        spoken: list[str],
    ) -> None:
        self.spoken = spoken
        self.company, self.double, self.bot, self.page = company, double, bot, page
        self.asa = company.part("employee").person.id
        self.viktor = company.part("support").person.id
        self.help = company.help_channel
        self.at_help = f"/{self.asa}/{self.help}"
        self.visitor = Visitor(page.port)
        self.visitor.cookies["lotsen_demo_language"] = "en"

    def bot_says(self, *blocks: Json, text: str = "from the bot", **more: Any) -> str:
        answer = self.bot.web.chat_postMessage(
            channel=self.help, text=text, blocks=list(blocks) or None, **more
        )
        return str(answer["ts"])


@pytest.fixture
def moved() -> list[datetime]:
    """The instants that the clock was moved to."""
    return []


@pytest.fixture
def world(moved: list[datetime]) -> Iterator[World]:
    company, clock = fyrholmen(), MovableClock(NOW)
    spoken: list[str] = []

    def tick(now: datetime) -> list[Happened]:
        moved.append(now)
        return [Happened("weekly_digest", "C0LEAD")]

    double = SlackDouble(
        clock=clock,
        people=company.people,
        channels=company.channels,
        user_groups=company.user_groups,
        conditions=Conditions(seed=1, rate_limits=False, ack_seconds=1.0),
    )
    with double:
        bot = FakeBot(double)
        with served(bot) as url:
            double.deliver_to(url)
            site = Site(Stage(double, company, clock, ZONE), tick, speak=spoken.append)
            with PageServer(site) as page:
                yield World(company, double, bot, page, spoken)


# Who may ask ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "", "evil.example:8080"]
)
def test_a_foreign_host_is_refused(world: World, host: str) -> None:
    answer, content = world.visitor.ask("GET", world.at_help, Host=host)

    assert answer.status == 403
    assert "Lindqvist" not in content


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://127.0.0.1:1"])
def test_a_form_from_a_foreign_page_is_refused(world: World, origin: str) -> None:
    form = {"back": world.at_help, "text": "forged"}

    answer, _ = world.visitor.ask("POST", f"/{world.asa}/say", form, Origin=origin)

    assert answer.status == 403
    assert world.double.messages(world.help) == []


def test_the_pages_own_origin_may_post(world: World) -> None:
    form = {"back": world.at_help, "text": "mine"}

    answer, _ = world.visitor.ask(
        "POST", f"/{world.asa}/say", form, Origin=f"http://127.0.0.1:{world.page.port}"
    )

    assert answer.status == 303


def test_what_changes_something_cannot_be_had_with_get(world: World) -> None:
    for path in ("/clock", "/language", "/guide"):
        answer, _ = world.visitor.ask("GET", path)
        assert answer.status == 405
    world.visitor.ask("GET", f"/{world.asa}/say?text=by+get&back={world.at_help}")
    assert world.double.messages(world.help) == []


def test_the_page_forbids_itself_foreign_and_inline_content(world: World) -> None:
    answer, content = world.visitor.ask("GET", world.at_help)

    assert "default-src 'none'" in str(answer.headers["Content-Security-Policy"])
    shown = Shown(content)
    assert [script.get("src") for script in shown.all("script")] == ["/static/page.js"]
    assert not any(name in {"style", "onclick"} for _, attrs in shown.tags for name in attrs)


def test_an_unknown_person_room_or_act_is_told_so(world: World) -> None:
    for path in (
        "/U404/C0HELP",
        f"/{world.asa}/C404",
        f"/{world.asa}/{world.company.lead_channel}",
    ):
        answer, content = world.visitor.ask("GET", path)
        assert answer.status == 404
        assert "no longer there" in content
    answer, _ = world.visitor.ask("POST", f"/{world.asa}/explode", {"back": world.at_help})
    assert answer.status == 404
    answer, _ = world.visitor.ask("POST", f"/{world.asa}/say", {"back": "//evil.example/x"})
    assert answer.status == 404


# What is shown ----------------------------------------------------------------------------


def assert_harmless(shown: Shown) -> None:
    assert [one.get("src") for one in shown.all("script")] == ["/static/page.js"]
    for tag, attrs in shown.tags:
        assert not any(name.startswith("on") for name in attrs), (tag, attrs)
        for name in ("href", "src", "action"):
            assert not str(attrs.get(name) or "").lower().startswith("javascript"), (tag, attrs)
    assert all(str(one.get("src")).startswith("/") for one in shown.all("img"))


def test_hostile_words_are_shown_as_words(world: World) -> None:
    world.double.say(world.asa, world.help, HOSTILE)

    shown = world.visitor.get(world.at_help)

    assert_harmless(shown)
    assert "<script>alert(1)</script>" in shown.text
    assert "<img src=x onerror=alert(1)>" in shown.text


def test_hostile_blocks_are_shown_as_words(world: World) -> None:
    options = [{"text": plain(HOSTILE[:70]), "value": "<x>"}]
    ts = world.bot_says(
        {"type": "header", "text": plain(HOSTILE[:150])},
        {"type": "section", "text": {"type": "mrkdwn", "text": HOSTILE},
         "fields": [{"type": "mrkdwn", "text": HOSTILE}]},
        {"type": "context", "elements": [{"type": "mrkdwn", "text": HOSTILE}]},
        {"type": "markdown", "text": HOSTILE + " [x](javascript:alert(1))"},
        {"type": "table", "rows": [[{"type": "raw_text", "text": HOSTILE}]] * 2},
        {"type": "image", "image_url": "https://evil.example/pixel.png", "alt_text": HOSTILE},
        {"type": "rich_text", "elements": [{"type": "rich_text_quote", "elements": [
            {"type": "text", "text": HOSTILE, "style": {"bold": True}},
            {"type": "link", "url": "javascript:alert(1)", "text": "press me"}]}]},
        row(button("go", "'><script>"), {"type": "static_select", "action_id": "menu",
            "placeholder": plain(HOSTILE[:150]), "options": options}),
    )  # fmt: skip

    assert ts
    assert_harmless(world.visitor.get(world.at_help))


def test_every_kind_of_block_is_drawn(world: World) -> None:
    bold = {
        "type": "mrkdwn",
        "text": "*Ticket 7* for <@U1000> in <#C0HELP>, see <https://a.se|here>",
    }
    world.bot_says(
        {"type": "header", "text": plain("Week 47")},
        {"type": "section", "text": bold},
        {"type": "divider"},
        {"type": "table", "rows": [[{"type": "raw_text", "text": "KPI"}],
                                   [{"type": "raw_text", "text": "12 min"}]]},
        {"type": "markdown", "text": "# Title\n- one\n- **two**"},
        row(button("go", "1", style="primary")),
    )  # fmt: skip

    shown = world.visitor.get(world.at_help)

    assert "<h3>Week 47</h3>" in shown.html
    assert "<strong>Ticket 7</strong>" in shown.html
    assert '<span class="mention">@Åsa Lindqvist</span>' in shown.html
    assert '<span class="mention">#it-hjälp</span>' in shown.html
    assert {"href": "https://a.se", "target": "_blank", "rel": "noopener noreferrer"} in shown.all(
        "a"
    )
    assert '<th scope="col">KPI</th>' in shown.html
    assert "<li><strong>two</strong></li>" in shown.html
    assert "does not draw" not in shown.text


def test_an_employee_sees_the_public_channel_only(world: World) -> None:
    employee = world.visitor.get(world.at_help)
    support = world.visitor.get(f"/{world.viktor}/{world.company.support_channel}")

    assert "it-support" not in employee.html.partition('id="guide"')[0]
    assert "it-support" in support.html.partition('id="guide"')[0]


def test_what_others_wrote_is_unread_until_it_is_looked_at(world: World) -> None:
    world.double.say(world.asa, world.help, "one")
    world.double.say(world.asa, world.help, "two")
    elsewhere = f"/{world.viktor}/{world.company.support_channel}"

    before = world.visitor.get(elsewhere)
    world.visitor.get(f"/{world.viktor}/{world.help}")
    after = world.visitor.get(elsewhere)

    assert "2 unread" in before.text
    assert "unread" not in after.text


def test_a_file_is_saved_and_never_run(world: World) -> None:
    page = StoredFile(id="F1", name="x.html", title="x", content=b"<script>", mimetype="text/html")
    world.double._slack.workspace.files["F1"] = page

    answer, _ = world.visitor.ask("GET", "/file/F1")

    assert answer.headers["Content-Disposition"] == "attachment"
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert world.visitor.ask("GET", "/file/F2")[0].status == 404


def test_a_picture_is_shown_in_its_post_and_a_document_can_be_saved(world: World) -> None:
    files = world.double._slack.workspace.files
    files["F1"] = StoredFile(
        id="F1", name="r.png", title="Risks", content=b"x", mimetype="image/png"
    )
    files["F2"] = StoredFile(
        id="F2", name="q.pdf", title="Q4", content=b"%PDF", mimetype="application/pdf"
    )
    picture = {"type": "image", "slack_file": {"id": "F1"}, "alt_text": "Risk <1>: high"}
    slack = world.double._slack
    where = slack.workspace.place(world.help)
    slack.post(where, text="x", blocks=(picture,), **slack.author())
    slack.post(where, text="y", files=(files["F2"].as_slack(""),), **slack.author())

    shown = str(world.visitor.ask("GET", world.at_help)[1])

    assert '<img class="picture" src="/file/F1" alt="Risk &lt;1&gt;: high">' in shown
    assert '<a href="/file/F2" download="q.pdf">📎 Q4</a>' in shown
    assert world.visitor.ask("GET", "/file/F1")[0].headers["Content-Type"] == "image/png"
    saved = world.visitor.ask("GET", "/file/F2")[0]
    assert saved.headers["Content-Disposition"] == "attachment"
    assert saved.headers["X-Content-Type-Options"] == "nosniff"


def test_the_page_speaks_three_languages(world: World) -> None:
    spoken = {
        language: world.visitor.post("/language", world.at_help, language=language)
        for language in ("sv", "en", "de")
    }

    assert "Påhittade data" in spoken["sv"].text
    assert "Made-up data" in spoken["en"].text
    assert "Erfundene Daten" in spoken["de"].text


def test_the_visitors_slack_speaks_the_language_of_the_page(world: World) -> None:
    world.visitor.get(world.at_help)
    for language in ("en", "de", "de", "sv"):
        world.visitor.post("/language", world.at_help, language=language)

    assert world.spoken == ["en", "de", "sv"]


def test_whom_a_visitor_can_be_has_a_slack_in_the_company_s_language() -> None:
    company = fyrholmen("de-DE")

    assert {part.person.locale for part in company.cast} == {"de-DE"}
    assert all(part.person in company.people for part in company.cast)


def test_the_guide_can_be_closed_and_opened(world: World) -> None:
    assert "three steps" in world.visitor.get(world.at_help).text
    assert "three steps" not in world.visitor.post("/guide", world.at_help, guide="closed").text
    assert "three steps" in world.visitor.post("/guide", world.at_help, guide="open").text


# What people do -----------------------------------------------------------------------------


def test_a_question_is_posted_and_its_thread_opens(world: World) -> None:
    shown = world.visitor.post(f"/{world.asa}/say", world.at_help, text=" VPN won't connect \n")

    (message,) = world.double.messages(world.help)
    assert message.text == "VPN won't connect"
    assert f"thread={message.ts}" in shown.html
    assert 'id="thread"' in shown.html


def test_a_reply_goes_into_the_thread(world: World) -> None:
    ts = world.double.say(world.asa, world.help, "question")
    back = f"{world.at_help}?thread={ts}"

    shown = world.visitor.post(f"/{world.asa}/say", back, text="more", thread=ts)

    assert [one.text for one in world.double.thread(world.help, ts)] == ["question", "more"]
    assert "1 reply" in shown.text


def test_an_empty_message_is_not_posted(world: World) -> None:
    world.visitor.post(f"/{world.asa}/say", world.at_help, text="  ")
    assert world.double.messages(world.help) == []


def test_a_command_is_answered_for_ones_own_eyes(world: World) -> None:
    shown = world.visitor.post(f"/{world.asa}/say", world.at_help, text="/lotsen status now")
    (whisper,) = world.double.ephemerals(world.asa)
    hidden = world.visitor.post(f"/{world.asa}/put-away", world.at_help, ts=whisper.ts)

    assert "You asked: status now" in shown.text
    assert "Only visible to you" in shown.text
    assert "You asked" not in hidden.text
    assert "You asked" not in world.visitor.get(f"/{world.viktor}/{world.help}").text


@pytest.mark.parametrize(("text", "thread"), [("/invite @x", ""), ("/lotsen status", "1.0")])
def test_a_command_that_slack_does_not_take_is_refused(
    world: World, text: str, thread: str
) -> None:
    shown = world.visitor.post(f"/{world.asa}/say", world.at_help, 409, text=text, thread=thread)
    assert "That did not work" in shown.text


def test_a_button_is_pressed_as_that_person(world: World) -> None:
    ts = world.bot_says(row(button("stay", "41"), button("go", "42")))
    form = {"spot": "message", "ts": ts, "block": "row", "action": "go", "value": "42"}

    world.visitor.post(f"/{world.asa}/click", world.at_help, **form)

    payload = world.bot.last("block_actions")
    assert payload["user"]["id"] == world.asa
    assert payload["actions"][0]["value"] == "42"


def test_an_option_is_chosen(world: World) -> None:
    options = [{"text": plain(name), "value": name} for name in ("vpn", "mail")]
    menu = {"type": "static_select", "action_id": "menu", "options": options}
    ts = world.bot_says(row(menu))
    form = {"spot": "message", "ts": ts, "block": "row", "action": "menu"}

    world.visitor.post(f"/{world.asa}/choose", world.at_help, **form, value="")
    assert [one for one in world.bot.seen if one.get("type") == "block_actions"] == []
    world.visitor.post(f"/{world.asa}/choose", world.at_help, **form, value="mail")

    action = world.bot.last("block_actions")["actions"][0]
    assert action["selected_option"]["value"] == "mail"


def test_a_button_that_is_gone_is_a_clear_notice(world: World) -> None:
    ts = world.bot_says(row(button("go", "1")))
    world.bot.web.chat_update(channel=world.help, ts=ts, text="done", blocks=[])

    shown = world.visitor.post(
        f"/{world.asa}/click", world.at_help, 409, spot="message", ts=ts, action="go", value="1"
    )

    assert "That is no longer there" in shown.text
    assert 'class="notice bad"' in shown.html


def test_a_bot_that_fails_is_a_clear_notice(world: World) -> None:
    ts = world.bot_says(row(button("go", "1")))
    world.bot.status = 500

    shown = world.visitor.post(
        f"/{world.asa}/click", world.at_help, 409, spot="message", ts=ts, action="go", value="1"
    )

    world.bot.status = 200
    assert "did not answer in time" in shown.text


def opened_form(world: World) -> tuple[Shown, str]:
    ts = world.bot_says(row(button("open", "1")))
    shown = world.visitor.post(
        f"/{world.asa}/click", world.at_help, spot="message", ts=ts, action="open", value="1"
    )
    view = world.double.view(world.asa)
    assert view is not None
    return shown, view["id"]


def test_a_form_opens_with_its_fields(world: World) -> None:
    shown, view = opened_form(world)

    assert shown.all("dialog")[0]["data-view"] == view
    (note,) = (one for one in shown.all("textarea") if one["id"] == "field-0")
    assert "required" in note
    assert [one["name"] for one in shown.all("input") if one.get("type") == "checkbox"] == [
        "field-1"
    ] * 2


def test_what_the_bot_finds_wrong_is_shown_at_the_field(world: World) -> None:
    _, view = opened_form(world)

    shown = world.visitor.post(
        f"/{world.asa}/submit", world.at_help, **{"view": view, "field-0": "  ", "field-1": ["2"]}
    )

    assert "Say <b>more</b>" in shown.text
    assert shown.all("textarea")[-1]["aria-invalid"] == "true"
    assert [one["value"] for one in shown.all("input") if "checked" in one] == ["2"]


def test_a_form_is_sent_and_closes(world: World) -> None:
    _, view = opened_form(world)

    shown = world.visitor.post(
        f"/{world.asa}/submit",
        world.at_help,
        **{"view": view, "field-0": "New\r\ncertificate", "field-1": ["1", "2"]},
    )

    assert shown.all("dialog") == []
    values = world.bot.last("view_submission")["view"]["state"]["values"]
    assert values["note"]["note"]["value"] == "New\ncertificate"
    assert [one["value"] for one in values["why:1"]["why"]["selected_options"]] == ["1", "2"]


def test_a_form_without_what_it_needs_is_not_sent(world: World) -> None:
    _, view = opened_form(world)

    world.visitor.post(f"/{world.asa}/submit", world.at_help, 409, view=view)
    world.visitor.post(f"/{world.asa}/submit", world.at_help, 409, view="V404")

    assert not any(one.get("type") == "view_submission" for one in world.bot.seen)


@pytest.mark.slow
def test_a_form_can_be_closed(world: World) -> None:
    opened_form(world)
    assert world.visitor.post(f"/{world.asa}/close", world.at_help).all("dialog") == []
    world.visitor.post(f"/{world.asa}/close", world.at_help, 409)


def test_a_message_becomes_a_ticket_from_its_menu(world: World) -> None:
    ts = world.double.say(world.asa, world.help, "broken")

    world.visitor.post(f"/{world.viktor}/shortcut", f"/{world.viktor}/{world.help}", ts=ts)

    payload = world.bot.last("message_action")
    assert payload["callback_id"] == "make_ticket"
    assert (payload["user"]["id"], payload["message_ts"]) == (world.viktor, ts)


def test_a_reaction_is_shown_with_who_gave_it(world: World) -> None:
    ts = world.double.say(world.asa, world.help, "broken")

    shown = world.visitor.post(f"/{world.viktor}/react", f"/{world.viktor}/{world.help}", ts=ts)

    assert "🎫 1" in shown.text
    assert {"title": "Viktor Hedlund"} in shown.all("span")


def test_ones_own_message_is_changed_and_deleted(world: World) -> None:
    ts = world.double.say(world.asa, world.help, "see https://a.se & <b>")

    editor = world.visitor.get(f"{world.at_help}?edit={ts}")
    edited = world.visitor.post(
        f"/{world.asa}/edit", f"{world.at_help}?edit={ts}", ts=ts, text="new"
    )
    gone = world.visitor.post(f"/{world.asa}/delete", world.at_help, ts=ts)

    assert "see https://a.se & <b>" in editor.text
    assert "(edited)" in edited.text
    assert "new" not in gone.html.partition('id="messages"')[2].partition("</div>")[0]
    assert world.double.messages(world.help) == []


def test_anothers_message_is_left_alone(world: World) -> None:
    ts = world.double.say(world.asa, world.help, "mine")
    back = f"/{world.viktor}/{world.help}"

    shown = world.visitor.post(f"/{world.viktor}/edit", back, 409, ts=ts, text="yours")
    world.visitor.post(f"/{world.viktor}/delete", back, 409, ts=ts)

    assert "not yours to change" in shown.text
    assert world.double.messages(world.help)[0].text == "mine"


def test_app_home_is_drawn_anew_and_its_buttons_work(world: World) -> None:
    world.visitor.post(f"/{world.viktor}/open-home", f"/{world.viktor}/{world.help}")
    world.double.wait_until(lambda: world.double.home(world.viktor))

    shown = world.visitor.get(f"/{world.viktor}/home")
    world.visitor.post(
        f"/{world.viktor}/click", f"/{world.viktor}/home", spot="home", action="take", value="7"
    )

    assert "Your tickets" in shown.text
    assert world.bot.last("block_actions")["actions"][0]["value"] == "7"


# The clock --------------------------------------------------------------------------------


def test_the_clock_moves_and_says_what_happened(world: World, moved: list[datetime]) -> None:
    shown = world.visitor.post("/clock", world.at_help, 200, move="monday")

    (now,) = moved
    here = now.astimezone(ZONE)
    assert (here.weekday(), here.hour, here.minute) == (0, 8, 0)
    assert "The clock shows Monday" in shown.text
    assert "Posted in #it-ledning: the weekly digest." in shown.text


def test_several_mondays_are_named(world: World, moved: list[datetime]) -> None:
    for _ in range(2):
        world.visitor.post("/clock", world.at_help, 200, move="monday")
    day = (moved[-1] + timedelta(days=21)).astimezone(ZONE).date()

    shown = world.visitor.post("/clock", world.at_help, 200, move="day", day=day.isoformat())

    assert "3 Mondays passed: the digest comes once" in shown.text


@pytest.mark.parametrize("form", [{"move": "day"}, {"move": "day", "day": "2020-01-01"},
                                  {"move": "day", "day": "soon"}, {"move": "back"}])  # fmt: skip
def test_a_move_that_makes_no_sense_is_refused(
    world: World, moved: list[datetime], form: dict[str, str]
) -> None:
    shown = world.visitor.post("/clock", world.at_help, 409, **form)

    assert "That did not work" in shown.text
    assert moved == []


# Live -----------------------------------------------------------------------------------


def test_an_open_page_is_told_of_changes(world: World) -> None:
    line = HTTPConnection("127.0.0.1", world.page.port, timeout=5)
    line.request("GET", "/changes")
    answer = line.getresponse()
    read: Callable[[], bytes] = answer.readline
    assert answer.headers["Content-Type"].startswith("text/event-stream")
    while read().strip() != b"data: change":
        pass

    world.double.say(world.asa, world.help, "news")

    assert read() == b"\n"
    assert read() == b"data: change\n"
    line.close()


def test_two_pages_find_two_ports(world: World) -> None:
    site = Site(Stage(world.double, world.company, MovableClock(NOW), ZONE), lambda _now: [])
    with PageServer(site, world.page.port) as second:
        assert second.port != world.page.port
        assert Visitor(second.port).get("/").text
