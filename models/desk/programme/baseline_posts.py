"""What is said about a baseline: the question, the answer, and what was frozen. Pure."""

from collections.abc import Iterator, Sequence

from models.kpis.baseline import FEWEST, FrozenBaseline
from models.kpis.company import company_figure
from models.kpis.definitions import KPIS
from models.kpis.handling import Handling
from models.kpis.report import written
from models.language import N_, Translator
from models.message import (
    Button,
    Buttons,
    Fields,
    Heading,
    Message,
    Note,
    Paragraph,
    Run,
    Runs,
    Table,
)
from models.tables import BaselineChoice, BaselineStep, CompanyKpi
from models.value.effect.forecast import weeks_to_first_look

ASKED = "baseline:asked"
"""The key of the question's post."""
_WEEKS = (4, 8)
WITHOUT_TIMES = N_(
    "No ticket of this baseline has a handling time, so neither an effect nor a return can be "
    "shown: import handling_minutes with older tickets, or observe for 8 weeks."
)


def question(words: Translator) -> Message:
    """Return the question of the first start, with a button for each way."""
    title = words.gettext("What shall the pilot be compared with?")
    observe = tuple(
        Button("baseline_observe", words.gettext("Observe {n} weeks", n=n), str(n), "primary")
        for n in _WEEKS
    )
    others = (
        Button("baseline_freeze", words.gettext("Freeze imported history"), "0"),
        Button("baseline_override", words.gettext("Start without a baseline"), "0", "danger"),
    )
    return Message(
        title,
        (
            Heading(title),
            Paragraph(
                words.rich(
                    "*Until you choose I only listen:* tickets work as usual, but I answer nothing "
                    "and set no category, so that the figures from before stay honest."
                )
            ),
            Buttons("baseline", (*observe, *others)),
            Note(
                words.rich(
                    "Observe: I freeze what I saw when the weeks are over. Imported history: "
                    "first `lotsen import tickets FILE`. Without a baseline no return on the "
                    "pilot can be shown."
                )
            ),
        ),
    )


def decided(choice: BaselineChoice, words: Translator) -> Runs:
    """Say what was chosen."""
    if choice.step is BaselineStep.OBSERVE and choice.last_day is not None:
        return words.rich(
            "*I observe until {day}* and do not assist. Then I freeze the baseline by myself.",
            day=words.day(choice.last_day),
        )
    if choice.step is BaselineStep.OVERRIDE:
        return words.rich(
            "*I assist without a baseline.* The quarterly statement will say “no baseline”."
        )
    return words.rich("*The imported history is the baseline.* I assist from now on.")


def too_few(words: Translator) -> Message:
    """Say that the observation goes on."""
    said = words.rich(
        "*I observe on:* too few tickets were resolved so far, a baseline needs {n}. You can "
        "import older tickets and freeze them: `lotsen baseline choose freeze`.",
        n=str(FEWEST),
    )
    return Message(words.gettext("I observe on: too few tickets so far"), (Paragraph(said),))


FEW_A_MONTH = 200
"""Questions a month below which half of them are worth holding out."""


MOST_BY_HALF_DAYS = 3
"""People at a desk up to which half-days are worth drawing, not questions."""


def hold_out_line(handling: Handling, staff: int, words: Translator) -> Runs:
    """Say which share to hold out of what, and after how many weeks the goal is judged first.

    Parameters
    ----------
    staff
        How many people are named as the support staff; 0 where nobody is.
    """
    half, fifth = (weeks_to_first_look(handling, share) for share in (0.5, 0.2))
    if half is None:
        return ()
    few = handling.tickets_a_month < FEW_A_MONTH
    if 0 < staff <= MOST_BY_HALF_DAYS:
        text = N_(
            "*Hold out half of the half-days* (`LOTSEN_HOLD_OUT_SHARE=0.5`, "
            "`LOTSEN_HOLD_OUT_UNIT=half_day`): so few people would handle a question with help "
            "and the next without. At {n} a month the goal is judged first after {half} weeks."
        )
    elif few and fifth is not None:
        text = N_(
            "*Hold out half of the questions* (`LOTSEN_HOLD_OUT_SHARE=0.5`): at {n} a month the "
            "goal is judged first after {half} weeks, with a fifth only after {fifth}."
        )
    elif few:
        text = N_(
            "*Hold out half of the questions* (`LOTSEN_HOLD_OUT_SHARE=0.5`): at {n} a month the "
            "goal is judged first after {half} weeks."
        )
    else:
        text = N_(
            "*Hold out a fifth of the questions* (`LOTSEN_HOLD_OUT_SHARE=0.2`): at {n} a month the "
            "goal is judged first after {fifth} weeks, with half after {half}."
        )
    return words.rich(
        text,
        n=words.number(round(handling.tickets_a_month)),
        half=words.number(half),
        fifth=words.number(fifth or 0),
    )


def registered(
    frozen: FrozenBaseline, company: Sequence[CompanyKpi], staff: int, words: Translator
) -> Message:
    """Return what is written down before the pilot: days, figures, targets and the hash.

    ``staff`` is how many people are named as the support staff.
    """
    title = words.gettext("The baseline is frozen")
    days = (frozen.period.first_day, frozen.period.last_day)
    first, last = (words.day(day) for day in days)
    resolved = frozen.estimate("resolution_time")
    facts: tuple[tuple[str, Runs], ...] = (
        (words.gettext("Days"), words.rich("{first} to {last}", first=first, last=last)),
        (words.gettext("Tickets resolved"), (Run(words.number(resolved.n if resolved else 0)),)),
        ("SHA-256", (Run(frozen.sha256, "code"),)),
    )
    header = (
        words.gettext("Figure"),
        words.gettext("Number"),
        words.gettext("Baseline"),
        words.gettext("Goal"),
    )
    rows = (*_figures(frozen, words), *_of_company(company, words))
    note = words.rich(
        "Written down at once, so that nobody can move the goal later. I assist now. All figures "
        "are of the whole desk."
    )
    warned = () if frozen.has_times else (Paragraph(words.rich(WITHOUT_TIMES)),)
    proposal = hold_out_line(frozen.handling, staff, words) if frozen.handling else ()
    proposed = (Paragraph(proposal),) if proposal else ()
    parts = (Heading(title), Fields(facts), *warned, *proposed, Table(header, rows), Note(note))
    return Message(f"{title}: {frozen.sha256[:12]}", parts)


def _figures(frozen: FrozenBaseline, words: Translator) -> Iterator[tuple[str, ...]]:
    for item in frozen.kpis:
        kpi = KPIS.get(item.key)
        if kpi is None or item.value is None:
            continue
        target = written(kpi.target(item.value), kpi.unit, words, by_clock=True)
        value = written(item.value, kpi.unit, words, by_clock=True)
        yield words.gettext(kpi.title), words.number(item.n), value, target


def _of_company(company: Sequence[CompanyKpi], words: Translator) -> Iterator[tuple[str, ...]]:
    for row in company:
        kpi = company_figure(row)
        if kpi.cut is not None:
            goal = words.gettext(
                "{share} less by {day}", share=words.percent(kpi.cut), day=words.day(row.due_on)
            )
        else:
            goal = words.gettext(
                "{value} by {day}",
                value=written(kpi.goal, kpi.unit, words),
                day=words.day(row.due_on),
            )
        yield words.gettext(kpi.title), "–", "–", goal
