"""``lotsen model``: versions of the classifier, their cards, roll-back and suggest-only."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Annotated

from typer import Argument

from bot.cli import replays
from bot.cli.command import Result, command, group, tree
from bot.cli.output import Raw, Text, progress, table
from bot.cli.session import SEED, Session
from models.errors import InvalidError
from models.language import N_, Translator
from models.message import Paragraph, Table
from models.triage.learning_report import LearningReport, learning_report
from models.triage.model_card import model_card
from models.triage.promotion_reasons import translated_reason

app = tree()
model = group(app, "model")
_ENDS = N_("Suggest only. It ends with lotsen model resume.")


@command(model, "list")
def listing(session: Session) -> Result:
    """Show the versions, the newest first, and which one serves."""
    words, gettext, learning = session.words, session.words.gettext, session.lotsen.learning
    lines, champion, rollbacks = learning.listing()
    suggest_only = learning.suggest_only()
    rows = (
        (
            f"{'→ ' if line.id == champion else ''}classifier-{line.id}",
            words.moment(line.created_at, session.zone),
            words.number(line.n),
            words.percent(line.accuracy, 1),
            f"{gettext('promoted') if line.promoted else gettext('refused')}: "
            f"{translated_reason(line.reason, words)}",
        )
        for line in lines
    )
    header = tuple(
        map(gettext, (N_("Model"), N_("Trained"), N_("Tickets"), N_("Right"), N_("Gate")))
    )
    text = [table(header, rows, gettext("There is none."))]
    if lines and suggest_only:
        text.append(Paragraph(words.rich(_ENDS)))
    json = {
        "champion": champion,
        "suggest_only": suggest_only,
        "versions": [{**asdict(line), "serves": line.id == champion} for line in lines],
        "rollbacks": [row.model_dump() for row in rollbacks],
    }
    return Result(json, text)


@command(model)
def rollback(session: Session) -> Result:
    """Let the version before the present one serve again; running bots follow within 30 s."""
    row = session.lotsen.learning.roll_back(session.now)
    text = session.words.gettext(
        "{model} serves again, instead of {other}. Running bots follow within 30 seconds.",
        model=f"classifier-{row.to_version}",
        other=f"classifier-{row.from_version}",
    )
    return Result({"model": f"classifier-{row.to_version}", "instead_of": row.from_version}, text)


@command(model)
def card(
    session: Session,
    version: Annotated[
        str | None, Argument(help="Such as 3 or classifier-3; else the one that serves.")
    ] = None,
) -> Result:
    """Print a version's model card (Markdown)."""
    row = session.lotsen.learning.version(_number(version))
    name = f"classifier-{row.id}"
    text = Raw(f"{model_card(row, name, session.words)}\n")
    return Result({"model": name, "figures": row.figures, "card": row.card}, text)


@command(model)
def resume(session: Session) -> Result:
    """End suggest-only: the classifier sets categories by itself again where it is sure."""
    gettext, changed = session.words.gettext, session.lotsen.learning.resume(session.now)
    return Result(
        {"suggest_only": False, "changed": changed},
        gettext("The classifier sets categories by itself again.")
        if changed
        else gettext("It does so already."),
    )


@command(model)
def report(session: Session) -> Result:
    """Show live precision, drift by week, doubtful labels and the learning curve."""
    with progress(session.words.gettext("Training")):
        found = learning_report(session.lotsen.store, session.now, SEED)
    return Result(found.as_json, _report(found, session.words))


def _number(version: str | None) -> int | None:
    if version is None:
        return None
    digits = version.strip().removeprefix("classifier-")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 9):
        raise InvalidError(f"{version!r}: write a version such as 3 or classifier-3")
    return int(digits)


def _report(found: LearningReport, words: Translator) -> Iterator[Text]:
    live, gettext = found.live, words.gettext
    if live.n:
        yield gettext(
            "{model}: right in {correct} of {n} blind checks ({low} to {high}; target {target})",
            model=found.model or "–",
            correct=words.number(live.correct),
            n=words.number(live.n),
            low=words.percent(live.low),
            high=words.percent(live.high),
            target=words.percent(live.target),
        )
    else:
        yield gettext("No blind checks yet: the live precision is not known.")
    if found.suggest_only:
        yield gettext(_ENDS)
    for title, tabulated in _tables(found, words):
        if tabulated.rows:
            yield title, tabulated


def _tables(found: LearningReport, words: Translator) -> Iterator[tuple[str, Table]]:
    gettext = words.gettext
    drift = tuple(
        (
            week.week,
            words.number(week.n),
            "–" if week.psi is None else words.number(week.psi, 2),
            "–" if week.p is None else words.number(week.p, 3),
            gettext("yes") if week.drifts else gettext("no"),
        )
        for week in found.drift
    )
    header = (gettext("Week"), gettext("Tickets"), "PSI", "p", gettext("Drift"))
    yield gettext("Are the tickets still like those it learned from?"), Table(header, drift)
    doubts = tuple(
        (str(doubt.place), doubt.given, doubt.likely, words.percent(doubt.confidence, 1))
        for doubt in found.doubts
    )
    header_of_doubts = (gettext("Ticket"), gettext("Given"), gettext("Likelier"), gettext("Sure"))
    yield gettext("Labels to look at again"), Table(header_of_doubts, doubts)
    curve = tuple(
        (
            words.number(point.n),
            words.percent(point.accuracy, 1),
            f"{words.percent(point.low, 1)} – {words.percent(point.high, 1)}",
        )
        for point in found.curve
    )
    header_of_curve = (gettext("Tickets"), gettext("Right"), gettext("95 % interval"))
    yield gettext("How much more tickets help"), Table(header_of_curve, curve)


model.add_typer(replays.app)
