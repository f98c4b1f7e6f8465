"""`/lotsen mine`: what Lotsen did for one person, shown to that person and to nobody else.

It is made when somebody asks for it, an ephemeral post, and forgotten once Slack has it
(`models.mailbox.post_unlogged`). App Home does not show it by itself, no job sends it, and there is
no way to ask for another's. For the staff it is the same: their own questions, not their work.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from statistics import median

from models.commands import Ask
from models.desk.base.context import DeskContext, Principal
from models.desk.base.turn import RequestTurn, Turn, answer_request
from models.governance.authorization import Action, Subject
from models.kpis.measurement import Kpis
from models.kpis.outcomes import AnswerOutcome, outcomes
from models.language import Translator
from models.mailbox import Envelope, post_unlogged
from models.message import Heading, Message, Note, Paragraph, Part, text_message
from models.statistics.estimates import NOTHING, Estimate
from models.store.figures import CaseStep
from models.tables import EventKind

DAYS = 90


@dataclass(frozen=True, slots=True)
class SummaryFacts:
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
        First response time in the baseline; None without a baseline.
    """

    asked: int
    answered: int
    solved_after: tuple[float, ...]
    waits: tuple[float | None, ...]
    before: Estimate | None
    is_staff: bool

    @property
    def waited(self) -> list[float]:
        return [minutes for minutes in self.waits if minutes is not None]

    @property
    def saved(self) -> float | None:
        """Minutes less than if each solved question had waited as long as the middle one before."""
        usual = self.before.value if self.before else None
        if usual is None or not self.solved_after:
            return None
        return sum(usual - minutes for minutes in self.solved_after)


@dataclass(frozen=True, slots=True)
class PersonalSummary:
    """Answers ``/lotsen mine``."""

    desk: DeskContext
    kpis: Kpis

    def show(self, command: Ask, now: datetime) -> None:
        """Show the asker their own summary, once."""
        frozen = self.kpis.baseline()
        before = (frozen.estimate("first_response_time") or NOTHING) if frozen else None
        answer_request(self.desk, command, now, partial(_reply, before=before))


def _reply(turn: RequestTurn[Ask], before: Estimate | None) -> None:
    principal, command = turn.desk.principal(turn.unit, turn.command.user), turn.command
    if principal.may(Action.SEE_OWN_CARD, Subject("own_card", "", principal.person.id)):
        message = summary_message(_facts(turn, principal, before), principal.words)
    else:
        message = text_message(principal.words.rich("There is nothing here about you."))
    to = Envelope(command.channel, person=command.user, reply_url=command.reply_url)
    post_unlogged(turn.unit, command.id, to, message, turn.now)


def _facts(turn: Turn, principal: Principal, before: Estimate | None) -> SummaryFacts:
    """Return what is known of a person's questions."""
    own, person, calendar = turn.unit.own, principal.person.id, turn.desk.calendar
    since = turn.now - timedelta(days=DAYS)
    steps = own.steps(person, since)
    begun, answered = _first(steps, EventKind.ASKED), _first(steps, EventKind.ANSWERED)
    became = outcomes(steps, answered)
    return SummaryFacts(
        asked=own.asked(person, since),
        answered=len(answered),
        solved_after=tuple(
            calendar.business_minutes(begun.get(case, answered[case]), answered[case])
            for case, outcome in became.items()
            if outcome is AnswerOutcome.CONFIRMED
        ),
        waits=tuple(own.waits(person, since)),
        before=before,
        is_staff=principal.is_staff,
    )


def _first(steps: list[CaseStep], kind: EventKind) -> dict[int, datetime]:
    found: dict[int, datetime] = {}
    for step in steps:
        if step.kind is kind:
            found[step.case_id] = min(step.at, found.get(step.case_id, step.at))
    return found


def summary_message(facts: SummaryFacts, words: Translator) -> Message:
    """Return the summary: what happened, what it saved, and that nobody else sees it. Pure."""
    title = words.gettext("Your own card, the last {n} days", n=DAYS)
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


def _answered(facts: SummaryFacts, words: Translator) -> Part:
    return Paragraph(
        words.rich(
            "*Your questions:* {asked}. Answered at once with an article: {answered}; of those you "
            "called {solved} solved and did not come back.",
            asked=words.number(facts.asked),
            answered=words.number(facts.answered),
            solved=words.number(len(facts.solved_after)),
        )
    )


def _waited(facts: SummaryFacts, words: Translator) -> Part:
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


def _saved(facts: SummaryFacts, words: Translator) -> Part:
    if facts.before is None:
        return Paragraph(
            words.rich(
                "*Saved you:* nobody can say, because no baseline is frozen to compare with."
            )
        )
    if facts.before.value is None:
        return Paragraph(
            words.rich(
                "*Saved you:* nobody can say, because the baseline does not tell how long a first "
                "answer took."
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
