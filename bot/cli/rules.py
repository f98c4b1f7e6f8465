"""``lotsen rules``: categories that the company decides by rules of its own."""

from collections.abc import Iterator
from typing import Annotated

import typer
from typer import Argument, Option

from bot.cli.arguments import as_text
from bot.cli.command import Result, command, group, tree
from bot.cli.output import fields_of, table
from bot.cli.session import Session
from models.desk.setup.rules import (
    RuleSpec,
    RuleTrial,
    draft_rule,
    remove_rule,
    rules_listed,
    store_rule,
    try_rule,
)
from models.errors import InvalidError
from models.tables import TriageRule

app = tree()
rules = group(app, "rules")

Kind = Annotated[str, Argument(help="regex, sender or sender_team.")]
Pattern = Annotated[
    str, Argument(help="A regular expression; a Slack id or a name; a team's name.")
]
CategoryKey = Annotated[str, Argument(metavar="CATEGORY", help="A category's key.")]
Position = Annotated[
    int | None, Option("--position", help="The lowest is asked first; else the last.")
]
_FIELDS = ("id", "position", "kind", "pattern", "category", "active", "created_at")


@command(rules)
def add(
    session: Session,
    kind: Kind,
    pattern: Pattern,
    category: CategoryKey,
    position: Position = None,
    yes: Annotated[
        bool, Option("--yes", help="Store it without asking, whatever the trial says.")
    ] = False,
) -> Iterator[Result]:
    """Try a rule on all stored tickets, then store it."""
    gettext = session.words.gettext
    rule, trial = _tried(session, kind, pattern, category, position)
    yield Result(None, _as_text(session, trial))
    if not yes and not _agreed(session, trial):
        yield Result(None, gettext("The rule was not stored."))
        return
    rule_id = store_rule(session.lotsen.store, rule)
    yield Result({"id": rule_id, "trial": trial}, gettext("Stored as rule {id}.", id=rule_id))


@command(rules, "test")
def try_(
    session: Session,
    kind: Kind,
    pattern: Pattern,
    category: CategoryKey,
    position: Position = None,
) -> Result:
    """Say what a rule would have done with all stored tickets; nothing is stored."""
    _, trial = _tried(session, kind, pattern, category, position)
    return Result({"trial": trial}, _as_text(session, trial))


@command(rules, "list")
def list_(
    session: Session,
    everything: Annotated[bool, Option("--all", help="Removed rules too.")] = False,
) -> Result:
    """List the rules in the order in which they are asked, and how many tickets each decided."""
    words, gettext = session.words, session.words.gettext
    found = rules_listed(session.lotsen.store, everything=everything)
    rows = (
        (
            str(line.rule.id),
            str(line.rule.position),
            line.rule.kind.value,
            line.rule.pattern,
            line.rule.category,
            words.number(line.hits),
            words.moment(line.last_hit, session.zone) if line.last_hit else "–",
        )
        for line in found
    )
    header = (
        *("Id", gettext("Position"), gettext("Kind"), gettext("Pattern"), gettext("Category")),
        *(gettext("Tickets decided"), gettext("Last hit")),
    )
    listed = [
        {**fields_of(line.rule, *_FIELDS), **fields_of(line, "hits", "last_hit")} for line in found
    ]
    return Result({"rules": listed}, table(header, rows, gettext("There are no rules.")))


@command(rules)
def remove(
    session: Session,
    rule_id: Annotated[int, Argument(metavar="ID", help="As in: lotsen rules list.")],
) -> Result:
    """Take a rule out of use; what it decided stays explained."""
    remove_rule(session.lotsen.store, rule_id)
    text = session.words.gettext("Rule {id} is not used any more.", id=rule_id)
    return Result({"id": rule_id, "active": False}, text)


def _tried(
    session: Session, kind: str, pattern: str, category: str, position: int | None
) -> tuple[TriageRule, RuleTrial]:
    store = session.lotsen.store
    spec = RuleSpec(kind, as_text(pattern), category, position)
    rule = draft_rule(store, spec, session.now)
    return rule, try_rule(store, rule)


def _agreed(session: Session, trial: RuleTrial) -> bool:
    """Ask where somebody can answer; else refuse a rule that people contradict."""
    if not trial.differently:
        return True
    if session.is_interactive:
        return typer.confirm(session.words.gettext("Store it?"))
    if trial.contradicts:
        raise InvalidError(
            f"people decided otherwise for {trial.differently} of {trial.judged} tickets: change "
            "the rule, or add --yes"
        )
    return True


def _as_text(session: Session, trial: RuleTrial) -> Iterator[str]:
    words = session.words
    yield words.gettext(
        "It would have decided {decided} of {tickets}, {differently} of them differently from "
        "the person.",
        decided=words.number(trial.decided),
        tickets=words.ngettext("{n} ticket", "{n} tickets", trial.tickets),
        differently=words.number(trial.differently),
    )
    if trial.examples:
        numbers = ", ".join(f"#{number}" for number in trial.examples)
        yield words.gettext("Differently, for example: {tickets}", tickets=numbers)
