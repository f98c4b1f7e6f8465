"""`/lotsen mine`: what Lotsen did for one person, told to that person and to nobody else.

It is made when somebody asks for it, whispered, and forgotten once Slack has it
(`models.mailbox.post_unlogged`). App Home does not show it by itself, no job sends it, and there is
no way to ask for another's. For the staff it is the same: their own questions, not their work.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from models.commands import Ask
from models.desk.base.context import DeskContext
from models.errors import NotAllowedError
from models.governance.authorization import Action, Subject, authorize
from models.kpis.measurement import Kpis
from models.kpis.outcomes import AnswerOutcome, outcomes
from models.language import Words
from models.mailbox import Envelope, post_unlogged
from models.message import Heading, Message, Note, Paragraph, Part, text_message
from models.statistics.estimates import NOTHING, Estimate
from models.store.figures import CaseStep
from models.store.transaction import UnitOfWork
from models.tables import EventKind, Person
from models.tickets.hours import Calendar

DAYS = 90


@dataclass(frozen=True, slots=True)
class OwnFacts:
    """What is known of one person's questions; times in business minutes.

    Attributes
    ----------
    answered
        Questions answered with an article.
    solved_after
        Of those that the person called solved and did not come back with: from the question
        to the answer.
    waits
        To a person's first sign, one for each own ticket; None while it still waits.
    before
        First response time in the baseline.
    """

    asked: int
    answered: int
    solved_after: tuple[float, ...]
    waits: tuple[float | None, ...]
    before: Estimate
    is_staff: bool

    @property
    def waited(self) -> list[float]:
        return [minutes for minutes in self.waits if minutes is not None]

    @property
    def saved(self) -> float | None:
        """Minutes less than if each solved question had waited as long as the middle one before."""
        if self.before.value is None or not self.solved_after:
            return None
        return sum(self.before.value - minutes for minutes in self.solved_after)


@dataclass(frozen=True, slots=True)
class OwnCard:
    """Answers ``/lotsen mine``."""

    desk: DeskContext
    kpis: Kpis

    def show(self, command: Ask, now: datetime) -> None:
        """Whisper the asker's own card, once."""
        frozen = self.kpis.baseline()
        before = frozen.estimate("first_response_time") if frozen else None
        with self.desk.store.begin() as unit:
            if not unit.inbox.finish(command.id, now):
                return
            person = unit.people.find(command.user) or Person(slack_id=command.user)
            message = self._message(unit, person, before or NOTHING, now)
            to = Envelope(command.channel, person=command.user, reply_url=command.reply_url)
            post_unlogged(unit, command.id, to, message, now)

    def _message(
        self, unit: UnitOfWork, person: Person, before: Estimate, now: datetime
    ) -> Message:
        words, actor = self.desk.words_of(person), self.desk.actor(unit, person)
        try:
            authorize(actor, Action.SEE_OWN_CARD, Subject("own_card", "", person.id))
        except NotAllowedError:
            return text_message(words.rich("There is nothing here about you."))
        since = now - timedelta(days=DAYS)
        facts = own_facts(
            asked=unit.own.asked(person.id, since),
            steps=unit.own.steps(person.id, since),
            waits=tuple(unit.own.waits(person.id, since)),
            before=before,
            calendar=self.desk.calendar,
            is_staff=len(actor.roles) > 1,
        )
        return own_card(facts, words)


def own_facts(
    *,
    asked: int,
    steps: list[CaseStep],
    waits: tuple[float | None, ...],
    before: Estimate,
    calendar: Calendar,
    is_staff: bool,
) -> OwnFacts:
    """Return what is known of a person's questions. Pure."""
    begun, answered = _first(steps, EventKind.ASKED), _first(steps, EventKind.ANSWERED)
    became = outcomes(steps, answered)
    solved = [case for case, outcome in became.items() if outcome is AnswerOutcome.CONFIRMED]
    return OwnFacts(
        asked=asked,
        answered=len(answered),
        solved_after=tuple(
            calendar.business_minutes(begun.get(case, answered[case]), answered[case])
            for case in solved
        ),
        waits=waits,
        before=before,
        is_staff=is_staff,
    )


def _first(steps: list[CaseStep], kind: EventKind) -> dict[int, datetime]:
    found: dict[int, datetime] = {}
    for step in steps:
        if step.kind is kind:
            found[step.case_id] = min(step.at, found.get(step.case_id, step.at))
    return found


def own_card(facts: OwnFacts, words: Words) -> Message:
    """Return the card: what happened, what it saved, and that nobody else sees it. Pure."""
    title = words.say("Your own card, the last {n} days", n=DAYS)
    only = words.rich("*Only you see this.* It was made because you asked, and it is not kept.")
    parts: list[Part] = [Heading(title), Paragraph(only)]
    if not facts.asked and not facts.waits:
        parts.append(Paragraph(words.rich("You asked nothing in this time.")))
    else:
        parts += [_answered(facts, words), _waited(facts, words), _saved(facts, words)]
    if facts.is_staff:
        parts.append(
            Note(
                words.rich(
                    "This is about your own questions. Your work at the desk is not measured, "
                    "here or anywhere else."
                )
            )
        )
    return Message(title, tuple(parts))


def _answered(facts: OwnFacts, words: Words) -> Part:
    return Paragraph(
        words.rich(
            "*Your questions:* {asked}. Answered at once with an article: {answered}; of those you "
            "called {solved} solved and did not come back.",
            asked=words.number(facts.asked),
            answered=words.number(facts.answered),
            solved=words.number(len(facts.solved_after)),
        )
    )


def _waited(facts: OwnFacts, words: Words) -> Part:
    waited = facts.waited
    if not waited:
        return Paragraph(words.rich("*Waited for people:* no ticket of yours was answered yet."))
    return Paragraph(
        words.rich(
            "*Waited for people:* {total} of office time until the first answer, tickets: {n}; "
            "{middle} in the middle.",
            total=words.minutes(sum(waited)),
            n=words.number(len(waited)),
            middle=words.minutes(median(waited)),
        )
    )


def _saved(facts: OwnFacts, words: Words) -> Part:
    if facts.before.value is None:
        return Paragraph(
            words.rich(
                "*Saved you:* nobody can say, because no baseline is frozen to compare with."
            )
        )
    if facts.saved is None:
        return Paragraph(words.rich("*Saved you:* nothing to compare yet."))
    if facts.saved <= 0:
        return Paragraph(words.rich("*Saved you:* no time that could be shown."))
    return Paragraph(
        words.rich(
            "*Saved you:* perhaps {saved} of office time, n = {n}. Before the pilot a first answer "
            "took {before} in the middle (n = {n_before}); this compares your solved questions "
            "with that. How long you would have waited nobody knows.",
            saved=words.minutes(facts.saved),
            n=words.number(len(facts.solved_after)),
            before=words.minutes(facts.before.value),
            n_before=words.number(facts.before.n),
        )
    )
