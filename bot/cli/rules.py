"""``lotsen rules``: categories that the company decides by rules of its own."""

import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli.arguments import Json, as_text
from bot.cli.output import emit, say, show_parts
from models.errors import InvalidError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.cli.session import Session
    from models.desk.setup.rules import RuleLine, RuleTrial
    from models.message import Table
    from models.tables import TriageRule

rules = typer.Typer(
    help="Rules that decide a category before any model is asked.", no_args_is_help=True
)

Kind = Annotated[str, typer.Argument(help="regex, sender or sender_team.")]
Pattern = Annotated[
    str, typer.Argument(help="A regular expression; a Slack id or a name; a team's name.")
]
CategoryKey = Annotated[str, typer.Argument(metavar="CATEGORY", help="A category's key.")]
Position = Annotated[
    int | None, typer.Option("--position", help="The lowest is asked first; else the last.")
]


def register(app: typer.Typer) -> None:
    """Put these commands into the tree."""
    app.add_typer(rules, name="rules")


@rules.command()
def add(
    kind: Kind,
    pattern: Pattern,
    category: CategoryKey,
    position: Position = None,
    yes: Annotated[
        bool, typer.Option("--yes", help="Store it without asking, whatever the trial says.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Try a rule on all stored tickets, then store it."""
    from bot.cli.session import opened
    from models.desk.setup.rules import store_rule

    with opened() as session:
        rule, trial = _tried(session, kind, pattern, category, position)
        if not as_json:
            _show_trial(session, trial)
        if not yes and not _agreed(session, trial, as_json=as_json):
            say(session.words.say("The rule was not stored."))
            return
        rule_id = store_rule(session.lotsen.store, rule)
        if as_json:
            emit({"id": rule_id, **_trial_json(trial)})
        else:
            say(session.words.say("Stored as rule {id}.", id=rule_id))


@rules.command("test")
def try_(
    kind: Kind,
    pattern: Pattern,
    category: CategoryKey,
    position: Position = None,
    as_json: Json = False,
) -> None:
    """Say what a rule would have done with all stored tickets; nothing is stored."""
    from bot.cli.session import opened

    with opened() as session:
        _, trial = _tried(session, kind, pattern, category, position)
        if as_json:
            emit(_trial_json(trial))
        else:
            _show_trial(session, trial)


@rules.command("list")
def list_(
    everything: Annotated[bool, typer.Option("--all", help="Removed rules too.")] = False,
    as_json: Json = False,
) -> None:
    """List the rules in the order in which they are asked, and how many tickets each decided."""
    from bot.cli.session import opened
    from models.desk.setup.rules import rules_listed

    with opened() as session:
        found = rules_listed(session.lotsen.store, everything=everything)
        if as_json:
            emit({"rules": [asdict(line) for line in found]})
        elif not found:
            say(session.words.say("There are no rules."))
        else:
            show_parts(_table(session, found))


@rules.command()
def remove(
    rule_id: Annotated[int, typer.Argument(metavar="ID", help="As in: lotsen rules list.")],
    as_json: Json = False,
) -> None:
    """Take a rule out of use; what it decided stays explained."""
    from bot.cli.session import opened
    from models.desk.setup.rules import remove_rule

    with opened() as session:
        remove_rule(session.lotsen.store, rule_id)
        if as_json:
            emit({"id": rule_id, "active": False})
        else:
            say(session.words.say("Rule {id} is not used any more.", id=rule_id))


def _table(session: "Session", found: "Sequence[RuleLine]") -> "Table":
    from models.message import Table

    words = session.words
    header = (
        "Id",
        words.say("Position"),
        words.say("Kind"),
        words.say("Pattern"),
        words.say("Category"),
        words.say("Tickets decided"),
        words.say("Last hit"),
    )
    lines = [
        (
            str(line.id),
            str(line.position),
            line.kind.value,
            line.pattern,
            line.category,
            words.number(line.hits),
            words.moment(line.last_hit, session.zone) if line.last_hit else "–",
        )
        for line in found
    ]
    return Table(header, tuple(lines))


def _tried(
    session: "Session", kind: str, pattern: str, category: str, position: int | None
) -> "tuple[TriageRule, RuleTrial]":
    from models.desk.setup.rules import draft_rule, try_rule

    store = session.lotsen.store
    rule = draft_rule(store, kind, as_text(pattern), category, session.now, position)
    return rule, try_rule(store, rule)


def _agreed(session: "Session", trial: "RuleTrial", *, as_json: bool) -> bool:
    """Ask where somebody can answer; else refuse a rule that people contradict."""
    if not trial.differently:
        return True
    if not as_json and sys.stdin.isatty() and sys.stdout.isatty():
        return typer.confirm(session.words.say("Store it?"))
    if trial.contradicts:
        raise InvalidError(
            f"people decided otherwise for {trial.differently} of {trial.judged} tickets: change "
            "the rule, or add --yes"
        )
    return True


def _trial_json(trial: "RuleTrial") -> dict[str, Any]:
    return {"trial": asdict(trial)}


def _show_trial(session: "Session", trial: "RuleTrial") -> None:
    words = session.words
    say(
        words.say(
            "It would have decided {decided} of {tickets}, {differently} of them differently from "
            "the person.",
            decided=words.number(trial.decided),
            tickets=words.count("{n} ticket", "{n} tickets", trial.tickets),
            differently=words.number(trial.differently),
        )
    )
    if trial.examples:
        numbers = ", ".join(f"#{number}" for number in trial.examples)
        say(words.say("Differently, for example: {tickets}", tickets=numbers))
