"""``lotsen model``: versions of the classifier, their cards, roll-back and suggest-only."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.arguments import Json
from bot.cli.importing import SEED
from bot.cli.output import emit, say, show_parts
from bot.cli.replays import replay
from models.errors import InvalidError

if TYPE_CHECKING:
    from bot.cli.session import Session
    from models.language import Words
    from models.triage.learning_report import LearningReport

model = typer.Typer(help="Versions of the classifier.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Put these commands into the tree."""
    model.command()(replay)
    app.add_typer(model, name="model")


@model.command("list")
def listing(as_json: Json = False) -> None:
    """Show the versions, the newest first, and which one serves."""
    from bot.cli.session import opened

    with opened() as session:
        lines, champion, rollbacks = session.lotsen.learning.listing()
        if as_json:
            versions = [{**asdict(line), "serves": line.id == champion} for line in lines]
            emit(
                {
                    "champion": champion,
                    "suggest_only": _suggest_only(session),
                    "versions": versions,
                    "rollbacks": [row.model_dump() for row in rollbacks],
                }
            )
        else:
            _show_versions(session)


@model.command()
def rollback(as_json: Json = False) -> None:
    """Let the version before the present one serve again; running bots follow within 30 s."""
    from bot.cli.session import opened

    with opened() as session:
        row = session.lotsen.learning.roll_back(session.now)
        if as_json:
            emit({"model": f"classifier-{row.to_version}", "instead_of": row.from_version})
            return
        text = session.words.say(
            "{model} serves again, instead of {other}. Running bots follow within 30 seconds.",
            model=f"classifier-{row.to_version}",
            other=f"classifier-{row.from_version}",
        )
        say(text)


@model.command()
def card(
    version: Annotated[
        str | None, typer.Argument(help="Such as 3 or classifier-3; else the one that serves.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Print a version's model card (Markdown)."""
    from bot.cli.session import opened
    from models.triage.model_card import model_card

    with opened() as session:
        row = session.lotsen.learning.version(_number(version))
        name = f"classifier-{row.id}"
        if as_json:
            emit({"model": name, "figures": row.figures, "card": row.card})
        else:
            print(model_card(row, name, session.words))


@model.command()
def resume(as_json: Json = False) -> None:
    """End suggest-only: the classifier sets categories by itself again where it is sure."""
    from bot.cli.session import opened

    with opened() as session:
        changed = session.lotsen.learning.resume(session.now)
        if as_json:
            emit({"suggest_only": False, "changed": changed})
            return
        words = session.words
        say(
            words.say("The classifier sets categories by itself again.")
            if changed
            else words.say("It does so already.")
        )


@model.command()
def report(as_json: Json = False) -> None:
    """Show live precision, drift by week, doubtful labels and the learning curve."""
    from bot.cli.output import progress
    from bot.cli.session import opened
    from models.triage.learning_report import learning_report

    with opened() as session:
        with progress(session.words.say("Training")):
            found = learning_report(session.lotsen.store, session.now, SEED)
        if as_json:
            emit(found.as_json())
        else:
            _show_report(found, session.words)


def _number(version: str | None) -> int | None:
    if version is None:
        return None
    digits = version.strip().removeprefix("classifier-")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 9):
        raise InvalidError(f"{version!r}: write a version such as 3 or classifier-3")
    return int(digits)


def _suggest_only(session: "Session") -> bool:
    with session.lotsen.store.snapshot() as unit:
        return unit.oversight.suggest_only()


def _show_versions(session: "Session") -> None:
    from models.message import Paragraph, Table
    from models.triage.promotion_reasons import translated_reason

    words = session.words
    lines, champion, _ = session.lotsen.learning.listing()
    if not lines:
        say(words.say("There is none."))
        return
    header = (
        words.say("Model"),
        words.say("Trained"),
        words.say("Tickets"),
        words.say("Right"),
        words.say("Gate"),
    )
    rows = tuple(
        (
            f"{'→ ' if line.id == champion else ''}classifier-{line.id}",
            words.moment(line.created_at, session.zone),
            words.number(line.n),
            words.percent(line.accuracy, 1),
            f"{words.say('promoted') if line.promoted else words.say('refused')}: "
            f"{translated_reason(line.reason, words)}",
        )
        for line in lines
    )
    show_parts(Table(header, rows))
    if _suggest_only(session):
        show_parts(Paragraph(words.rich("Suggest only. It ends with lotsen model resume.")))


def _show_report(found: "LearningReport", words: "Words") -> None:
    from models.message import Table

    live = found.live
    if live.n:
        text = words.say(
            "{model}: right in {correct} of {n} blind checks ({low} to {high}; target {target})",
            model=found.model or "–",
            correct=words.number(live.correct),
            n=words.number(live.n),
            low=words.percent(live.low),
            high=words.percent(live.high),
            target=words.percent(live.target),
        )
        say(text)
    else:
        say(words.say("No blind checks yet: the live precision is not known."))
    if found.suggest_only:
        say(words.say("Suggest only. It ends with lotsen model resume."))
    for title, header, rows in _tables(found, words):
        if rows:
            say(title)
            show_parts(Table(header, rows))


def _tables(
    found: "LearningReport", words: "Words"
) -> list[tuple[str, tuple[str, ...], tuple[tuple[str, ...], ...]]]:
    return [
        (
            words.say("Are the tickets still like those it learned from?"),
            (words.say("Week"), words.say("Tickets"), "PSI", "p", words.say("Drift")),
            tuple(
                (
                    week.week,
                    words.number(week.n),
                    "–" if week.psi is None else words.number(week.psi, 2),
                    "–" if week.p is None else words.number(week.p, 3),
                    words.say("yes") if week.drifts else words.say("no"),
                )
                for week in found.drift
            ),
        ),
        (
            words.say("Labels to look at again"),
            (words.say("Ticket"), words.say("Given"), words.say("Likelier"), words.say("Sure")),
            tuple(
                (str(doubt.place), doubt.given, doubt.likely, words.percent(doubt.confidence, 1))
                for doubt in found.doubts
            ),
        ),
        (
            words.say("How much more tickets help"),
            (words.say("Tickets"), words.say("Right"), words.say("95 % interval")),
            tuple(
                (
                    words.number(point.n),
                    words.percent(point.accuracy, 1),
                    f"{words.percent(point.low, 1)} – {words.percent(point.high, 1)}",
                )
                for point in found.curve
            ),
        ),
    ]
