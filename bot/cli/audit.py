"""``lotsen audit``: whether what the proof rests on is still what was written down."""

from bot.cli.application import FAILURE
from bot.cli.command import Result, command, group, tree
from bot.cli.output import table
from bot.cli.session import Session
from models.kpis import audit as audits

app = tree()
audit = group(app, "audit")


@command(audit)
def verify(session: Session) -> Result:
    """Check that baselines, costs, budgets, assumptions and choices are as they were written."""
    words, found = session.words, audits.verify(session.lotsen.store)
    gettext = words.gettext
    rows = ((one.kind, one.key, audits.why_in_words(one, words)) for one in found.problems)
    header = (gettext("Table"), gettext("Row"), gettext("What is wrong"))
    last = words.ngettext(
        "{n} entry checked; the newest is {head}.",
        "{n} entries checked; the newest is {head}.",
        found.n,
        head=found.head[:12],
    )
    wrong = words.ngettext("{n} problem.", "{n} problems.", len(found.problems))
    text = [table(header, rows), wrong, last] if found.problems else [gettext("All is well."), last]
    return Result(
        {"ok": found.ok, "n": found.n, "head": found.head, "problems": found.problems},
        text,
        code=0 if found.ok else FAILURE,
    )
