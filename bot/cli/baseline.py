"""``lotsen baseline``: the figures from before the pilot, and what it is compared with."""

from typing import Annotated, Any, Literal

from typer import Argument, Option

from bot.cli.arguments import FromDay, ToDay, as_text, read_day, require_categories
from bot.cli.command import Result, command, group, tree
from bot.cli.output import Text, table
from bot.cli.session import Session
from models.desk.programme.baseline_posts import WITHOUT_TIMES, hold_out_line
from models.desk.programme.baselines import BaselineStatus, ComparisonChoice
from models.errors import NotFoundError
from models.kpis.baseline import FrozenBaseline
from models.kpis.baseline_change import change_line
from models.kpis.definitions import KPIS
from models.kpis.report import amount, baseline_json
from models.message import Fields, Heading, Paragraph, Run
from models.tables import BaselineStep
from models.triage.arms import published_key
from models.value.money.costs import UNTOUCHED

app = tree()
baseline = group(app, "baseline")


@command(baseline)
def freeze(
    session: Session,
    first: FromDay = None,
    last: ToDay = None,
    again: Annotated[
        bool, Option("--again", help="Compare with these from now on, not with the earlier.")
    ] = False,
) -> Result:
    """Keep the figures of a range for good: all imported history, unless days are named.

    What is frozen already is not frozen twice; other figures need --again.
    """
    gettext = session.words.gettext
    begin = read_day(first, "--from") if first else None
    end = read_day(last, "--to") if last else None
    before = session.lotsen.kpis.baseline()
    frozen = session.lotsen.baselines.freeze(begin, end, session.now, again=again)
    unchanged = before is not None and before.id == frozen.id
    head = [gettext("Unchanged: number {n} stays.", n=frozen.id)] if unchanged else []
    staff = session.lotsen.kpis.number_of_staff()
    proposal = hold_out_line(frozen.handling, staff, session.words) if frozen.handling else ()
    return Result(
        {**_as_json(session, frozen), "unchanged": unchanged},
        [*head, _as_text(session, frozen), *([Paragraph(proposal)] if proposal else [])],
        hints=() if frozen.has_times else (gettext(WITHOUT_TIMES),),
    )


@command(baseline, "show")
def show_baseline(session: Session, first: FromDay = None, last: ToDay = None) -> Result:
    """Show the baseline in force, or the latest that was frozen for these days."""
    begin = read_day(first, "--from") if first else None
    end = read_day(last, "--to") if last else None
    frozen = session.lotsen.kpis.baseline(begin, end)
    if frozen is None:
        raise NotFoundError(
            "no baseline is frozen"
            + (" for these days" if begin or end else "")
            + ": import older tickets, then run lotsen baseline freeze"
        )
    changed = session.lotsen.kpis.baseline_changed(frozen)
    text = [_as_text(session, frozen)]
    if changed is not None:
        text.append(Paragraph(change_line(changed, session.words)))
    json = _as_json(session, frozen)
    return Result({**json, "baseline_changed": changed and changed.to_json()}, text)


@command(baseline)
def untouched(
    session: Session,
    categories: Annotated[list[str], Argument(help="Keys of categories; none is written -.")],
    reason: Annotated[str, Option("--reason", help="Why Lotsen leaves them alone.")],
) -> Result:
    """Leave categories to people from now on, before the quarter that they count in.

    Against them a statement without a hold-out subtracts what changed anyway.
    """
    words = session.words
    named = [] if categories == ["-"] else sorted(set(categories))
    require_categories(named, session.lotsen.categories())
    ledger = session.lotsen.value.costs
    ledger.choose(UNTOUCHED, ",".join(named), as_text(reason), session.now)
    return Result(
        {"untouched": named, "from": session.today},
        words.gettext(
            "Left to people from today on: {categories}.", categories=words.listing(named)
        )
        if named
        else words.gettext("No category is left to people any more."),
    )


@command(baseline)
def choose(
    session: Session,
    step: Annotated[
        Literal["observe", "freeze", "override"],
        Argument(help="observe some weeks, freeze imported history, or do without."),
    ],
    weeks: Annotated[int, Option("--weeks", help="How long to observe.")] = 4,
    reason: Annotated[str, Option("--reason", help="Why without a baseline.")] = "",
) -> Result:
    """Choose what the pilot is compared with; until then Lotsen does not assist."""
    choice = ComparisonChoice(BaselineStep(step), weeks, as_text(reason))
    return _state(session, session.lotsen.baselines.decide(choice, session.now))


@command(baseline)
def status(session: Session) -> Result:
    """Show whether Lotsen assists yet, and why not."""
    return _state(session, session.lotsen.baselines.status())


def _state(session: Session, status: BaselineStatus) -> Result:
    words, last = session.words, status.last_day
    texts = {
        "open": words.gettext("Lotsen assists."),
        "undecided": words.gettext(
            "Lotsen does not assist yet: choose with lotsen baseline choose observe, freeze or "
            "override."
        ),
        "observing": words.gettext(
            "Lotsen observes until {day} and does not assist.", day=words.day(last) if last else "–"
        ),
    }
    json = {
        "state": status.phase.value,
        "first_day": status.first_day,
        "last_day": last,
        "baseline": status.baseline.sha256 if status.baseline else None,
    }
    return Result(json, texts[status.phase.value])


def _as_json(session: Session, frozen: FrozenBaseline) -> dict[str, Any]:
    key = published_key(session.lotsen.store)
    return {**baseline_json(frozen, session.words), "draw_sha256": key}


def _as_text(session: Session, frozen: FrozenBaseline) -> Text:
    words, gettext = session.words, session.words.gettext
    draw = published_key(session.lotsen.store)
    first, last = words.day(frozen.period.first_day), words.day(frozen.period.last_day)
    facts = (
        (gettext("Baseline number"), str(frozen.id)),
        (gettext("Frozen"), words.moment(frozen.frozen_at, session.zone)),
        ("SHA-256", frozen.sha256),
        *([(gettext("SHA-256 of the key of the hold-out"), draw)] if draw else []),
    )
    rows = (
        (gettext(KPIS[item.key].title), words.number(item.n), amount(item.value, item.key, words))
        for item in frozen.kpis
        if item.key in KPIS
    )
    return (
        Heading(gettext("Baseline, {first} to {last}", first=first, last=last)),
        Fields(tuple((label, (Run(value),)) for label, value in facts)),
        table((gettext("Figure"), gettext("Number"), gettext("Value")), rows),
    )
