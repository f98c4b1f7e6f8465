"""``lotsen jobs``, ``outbox`` and ``inbox``: what runs by the clock, and what waits."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli.arguments import Json, read_moment
from bot.cli.output import emit, hint, say, show, show_parts
from models.language import noted

if TYPE_CHECKING:
    from bot.cli.session import Session
    from jobs.runner import JobLine, Ran
    from models.tables import InboxRow, OutboxRow

jobs = typer.Typer(help="What the clock runs.", no_args_is_help=True)
outbox = typer.Typer(help="Posts on their way to Slack.", no_args_is_help=True)
inbox = typer.Typer(help="Commands that wait to be handled.", no_args_is_help=True)

Number = Annotated[int, typer.Argument(metavar="ID", help="The number that list shows.")]
Every = Annotated[bool, typer.Option("--all", help="Also what is done.")]
FAILURE = 1
_STATES = {
    "running": noted("running"),
    "done": noted("done"),
    "failed": noted("failed"),
    "skipped": noted("passed over"),
}


def register(app: typer.Typer) -> None:
    """Put these commands into the tree."""
    app.add_typer(jobs, name="jobs")
    app.add_typer(outbox, name="outbox")
    app.add_typer(inbox, name="inbox")


@jobs.command("list")
def list_jobs(as_json: Json = False) -> None:
    """List the jobs: when each is due next, and how its last run ended."""
    from bot.cli.session import opened
    from jobs.runner import Runner
    from jobs.timetable import discover

    with opened() as session:
        lines = Runner(session.lotsen, discover()).listing(session.now)
        if as_json:
            emit({"jobs": [_job(line) for line in lines]})
        else:
            _show_jobs(session, lines)


@jobs.command("run")
def run_job(
    name: Annotated[str, typer.Argument(help="A job that list shows.")],
    at: Annotated[
        str | None,
        typer.Option("--at", metavar="TIME", help="As if it were then; now if not named."),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only compose it: post nothing, note nothing.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Run a job for its latest period; the running bot then posts the message, once."""
    from bot.cli.session import opened
    from jobs.runner import Runner
    from jobs.timetable import discover
    from models.tables import RunState

    # Why a job failed is said below, once.
    with opened(log_level="CRITICAL") as session:
        moment = read_moment(at, "--at", session.zone) if at else session.now
        runner = Runner(session.lotsen, discover())
        ran = runner.run(name, moment, dry_run=dry_run)
        if as_json:
            emit(_ran(ran))
        else:
            _show_ran(session, ran)
        if ran.error:
            hint(f"lotsen: {name} {ran.period}: {ran.error}")
        if ran.state is RunState.FAILED:
            raise typer.Exit(FAILURE)


@outbox.command("list")
def list_posts(every: Every = False, as_json: Json = False) -> None:
    """List the posts that Slack does not show yet, the newest first."""
    from bot.cli.session import opened
    from models.upkeep import mail

    with opened() as session:
        rows = mail.posts(session.lotsen.store, every=every)
        if as_json:
            emit({"posts": [_post(row) for row in rows]})
        else:
            _show_rows(session, [_post(row) for row in rows])


@outbox.command("retry")
def retry_post(number: Number, as_json: Json = False) -> None:
    """Send a dead or doubtful post again; a doubtful one may then show twice."""
    from bot.cli.session import opened
    from models.upkeep import mail

    with opened() as session:
        row = mail.send_again(session.lotsen.store, number, session.now)
        _show_one(session, _post(row), as_json)


@outbox.command("drop")
def drop_post(number: Number, as_json: Json = False) -> None:
    """Never send a post, nor the updates that wait for it."""
    from bot.cli.session import opened
    from models.upkeep import mail

    with opened() as session:
        _show_one(session, _post(mail.drop(session.lotsen.store, number)), as_json)


@inbox.command("list")
def list_commands(every: Every = False, as_json: Json = False) -> None:
    """List the commands that are not handled yet, the newest first."""
    from bot.cli.session import opened
    from models.upkeep import mail

    with opened() as session:
        rows = mail.commands(session.lotsen.store, every=every)
        if as_json:
            emit({"commands": [_command(row) for row in rows]})
        else:
            _show_rows(session, [_command(row) for row in rows])


@inbox.command("retry")
def retry_command(number: Number, as_json: Json = False) -> None:
    """Let a command that was given up be tried again."""
    from bot.cli.session import opened
    from models.upkeep import mail

    with opened() as session:
        row = mail.handle_again(session.lotsen.store, number, session.now)
        _show_one(session, _command(row), as_json)


def _job(line: "JobLine") -> dict[str, Any]:
    last = line.last
    return {
        "name": line.name,
        "about": line.about,
        "schedule": line.schedule,
        "next_due": line.next_due.isoformat(),
        "next_period": line.next_period,
        "last_period": last.period if last else None,
        "last_state": last.state.value if last else None,
        "last_error": last.error if last else "",
    }


def _show_jobs(session: "Session", lines: "list[JobLine]") -> None:
    from models.message import Table

    words = session.words
    header = (words.say("Job"), words.say("When"), words.say("Next"), words.say("Last run"))
    rows = tuple(
        (
            line.name,
            line.schedule,
            words.moment(line.next_due, session.zone),
            f"{line.last.period} {words.say(_STATES[line.last.state.value])}" if line.last else "–",
        )
        for line in lines
    )
    show_parts(Table(header, rows))


def _ran(ran: "Ran") -> dict[str, Any]:
    from bot.slack.blocks import render

    message = None
    if ran.message is not None:
        text, blocks = render(ran.message)
        message = {"text": text, "blocks": blocks}
    return {
        "job": ran.job,
        "period": ran.period,
        "ran": ran.ran,
        "message": message,
        "state": ran.state.value if ran.state else None,
        "post_key": ran.post_key,
        "error": ran.error,
    }


def _show_ran(session: "Session", ran: "Ran") -> None:
    words = session.words
    if ran.message is not None:
        show(ran.message)
    if ran.post_key:
        said = words.say("The running bot posts this for {period}.", period=ran.period)
    elif ran.ran:
        said = words.say("Done for {period}; there is nothing to post.", period=ran.period)
    elif ran.state is None:
        said = words.say("Nothing was posted for {period}.", period=ran.period)
    else:
        said = words.say(
            "Not run for {period}: {state}.",
            period=ran.period,
            state=words.say(_STATES[ran.state.value]),
        )
    hint(said)


def _post(row: "OutboxRow") -> dict[str, Any]:
    return {
        "id": row.id,
        "state": row.state.value,
        "kind": row.kind.value,
        "key": row.key,
        "channel": row.channel,
        "attempts": row.attempts,
        "created_at": row.created_at.isoformat(),
        "not_before": row.not_before.isoformat(),
        "error": row.error,
    }


def _command(row: "InboxRow") -> dict[str, Any]:
    return {
        "id": row.seq,
        "state": row.state.value,
        "kind": row.kind,
        "command": row.id,
        "attempts": row.attempts,
        "received_at": row.received_at.isoformat(),
        "error": row.error,
    }


def _show_rows(session: "Session", rows: list[dict[str, Any]]) -> None:
    from models.message import Table

    if not rows:
        say(session.words.say("Nothing waits."))
        return
    header = tuple(rows[0])
    show_parts(Table(header, tuple(tuple(str(row[name]) for name in header) for row in rows)))


def _show_one(session: "Session", row: dict[str, Any], as_json: bool) -> None:
    if as_json:
        emit(row)
    else:
        _show_rows(session, [row])
