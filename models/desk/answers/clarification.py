"""One question back, from a list, where its answer decides between articles.

A language model may propose it; what is chosen is added to the question, which is then looked up
anew. Like titles to choose from, it becomes a ticket when nobody chooses in time.
"""

from datetime import datetime

from models.commands import AnswerClarification
from models.desk.answers import answering, choice_cards
from models.desk.answers.answering import Inquiry, Lookup, look_up
from models.desk.answers.judgements import remember_answer
from models.desk.answers.showing import show_in_case
from models.desk.answers.title_choice import case_to_choose, offer, offer_titles
from models.desk.base.context import DeskContext
from models.desk.base.turn import RefusedError, RequestTurn, Turn, answer_request
from models.desk.tickets.recording import asker_of, id_of, open_ticket, text_of_case, words_of_case
from models.knowledge.clarifying import CLARIFICATIONS
from models.language import language_of, words_for
from models.message import Message
from models.tables import Case, CaseMessage, EventKind


def ask_back(turn: Turn, case: Case, key: str) -> bool:
    """Ask one question of the list; False where none may be asked here."""
    asked = CLARIFICATIONS.get(key)
    if asked is None:
        return False
    words = words_of_case(turn.desk, case)
    back = choice_cards.QuestionBack(
        id_of(case),
        key,
        words.gettext(asked.question),
        tuple(words.gettext(one) for one in asked.options),
    )

    def drawn(until: str) -> Message:
        return choice_cards.clarification(back, words, until)

    return offer(turn, case, drawn, question=key)


def answer_clarification(desk: DeskContext, command: AnswerClarification, now: datetime) -> None:
    """Look the question up anew with what was chosen."""
    chosen, lookup = _chosen(desk, command, now)
    answer_request(desk, command, now, lambda turn: _go_on(turn, chosen, lookup))


def _chosen(
    desk: DeskContext, command: AnswerClarification, now: datetime
) -> tuple[str, Lookup | None]:
    """Return the chosen words in the case's language, and what the longer question leads to."""
    asked = CLARIFICATIONS.get(command.question)
    with desk.store.snapshot() as unit:
        case = unit.tickets.find_case(command.case_id)
        if case is None or asked is None or command.option >= len(asked.options):
            return "", None
        words = words_for(language_of(case.language, desk.language))
        chosen = words.gettext(asked.options[command.option])
        inquiry = Inquiry(
            text=f"{text_of_case(unit, case)}\n{chosen}",
            locale=case.language,
            asker=asker_of(unit, case),
            alone=case.entrance == "direct",
            channel=case.channel,
        )
    return chosen, look_up(desk, inquiry, now)


def _go_on(turn: RequestTurn[AnswerClarification], chosen: str, lookup: Lookup | None) -> None:
    case, command = case_to_choose(turn), turn.command
    if lookup is None or not _was_asked(turn, case):
        raise RefusedError(turn.words.rich("This question is gone. Please ask it again."))
    turn.unit.tickets.save(
        CaseMessage(
            case_id=case.id,
            channel=case.channel,
            ts=f"command:{turn.name}",
            text=chosen,
            posted_at=command.at,
        )
    )
    if lookup.answer is not None:
        number, sure = lookup.answer.article_id, round(lookup.answer.confidence, 3)
        show_in_case(turn, case, answering.shown(lookup.answer))
        remember_answer(turn, case, number, lookup.answer.mark)
        turn.record(EventKind.ANSWERED, turn.at, case, article=number, confidence=sure)
    elif not (lookup.suggested and offer_titles(turn, case, lookup)):
        open_ticket(turn, case, lookup.verdict, at=case.opened_at, via="no_answer")


def _was_asked(turn: RequestTurn[AnswerClarification], case: Case) -> bool:
    """Return whether this question is the last thing that was offered."""
    events = turn.unit.tickets.events_of_case(id_of(case))
    offered = [one.detail for one in events if one.kind is EventKind.SUGGESTED]
    return bool(offered) and offered[-1].get("question") == turn.command.question
