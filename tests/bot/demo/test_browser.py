"""The playground in a real browser: the whole story, by mouse, by keyboard, on a phone."""

import os
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from bot.cli.playground import Playground, playground
from models.language import words_for

CHROMIUM = Path("/usr/bin/chromium")
SCREENSHOTS = Path(__file__).parents[3] / "var" / "screenshots"
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE_MS = 20_000

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.long,
    pytest.mark.skipif(
        not CHROMIUM.exists() and not os.environ.get("CI"),
        reason="no Chromium at /usr/bin/chromium",
    ),
]

Opened = Callable[..., Page]


@pytest.fixture(scope="module")
def running() -> Iterator[Playground]:
    with playground(0, words_for("sv")) as made:
        yield made


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def opened(chromium: Browser, running: Playground) -> Iterator[Opened]:
    """Open the page in a fresh profile; an error in its script fails the test.

    An hour passes before each test: what was written earlier belongs to other questions.
    """
    running.clock.forward(timedelta(hours=1))
    errors: list[str] = []
    pages: list[Page] = []

    def make(width: int = 1280, height: int = 800, **options: object) -> Page:
        context = chromium.new_context(
            viewport={"width": width, "height": height},
            **options,  # type: ignore[arg-type]  # the tests' own few options
        )
        context.set_default_timeout(PATIENCE_MS)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("dialog", lambda dialog: errors.append(dialog.message))
        page.goto(running.address)
        pages.append(page)
        return page

    expect.set_options(timeout=PATIENCE_MS)
    yield make
    for page in pages:
        page.context.close()
    assert errors == []


def picture(page: Page, name: str) -> None:
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"{name}.png")


def become(page: Page, name: str) -> None:
    page.locator("#side .cast").get_by_text(name).click()
    expect(page.locator("#side .cast [aria-current]")).to_contain_text(name)


def scrolls_sideways(page: Page) -> bool:
    script = "() => document.documentElement.scrollWidth > document.documentElement.clientWidth"
    return bool(page.evaluate(script))


def parts_lie_on_each_other(page: Page) -> bool:
    """Return whether two parts of the bar cover each other, or a part its neighbour's words."""
    script = """() => {
      const parts = [...document.querySelectorAll("#bar > *")].filter((one) => one.offsetHeight);
      const boxes = parts.map((one) => {
        const box = (one.querySelector("summary") || one).getBoundingClientRect();
        const inner = one.querySelector("summary") || one;
        return { left: box.left, top: box.top, bottom: box.bottom,
                 right: box.left + Math.max(box.width, inner.scrollWidth) };
      });
      return boxes.some((a, n) => boxes.slice(n + 1).some((b) =>
        a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1));
    }"""
    return bool(page.evaluate(script))


