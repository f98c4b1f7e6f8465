"""``lotsen plan``: the 90-day plan."""

from pathlib import Path
from typing import Annotated, Literal

from typer import Argument, Option

from bot.cli.arguments import as_text, read_day
from bot.cli.command import Result, command, group, tree
from bot.cli.output import fields_of, table, write_file
from bot.cli.session import Session
from models.errors import InvalidError
from models.programme.change_requests import PlanChangeRequest
from models.programme.status import PlanStatus
from models.programme.summary import ACTS, change_lines, plan_message
from models.reports.pdf import PdfPage
from models.reports.pdf import pdf as drawn
from models.reports.plan_picture import draw
from models.tables import PlanAct

app = tree()
plan = group(app, "plan")

Key = Annotated[str, Argument(help="A task such as w5.case; see: lotsen plan show.")]
Why = Annotated[str, Argument(help="Why, in a sentence.")]
To = Annotated[str, Option("--to", metavar="DAY", help="The new day.")]


@command(plan)
def start(
    session: Session,
    day: Annotated[
        str | None, Option("--date", metavar="DAY", help="First day; today if not named.")
    ] = None,
    again: Annotated[
        bool, Option("--again", help="End the plan that runs, and begin anew.")
    ] = False,
) -> Result:
    """Begin the plan; one that runs already is not ended without --again."""
    first = read_day(day, "--date") if day else None
    return _whole(session, session.lotsen.plan.start(first, session.now, again=again))


@command(plan, "show", help="The same as status.")
@command(plan)
def status(session: Session) -> Result:
    """Show where the plan stands: what is done, due and late."""
    return _whole(session, session.lotsen.plan.status(session.now))


@command(plan)
def done(
    session: Session,
    key: Annotated[str, Argument(help="A task such as w5.plan, or a whole week: w1 to w12.")],
    evidence: Annotated[str, Argument(help="A sentence or a link that shows it.")],
) -> Result:
    """Say that a task is done; a second time amends its evidence."""
    return _change(session, key, PlanAct.DONE, evidence)


@command(plan)
def block(session: Session, key: Key, reason: Why) -> Result:
    """Say that a task cannot go on, and why."""
    return _change(session, key, PlanAct.BLOCKED, reason)


@command(plan)
def move(session: Session, key: Key, reason: Why, to: To) -> Result:
    """Move a task to another day; what waits for it moves along."""
    return _change(session, key, PlanAct.MOVED, reason, to)


@command(plan)
def owner(
    session: Session,
    key: Key,
    who: Annotated[str, Argument(help="A Slack id, or a name that is known.")],
) -> Result:
    """Say who does a task from now on."""
    before = session.lotsen.plan.status(session.now)
    session.lotsen.plan_requests.hand_over(key, as_text(who), session.now)
    return _changed(session, before, key)


@command(plan)
def reopen(session: Session, key: Key, reason: Why) -> Result:
    """Take back what was said of a task, and say why."""
    return _change(session, key, PlanAct.REOPENED, reason)


@command(plan)
def decide(
    session: Session,
    key: Annotated[str, Argument(help="gate30, gate60 or gate90.")],
    decision: Annotated[
        Literal["go", "wait", "stop"], Argument(help="go on, wait until --to, or stop.")
    ],
    reason: Why,
    to: Annotated[str | None, Option("--to", metavar="DAY", help="Decide again on.")] = None,
) -> Result:
    """Decide at a gate whether the plan goes on."""
    if decision == "wait" and to is None:
        raise InvalidError("wait until when? Add --to DAY, such as --to 2026-12-18")

    acts = {"go": PlanAct.DONE, "wait": PlanAct.MOVED, "stop": PlanAct.STOPPED}
    return _change(session, key, acts[decision], reason, to)


@command(plan)
def history(session: Session, key: Key) -> Result:
    """Show what was said of a task, when, and by whom (a pseudonym)."""
    words, gettext = session.words, session.words.gettext
    found = session.lotsen.plan.history(key)
    rows = (
        (
            words.moment(one.at, session.zone),
            one.by or gettext("command line"),
            gettext(ACTS[one.act]),
            words.day(one.day, "d MMM y") if one.day else "–",
            one.told,
        )
        for one in found
    )
    header = (
        *(gettext("When"), gettext("By"), gettext("What was done")),
        *(gettext("Day"), gettext("Why, or what shows it")),
    )
    changes = [fields_of(one, "at", "act", "told", "day", "by") for one in found]
    return Result({"key": key, "changes": changes}, table(header, rows))


@command(plan, with_json=False)
def roadmap(
    session: Session,
    pdf: Annotated[Path | None, Option("--pdf", metavar="FILE", help="As a PDF.")] = None,
) -> Result:
    """Show the roadmap of the months after the plan, from the rated use cases."""
    language = session.words.language
    message = session.lotsen.plan.roadmap_message(session.now, language)
    if pdf is None:
        return Result(None, message)
    return _written(pdf, drawn([PdfPage(message.parts)], message.text, language))


@command(plan, with_json=False)
def report(
    session: Session,
    file: Annotated[Path, Option("--pdf", metavar="FILE", help="Where the PDF goes.")],
) -> Result:
    """Write the programme as a PDF: timeline, use cases, risks, systems."""
    return _written(file, session.lotsen.programme.pdf(session.now, session.words.language))


@command(plan, with_json=False)
def picture(session: Session, file: Annotated[Path, Argument(metavar="FILE.png")]) -> Result:
    """Draw the plan as a timeline."""
    found = session.lotsen.plan.status(session.now, session.words.language)
    return _written(file, draw(found, session.lotsen.calendar, session.words))


def _change(session: Session, key: str, act: PlanAct, reason: str, to: str | None = None) -> Result:
    wish = PlanChangeRequest(key, act, as_text(reason), read_day(to, "--to") if to else None)
    before = session.lotsen.plan.status(session.now)
    session.lotsen.plan.change(wish, session.now)
    return _changed(session, before, key)


def _changed(session: Session, before: PlanStatus, key: str) -> Result:
    """Say what changed; the whole plan is for ``lotsen plan show``."""
    found = session.lotsen.plan.status(session.now)
    return Result(found.to_json(), change_lines(before, found, key, session.words))


def _whole(session: Session, found: PlanStatus) -> Result:
    return Result(found.to_json(), plan_message(found, session.words, keys=True))


def _written(file: Path, content: bytes) -> Result:
    write_file(file, content)
    return Result(None, str(file))
