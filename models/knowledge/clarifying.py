"""Questions that may be asked back, each with answers to choose from: a list, and no other."""

from dataclasses import dataclass

from models.language import N_
from models.llm import QuestionOption


@dataclass(frozen=True, slots=True)
class Clarification:
    """A question in words to be translated, and its answers."""

    question: str
    options: tuple[str, ...]


CLARIFICATIONS = {
    "device": Clarification(
        N_("What are you using?"), (N_("A Windows computer"), N_("A Mac"), N_("A phone or tablet"))
    ),
    "place": Clarification(
        N_("Where are you?"), (N_("At the office"), N_("At home"), N_("Travelling"))
    ),
    "goal": Clarification(
        N_("What do you need?"),
        (N_("Get something new"), N_("Something has stopped working"), N_("Know how it is done")),
    ),
}
"""Key → question. What is chosen is searched for beside the asker's own words."""


def question_options() -> tuple[QuestionOption, ...]:
    """Return the list as a language model sees it."""
    return tuple(
        QuestionOption(key, f"{one.question} ({', '.join(one.options)})")
        for key, one in CLARIFICATIONS.items()
    )
