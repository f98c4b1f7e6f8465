"""``lotsen doctor``: everything that Lotsen needs, each with what to do about it."""

import logging
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from typing import Annotated

from typer import Option

from bot.cli.command import Result, command, tree
from bot.cli.database_checks import DatabaseChecks
from bot.cli.examination import Check
from bot.cli.live_check import LiveCheck
from bot.cli.machine_checks import MachineChecks
from bot.cli.output import table
from bot.cli.session import Session
from bot.cli.slack_checks import SlackChecks
from bot.clock import Clock, clock_for
from models.errors import InvalidError
from models.language import Translator, words_for
from models.settings import Settings

app = tree()
_FEWEST, _MOST = 50, 250
_PREFIX = "LOTSEN_"
log = logging.getLogger(__name__)


@command(app)
def doctor(
    _session: Session,
    live: Annotated[
        bool, Option("--live", help="Post, edit and delete a message in the support channel too.")
    ] = False,
) -> Result:
    """Check everything that Lotsen needs; each finding says what to do."""
    words, checks = examine(Clock(), live=live)
    gettext = words.gettext
    rows = ((_mark(check), check.name, check.detail, check.fix or "–") for check in checks)
    header = ("", gettext("Check"), gettext("What was found"), gettext("What to do"))
    checks.sort(key=lambda check: -check.code)
    wrong = sum(not check.ok for check in checks)
    last = words.ngettext("{n} check needs attention.", "{n} checks need attention.", wrong)
    text = [table(header, rows), last if wrong else gettext("All is well.")]
    return Result({"checks": checks}, text, code=max(check.code for check in checks))


def examine(clock: Clock, *, live: bool = False) -> tuple[Translator, list[Check]]:
    """Look at everything; a language model is asked once, and ``live`` posts a message."""
    try:
        settings = Settings.load()
    except InvalidError as error:
        words = words_for("en")
        fix = words.gettext("Mend them in the environment or in lotsen.env.")
        return words, [Check("settings", ok=False, detail=str(error), fix=fix)]
    words = words_for(settings.lotsen_language)
    fine = Check("settings", ok=True, detail=words.gettext("They can be read."))
    found = [
        fine,
        *_unknown(words),
        _people(settings, words, clock_for(settings, clock)),
        *_to_the_end(
            "database", DatabaseChecks(settings, words, clock_for(settings, clock)).checks(), words
        ),
        *_to_the_end("machine", MachineChecks(settings, words, clock).checks(), words),
        *_to_the_end("slack", SlackChecks(settings, words, clock).checks(), words),
    ]
    if live:
        found += _to_the_end("live", LiveCheck(settings, words, clock).checks(), words)
    return words, found


def _unknown(words: Translator) -> Iterator[Check]:
    """Name each variable that nothing reads, and the one that was probably meant."""
    known = {
        name.upper().removeprefix(_PREFIX): name.upper()
        for name in Settings.model_fields
        if name.upper().startswith(_PREFIX)
    }
    for name in Settings.unknown_variables():
        detail = words.gettext("Nothing reads {variable}.", variable=name)
        fix = words.gettext("Take {variable} out of the environment or lotsen.env.", variable=name)
        for near in get_close_matches(name.removeprefix(_PREFIX), known, n=1):
            fix = words.gettext("Did you mean {variable}? Rename it.", variable=known[near])
        yield Check("variables", ok=False, detail=detail, fix=fix)


def _to_the_end(name: str, checks: Iterable[Check], words: Translator) -> Iterator[Check]:
    """Give what was found; a fault of ours ends these checks as a finding, never the others."""
    try:
        yield from checks
    except Exception as error:  # whatever it is, the other checks are still worth having
        log.exception("check failed")
        detail = words.gettext("The check itself failed: {error}", error=repr(error))
        fix = words.gettext(
            "Mend the other findings first; if it stays, report this line as a bug."
        )
        yield Check(name, ok=False, detail=detail, fix=fix)


def _people(settings: Settings, words: Translator, clock: Clock) -> Check:
    """Ask for the head-count: what suits a company depends on it."""
    people = settings.headcount.on(clock().astimezone(settings.zone).date())
    if not people:
        fix = words.gettext("How many people work here? Set LOTSEN_PEOPLE.")
        return Check("people", ok=True, detail=words.gettext("Nobody said yet."), fix=fix)
    detail = words.gettext("{n} people", n=words.number(people))
    if _FEWEST <= people <= _MOST:
        return Check("people", ok=True, detail=detail)
    fix = words.gettext("Lotsen is made for {low} to {high} people.", low=_FEWEST, high=_MOST)
    return Check("people", ok=True, detail=detail, fix=fix)


def _mark(check: Check) -> str:
    """Return a tick where all is well, a question mark where nothing is wrong but something to do."""
    if not check.ok:
        return "✗"
    return "?" if check.fix else "✓"
