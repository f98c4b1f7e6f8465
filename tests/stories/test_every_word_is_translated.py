"""An office that speaks a made-up language shows each word that was never translated."""

import re
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import time, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.clock import MovableClock
from bot.demo.double import Channel, Conditions, Member, SlackDouble
from bot.main import Service
from jobs.timetable import discover
from models.lotsen import open_lotsen
from models.registers.catalogue import registers
from tests.conftest import NOW
from tests.pseudo import CODE, LOCALE, TOPICS, fill, pseudo_language, untranslated
from tests.stories.conftest import ASA, HELP, KIM, LEAD, LENA, SUPPORT, Office, settings_for

NAMES = {ASA: "Ασπασία", KIM: "Κίμων", LENA: "Ελένη"}
CHANNELS = (
    Channel(id=HELP, name="βοήθεια", members=(ASA, KIM, LENA)),
    Channel(id=SUPPORT, name="υποστήριξη", private=True, members=(KIM, LENA)),
    Channel(id=LEAD, name="διοίκηση", private=True, members=(LENA,)),
)
# What stays as it is in every language: names of files, of models and of Lotsen itself.
KEPT = ("md", "classifier", "Lotsen", "lotsen", "triage", "EUR", "Europe", "Stockholm")
COMMAND = re.compile(r"lotsen kpi rows \S+ --period \S+ --csv rows\.csv")


@contextmanager
def opened(home: Path, migrated_file: Path, language: str, locale: str) -> Iterator[Office]:
    """Open an office whose company speaks ``language``, and whose people's Slack ``locale``."""
    with ExitStack() as stack:
        stack.enter_context(pseudo_language(home / "languages"))
        clock = MovableClock(NOW)
        people = [Member(id=id_, name=name, locale=locale) for id_, name in NAMES.items()]
        options: dict[str, Any] = {"people": people, "channels": CHANNELS}
        double = stack.enter_context(
            SlackDouble(
                clock=clock,
                conditions=Conditions(seed=1, rate_limits=False),
                user_groups={"SAGENTS": (KIM,)},
                **options,
            )
        )
        shutil.copy(migrated_file, home / "lotsen.db")
        more: dict[str, Any] = {
            "lotsen_language": language,
            "lotsen_management_channel": LEAD,
            "lotsen_answer_precision": 0.5,
            "lotsen_office_opens": time(0),
            "lotsen_office_closes": time(23, 59),
        }
        lotsen = open_lotsen(settings_for(double, "", home, **more))
        fill(lotsen, home, clock())
        service = Service(lotsen, clock, "socket")
        service.start()
        stack.callback(service.stop)
        yield Office(double, service, clock)


# Three offices, each with a model of its own.
pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]
PERSONAL = frozenset({"ephemeral", "views.open", "views.publish", "views.update", "views.push"})
CHANNELS_WAY = frozenset({"chat.postMessage", "chat.update", "files.completeUploadExternal"})
EVERY_WAY = PERSONAL | CHANNELS_WAY


def texts(drawn: Any, key: str = "") -> Iterator[str]:
    """Give everything of a drawn message or view that a person reads."""
    if isinstance(drawn, dict):
        for name, part in drawn.items():
            yield from texts(part, name)
    elif isinstance(drawn, list | tuple):
        for part in drawn:
            yield from texts(part, key)
    elif isinstance(drawn, str) and key in {"text", "alt_text", "title", "initial_comment"}:
        yield drawn


def drawn(office: Office) -> Iterator[tuple[str, str]]:
    """Give what the bot drew for anybody, with the way it went."""
    for call in office.double.calls:
        for text in texts(call.args):
            yield call.method, text
    for user in NAMES:
        for message in office.double.ephemerals(user):
            yield "ephemeral", message.text
            for text in texts(message.blocks):
                yield "ephemeral", text


def nothing_leaks(office: Office, ways: frozenset[str] = EVERY_WAY) -> bool:
    """Return whether every word drawn so far is translated; name the others."""
    found = {
        f"{way}: {words} in {text!r}"
        for way, text in drawn(office)
        if way in ways and (words := untranslated(COMMAND.sub("", text), *KEPT))
    }
    assert not found, "\n".join(sorted(found))
    return True


