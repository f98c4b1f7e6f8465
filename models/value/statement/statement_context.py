"""What stands around a statement's figures, in words: horizons, what to adjust, the year's costs."""

from collections.abc import Iterable, Iterator
from datetime import date

from models.currency import EURO
from models.kpis.cost_bands import TITLES
from models.kpis.definitions import KPIS
from models.language import N_, Translator
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
    PILOT_EFFECT: N_("Effect of the pilot, from day 77"),
    SIX_MONTHS: N_("Measurable improvements, after six months"),
    RETURN: N_("Return on investment, after 12–18 months"),
}
_STATES = {
    GateState.WAITING: N_("judged from {day} on"),
    GateState.REACHED: N_("shown"),
    GateState.ASSOCIATED: N_("seen, cause not shown"),
    GateState.NOT_SHOWN: N_("not shown"),
    GateState.WORSE: N_("worse than without"),
    GateState.WORSE_ASSOCIATED: N_("worse than before, cause not shown"),
    GateState.MISSED: N_("not reached"),
}
_ADVICE = {
    Advice.STOP: N_("Handling takes longer: take the help back where it does, and find out why."),
    Advice.GUARDRAILS: N_("This got worse: {worse}. Look at the answers behind it first."),
    Advice.BASELINE: N_("Import older tickets and freeze a baseline."),
    Advice.TIMES: N_("Import handling_minutes with older tickets, or observe for 8 weeks."),
    Advice.COSTS: N_("Book the costs of the quarter; own working time is a cost too."),
    Advice.WAIT: N_("Wait: an effect of the goal's size can be shown by {day}."),
    Advice.WIDEN: N_(
        "At this rate nothing can be shown within three years: hold out more, widen the pilot or "
        "stop it."
    ),
    Advice.NO_EFFECT: N_(
        "Enough was seen to show an effect of the goal's size, and none is shown: change what "
        "Lotsen answers, or stop."
    ),
    Advice.TIMED_OTHERWISE: N_(
        "{share} of the handling times come from elsewhere than in the baseline (stated, by "
        "buttons, by activity): part of the difference may be the way of measuring."
    ),
    Advice.HOLD_OUT: N_("Leave a share of the questions to chance: else no cause can be shown."),
    Advice.MODEL_CAP: N_(
        "The language model took {eur} of {limit} in {month}: raise its cap, or ask it less."
    ),
    Advice.OVER_BUDGET: N_("Over budget: {kinds}."),
    Advice.HEADING_OVER: N_("Over budget by the end of the year, at this rate: {kinds}."),
    Advice.FIRST_YEAR: N_("The first year has cost {eur}; usual is up to {limit}."),
    Advice.SYSTEM_MONTH: N_("A system in use cost {eur} in {month}; usual is up to {limit}."),
    Advice.REVIEWS: N_("AI systems and risks overdue for review: {n}."),
    Advice.SWITCHES: N_("Changes of vendor within a year: {n}. Stay with one before the next."),
    Advice.RATE: N_("Decide with the finance team what an hour of work costs."),
    Advice.RUNNING: N_("Say once whether running costs are part of the first year's sum."),
}
_COURSES = {
    BudgetStatus.NONE: N_("no budget"),
    BudgetStatus.WITHIN: N_("within budget"),
    BudgetStatus.HEADING_OVER: N_("heading over budget"),
    BudgetStatus.OVER: N_("over budget"),
}
_EXPECTED = N_(
    "Expected by the end of the year: what is booked, and what goes on at the median of its last "
    "whole months (from three on). Costs that come once are expected as planned. The language "
    "model's calls are metered and booked by themselves."
)


def guardrails(keys: Iterable[str], words: Translator) -> str:
    """Name guardrails, as a sentence would."""
    return words.listing(words.gettext(GUARDRAILS.get(key) or KPIS[key].title) for key in keys)


def kinds(keys: Iterable[str], words: Translator) -> str:
    """Name kinds of cost, as a sentence would."""
    return words.listing(words.gettext(TITLES[CostKind(key)]) for key in keys)


# Horizons ----------------------------------------------------------------------------------


def horizons(statement: Statement, words: Translator) -> Iterator[Part]:
    """Say what was found at each of the three horizons."""
    if statement.gates:
        yield Paragraph(words.rich("*Three horizons*"))
        yield _listed(
            words.gettext(
                "{horizon}: {state}",
                horizon=words.gettext(_HORIZONS[gate.key]),
                state=_state(gate, words),
            )
            for gate in statement.gates
        )


def _listed(lines: Iterable[str]) -> Paragraph:
    return Paragraph((Run("\n".join(f"• {line}" for line in lines)),))


def _state(gate: HorizonGate, words: Translator) -> str:
    said = words.gettext(_STATES[gate.state], day=words.day(gate.due))
    known = [words.gettext(KPIS[key].title) for key in gate.better if key in KPIS]
    if gate.state is GateState.WAITING or not known:
        return said
    figures = words.listing(known)
    return words.gettext(
        "{state}; better than the baseline: {figures}", state=said, figures=figures
    )


