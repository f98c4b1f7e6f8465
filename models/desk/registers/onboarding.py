"""Getting to know Lotsen: three screens, the last a short quiz; who passed it is remembered.

Words and right answers stand here; a face shows them. A quiz is judged again when it is
handled, whatever the face said.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from models.commands import FinishOnboarding
from models.desk.base.context import DeskContext, reply_to
from models.desk.registers.register_changes import OpenRegister
from models.governance.authorization import Action, Actor, Role, Subject, allowed
from models.language import Words, noted
from models.mailbox import Envelope
from models.message import Button, Buttons, text_message
from models.registers.catalogue import register_of
from models.registers.deciding import LineChange

COURSE = noted("Getting to know Lotsen")
START = "onboarding_start"


@dataclass(frozen=True, slots=True)
class Screen:
    """A title and what stands below it."""

    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """A question of the quiz; ``options`` are (key, text), ``hint`` helps who was wrong."""

    key: str
    text: str
    options: tuple[tuple[str, str], ...]
    right: str
    hint: str


SCREENS = (
    Screen(
        noted("What I am"),
        (
            noted("I am Lotsen, an automatic assistant (AI), and no human being."),
            noted("I show stored texts with their source, and sort tickets into categories."),
            noted("A person reads every ticket. You get one with a single tap."),
        ),
    ),
    Screen(
        noted("What I cannot do"),
        (
            noted("I can be wrong. Look at the source and the day it was verified."),
            noted("I know only what somebody wrote down, and decide nothing about you."),
            noted("Never write passwords, health matters or other people's secrets to me."),
        ),
    ),
    Screen(noted("Three questions"), (noted("Then you are done."),)),
)
QUIZ = (
    Question(
        "wrong",
        noted("An answer looks wrong. What do you do?"),
        (
            ("obey", noted("I do what it says")),
            ("person", noted("I ask a person")),
            ("again", noted("I ask again until it changes")),
        ),
        "person",
        noted("I can be wrong: a person is one tap away."),
    ),
    Question(
        "source",
        noted("Where does an answer come from?"),
        (
            ("stored", noted("From a stored text, named below it")),
            ("invented", noted("Lotsen makes it up each time")),
            ("live", noted("A colleague writes it at that moment")),
        ),
        "stored",
        noted("Each answer is a stored text: its source stands below it."),
    ),
    Question(
        "secrets",
        noted("What do you not write to Lotsen?"),
        (
            ("error", noted("An error message")),
            ("printer", noted("Which printer is broken")),
            ("password", noted("My password")),
        ),
        "password",
        noted("Passwords belong in no message."),
    ),
)


def wrong_answers(answers: Mapping[str, str]) -> tuple[Question, ...]:
    """Return the questions that were not answered rightly."""
    return tuple(question for question in QUIZ if answers.get(question.key) != question.right)


def onboarding_button(words: Words) -> Buttons:
    """Return the way in."""
    return Buttons("onboarding", (Button(START, words.say("Get to know me: 2 minutes"), "1"),))


def finish_onboarding(desk: DeskContext, command: FinishOnboarding, now: datetime) -> None:
    """Remember that somebody passed the quiz; the same day again changes nothing."""
    register = register_of("trainings")
    with desk.store.begin() as unit:
        if not unit.inbox.finish(command.id, now):
            return
        person = unit.people.by_slack_id(command.user, now)
        words, actor = desk.words_of(person), desk.actor(unit, person)
        own = Subject("onboarding", owner=person.id)
        if wrong_answers(command.answers) or not allowed(actor, Action.FINISH_ONBOARDING, own):
            said = words.rich("Not every answer is right yet. Have another look.")
        else:
            today = now.astimezone(desk.calendar.zone).date()
            line = {
                "person": command.user,
                "course": desk.words.say(COURSE),
                "role": _role(actor),
                "completed_on": today.isoformat(),
            }
            OpenRegister.for_writing(unit, register, today, now).save(
                LineChange(0, line),
                by=person.id,
                approver=False,
                find_person=lambda _: person.id,
                twins=False,
            )
            said = words.rich("🎓 Well done: you know what I can do, and what I cannot.")
        to = Envelope(command.channel, person=command.user, reply_url=command.reply_url)
        reply_to(unit, command.id, to, text_message(said), now)


def _role(actor: Actor) -> str:
    for role in (Role.LEAD, Role.SUPPORT):
        if role in actor.roles:
            return role.value
    return Role.EMPLOYEE.value
