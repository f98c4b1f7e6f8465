"""`/lotsen ask`: an answer where I am sure, and beside it what is worth a look.

The post is for the asker's eyes only. A filter draws it anew, "Found it" ends the search
and stops its clock; whatever is shown, the asker may see and nothing of it has expired.
"""

from dataclasses import dataclass
from datetime import datetime

from models.commands import Ask, MarkFound, SearchAgain
from models.desk.answers import answer_cards
from models.desk.answers.answering import (
    Inquiry,
    Lookup,
    look_up,
    reader_of,
    shown,
    shown_article,
    source_name,
)
from models.desk.answers.feedback import AskedQuestion, asked_in, record_feedback
from models.desk.answers.search_cards import (
    Choices,
    ResultList,
    ShownResult,
    bold,
    found_card,
    results_card,
)
from models.desk.answers.search_filters import Filters, source_of
from models.desk.base.context import DeskContext
from models.desk.base.first_contact import with_notice
from models.desk.base.turn import RefusedError, RequestTurn, answer_request
from models.desk.tickets.recording import id_of, text_of_case, words_of_case
from models.governance.authorization import Action, Subject, allowed
from models.knowledge.knowledge_base import Finding
from models.knowledge.visibility import visible_to
from models.language import Translator, words_for
from models.message import Message, Runs
from models.tables import Article, Case, CaseMessage, CaseState, EventKind, Person

RESULTS = 5
_LOOKED_AT = 20
"""Nearest articles whose sources and languages can be filtered by."""


@dataclass(frozen=True, slots=True)
class SearchResults:
    """What a search brought: ``nearest`` of all, and of them what passes the filters."""

    lookup: Lookup
    nearest: tuple[Finding, ...]
    passed: tuple[Finding, ...]
    filters: Filters


def search(
    desk: DeskContext, inquiry: Inquiry, now: datetime, filters: Filters | None = None
) -> SearchResults:
    """Search with the rights of one person; slow, so never inside a transaction."""
    chosen, today = filters or Filters(), desk.day_of(now)
    lookup = look_up(desk, inquiry, now)
    reader = reader_of(desk, inquiry.asker)
    near = desk.knowledge.near

    def passes(article: Article) -> bool:
        return chosen.let_pass(article, today)

    nearest = near(inquiry.text, lookup.language, _LOOKED_AT, reader=reader, today=today)
    passed = nearest
    if chosen != Filters():
        passed = near(
            inquiry.text, lookup.language, RESULTS, reader=reader, today=today, only=passes
        )
    return SearchResults(lookup, nearest, passed, chosen)


def ask(turn: RequestTurn[Ask], results: SearchResults) -> Message:
    """Begin a case with a question and return what is shown for it."""
    answer = results.lookup.answer
    case = _new_case(turn, results.lookup)
    card = _card(id_of(case), results)
    if answer is not None:
        card = with_notice(turn.unit, case, card)
        case.state, case.article_id = CaseState.ANSWERED, answer.article_id
        turn.unit.tickets.save(case)
        turn.record(
            EventKind.ANSWERED,
            max(turn.now, case.opened_at),
            case,
            article=answer.article_id,
            confidence=round(answer.confidence, 3),
        )
    return card


def _new_case(turn: RequestTurn[Ask], lookup: Lookup) -> Case:
    tickets, asked_at, asker = turn.unit.tickets, turn.command.at, turn.person.id
    case = tickets.save(
        Case(
            person_id=asker,
            channel="",
            thread_ts="",
            entrance="command",
            language=lookup.language,
            state=CaseState.OPEN,
            opened_at=asked_at,
            last_message_at=asked_at,
        )
    )
    ts, text = f"command:{turn.name}", turn.command.text
    tickets.save(CaseMessage(case_id=case.id, channel="", ts=ts, text=text, posted_at=asked_at))
    turn.record(EventKind.ASKED, asked_at, case, actor=asker, entrance="command")
    return case


def _card(case_id: int, results: SearchResults) -> Message:
    """Draw it; a post that is filtered is a list, without the answer above it."""
    words = words_for(results.lookup.language)
    answer = results.lookup.answer if results.filters == Filters() else None
    above = answer_cards.answer(case_id, shown(answer), words) if answer else None
    ids = {answer.article_id} if answer else set()
    rest = [one for one in results.passed if one.article.id not in ids][:RESULTS]
    shown_results = [_result(one) for one in rest]
    choices = _choices(results.nearest, words)
    return results_card(case_id, ResultList(above, shown_results, results.filters, choices), words)


