"""What the store can say of the plan by itself, and whether that is enough. Pure.

A task is done only with its evidence. Where the evidence is in the store, nobody needs to
tell it: each function below reads it for one task.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, tzinfo
from typing import Any, Final

from models.governance.small_groups import FEWEST
from models.kpis.baseline import FrozenBaseline
from models.language import N_, Translator
from models.message import plain
from models.programme.tasks import ENOUGH_TICKETS, ENOUGH_VERDICTS, SOME_TICKETS
from models.registers.declaration import LinkedLine
from models.registers.kinds.data_sources import EXPECTED, quality
from models.registers.kinds.risks import severity
from models.registers.kinds.roles import THREE
from models.registers.kinds.skills import areas_without_champion, strength
from models.registers.kinds.use_cases import priority
from models.store.programme import PlanCounts
from models.value.effect.comparison import VerdictReason
from models.value.statement.quarter_statement import Statement
from models.value.statement.roi import CENT
from models.value.statement.statement_report import verdict_of

RANKED: Final = 3

Lines = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Facts:
    """What the store knows at a moment; ``registers`` holds the lines in use, by kind."""

    counted: PlanCounts = field(default_factory=PlanCounts)
    baseline: FrozenBaseline | None = None
    statement: Statement | None = None
    registers: Mapping[str, Lines] = field(default_factory=dict)
    zone: tzinfo = UTC

    def day_of(self, at: datetime) -> date:
        return at.astimezone(self.zone).date()

    def entries(self, kind: str) -> list[LinkedLine]:
        return [LinkedLine(values) for values in self.registers.get(kind, ())]


@dataclass(frozen=True, slots=True)
class TaskEvidence:
    """What the store says of a task; empty words where it can say nothing yet."""

    said: str = ""
    enough: bool = False


def evidence_of(key: str, facts: Facts, words: Translator) -> TaskEvidence:
    """Return what the store says of a task."""
    witness = _EVIDENCE_CHECKS.get(key)
    return witness(facts, words) if witness else TaskEvidence()


def chosen_cases(facts: Facts) -> list[LinkedLine]:
    """Return the use cases that are tried: proof of concept or pilot."""
    cases = facts.entries("use_cases")
    return [entry for entry in cases if entry.text("state") in ("poc", "pilot")]


def _sources(facts: Facts, words: Translator) -> TaskEvidence:
    there = {entry.text("type") for entry in facts.entries("data_sources")} & set(EXPECTED)
    return _of(words, N_("{n} of {all} kinds of source listed"), len(there), len(EXPECTED))


def _quality(facts: Facts, words: Translator) -> TaskEvidence:
    sources = facts.entries("data_sources")
    rated = sum(quality(entry) is not None for entry in sources)
    said = _of(words, N_("{n} of {all} sources rated"), rated, len(sources))
    # Lotsen rates its own tickets; that alone is no inventory.
    return TaskEvidence(said.said, said.enough and len(sources) >= len(EXPECTED))


def _imported(facts: Facts, words: Translator) -> TaskEvidence:
    n = facts.counted.imported
    return _some(words.ngettext("{n} ticket imported", "{n} tickets imported", n), n)


def _systems(facts: Facts, words: Translator) -> TaskEvidence:
    systems = facts.entries("systems")
    rated = sum(entry.score("readiness") is not None for entry in systems)
    return _of(words, N_("{n} of {all} systems rated"), rated, len(systems))


_ASKED = ("databases", "api", "cloud", "web_services", "backup", "security")


def _questions(facts: Facts, words: Translator) -> TaskEvidence:
    systems = facts.entries("systems")
    known = sum(all(one.text(key) in ("yes", "no") for key in _ASKED) for one in systems)
    return _of(words, N_("four questions answered for {n} of {all} systems"), known, len(systems))


def _skills(facts: Facts, words: Translator) -> TaskEvidence:
    lines = facts.entries("skills")
    strong = sum(strength(entry) == "strong" for entry in lines)
    said = words.ngettext("{n} line on skills", "{n} lines on skills", len(lines)) if lines else ""
    return TaskEvidence(said, strong > 0)


def _training(facts: Facts, words: Translator) -> TaskEvidence:
    n = sum(entry.filled("training_eur") for entry in facts.entries("skills"))
    return _some(
        words.ngettext("training planned in {n} line", "training planned in {n} lines", n), n
    )


def _champions(facts: Facts, words: Translator) -> TaskEvidence:
    skills = facts.entries("skills")
    areas = len({entry.text("area") for entry in skills})
    led = areas - len(areas_without_champion(skills))
    return _of(words, N_("{n} of {all} areas have a champion"), led, areas)


def _case(facts: Facts, words: Translator) -> TaskEvidence:
    chosen = chosen_cases(facts)
    if len(chosen) == 1:
        return TaskEvidence(
            words.gettext("chosen: {name}", name=chosen[0].text("name")), enough=True
        )
    said = words.gettext("{n} chosen, one is wanted", n=words.number(len(chosen)))
    return TaskEvidence(said if chosen else "")


def _risks(facts: Facts, words: Translator) -> TaskEvidence:
    risks = facts.entries("risks")
    done = sum(severity(one) is not None and one.filled("action", "owner") for one in risks)
    return _of(words, N_("{n} of {all} risks rated, with action and owner"), done, len(risks))


def _criteria(facts: Facts, words: Translator) -> TaskEvidence:
    named = [one for one in chosen_cases(facts) if any(map(str.isdigit, one.text("success")))]
    if named:
        return TaskEvidence(
            words.gettext("criterion: {text}", text=named[0].text("success")), enough=True
        )
    n = facts.counted.company_kpis
    return _some(words.ngettext("{n} key figure with a goal", "{n} key figures with a goal", n), n)


def _baseline(facts: Facts, words: Translator) -> TaskEvidence:
    baseline = facts.baseline
    if baseline is None:
        return TaskEvidence()
    handling = baseline.estimate("handling_time")
    said = words.gettext(
        "Baseline frozen for {first} to {last} ({n} handling times), SHA-256 {hash}",
        first=words.day(baseline.period.first_day),
        last=words.day(baseline.period.last_day),
        n=words.number(handling.n if handling else 0),
        hash=baseline.sha256[:12],
    )
    return TaskEvidence(said, enough=True)


def _roles(facts: Facts, words: Translator) -> TaskEvidence:
    n = sum(entry.filled(*THREE) for entry in facts.entries("roles"))
    return _some(words.gettext("all three roles named"), n)


def _knowledge(facts: Facts, words: Translator) -> TaskEvidence:
    n = facts.counted.articles
    said = words.ngettext("{n} answer or passage imported", "{n} answers and passages imported", n)
    return _some(said, n)


def _model(facts: Facts, words: Translator) -> TaskEvidence:
    model = facts.counted.model
    if model is None:
        return TaskEvidence()
    said = words.gettext(
        "model {version}, accuracy {accuracy} on {n} tickets",
        version=model.version,
        accuracy=words.percent(model.accuracy, 1),
        n=words.number(model.n),
    )
    return TaskEvidence(said, enough=True)


def _prototype(facts: Facts, words: Translator) -> TaskEvidence:
    n, first = facts.counted.answers, facts.counted.first_answer_at
    if first is None:
        return TaskEvidence()
    said = words.gettext(
        "first answer on {day}, {n} so far", day=words.day(facts.day_of(first)), n=words.number(n)
    )
    return _some(said, n)


def _screening(facts: Facts, words: Translator) -> TaskEvidence:
    systems = facts.entries("ai_systems")
    settled = ("needed", "not_needed")
    done = sum(all(one.text(key) in settled for key in ("dpia", "mbl")) for one in systems)
    return _of(words, N_("{n} of {all} AI systems screened"), done, len(systems))


def _notice(facts: Facts, words: Translator) -> TaskEvidence:
    posted_on, n = facts.counted.notice_on, facts.counted.notice_read
    if posted_on is None:
        return TaskEvidence()
    said = words.ngettext(
        "change notice posted on {day}, {n} has read it",
        "change notice posted on {day}, {n} have read it",
        n,
        day=words.day(posted_on),
    )
    return _some(said, facts.counted.notices)


def _tickets(facts: Facts, words: Translator, needed: int) -> TaskEvidence:
    n, people = facts.counted.real, facts.counted.askers
    counted = words.ngettext("{n} real ticket", "{n} real tickets", n)
    if people >= FEWEST:
        counted = words.gettext(
            "{tickets} from {n} people", tickets=counted, n=words.number(people)
        )
    return _needed(words, counted, n, needed)


def _digest(facts: Facts, words: Translator) -> TaskEvidence:
    n = facts.counted.digests
    return _some(words.ngettext("{n} weekly digest posted", "{n} weekly digests posted", n), n)


def _feedback(facts: Facts, words: Translator) -> TaskEvidence:
    n = facts.counted.verdicts
    counted = words.ngettext("{n} verdict on answers", "{n} verdicts on answers", n)
    return _needed(words, counted, n, ENOUGH_VERDICTS)


def _costs(facts: Facts, words: Translator) -> TaskEvidence:
    n = facts.counted.costs
    return _some(words.ngettext("{n} cost booked", "{n} costs booked", n), n)


_UNFINISHED: Final = {
    VerdictReason.NO_BASELINE,
    VerdictReason.NO_TIMES,
    VerdictReason.NOTHING_SHARED,
    VerdictReason.TOO_FEW,
    VerdictReason.TOO_SHORT,
    VerdictReason.NO_COSTS,
}


def _roi(facts: Facts, words: Translator) -> TaskEvidence:
    found = facts.statement
    if found is None:
        return TaskEvidence()
    said = words.gettext(
        "statement of {quarter}: {verdict}",
        quarter=found.quarter,
        verdict=plain(words.rich(verdict_of(found))).rstrip("."),
    )
    # "Not shown" is a result too, once everything is there that it could rest on: costs as well.
    return TaskEvidence(said, found.reason not in _UNFINISHED and found.cost_eur >= CENT)


def _roadmap(facts: Facts, words: Translator) -> TaskEvidence:
    n = sum(priority(entry) is not None for entry in facts.entries("use_cases"))
    counted = words.ngettext("{n} project ranked", "{n} projects ranked", n)
    return _needed(words, counted, n, RANKED)


_EVIDENCE_CHECKS: Final[Mapping[str, Callable[[Facts, Translator], TaskEvidence]]] = {
    "w2.sources": _sources,
    "w2.quality": _quality,
    "w2.tickets": _imported,
    "w3.systems": _systems,
    "w3.questions": _questions,
    "w4.skills": _skills,
    "w4.training": _training,
    "w4.champions": _champions,
    "w5.case": _case,
    "w5.risks": _risks,
    "w6.criteria": _criteria,
    "w6.baseline": _baseline,
    "w6.roles": _roles,
    "w7.knowledge": _knowledge,
    "w7.model": _model,
    "w8.prototype": _prototype,
    "w8.screening": _screening,
    "w8.notice": _notice,
    "w9.users": lambda facts, words: _tickets(facts, words, SOME_TICKETS),
    "w9.digest": _digest,
    "w10.tickets": lambda facts, words: _tickets(facts, words, ENOUGH_TICKETS),
    "w10.feedback": _feedback,
    "w11.costs": _costs,
    "w11.roi": _roi,
    "w12.roadmap": _roadmap,
}


def _some(said: str, n: int) -> TaskEvidence:
    return TaskEvidence(said, enough=True) if n else TaskEvidence()


def _of(words: Translator, text: str, n: int, everything: int) -> TaskEvidence:
    if not everything:
        return TaskEvidence()
    said = words.gettext(text, n=words.number(n), all=words.number(everything))
    return TaskEvidence(said, n == everything)


def _needed(words: Translator, counted: str, n: int, needed: int) -> TaskEvidence:
    said = words.gettext(
        "{counted} so far, {needed} needed", counted=counted, needed=words.number(needed)
    )
    return TaskEvidence(said, n >= needed)
