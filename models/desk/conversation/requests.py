"""``/lotsen`` with a word that only reads, and App Home: for the reader's eyes only."""

from collections.abc import Callable, Sequence
from datetime import datetime

from models.commands import Ask
from models.desk.answers import answer_cards, document_search
from models.desk.answers.document_search import Looked
from models.desk.base.context import DeskContext, reply_to
from models.desk.base.titles import title_or_start
from models.desk.registers.onboarding import onboarding_button
from models.desk.registers.picture_requests import promise
from models.desk.tickets import cards
from models.desk.tickets.recording import id_of
from models.errors import NotAllowedError
from models.governance.authorization import Action, Subject, allowed, authorize
from models.language import Words
from models.mailbox import Envelope
from models.message import (
    Button,
    Buttons,
    Divider,
    Heading,
    Message,
    Note,
    Paragraph,
    Part,
    Run,
    text_message,
)
from models.reports.programme_pictures import PLAN
from models.store.transaction import Unit
from models.tables import Person, Ticket

Report = Callable[[Words, datetime], Message]

_DESK = Subject("desk")


class Requests:
    """Answers to slash commands.

    Parameters
    ----------
    reports : dict
        For each topic of figures (``kpi``, ``plan``, ``roi``, ``register``) a function
        from (words, now) to a message; they read by themselves, so outside our transaction.
    where_texts_go
        Says where texts are kept and what else reads them, as the documents for the law say it.
    """

    def __init__(
        self,
        desk: DeskContext,
        reports: dict[str, Report],
        where_texts_go: Callable[[Words], Sequence[str]],
    ) -> None:
        self._desk = desk
        self._reports = reports
        self._where_texts_go = where_texts_go

    def seen_from(self, desk: DeskContext) -> "Requests":
        """Return the same answers for another setting, such as the sandbox's."""
        return Requests(desk, self._reports, self._where_texts_go)

    def answer(self, command: Ask, now: datetime) -> None:
        """Answer one slash command, once."""
        desk = self._desk
        looked = self._looked(command, now) if command.topic == "ask" else None
        with desk.store.snapshot() as unit:
            person = unit.people.find(command.user) or Person(slack_id=command.user)
            may = allowed(desk.actor(unit, person), Action.SEE_FIGURES, _DESK)
        words = desk.words_of(person)
        report = self._report(command, words, now) if may else None
        with desk.store.begin() as unit:
            if not unit.inbox.finish(command.id, now):
                return
            person = unit.people.by_slack_id(command.user, now)
            message = report or self._message(unit, command, person, looked, words, now)
            if report and command.topic == PLAN:
                message = promise(unit, command, PLAN, message, words)
            to = Envelope(command.channel, person=command.user, reply_url=command.reply_url)
            reply_to(unit, command.id, to, message, now)

    def _looked(self, command: Ask, now: datetime) -> Looked | None:
        if not command.text.strip():
            return None
        locale = self._locale(command)
        return document_search.look(self._desk, command.text, locale, command.user, now)

    def _report(self, command: Ask, words: Words, now: datetime) -> Message | None:
        report = self._reports.get(command.topic)
        return report(words, now) if report else None

    def _message(
        self,
        unit: Unit,
        command: Ask,
        person: Person,
        looked: Looked | None,
        words: Words,
        now: datetime,
    ) -> Message:
        if looked is not None:
            return document_search.ask(unit, command, person, looked, now)
        if command.topic == "ask":
            return text_message(
                words.rich(
                    "Write your question after it, such as: /lotsen ask how do I reset my password"
                )
            )
        if command.topic == "status":
            return self._status(unit, person, words)
        if command.topic == "privacy":
            return privacy(words, self._where_texts_go(words))
        if command.topic in self._reports:
            return text_message(
                words.rich(
                    "These figures are for the support team and the IT lead. Ask the IT lead."
                )
            )
        return help_text(words)

    def _status(self, unit: Unit, person: Person, words: Words) -> Message:
        actor = self._desk.actor(unit, person)
        try:
            authorize(actor, Action.SEE_OWN_STATUS, Subject("tickets", "", person.id))
        except NotAllowedError:
            return help_text(words)
        tickets = unit.tickets.of_requester(person.id)
        if not tickets:
            return text_message(
                words.rich("You have no tickets. Write in the help channel, or /lotsen ticket …")
            )
        head = words.rich("*Your tickets*")
        lines = tuple(self._line(unit, ticket, words) for ticket in tickets)
        return Message(words.say("Your tickets"), (Paragraph(head), *lines))

    def _line(self, unit: Unit, ticket: Ticket, words: Words) -> Part:
        return Paragraph(
            words.rich(
                "*{number}* · {title} — {status}",
                number=str(ticket.id),
                title=title_or_start(unit.tickets.text(id_of(ticket))) or words.say("(no text)"),
                status=words.say(cards.STATUS_WORDS[ticket.status]),
            )
        )

    def home(self, slack_id: str) -> Message:
        """Return App Home: own tickets; for the staff also what waits."""
        desk = self._desk
        with desk.store.snapshot() as unit:
            person = unit.people.find(slack_id) or Person(slack_id=slack_id)
            words = desk.words_of(person)
            parts: list[Part] = [
                Heading(words.say("Lotsen, your help desk")),
                Paragraph(
                    words.rich(
                        "Write in the help channel or to me directly. I look for an answer with its source; where I have none, a person takes over."
                    )
                ),
                answer_cards.disclosure(words),
                Divider(),
                *self._status(unit, person, words).parts,
                onboarding_button(words),
            ]
            if desk.is_staff(unit, person):
                parts += self._queue(unit, words)
        return Message(words.say("Lotsen, your help desk"), tuple(parts))

    def _queue(self, unit: Unit, words: Words) -> list[Part]:
        waiting = unit.tickets.unresolved(limit=15)
        number = unit.tickets.count_unresolved()
        head = words.count("*{n} ticket waits*", "*{n} tickets wait*", number)
        parts: list[Part] = [Divider(), Paragraph(words.rich(head))]
        for ticket in waiting:
            parts.append(self._line(unit, ticket, words))
            if ticket.status.value == "new":
                take = Button("ticket_claim", words.say("Take"), str(ticket.id), "primary")
                parts.append(Buttons(f"ticket:{ticket.id}", (take,)))
        return parts

    def _locale(self, command: Ask) -> str:
        with self._desk.store.snapshot() as unit:
            person = unit.people.find(command.user)
        return (person.locale if person else "") or self._desk.language