def test_from_a_question_to_the_digest(opened: Opened) -> None:
    page = opened()
    expect(page.get_by_text("Påhittade data")).to_be_visible()
    expect(page.get_by_role("heading", name="Prova i tre steg")).to_be_visible()
    picture(page, "1-first-visit")

    # Åsa asks; the example question is written for her.
    page.get_by_role("link", name="Fråga som Åsa").click()
    expect(page.locator("#main .composer textarea")).to_have_value(re.compile("VPN"))
    page.get_by_role("button", name="Skicka").click()
    thread = page.locator("#replies")
    expect(thread).to_contain_text("Källa:")
    picture(page, "2-answer")
    page.get_by_role("button", name="Fråga en människa").click()
    expect(thread).to_contain_text(re.compile(r"skapat ärende \d+"))
    picture(page, "3-ticket")

    # The support sees the card, takes the ticket and resolves it with a note.
    page.get_by_role("link", name="Hjälp som support").click()
    card = page.locator("#messages article").last
    expect(card).to_contain_text("Frågat av")
    expect(card).to_contain_text("Nätverk & VPN")
    expect(card).to_contain_text("på grund av orden")
    picture(page, "4-card")
    card.get_by_role("button", name="Ta ärendet").click()
    expect(card).to_contain_text("Viktor Hedlund")
    card.get_by_role("button", name="Lös", exact=True).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("textbox").fill("   ")
    dialog.get_by_role("button", name="Lös", exact=True).click()
    expect(dialog.get_by_role("alert")).to_be_visible()
    picture(page, "5-form")
    dialog.get_by_role("textbox").fill("Certifikatet hade gått ut. Förnyat.")
    # Taken and resolved within seconds: the buttons tell nothing, so a person says how long.
    dialog.get_by_role("radio", name="10").check()
    dialog.get_by_role("button", name="Lös", exact=True).click()
    expect(dialog).to_have_count(0)
    expect(card).to_contain_text("Handläggningstid")
    expect(card).to_contain_text("Certifikatet hade gått ut. Förnyat.")
    picture(page, "6-resolved")

    # Åsa reads the news in her thread.
    become(page, "Åsa Lindqvist")
    page.locator("a.replies").last.click()
    expect(thread).to_contain_text("är löst")
    expect(thread).to_contain_text("Certifikatet hade gått ut. Förnyat.")
    picture(page, "7-news")

    # The lead moves the clock to Monday, and the digest is there.
    page.get_by_role("link", name="Följ upp som IT-chef").click()
    page.locator("#clock summary").click()
    page.get_by_role("button", name="Nästa måndag 08:00").click()
    expect(page.locator("#notices")).to_contain_text("Postat i #it-ledning")
    expect(page.locator("#clock summary")).to_contain_text("08:00")
    expect(page.get_by_role("heading", name=re.compile("^Veckobrev"))).to_be_visible()
    expect(page.locator("#messages")).to_contain_text("utgångsläge")
    picture(page, "8-digest")


def test_the_keyboard_is_enough(opened: Opened) -> None:
    page = opened()
    box = page.locator("#main .composer textarea")

    box.focus()
    page.keyboard.type("Första raden")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("andra raden, från tangentbordet")
    page.keyboard.press("Enter")

    expect(page.locator("#messages")).to_contain_text("andra raden, från tangentbordet")
    expect(box).to_have_value("")
    page.locator("#clock summary").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="En timme")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="En timme")).to_be_hidden()


def test_a_command_and_its_help_are_for_ones_own_eyes(opened: Opened) -> None:
    page = opened()

    page.locator("#main .composer textarea").fill("/lotsen help")
    page.locator("#main .composer textarea").press("Enter")

    whisper = page.locator("article.whisper").last
    expect(whisper).to_contain_text("Syns bara för dig")
    picture(page, "9-command")
    whisper.get_by_role("button", name="Dölj").click()
    expect(page.locator("article.whisper")).to_have_count(0)


def test_app_home_is_a_page(opened: Opened) -> None:
    page = opened()
    become(page, "Viktor Hedlund")

    page.get_by_role("button", name="Appens startsida").click()

    expect(page.locator("#messages")).to_contain_text("Lotsen")
    expect(page.get_by_role("button", name="Ta ärendet").first).to_be_visible()
    picture(page, "10-home")


def test_what_is_being_written_stays_when_others_write(opened: Opened, running: Playground) -> None:
    page = opened()
    box = page.locator("#main .composer textarea")
    box.fill("halvfärdig mening")
    other = running.company.people[5].id

    running.double.say(other, running.company.help_channel, "Någon annan skriver")

    expect(page.locator("#messages")).to_contain_text("Någon annan skriver")
    expect(box).to_have_value("halvfärdig mening")
    expect(box).to_be_focused()


def test_hostile_words_do_nothing(opened: Opened, running: Playground) -> None:
    page = opened()
    hostile = (
        '<img src=x onerror="alert(1)"><script>alert(2)</script> <a href="javascript:alert(3)">'
    )

    running.double.say(running.company.people[6].id, running.company.help_channel, hostile)

    expect(page.locator("#messages")).to_contain_text("<script>alert(2)</script>")


