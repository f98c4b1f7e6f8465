"""``lotsen plan``: the 90-day plan."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from bot.cli.arguments import Json, as_text, read_day
from bot.cli.output import emit, say, show, show_parts, write_file
from models.errors import InvalidError

if TYPE_CHECKING:
    from bot.cli.session import Session
    from models.programme.status import PlanStatus
    from models.tables import PlanAct

plan = typer.Typer(help="The 90-day plan.", no_args_is_help=True)

Key = Annotated[str, typer.Argument(help="A task such as w5.case; see: lotsen plan show.")]
Why = Annotated[str, typer.Argument(help="Why, in a sentence.")]
To = Annotated[str, typer.Option("--to", metavar="DAY", help="The new day.")]


def register(app: typer.Typer) -> None:
    """Put these commands into the tree."""
    app.add_typer(plan, name="plan")


@plan.command()
def start(
    day: Annotated[
        str | None, typer.Option("--date", metavar="DAY", help="First day; today if not named.")
    ] = None,
    again: Annotated[
        bool, typer.Option("--again", help="End the plan that runs, and begin anew.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Begin the plan; one that runs already is not ended without --again."""
    from bot.cli.session import opened

    with opened() as session:
        first = read_day(day, "--date") if day else None
        _show(session, session.lotsen.plan.start(first, session.now, again=again), as_json)


@plan.command()
def status(as_json: Json = False) -> None:
    """Show where the plan stands: what is done, due and late."""
    from bot.cli.session import opened

    with opened() as session:
        _show(session, session.lotsen.plan.status(session.now), as_json)


plan.command("show", help="The same as status.")(status)


@plan.command()
def done(
    key: Annotated[str, typer.Argument(help="A task such as w5.plan, or a whole week: w1 to w12.")],
    evidence: Annotated[str, typer.Argument(help="A sentence or a link that shows it.")],
    as_json: Json = False,
) -> None:
    """Say that a task is done; a second time amends its evidence."""
    from models.tables import PlanAct

    _change(key, PlanAct.DONE, evidence, None, as_json)


@plan.command()
def block(key: Key, reason: Why, as_json: Json = False) -> None:
    """Say that a task cannot go on, and why."""
    from models.tables import PlanAct

    _change(key, PlanAct.BLOCKED, reason, None, as_json)


@plan.command()
def move(key: Key, reason: Why, to: To, as_json: Json = False) -> None:
    """Move a task to another day; what waits for it moves along."""
    from models.tables import PlanAct

    _change(key, PlanAct.MOVED, reason, to, as_json)


@plan.command()
def owner(
    key: Key,
    who: Annotated[str, typer.Argument(help="A Slack id, or a name that is known.")],
    as_json: Json = False,
) -> None:
    """Say who does a task from now on."""
    from bot.cli.session import opened

    with opened() as session:
        before = session.lotsen.plan.status(session.now)
        session.lotsen.plan_desk.hand_over(key, as_text(who), session.now)
        _show_change(session, before, key, as_json)


@plan.command()
def reopen(key: Key, reason: Why, as_json: Json = False) -> None:
    """Take back what was said of a task, and say why."""
    from models.tables import PlanAct

    _change(key, PlanAct.REOPENED, reason, None, as_json)


@plan.command()
def decide(
    key: Annotated[str, typer.Argument(help="gate30, gate60 or gate90.")],
    decision: Annotated[
        Literal["go", "wait", "stop"], typer.Argument(help="go on, wait until --to, or stop.")
    ],
    reason: Why,
    to: Annotated[str | None, typer.Option("--to", metavar="DAY", help="Decide again on.")] = None,
    as_json: Json = False,
) -> None:
    """Decide at a gate whether the plan goes on."""
    from models.tables import PlanAct

    if decision == "wait" and to is None:
        raise InvalidError("wait until when? Add --to DAY, such as --to 2026-12-18")

    acts = {"go": PlanAct.DONE, "wait": PlanAct.MOVED, "stop": PlanAct.STOPPED}
    _change(key, acts[decision], reason, to, as_json)


@plan.command()
def history(key: Key, as_json: Json = False) -> None:
    """Show what was said of a task, when, and by whom (a pseudonym)."""
    from bot.cli.session import opened
    from models.message import Table
    from models.programme.summary import ACTS

    with opened() as session:
        words = session.words
        found = session.lotsen.plan.history(key)
        if as_json:
            lines = [
                {"at": one.at, "act": one.act, "told": one.told, "day": one.day, "by": one.by}
                for one in found
            ]
            emit({"key": key, "changes": lines})
            return
        zone = session.lotsen.calendar.zone
        rows = tuple(
            (
                words.moment(one.at, zone),
                one.by or words.say("command line"),
                words.say(ACTS[one.act]),
                words.day(one.day, "d MMM y") if one.day else "–",
                one.told,
            )
            for one in found
        )
        header = (
            words.say("When"),
            words.say("By"),
            words.say("What was done"),
            words.say("Day"),
            words.say("Why, or what shows it"),
        )
        show_parts(Table(header, rows))


@plan.command()
def roadmap(
    pdf: Annotated[Path | None, typer.Option("--pdf", metavar="FILE", help="As a PDF.")] = None,
) -> None:
    """Show the roadmap of the months after the plan, from the rated use cases."""
    from bot.cli.session import opened

    with opened() as session:
        message = session.lotsen.plan.roadmap_message(session.now, session.words.language)
        if pdf is None:
            show(message)
            return
        from models.reports.pdf import PdfPage
        from models.reports.pdf import pdf as drawn

        content = drawn([PdfPage(message.parts)], message.text, session.words.language)
    write_file(pdf, content)
    say(str(pdf))


@plan.command()
def report(
    file: Annotated[Path, typer.Option("--pdf", metavar="FILE", help="Where the PDF goes.")],
) -> None:
    """Write the programme as a PDF: timeline, use cases, risks, systems."""
    from bot.cli.session import opened

    with opened() as session:
        write_file(file, session.lotsen.programme.pdf(session.now, session.words.language))
    say(str(file))


@plan.command()
def picture(file: Annotated[Path, typer.Argument(metavar="FILE.png")]) -> None:
    """Draw the plan as a timeline."""
    from bot.cli.session import opened
    from models.reports.plan_picture import draw

    with opened() as session:
        found = session.lotsen.plan.status(session.now, session.words.language)
        write_file(file, draw(found, session.lotsen.calendar, session.words))
    say(str(file))


def _change(key: str, act: "PlanAct", told: str, to: str | None, as_json: bool) -> None:
    from bot.cli.session import opened
    from models.programme.change_requests import PlanChangeRequest

    day = read_day(to, "--to") if to else None
    with opened() as session:
        wish = PlanChangeRequest(key, act, as_text(told), day)
        before = session.lotsen.plan.status(session.now)
        session.lotsen.plan.change(wish, session.now)
        _show_change(session, before, key, as_json)


def _show_change(session: "Session", before: "PlanStatus", key: str, as_json: bool) -> None:
    """Say what changed; the whole plan is for ``lotsen plan show``."""
    from models.programme.summary import change_lines

    found = session.lotsen.plan.status(session.now)
    if as_json:
        emit(found.to_json())
        return
    for line in change_lines(before, found, key, session.words):
        say(line)


def _show(session: "Session", found: "PlanStatus", as_json: bool) -> None:
    from models.programme.summary import plan_message

    if as_json:
        emit(found.to_json())
    else:
        show(plan_message(found, session.words, keys=True))
