"""Whether a data protection impact assessment is needed: nine criteria, and a rule. Pure.

The guidelines WP 248 rev.01 name nine criteria; two or more usually mean yes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from models.language import noted

Answer = Literal["yes", "no", "ask"]
Outcome = Literal["needed", "not_needed", "ask"]
ENOUGH = 2

# In the order of the guidelines.
CRITERIA: Mapping[str, str] = {
    "evaluation": noted("Are people evaluated or scored?"),
    "automated_decision": noted("Does a machine alone decide with legal or like effect?"),
    "monitoring": noted("Are people monitored systematically?"),
    "sensitive_data": noted("Is sensitive or very personal data used?"),
    "large_scale": noted("Is data used on a large scale?"),
    "matching": noted("Are data sets matched in ways people would not expect?"),
    "vulnerable": noted("Are the people in a dependent position?"),
    "new_technology": noted("Is new technology used?"),
    "prevents_right": noted("Can it keep somebody from a right or a service?"),
}


@dataclass(frozen=True, slots=True)
class ScreeningAnswer:
    """The answer to a criterion; ``reason`` is said already, ``given`` by the company."""

    criterion: str
    answer: Answer
    reason: str
    given: bool = False


def outcome_of(answers: Mapping[str, Answer]) -> Outcome:
    """Return what follows from the answers; a criterion without one counts as ``ask``."""
    all_answers = [answers.get(criterion, "ask") for criterion in CRITERIA]
    met, open_ = all_answers.count("yes"), all_answers.count("ask")
    if met >= ENOUGH:
        return "needed"
    return "ask" if met + open_ >= ENOUGH else "not_needed"
