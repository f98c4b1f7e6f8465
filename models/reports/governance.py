"""The quarter's review of the AI systems, filled in from what was measured (roadmap: S35)."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from statistics import median
from typing import Any

from models.kpis.periods import Period, months_in
from models.language import N_, Translator
from models.message import Heading, Message, Note, Paragraph, Part, Table
from models.settings import Settings
from models.statistics.estimates import wilson
from models.store.transaction import Store, UnitOfWork
from models.tables import LlmOutcome, Source
from models.value.statement.statement_report import quarter_words

FEWEST = 20
"""Blind checks; with fewer nobody is accused."""
_REGISTERS = {"ai_systems": N_("AI systems"), "risks": N_("risks")}
_FAILED = frozenset(
    {LlmOutcome.TIMEOUT, LlmOutcome.INVALID, LlmOutcome.ERROR, LlmOutcome.ABANDONED}
)


@dataclass(frozen=True, slots=True)
class GovernanceFacts:
    """What was measured in a quarter.

    Attributes
    ----------
    model : name of the classifier in use; empty before the first
    right, checked
        Blind checks of the quarter: how often the classifier was right, and of how many.
    target : precision that automatic decisions are to reach
    demotions : how often it was set back to suggesting
    calls, failed, cost_eur : of the language model
    expired, articles : stored articles past their day, and all
    overdue : register → lines whose review day has passed
    erased : people erased in the quarter
    incidents, open_incidents : errors reported in the quarter, and those of them still open
    hours_to_close : median of those that are closed; None without any
    """

    quarter: str
    model: str
    right: int
    checked: int
    target: float
    suggest_only: bool
    demotions: int
    calls: int
    failed: int
    cost_eur: float
    expired: int
    articles: int
    overdue: dict[str, int]
    erased: int
    incidents: int = 0
    open_incidents: int = 0
    hours_to_close: float | None = None


def read_facts(store: Store, settings: Settings, quarter: Period, now: datetime) -> GovernanceFacts:
    """Read what the review of a quarter is filled in with."""
    start, end = quarter.start(settings.zone), quarter.end(settings.zone)
    today = now.astimezone(settings.zone).date()
    with store.snapshot() as unit:
        champion = unit.model_versions.champion()
        right, checked = unit.oversight.blind_between(start, end, tuple(Source))
        modes = [row for row in unit.oversight.modes_since(start) if row.at < end]
        outcomes, cost = _calls(unit, quarter)
        articles = unit.knowledge.all()
        return GovernanceFacts(
            quarter=quarter.key,
            model=f"classifier-{champion.id}" if champion else "",
            right=right,
            checked=checked,
            target=settings.lotsen_target_precision,
            suggest_only=unit.oversight.suggest_only(),
            demotions=sum(row.suggest_only for row in modes),
            calls=sum(outcomes.values()),
            failed=sum(n for outcome, n in outcomes.items() if outcome in _FAILED),
            cost_eur=cost,
            expired=sum(bool(one.expires_on and one.expires_on < today) for one in articles),
            articles=len(articles),
            overdue={kind: unit.registers.overdue(kind, today) for kind in _REGISTERS},
            erased=unit.erasure.erased_between(start, end),
            **_incidents(unit, start, end),
        )


def _incidents(unit: UnitOfWork, start: datetime, end: datetime) -> dict[str, Any]:
    found = unit.incidents.between(start, end)
    closed = [one.closed_at - one.opened_at for one in found if one.closed_at is not None]
    hours = median(took.total_seconds() for took in closed) / 3600 if closed else None
    return {
        "incidents": len(found),
        "open_incidents": len(found) - len(closed),
        "hours_to_close": hours,
    }


def _calls(unit: UnitOfWork, quarter: Period) -> tuple[Counter[str], float]:
    outcomes: Counter[str] = Counter()
    micros = 0
    for month in months_in(quarter):
        outcomes.update(unit.llm_calls.outcomes(month.key))
        found = unit.llm_calls.month(month.key)
        micros += found.spent_micros if found else 0
    return outcomes, micros / 1_000_000


def governance_message(facts: GovernanceFacts, words: Translator) -> Message:
    """Write the review: what to decide first, then each figure."""
    title = words.gettext(
        "Review of the AI systems, {quarter}", quarter=quarter_words(facts.quarter)
    )
    asks = list(_asks(facts, words))
    head = (
        words.rich("*To decide:* {asks}", asks=" ".join(asks))
        if asks
        else words.rich("*Nothing needs a decision.* Everything measured is within its limits.")
    )
    parts: tuple[Part, ...] = (
        Heading(title),
        Paragraph(head),
        Table((words.gettext("What"), words.gettext("Measured")), tuple(_rows(facts, words))),
        Note(
            words.rich(
                "Filled in from the store. Decide in `/lotsen register ai_systems`; what was "
                "decided and why stays in its history."
            )
        ),
    )
    return Message(f"{title}. {' '.join(asks)}".strip(), parts)


def _asks(facts: GovernanceFacts, words: Translator) -> Iterator[str]:
    if facts.checked >= FEWEST and wilson(facts.right, facts.checked)[1] < facts.target:
        yield words.gettext(
            "The classifier is right too rarely: train it anew or let it only suggest."
        )
    if facts.suggest_only:
        yield words.gettext("The classifier only suggests: is that still wanted?")
    if facts.calls and facts.failed / facts.calls > 0.1:
        yield words.gettext("More than one call in ten of the language model failed.")
    if facts.open_incidents:
        yield words.ngettext(
            "{n} reported error waits for a decision.",
            "{n} reported errors wait for a decision.",
            facts.open_incidents,
        )
    if facts.expired:
        yield words.ngettext(
            "{n} article has expired: renew or retire it.",
            "{n} articles have expired: renew or retire them.",
            facts.expired,
        )
    for kind, number in facts.overdue.items():
        if number:
            yield words.ngettext(
                "{n} line of the register of {register} waits for its review.",
                "{n} lines of the register of {register} wait for their review.",
                number,
                register=words.gettext(_REGISTERS[kind]),
            )


def _rows(facts: GovernanceFacts, words: Translator) -> Iterator[tuple[str, str]]:
    yield words.gettext("Classifier in use"), facts.model or words.gettext("none")
    yield words.gettext("Blind checks that it passed"), _blind(facts, words)
    yield (
        words.gettext("Set back to suggesting"),
        words.ngettext("{n} time", "{n} times", facts.demotions),
    )
    yield (
        words.gettext("Calls of the language model"),
        words.gettext(
            "{calls}, {failed} failed, {cost}",
            calls=words.number(facts.calls),
            failed=words.number(facts.failed),
            cost=words.money(facts.cost_eur, 2),
        ),
    )
    yield (
        words.gettext("Articles past their day"),
        words.gettext(
            "{n} of {all}", n=words.number(facts.expired), all=words.number(facts.articles)
        ),
    )
    yield words.gettext("Errors reported"), _reported(facts, words)
    yield words.gettext("People erased"), words.number(facts.erased)


def _reported(facts: GovernanceFacts, words: Translator) -> str:
    if facts.hours_to_close is None:
        return words.number(facts.incidents)
    return words.gettext(
        "{n}: {closed} closed, half of these within {hours} hours; {open} still open",
        n=words.number(facts.incidents),
        closed=words.number(facts.incidents - facts.open_incidents),
        open=words.number(facts.open_incidents),
        hours=words.number(facts.hours_to_close, 1),
    )


def _blind(facts: GovernanceFacts, words: Translator) -> str:
    if not facts.checked:
        return words.gettext("none was made")
    low, high = wilson(facts.right, facts.checked)
    return words.gettext(
        "{right} of {n} ({low} to {high}); target {target}",
        right=words.number(facts.right),
        n=words.number(facts.checked),
        low=words.percent(low),
        high=words.percent(high),
        target=words.percent(facts.target),
    )
