"""What stands around a statement's figures, in words: horizons, what to adjust, the year's costs."""

from collections.abc import Iterable, Iterator
from datetime import date

from models.kpis.cost_bands import TITLES
from models.kpis.definitions import KPIS
from models.language import Words, noted
from models.message import Fields, Note, Paragraph, Part, Run, Runs, Table
from models.tables import CostKind
from models.value.effect.guardrails import GUARDRAILS
from models.value.money.outlook import Band, BudgetStatus, CostLine, Outlook
from models.value.statement.gates import PILOT_EFFECT, RETURN, SIX_MONTHS
from models.value.statement.quarter_statement import (
    Adjustment,
    Advice,
    GateState,
    HorizonGate,
    Statement,
)

MOST = 5
"""Adjustments that a reader is given at once; the others are counted."""
_HORIZONS = {
    PILOT_EFFECT: noted("Effect of the pilot, from day 77"),
    SIX_MONTHS: noted("Measurable improvements, after six months"),
    RETURN: noted("Return on investment, after 12–18 months"),
}
_STATES = {
    GateState.WAITING: noted("judged from {day} on"),
    GateState.REACHED: noted("shown"),
    GateState.ASSOCIATED: noted("seen, cause not shown"),
    GateState.NOT_SHOWN: noted("not shown"),
    GateState.WORSE: noted("worse than without"),
    GateState.WORSE_ASSOCIATED: noted("worse than before, cause not shown"),
    GateState.MISSED: noted("not reached"),
}
_ADVICE = {
    Advice.STOP: noted(
        "Handling takes longer: take the help back where it does, and find out why."
    ),
    Advice.GUARDRAILS: noted("This got worse: {worse}. Look at the answers behind it first."),
    Advice.BASELINE: noted("Import older tickets and freeze a baseline."),
    Advice.TIMES: noted("Import handling_minutes with older tickets, or observe for 8 weeks."),
    Advice.COSTS: noted("Book the costs of the quarter; own working time is a cost too."),
    Advice.WAIT: noted("Wait: an effect of the goal's size can be shown by {day}."),
    Advice.WIDEN: noted(
        "At this rate nothing can be shown within three years: hold out more, widen the pilot or "
        "stop it."
    ),
    Advice.NO_EFFECT: noted(
        "Enough was seen to show an effect of the goal's size, and none is shown: change what "
        "Lotsen answers, or stop."
    ),
    Advice.TIMED_OTHERWISE: noted(
        "{share} of the handling times come from elsewhere than in the baseline (stated, by "
        "buttons, by activity): part of the difference may be the way of measuring."
    ),
    Advice.HOLD_OUT: noted("Leave a share of the questions to chance: else no cause can be shown."),
    Advice.MODEL_CAP: noted(
        "The language model took {eur} of {limit} in {month}: raise its cap, or ask it less."
    ),
    Advice.OVER_BUDGET: noted("Over budget: {kinds}."),
    Advice.HEADING_OVER: noted("Over budget by the end of the year, at this rate: {kinds}."),
    Advice.FIRST_YEAR: noted("The first year has cost {eur}; usual is up to {limit}."),
    Advice.SYSTEM_MONTH: noted("A system in use cost {eur} in {month}; usual is up to {limit}."),
    Advice.REVIEWS: noted("AI systems and risks overdue for review: {n}."),
    Advice.SWITCHES: noted("Changes of vendor within a year: {n}. Stay with one before the next."),
    Advice.RATE: noted("Decide with the finance team what an hour of work costs."),
    Advice.RUNNING: noted("Say once whether running costs are part of the first year's sum."),
}
_COURSES = {
    BudgetStatus.NONE: noted("no budget"),
    BudgetStatus.WITHIN: noted("within budget"),
    BudgetStatus.HEADING_OVER: noted("heading over budget"),
    BudgetStatus.OVER: noted("over budget"),
}
_EXPECTED = noted(
    "Expected by the end of the year: what is booked, and what goes on at the median of its last "
    "whole months (from three on). Costs that come once are expected as planned. The language "
    "model's calls are metered and booked by themselves."
)


def guardrails(keys: Iterable[str], words: Words) -> str:
    """Name guardrails, as a sentence would."""
    return words.listing(words.say(GUARDRAILS.get(key) or KPIS[key].title) for key in keys)


def kinds(keys: Iterable[str], words: Words) -> str:
    """Name kinds of cost, as a sentence would."""
    return words.listing(words.say(TITLES[CostKind(key)]) for key in keys)


# Horizons ----------------------------------------------------------------------------------


def horizons(statement: Statement, words: Words) -> Iterator[Part]:
    """Say what was found at each of the three horizons."""
    if statement.gates:
        yield Paragraph(words.rich("*Three horizons*"))
        yield _listed(
            words.say(
                "{horizon}: {state}",
                horizon=words.say(_HORIZONS[gate.key]),
                state=_state(gate, words),
            )
            for gate in statement.gates
        )


