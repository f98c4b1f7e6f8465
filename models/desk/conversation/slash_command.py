"""``/lotsen``: a word that only reads, or a question; for the reader's eyes only."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, get_args

from models.commands import Ask
from models.desk.answers import document_search
from models.desk.answers.answering import Inquiry
from models.desk.answers.document_search import SearchResults
from models.desk.base.context import DeskContext
from models.desk.base.smalltalk import Reads, read
from models.desk.base.turn import RequestTurn, answer_request
from models.desk.conversation.app_home import own_tickets
from models.desk.registers.onboarding import onboarding_button
from models.desk.registers.picture_requests import promise
from models.governance.authorization import Action, Subject
from models.language import LANGUAGES, Translator
from models.message import (
    Message,
    Note,
    Paragraph,
    Run,
)
from models.reports.programme_pictures import PLAN

Report = Callable[[Translator, datetime], Message]

_DESK = Subject("desk")
TOPICS: Final[tuple[str, ...]] = get_args(Ask.__annotations__["topic"])
_WITH_MORE: Final = frozenset({"ask", "ticket", "kpi", "register", "trace"})
"""Words that something may follow; after any other one what follows makes it a question."""
_WORDS: Final = frozenset({*TOPICS, "ticket", "why"})
_SMALL: Final = frozenset({Reads.SMALL_TALK, Reads.GREETING, Reads.THANKS, Reads.ACKNOWLEDGEMENT})
_NUMBER: Final = re.compile(r"#?(?:T-)?[0-9]{1,9}", re.IGNORECASE)


def read_slash(text: str) -> tuple[str, str]:
    """Return the English word for what is wanted, and what it is about.

    ``why`` or ``show`` and a number is about a ticket. Whatever is no command is a question:
    nobody who asks one gets a list of commands instead.
    """
    written = " ".join(text.split())
    whole = written.casefold().rstrip("?!.:")
    if not whole:
        return "help", ""
    if _NUMBER.fullmatch(whole):
        return "show", whole
    if word := _known(whole):
        return word, ""
    first, rest = [*text.split(maxsplit=1), ""][:2]
    rest = rest.strip()
    word = _known(first.casefold().rstrip(":"))
    if word in ("ticket", "why") and _NUMBER.fullmatch(rest.rstrip("?!. ")):
        return ("show" if word == "ticket" else "why"), rest.rstrip("?!. ")
    if word in _WITH_MORE:
        return word, rest
    return ("help" if read(written).kind in _SMALL else "ask"), text.strip()


def _known(word: str) -> str:
    """Return the English subcommand that a word means in some language; empty for none."""
    return word if word in _WORDS else LANGUAGES.subcommands.get(word, "")


@dataclass(frozen=True, slots=True)
class SlashCommand:
    """Answers ``/lotsen``.

    Attributes
    ----------
    reports
        For each topic of figures (``kpi``, ``plan``, ``roi``) a function from (words, now) to a
        message; it reads by itself, so outside our transaction.
    where_texts_go
        Says where texts are kept and what else reads them, as the documents for the law say it.
    """

    reports: Mapping[str, Report]
    where_texts_go: Callable[[Translator], Sequence[str]]

    def answer(self, desk: DeskContext, command: Ask, now: datetime) -> None:
        """Answer one slash command, once."""
        results = _search(desk, command, now) if command.topic == "ask" else None
        with desk.store.snapshot() as unit:
            principal = desk.principal(unit, command.user)
        may = principal.may(Action.SEE_FIGURES, _DESK)
        report = self.reports.get(command.topic) if may else None
        message = report(principal.words, now) if report else None
        answer_request(desk, command, now, lambda turn: self._reply(turn, message, results))

    def _reply(
        self, turn: RequestTurn[Ask], report: Message | None, results: SearchResults | None
    ) -> None:
        topic, words = turn.command.topic, turn.words
        if report is not None:
            message = report
            if topic == PLAN:
                message = promise(turn, PLAN, report)
            turn.reply(message)
        elif results is not None:
            turn.reply(document_search.ask(turn, results))
        elif topic == "ask":
            turn.reply(
                words.rich(
                    "Write your question after it, such as: /lotsen how do I reset my password"
                )
            )
        elif topic == "status":
            own = own_tickets(turn.desk, turn.unit, turn.person, words)
            turn.reply(own or help_text(words))
        elif topic == "privacy":
            turn.reply(privacy(words, self.where_texts_go(words)))
        elif topic in self.reports:
            turn.reply(
                words.rich(
                    "These figures are for the support team and the IT lead. Ask the IT lead."
                )
            )
        else:
            turn.reply(help_text(words))


def _search(desk: DeskContext, command: Ask, now: datetime) -> SearchResults | None:
    if not command.text.strip():
        return None
    with desk.store.snapshot() as unit:
        person = unit.people.find(command.user)
    locale = (person.locale if person else "") or desk.language
    inquiry = Inquiry(command.text, locale, command.user, alone=True)
    return document_search.search(desk, inquiry, now)


def help_text(words: Translator) -> Message:
    """Return what `/lotsen` can do."""
    lines = (
        words.rich("`/lotsen` and your question: an answer with its source"),
        words.rich("`/lotsen ticket` and some words: a ticket for the support team"),
        words.rich("`/lotsen status`: your tickets"),
        words.rich("`/lotsen mine`: what I did for you; only you see it, and only if you ask"),
        words.rich("`/lotsen ticket` and a number: how it stands, and why it has its category"),
        words.rich("`/lotsen kpi`, `plan`, `roi`: the pilot's figures (support team and IT lead)"),
        words.rich("`/lotsen kpi by category`: the same by group (support team and IT lead)"),
        words.rich(
            "`/lotsen register` and a name, such as risks: the programme's registers (support team and IT lead)"
        ),
        words.rich("`/lotsen categories`: add, rename, merge and retire categories (IT lead)"),
        words.rich("`/lotsen duty`: who is on duty, and who swaps (support team and IT lead)"),
        words.rich(
            "`/lotsen trace` and a ticket's number: its way, and why it came late (IT lead)"
        ),
        words.rich("`/lotsen register ai_requests`: ask whether you may use an AI tool"),
        words.rich("`/lotsen privacy`: what I store about you"),
    )
    head = words.rich("*What I can do*")
    told = (Paragraph(line) for line in (head, *lines))
    return Message(words.gettext("What I can do"), (*told, onboarding_button(words)))


def privacy(words: Translator, where: Sequence[str]) -> Message:
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
        words.gettext("What I store about you"), (*(Paragraph(line) for line in lines), note)
    )
