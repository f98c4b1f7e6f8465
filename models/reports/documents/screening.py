"""Whether a data protection impact assessment is needed: nine criteria, and a rule. Pure.

The guidelines WP 248 rev.01 name nine criteria; two or more usually mean yes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from models.language import N_

Answer = Literal["yes", "no", "ask"]
Outcome = Literal["needed", "not_needed", "ask"]
ENOUGH = 2

# In the order of the guidelines.
CRITERIA: Mapping[str, str] = {
    "evaluation": N_("Are people evaluated or scored?"),
    "automated_decision": N_("Does a machine alone decide with legal or like effect?"),
    "monitoring": N_("Are people monitored systematically?"),
    "sensitive_data": N_("Is sensitive or very personal data used?"),
    "large_scale": N_("Is data used on a large scale?"),
    "matching": N_("Are data sets matched in ways people would not expect?"),
    "vulnerable": N_("Are the people in a dependent position?"),
    "new_technology": N_("Is new technology used?"),
    "prevents_right": N_("Can it keep somebody from a right or a service?"),
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