def _listed(lines: Iterable[str]) -> Paragraph:
    return Paragraph((Run("\n".join(f"• {line}" for line in lines)),))


def _state(gate: HorizonGate, words: Words) -> str:
    said = words.say(_STATES[gate.state], day=words.day(gate.due))
    known = [words.say(KPIS[key].title) for key in gate.better if key in KPIS]
    if gate.state is GateState.WAITING or not known:
        return said
    figures = words.listing(known)
    return words.say("{state}; better than the baseline: {figures}", state=said, figures=figures)


# What to adjust ----------------------------------------------------------------------------


def to_adjust(statement: Statement, words: Words) -> Iterator[Part]:
    """List what to adjust, the most urgent first."""
    found = statement.adjustments
    if not found:
        return
    yield Paragraph(words.rich("*What to adjust*"))
    lines = [advice_line(one, words) for one in found[:MOST]]
    if (more := len(found) - MOST) > 0:
        lines.append(words.say("More: {n}", n=words.number(more)))
    yield _listed(lines)


def advice_line(one: Adjustment, words: Words) -> str:
    """Say one thing to adjust."""
    is_cost = one.advice in (Advice.OVER_BUDGET, Advice.HEADING_OVER)
    return words.say(
        _ADVICE[one.advice],
        worse="" if is_cost else guardrails(one.keys, words),
        kinds=kinds(one.keys, words) if is_cost else "",
        n=words.number(one.n or 0),
        eur=words.euros(one.eur or 0.0),
        limit=words.euros(one.limit_eur or 0.0),
        share=words.percent(one.share or 0.0),
        day=words.day(one.on) if one.on else "",
        month=month_words(one.month, words) if one.month else "",
    )


def month_words(month: str, words: Words) -> str:
    """Write 2027-03 as people do."""
    return words.day(date.fromisoformat(f"{month}-01"), "LLLL y")


# Costs -------------------------------------------------------------------------------------


def costs_in_short(statement: Statement, words: Words) -> Iterator[Part]:
    """Say in one line how the year's costs stand."""
    view = statement.outlook
    if view is None or not view.lines:
        return
    total = view.total
    budget = words.say("no budget")
    if total.budget is not None:
        budget = words.say("budget {euros}", euros=words.euros(total.budget))
    yield Paragraph(
        words.rich(
            "*Costs {year}:* {booked} booked, {budget}, {expected} expected by the end of "
            "the year.",
            year=str(view.year),
            booked=words.euros(total.booked),
            budget=budget,
            expected=words.euros(total.expected),
        )
    )


def outlook_parts(view: Outlook, words: Words) -> Iterator[Part]:
    """Show forecast beside actual, kind by kind, and what is usual."""
    header = (
        words.say("Kind"),
        words.say("Budget"),
        words.say("Planned so far"),
        words.say("Booked"),
        words.say("Expected"),
        words.say("Against budget"),
    )
    if view.lines:
        rows = (*view.lines, view.total)
        yield Table(header, tuple(_line(line, words) for line in rows))
    yield Fields(tuple(_usual(view, words)))
    yield Note(words.rich(_EXPECTED))


def _line(line: CostLine, words: Words) -> tuple[str, ...]:
    budget, planned = (
        "–" if euros is None else words.euros(euros) for euros in (line.budget, line.planned)
    )
    return (
        words.say(TITLES[line.kind]) if line.kind else words.say("Sum"),
        budget,
        planned,
        words.euros(line.booked),
        words.euros(line.expected),
        words.say(_COURSES[line.course]),
    )


def _usual(view: Outlook, words: Words) -> Iterator[tuple[str, Runs]]:
    if first := view.first_year:
        day = words.day(first.first_day, "d MMM y")
        label = {
            True: noted("First year from {day}, running costs included"),
            False: noted("First year from {day}, without running costs"),
            None: noted("First year from {day}; running costs included until somebody says"),
        }[first.inside]
        yield words.say(label, day=day), _band(first.band, words)
    if month := view.system_month:
        label = words.say("A system in use, {month}", month=month_words(month.month, words))
        yield label, _band(month.band, words)
    if model := view.metered:
        spent, cap = words.euros(model.month_eur, 2), words.euros(model.cap_eur)
        label = words.say("Language model, {month}", month=month_words(model.month, words))
        yield label, words.rich("{spent} of {cap}", spent=spent, cap=cap)
        label = words.say("Language model, year: metered and booked")
        metered, booked = (words.euros(one, 2) for one in (model.year_eur, model.booked_eur))
        yield label, words.rich("{metered}; {booked}", metered=metered, booked=booked)
    text = words.say(
        "{n}, of which {lately} within a year",
        n=words.number(view.switches.ever),
        lately=words.number(view.switches.lately),
    )
    yield words.say("Changes of vendor"), (Run(text),)


def _band(band: Band, words: Words) -> Runs:
    least, most = words.number(band.least), words.euros(band.most)
    return words.rich(
        "{eur} (usual: {least} to {most})", eur=words.euros(band.eur), least=least, most=most
    )
