"""``lotsen jobs``, ``outbox`` and ``inbox``: what runs by the clock, and what waits."""

from collections.abc import Iterator, Sequence
from typing import Annotated, Any

from typer import Argument, Option

from bot.cli.application import FAILURE
from bot.cli.arguments import read_moment
from bot.cli.command import Result, command, group, tree
from bot.cli.output import Hint, Text, fields_of, table
from bot.cli.session import Session
from bot.slack.blocks import render
from jobs.runner import JobLine, Ran, Runner
from jobs.timetable import discover
from models.language import N_, Translator
from models.tables import InboxRow, OutboxRow, RunState
from models.upkeep import mail

app = tree()
jobs = group(app, "jobs")
outbox = group(app, "outbox")
inbox = group(app, "inbox")

Number = Annotated[int, Argument(metavar="ID", help="The number that list shows.")]
Every = Annotated[bool, Option("--all", help="Also what is done.")]
_STATES = {
    "running": N_("running"),
    "done": N_("done"),
    "failed": N_("failed"),
    "skipped": N_("passed over"),
}


@command(jobs, "list")
def list_jobs(session: Session) -> Result:
    """List the jobs: when each is due next, and how its last run ended."""
    words, gettext = session.words, session.words.gettext
    lines = _runner(session).listing(session.now)
    rows = (
        (
            line.name,
            line.schedule,
            words.moment(line.next_due, session.zone),
            f"{line.last.period} {gettext(_STATES[line.last.state.value])}" if line.last else "–",
        )
        for line in lines
    )
    header = (gettext("Job"), gettext("When"), gettext("Next"), gettext("Last run"))
    return Result({"jobs": [_job(line) for line in lines]}, table(header, rows))


# Why a job failed is said below, once.
@command(jobs, "run", log_level="CRITICAL")
def run_job(
    session: Session,
    name: Annotated[str, Argument(help="A job that list shows.")],
    at: Annotated[
        str | None,
        Option("--at", metavar="TIME", help="As if it were then; now if not named."),
    ] = None,
    dry_run: Annotated[
        bool, Option("--dry-run", help="Only compose it: post nothing, note nothing.")
    ] = False,
) -> Result:
    """Run a job for its latest period; the running bot then posts the message, once."""
    moment = read_moment(at, "--at", session.zone) if at else session.now
    ran = _runner(session).run(name, moment, dry_run=dry_run)
    return Result(
        lambda: _ran(ran),
        _ran_text(session.words, ran),
        hints=(f"lotsen: {name} {ran.period}: {ran.error}",) if ran.error else (),
        code=FAILURE if ran.state is RunState.FAILED else 0,
    )


@command(outbox, "list")
def list_posts(session: Session, every: Every = False) -> Result:
    """List the posts that Slack does not show yet, the newest first."""
    rows = [_post(row) for row in mail.posts(session.lotsen.store, every=every)]
    return Result({"posts": rows}, _rows(session, rows))


@command(outbox, "retry")
def retry_post(session: Session, number: Number) -> Result:
    """Send a dead or doubtful post again; a doubtful one may then show twice."""
    row = _post(mail.send_again(session.lotsen.store, number, session.now))
    return Result(row, _rows(session, [row]))


@command(outbox, "drop")
def drop_post(session: Session, number: Number) -> Result:
    """Never send a post, nor the updates that wait for it."""
    row = _post(mail.drop(session.lotsen.store, number))
    return Result(row, _rows(session, [row]))


@command(inbox, "list")
def list_commands(session: Session, every: Every = False) -> Result:
    """List the commands that are not handled yet, the newest first."""
    rows = [_command(row) for row in mail.commands(session.lotsen.store, every=every)]
    return Result({"commands": rows}, _rows(session, rows))


@command(inbox, "retry")
def retry_command(session: Session, number: Number) -> Result:
    """Let a command that was given up be tried again."""
    row = _command(mail.handle_again(session.lotsen.store, number, session.now))
    return Result(row, _rows(session, [row]))


def _runner(session: Session) -> Runner:
    return Runner(session.lotsen, discover())


def _job(line: JobLine) -> dict[str, Any]:
    last = line.last
    return {
        **fields_of(line, "name", "about", "schedule", "next_due", "next_period"),
        "last_period": last.period if last else None,
        "last_state": last.state.value if last else None,
        "last_error": last.error if last else "",
    }


def _ran(ran: Ran) -> dict[str, Any]:
    message = None
    if ran.message is not None:
        text, blocks = render(ran.message)
        message = {"text": text, "blocks": blocks}
    return {
        **fields_of(ran, "job", "period", "ran"),
        "message": message,
        **fields_of(ran, "state", "post_key", "error"),
    }


def _ran_text(words: Translator, ran: Ran) -> Iterator[Text]:
    if ran.message is not None:
        yield ran.message
    if ran.post_key:
        yield Hint(words.gettext("The running bot posts this for {period}.", period=ran.period))
    elif ran.ran:
        yield Hint(words.gettext("Done for {period}; there is nothing to post.", period=ran.period))
    elif ran.state is None:
        yield Hint(words.gettext("Nothing was posted for {period}.", period=ran.period))
    else:
        state = words.gettext(_STATES[ran.state.value])
        yield Hint(words.gettext("Not run for {period}: {state}.", period=ran.period, state=state))


def _post(row: OutboxRow) -> dict[str, Any]:
    names = ("id", "state", "kind", "key", "channel", "attempts", "created_at", "not_before")
    return fields_of(row, *names, "error")


def _command(row: InboxRow) -> dict[str, Any]:
    return {
        "id": row.seq,
        "state": row.state,
        "kind": row.kind,
        "command": row.id,
        **fields_of(row, "attempts", "received_at", "error"),
    }


def _rows(session: Session, rows: Sequence[dict[str, Any]]) -> Text:
    header = tuple(rows[0]) if rows else ()
    values = (tuple(map(str, row.values())) for row in rows)
    return table(header, values, session.words.gettext("Nothing waits."))