def test_what_slack_refuses_is_said_and_nothing_is_lost(opened: Opened) -> None:
    page = opened()
    box = page.locator("#main .composer textarea")

    box.fill("/bjud-in alla")
    box.press("Enter")

    expect(page.locator("#notices")).to_contain_text("det finns bara kommandot /lotsen")
    expect(box).to_have_value("/bjud-in alla")


def test_a_telephone_shows_one_column_at_a_time(opened: Opened, running: Playground) -> None:
    place, someone = running.company.help_channel, running.company.people[7].id
    ts = running.double.say(someone, place, "Skrivaren på plan 3 kladdar igen, vem byter tonern?")
    running.double.say(someone, place, "Det är den blå.", thread_ts=ts)
    page = opened(390, 844, has_touch=True)
    assert not scrolls_sideways(page)
    assert not parts_lie_on_each_other(page)
    expect(page.locator("#side")).to_be_hidden()

    page.locator("#menu-button").click()
    expect(page.locator("#main")).to_be_hidden()
    picture(page, "11-phone-menu")
    page.locator("#side .rooms a").first.click()
    expect(page.locator("#main")).to_be_visible()
    page.locator("a.replies").first.click()
    expect(page.locator("#thread")).to_be_visible()
    expect(page.locator("#main")).to_be_hidden()
    assert not scrolls_sideways(page)
    picture(page, "12-phone-thread")
    page.locator("[data-closes-thread]").click()
    expect(page.locator("#main")).to_be_visible()


def test_the_dark_is_dark(opened: Opened) -> None:
    page = opened(color_scheme="dark")

    ground = page.evaluate(
        "() => getComputedStyle(document.querySelector('#main')).backgroundColor"
    )

    assert max(int(part) for part in re.findall(r"\d+", ground)[:3]) < 80
    picture(page, "13-dark")


def test_the_page_works_without_script(opened: Opened) -> None:
    page = opened(java_script_enabled=False)

    page.locator("#main .composer textarea").fill("Utan skript går det också")
    page.get_by_role("button", name="Skicka").click()

    expect(page.locator("#messages")).to_contain_text("Utan skript går det också")


@pytest.mark.parametrize(("language", "words"), [("en", "Made-up data"), ("de", "Erfundene Daten")])
def test_the_page_speaks_other_languages(opened: Opened, language: str, words: str) -> None:
    page = opened()

    page.locator(".languages").get_by_role("button", name=language).click()

    expect(page.get_by_text(words)).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", language)


def test_the_lead_sees_the_risks_as_a_picture_and_saves_the_statement(
    opened: Opened, running: Playground
) -> None:
    double, company = running.double, running.company
    lead = company.part("lead")
    page = opened()
    become(page, lead.person.name)
    double.command(lead.person.id, lead.channel, "/lotsen", "register risks")
    double.wait_until(lambda: double.files, PATIENCE_MS / 1000)
    page.goto(f"{running.address.rstrip('/')}/{lead.person.id}/{double.im(lead.person.id)}")
    shown = page.locator("#messages img.picture").last
    expect(shown).to_be_visible()
    assert "sannolikhet" in str(shown.get_attribute("alt"))
    assert shown.evaluate("image => image.naturalWidth") > 500
    picture(page, "11-picture")

    running.service.runner.run("quarterly_roi", running.clock())
    running.service.tick(running.clock())
    double.wait_until(lambda: len(double.files) > 1, PATIENCE_MS / 1000)
    (below,) = [one for one in double.messages(company.management_channel) if one.files]
    place = f"{lead.person.id}/{company.management_channel}?thread={below.thread_ts}"
    page.goto(f"{running.address.rstrip('/')}/{place}")
    with page.expect_download() as saved:
        page.locator("#replies .file a").click()
    assert saved.value.suggested_filename.endswith(".pdf")
    assert Path(saved.value.path()).read_bytes().startswith(b"%PDF")