def _result(finding: Finding) -> ShownResult:
    runs = bold((piece.text, piece.found) for piece in finding.excerpt)
    return ShownResult(finding.article.id or 0, shown_article(finding.article), runs)


def _choices(nearest: tuple[Finding, ...], words: Translator) -> Choices:
    rows = [finding.article for finding in nearest]
    sources = dict.fromkeys(source_of(row) for row in rows)
    return Choices(
        sources=tuple((source, source_name(source, words.language)) for source in sources),
        languages=tuple(dict.fromkeys(row.language for row in rows)),
    )


def search_again(desk: DeskContext, command: SearchAgain, now: datetime) -> None:
    """Show the same question's results through other filters, in place of the post clicked."""
    with desk.store.snapshot() as unit:
        turn = RequestTurn(unit, desk, command, now)
        person = unit.people.find(command.user) or Person(slack_id=command.user)
        refusal = _refusal(turn, person)
        case = unit.tickets.find_case(command.case_id)
        text = text_of_case(unit, case) if case else ""
    results = None
    if refusal is None and case is not None and text:
        inquiry = Inquiry(text, case.language, command.user, alone=True)
        results = search(desk, inquiry, now, Filters.read(command.filters))
    answer_request(desk, command, now, lambda turn: _show_again(turn, results, refusal))


def _show_again(
    turn: RequestTurn[SearchAgain], results: SearchResults | None, refusal: Runs | None
) -> None:
    if results is None:
        raise RefusedError(refusal or _gone(turn))
    turn.reply(_card(turn.command.case_id, results), instead=_post(turn.command))


def find_it(desk: DeskContext, command: MarkFound, now: datetime) -> None:
    """End a search: the asker found what they looked for."""
    question = asked_in(desk, command.case_id)
    answer_request(desk, command, now, lambda turn: _find(turn, question))


def _find(turn: RequestTurn[MarkFound], question: AskedQuestion) -> None:
    unit, command = turn.unit, turn.command
    person = unit.people.find(command.user) or Person(slack_id=command.user)
    refusal = _refusal(turn, person)
    article = _readable(turn)
    if refusal is not None or article is None:
        raise RefusedError(refusal or _gone(turn))
    case = unit.tickets.case(command.case_id)
    if case.state is not CaseState.SOLVED:  # else tapped twice, or below another result
        case.state, case.article_id = CaseState.SOLVED, command.article_id
        unit.tickets.save(case)
        at = max(turn.at, case.opened_at)
        number = command.article_id
        turn.record(EventKind.FOUND, at, case, actor=case.person_id, article=number)
        record_feedback(turn, case, question.now_in(unit, case), solved=True, at=at)
    message = found_card(shown_article(article), words_of_case(turn.desk, case))
    turn.reply(message, instead=_post(command))


def _refusal(
    turn: RequestTurn[SearchAgain] | RequestTurn[MarkFound], person: Person
) -> Runs | None:
    words = turn.words
    # Locked from here on: of two clicks at once, the later one sees what the first one did.
    case = turn.unit.tickets.locked_case(turn.command.case_id)
    if case is None:
        return _gone(turn)
    subject = Subject("case", str(case.id), case.person_id)
    if not allowed(turn.desk.actor(turn.unit, person), Action.SEARCH, subject):
        return words.rich("Only the person who asked can search on.")
    if case.state is CaseState.TICKET:
        number = str(case.ticket_id)
        return words.rich("This is *ticket {number}* already; a person has it.", number=number)
    return None


def _readable(turn: RequestTurn[MarkFound]) -> Article | None:
    """Return the article where it is still shown and the person may see it."""
    unit, user = turn.unit, turn.command.user
    article = unit.knowledge.shown(turn.command.article_id)
    if article is None or not visible_to(article, user, unit.people.groups_of(user)):
        return None
    fresh = article.expires_on is None or turn.today <= article.expires_on
    return article if fresh else None


def _gone(turn: RequestTurn[SearchAgain] | RequestTurn[MarkFound]) -> Runs:
    return turn.words.rich("This question is gone. Please ask it again.")


def _post(command: SearchAgain | MarkFound) -> str:
    """Return the name of the ephemeral post that a click takes the place of."""
    return f"case:{command.case_id}:search"
