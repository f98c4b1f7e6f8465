"""Getting to know Lotsen: three screens, the last a short quiz; who passed it is remembered.

Words and right answers stand here; a face shows them. A quiz is judged again when it is
handled, whatever the face said.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from models.commands import FinishOnboarding
from models.desk.base.turn import RefusedError, RequestTurn, use_case
from models.desk.registers.register_lines import Editor, OpenRegister
from models.governance.authorization import Action, Actor, Role, Subject
from models.language import N_, Translator
from models.message import Button, Buttons
from models.registers.catalogue import register_of
from models.registers.deciding import LineChange

COURSE = N_("Getting to know Lotsen")
START = "onboarding_start"


@dataclass(frozen=True, slots=True)
class IntroScreen:
    """A title and what stands below it."""

    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class QuizQuestion:
    """A question of the quiz; ``options`` are (key, text), ``hint`` helps who was wrong."""

    key: str
    text: str
    options: tuple[tuple[str, str], ...]
    right: str
    hint: str


SCREENS = (
    IntroScreen(
        N_("What I am"),
        (
            N_("I am Lotsen, an automatic assistant (AI), and no human being."),
            N_("I show stored texts with their source, and sort tickets into categories."),
            N_("A person reads every ticket. You get one with a single tap."),
        ),
    ),
    IntroScreen(
        N_("What I cannot do"),
        (
            N_("I can be wrong. Look at the source and the day it was verified."),
            N_("I know only what somebody wrote down, and decide nothing about you."),
            N_("Never write passwords, health matters or other people's secrets to me."),
        ),
    ),
    IntroScreen(N_("Three questions"), (N_("Then you are done."),)),
)
QUIZ = (
    QuizQuestion(
        "wrong",
        N_("An answer looks wrong. What do you do?"),
        (
            ("obey", N_("I do what it says")),
            ("person", N_("I ask a person")),
            ("again", N_("I ask again until it changes")),
        ),
        "person",
        N_("I can be wrong: a person is one tap away."),
    ),
    QuizQuestion(
        "source",
        N_("Where does an answer come from?"),
        (
            ("stored", N_("From a stored text, named below it")),
            ("invented", N_("Lotsen makes it up each time")),
            ("live", N_("A colleague writes it at that moment")),
        ),
        "stored",
        N_("Each answer is a stored text: its source stands below it."),
    ),
    QuizQuestion(
        "secrets",
        N_("What do you not write to Lotsen?"),
        (
            ("error", N_("An error message")),
            ("printer", N_("Which printer is broken")),
            ("password", N_("My password")),
        ),
        "password",
        N_("Passwords belong in no message."),
    ),
)


def wrong_answers(answers: Mapping[str, str]) -> tuple[QuizQuestion, ...]:
    """Return the questions that were not answered rightly."""
    return tuple(question for question in QUIZ if answers.get(question.key) != question.right)


def onboarding_button(words: Translator) -> Buttons:
    """Return the way in."""
    return Buttons("onboarding", (Button(START, words.gettext("Get to know me: 2 minutes"), "1"),))


@use_case
def finish_onboarding(turn: RequestTurn[FinishOnboarding]) -> None:
    """Remember that somebody passed the quiz; the same day again changes nothing."""
    person, words = turn.person, turn.words
    wrong = words.rich("Not every answer is right yet. Have another look.")
    if wrong_answers(turn.command.answers):
        raise RefusedError(wrong)
    turn.authorize(Action.FINISH_ONBOARDING, Subject("onboarding", owner=person.id), wrong)
    line = {
        "person": turn.command.user,
        "course": turn.desk.words.gettext(COURSE),
        "role": _role(turn.actor),
        "completed_on": turn.today.isoformat(),
    }
    register = register_of("trainings")
    opened = OpenRegister.for_writing(turn.unit, register, turn.today, turn.now)
    opened.save(
        LineChange(0, line), Editor(person.id, find_person=lambda _: person.id), twins=False
    )
    turn.reply(words.rich("🎓 Well done: you know what I can do, and what I cannot."))


def _role(actor: Actor) -> str:
    for role in (Role.LEAD, Role.SUPPORT):
        if role in actor.roles:
            return role.value
    return Role.EMPLOYEE.value