def help_text(words: Words) -> Message:
    """Return what `/lotsen` can do."""
    lines = (
        words.rich("`/lotsen ask` and a question: an answer with its source"),
        words.rich("`/lotsen ticket` and some words: a ticket for the support team"),
        words.rich("`/lotsen status`: your tickets"),
        words.rich("`/lotsen mine`: what I did for you; only you see it, and only if you ask"),
        words.rich("`/lotsen why` and a number: why a ticket has its category"),
        words.rich("`/lotsen kpi`, `plan`, `roi`: the pilot's figures (support team and IT lead)"),
        words.rich("`/lotsen kpi by category`: the same by group (support team and IT lead)"),
        words.rich(
            "`/lotsen register` and a name, such as risks: the programme's registers (support team and IT lead)"
        ),
        words.rich("`/lotsen register ai_requests`: ask whether you may use an AI tool"),
        words.rich("`/lotsen privacy`: what I store about you"),
    )
    head = words.rich("*What I can do*")
    told = (Paragraph(line) for line in (head, *lines))
    return Message(words.say("What I can do"), (*told, onboarding_button(words)))


def privacy(words: Words, where: Sequence[str]) -> Message:
    """Return what is stored about the reader, and where, in plain words."""
    lines = (
        words.rich("*What I store about you*"),
        words.rich(
            "Your Slack id, name and language; the messages you write to the help desk; your tickets and their times."
        ),
        words.rich(
            "The figures rest on times without names or texts. Nobody is measured: neither you nor a colleague of the support team."
        ),
        words.rich(
            "What I did for you is told to you alone, when you write `/lotsen mine`; it is not kept."
        ),
        (Run(" ".join(where)),),
        words.rich("Ask the IT lead for a copy of your data or to have it erased."),
    )
    note = Note(
        words.rich(
            "I am an automatic assistant; a person reads every ticket and can change everything I decide."
        )
    )
    return Message(
        words.say("What I store about you"), (*(Paragraph(line) for line in lines), note)
    )