# What to adjust ----------------------------------------------------------------------------


def to_adjust(statement: Statement, words: Translator) -> Iterator[Part]:
    """List what to adjust, the most urgent first."""
    found = statement.adjustments
    if not found:
        return
    yield Paragraph(words.rich("*What to adjust*"))
    lines = [advice_line(one, words) for one in found[:MOST]]
    if (more := len(found) - MOST) > 0:
        lines.append(words.gettext("More: {n}", n=words.number(more)))
    yield _listed(lines)


def advice_line(one: Adjustment, words: Translator) -> str:
    """Say one thing to adjust."""
    is_cost = one.advice in (Advice.OVER_BUDGET, Advice.HEADING_OVER)
    # The model and its cap are metered in EUR, whatever the company counts in.
    sums = words.in_currency(EURO.code) if one.advice is Advice.MODEL_CAP else words
    return words.gettext(
        _ADVICE[one.advice],
        worse="" if is_cost else guardrails(one.keys, words),
        kinds=kinds(one.keys, words) if is_cost else "",
        n=words.number(one.n or 0),
        eur=sums.money(one.eur or 0.0),
        limit=sums.money(one.limit_eur or 0.0),
        share=words.percent(one.share or 0.0),
        day=words.day(one.on) if one.on else "",
        month=month_words(one.month, words) if one.month else "",
    )


def month_words(month: str, words: Translator) -> str:
    """Write 2027-03 as people do."""
    return words.day(date.fromisoformat(f"{month}-01"), "LLLL y")


# Costs -------------------------------------------------------------------------------------


def costs_in_short(statement: Statement, words: Translator) -> Iterator[Part]:
    """Say in one line how the year's costs stand."""
    view = statement.outlook
    if view is None or not view.lines:
        return
    total = view.total
    budget = words.gettext("no budget")
    if total.budget is not None:
        budget = words.gettext("budget {euros}", euros=words.money(total.budget))
    yield Paragraph(
        words.rich(
            "*Costs {year}:* {booked} booked, {budget}, {expected} expected by the end of "
            "the year.",
            year=str(view.year),
            booked=words.money(total.booked),
            budget=budget,
            expected=words.money(total.expected),
        )
    )


def outlook_parts(view: Outlook, words: Translator) -> Iterator[Part]:
    """Show forecast beside actual, kind by kind, and what is usual."""
    header = (
        words.gettext("Kind"),
        words.gettext("Budget"),
        words.gettext("Planned so far"),
        words.gettext("Booked"),
        words.gettext("Expected"),
        words.gettext("Against budget"),
    )
    if view.lines:
        rows = (*view.lines, view.total)
        yield Table(header, tuple(_line(line, words) for line in rows))
    yield Fields(tuple(_usual(view, words)))
    yield Note(words.rich(_EXPECTED))


def _line(line: CostLine, words: Translator) -> tuple[str, ...]:
    budget, planned = (
        "–" if euros is None else words.money(euros) for euros in (line.budget, line.planned)
    )
    return (
        words.gettext(TITLES[line.kind]) if line.kind else words.gettext("Sum"),
        budget,
        planned,
        words.money(line.booked),
        words.money(line.expected),
        words.gettext(_COURSES[line.course]),
    )


def _usual(view: Outlook, words: Translator) -> Iterator[tuple[str, Runs]]:
    if first := view.first_year:
        day = words.day(first.first_day, "d MMM y")
        label = {
            True: N_("First year from {day}, running costs included"),
            False: N_("First year from {day}, without running costs"),
            None: N_("First year from {day}; running costs included until somebody says"),
        }[first.inside]
        yield words.gettext(label, day=day), _band(first.band, words)
    if month := view.system_month:
        label = words.gettext("A system in use, {month}", month=month_words(month.month, words))
        yield label, _band(month.band, words)
    if model := view.metered:
        in_eur = words.in_currency(EURO.code)
        spent, cap = in_eur.money(model.month_eur, 2), in_eur.money(model.cap_eur)
        label = words.gettext("Language model, {month}", month=month_words(model.month, words))
        yield label, words.rich("{spent} of {cap}", spent=spent, cap=cap)
        label = words.gettext("Language model, year: metered and booked")
        metered, booked = in_eur.money(model.year_eur, 2), words.money(model.booked, 2)
        yield label, words.rich("{metered}; {booked}", metered=metered, booked=booked)
    text = words.gettext(
        "{n}, of which {lately} within a year",
        n=words.number(view.switches.ever),
        lately=words.number(view.switches.lately),
    )
    yield words.gettext("Changes of vendor"), (Run(text),)


def _band(band: Band, words: Translator) -> Runs:
    least, most = words.number(band.least), words.money(band.most)
    return words.rich(
        "{eur} (usual: {least} to {most})", eur=words.money(band.eur), least=least, most=most
    )
