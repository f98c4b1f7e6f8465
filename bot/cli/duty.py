"""``lotsen duty``: who is on duty in which week."""

from typing import Annotated

from typer import Argument, Option

from bot.cli.command import Result, command, group, tree
from bot.cli.output import table
from bot.cli.session import Session
from models.desk.setup.rota_changes import DutyWeek, RotaEdit
from models.desk.setup.rota_posts import SHOWN, names_of, week_label
from models.desk.setup.rota_requests import change_at_terminal, duty_history, duty_weeks
from models.errors import InvalidError
from models.kpis.periods import Period
from models.tables import DutyAct

app = tree()
duty = group(app, "duty")

Weeks = Annotated[int, Option("--weeks", min=1, max=104, help="So many weeks, this one first.")]


@command(duty, "list")
def list_(session: Session, weeks: Weeks = SHOWN) -> Result:
    """List who is on duty in this week and the next ones."""
    return _listed(session, weeks)


@command(duty, "set")
def set_(
    session: Session,
    week: Annotated[str, Argument(help="Such as 2026-W49.")],
    people: Annotated[
        list[str] | None,
        Argument(metavar="USER...", help="Slack ids; nobody: as the order says, or it ends."),
    ] = None,
    order: Annotated[
        int, Option("--order", min=0, max=10, help="Repeat from that week on, so many a week.")
    ] = 0,
    swap: Annotated[str, Option("--swap", help="The week to swap with instead.")] = "",
) -> Result:
    """Set who is on duty in a week, swap it with another, or set an order that repeats."""
    act = DutyAct.ORDER if order else DutyAct.WEEK
    other = _week(swap) if swap else None
    edit = RotaEdit(act, _week(week), tuple(people or ()), order or 1, other)
    change_at_terminal(session.lotsen.desk, edit, session.now)
    return _listed(session, SHOWN)


def _week(text: str) -> Period:
    week = Period.parse(text)
    if "W" not in week.key:
        raise InvalidError(f"{text!r} is no week: write one such as 2026-W49")
    return week


def _listed(session: Session, number: int) -> Result:
    found, words = duty_weeks(session.lotsen.desk, session.now, number), session.words
    header = (words.gettext("Week"), words.gettext("On duty"), words.gettext("From"))
    rows = (
        (week_label(one.week, words), names_of(one.people, words), _origin(session, one))
        for one in found
    )
    changes = duty_history(session.lotsen.desk)
    json = {"weeks": [_as_json(one) for one in found], "history": changes}
    return Result(json, table(header, rows))


def _origin(session: Session, one: DutyWeek) -> str:
    gettext = session.words.gettext
    if not one.people:
        return "–"
    return gettext("this week only") if one.apart else gettext("the order")


def _as_json(one: DutyWeek) -> dict[str, object]:
    people = [{"slack_id": person.slack_id, "name": person.name} for person in one.people]
    return {"week": one.week.key, "people": people, "apart": one.apart}