def press_everything(office: Office) -> None:
    """Click each button and choose from each list that somebody sees, once."""
    double, seen = office.double, set[tuple[str, str]]()
    shown = [
        *((ASA, HELP, post) for post in office.posts(HELP)),
        *((KIM, SUPPORT, post) for post in office.posts(SUPPORT)),
        *((LENA, LEAD, post) for post in office.posts(LEAD)),
        *((ASA, HELP, post) for post in double.ephemerals(ASA)),
        *((LENA, LEAD, post) for post in double.ephemerals(LENA)),
    ]
    for user, channel, post in shown:
        for element in elements(post.blocks):
            action, options = element["action_id"], element.get("options") or [None]
            if (user, action) in seen:
                continue
            seen.add((user, action))
            # What was pressed before may have taken the button away, or asks for a person.
            with suppress(LookupError, ValueError, KeyError):
                if options == [None]:
                    double.click(user, channel, post.ts, action)
                else:
                    double.choose(user, channel, post.ts, action, options[-1]["value"])
            while double.view(user):
                double.close_view(user)
    office.settle()


def elements(blocks: Any) -> Iterator[dict[str, Any]]:
    for block in blocks:
        for element in (*block.get("elements", ()), block.get("accessory", {})):
            if "action_id" in element:
                yield element


def ask_and_resolve(office: Office) -> None:
    """Let an employee ask, and support resolve what was not answered."""
    double = office.double
    for question in (
        "γεια σας παιδιά",
        "Πώς αλλάζω τον κωδικό πρόσβασης που ξεχάστηκε;",
        TOPICS["Εκτυπωτές"].format(n=3),
    ):
        double.say(ASA, HELP, question)
        office.settle()
        office.clock.forward(timedelta(minutes=5))
    card = office.cards()[-1]
    for act in ("ticket_claim", "ticket_pause", "ticket_resume", "ticket_why"):
        double.click(KIM, SUPPORT, card.ts, act)
        office.settle()
    double.click(KIM, SUPPORT, card.ts, "ticket_resolve")
    double.submit(KIM, {"note": {"note": "νέο χαρτί"}})
    office.settle()
    press_everything(office)


def ask_for_everything(office: Office) -> None:
    """Type each command and open each App Home."""
    double = office.double
    for words in ("", "help", "status", "mine", "privacy", "ask κωδικός πρόσβασης"):
        double.command(ASA, HELP, "/lotsen", words)
    for words in ("kpi", "kpi by category", "plan", "roi", "register", "why 1", "mine", "status"):
        double.command(LENA, LEAD, "/lotsen", words)
    for user in NAMES:
        double.open_home(user)
    office.settle()
    press_everything(office)


def open_registers(office: Office) -> None:
    double = office.double
    for kind in registers():
        double.command(LENA, LEAD, "/lotsen", f"register {kind}")
        office.settle()
        double.click(LENA, LEAD, double.ephemerals(LENA)[-1].ts, "register_add")
        double.close_view(LENA)


def let_time_pass(office: Office) -> None:
    """Let each job post, twice."""
    for days in (0, 40):
        office.clock.forward(timedelta(days=days))
        for job in discover():
            office.service.runner.run(job.name, office.clock())
            office.settle()


def test_every_word_of_an_office_is_translated(tmp_path: Path, migrated_file: Path) -> None:
    with opened(tmp_path, migrated_file, CODE, LOCALE) as office:
        ask_and_resolve(office)
        ask_for_everything(office)
        open_registers(office)
        let_time_pass(office)
        press_everything(office)

        assert len(list(drawn(office))) > 500
        assert nothing_leaks(office)


def test_what_one_person_sees_is_in_the_language_of_their_slack(
    tmp_path: Path, migrated_file: Path
) -> None:
    with opened(tmp_path, migrated_file, "en", LOCALE) as office:
        ask_and_resolve(office)
        ask_for_everything(office)

        assert nothing_leaks(office, PERSONAL)


def test_what_a_channel_sees_is_in_the_company_s_language(
    tmp_path: Path, migrated_file: Path
) -> None:
    with opened(tmp_path, migrated_file, CODE, "en-GB") as office:
        ask_and_resolve(office)
        let_time_pass(office)

        assert nothing_leaks(office, CHANNELS_WAY)
