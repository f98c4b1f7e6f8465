"""``lotsen plan``: the 90-day plan."""

from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.arguments import Json, as_text, read_day
from bot.cli.output import emit, show

if TYPE_CHECKING:
    from bot.cli.session import Session
    from models.value.checkpoints import PlanStatus

plan = typer.Typer(help="The 90-day plan.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Put these commands into the tree."""
    app.add_typer(plan, name="plan")


@plan.command()
def start(
    day: Annotated[
        str | None, typer.Option("--date", metavar="DAY", help="First day; today if not named.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Begin the plan; one that runs already ends."""
    from bot.cli.session import opened

    with opened() as session:
        first = read_day(day, "--date") if day else None
        _show(session, session.lotsen.plan.start(first, session.now), as_json)


@plan.command()
def status(as_json: Json = False) -> None:
    """Show where the plan stands: what is done, due and late."""
    from bot.cli.session import opened

    with opened() as session:
        _show(session, session.lotsen.plan.status(session.now), as_json)


plan.command("show", help="The same as status.")(status)


@plan.command()
def done(
    key: Annotated[str, typer.Argument(help="A checkpoint: w1 to w12.")],
    evidence: Annotated[str, typer.Argument(help="A sentence that says what shows it.")],
    as_json: Json = False,
) -> None:
    """Mark a checkpoint done; a second time replaces the evidence."""
    from bot.cli.session import opened

    with opened() as session:
        found = session.lotsen.plan.done(key, as_text(evidence), session.now)
        _show(session, found, as_json)


def _show(session: "Session", found: "PlanStatus", as_json: bool) -> None:
    from models.value.plan_report import plan_message

    if as_json:
        emit(found.to_json())
    else:
        show(plan_message(found, session.words))
