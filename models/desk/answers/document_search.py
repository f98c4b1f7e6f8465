"""`/lotsen ask`: an answer where I am sure, and beside it what is worth a look.

The post is for the asker's eyes only. A filter draws it anew, "Found it" ends the search
and stops its clock; whatever is shown, the asker may see and nothing of it has expired.
"""

from dataclasses import dataclass
from datetime import date, datetime

from models.commands import Ask, FindIt, SearchAgain
from models.desk.answers import answer_cards
from models.desk.answers.answering import Found, find, reader_of, shown, shown_article, source_name
from models.desk.answers.feedback import Asked, asked_in, take_verdict
from models.desk.answers.search_cards import Choices, Result, bold, found_card, results_card
from models.desk.answers.search_filters import Filters, source_of
from models.desk.base.context import DeskContext, reply_to
from models.desk.base.first_contact import with_notice
from models.desk.tickets.recording import clamp, event, id_of, text_of_case, words_of_case
from models.errors import NotAllowedError
from models.governance.authorization import Action, Subject, authorize
from models.knowledge.knowledge_base import Finding
from models.knowledge.visibility import visible_to
from models.language import Words, words_for
from models.mailbox import Envelope
from models.message import Message, text_message
from models.store.transaction import Unit
from models.tables import Article, Case, CaseMessage, CaseState, EventKind, Person

RESULTS = 5
_LOOKED_AT = 20
"""Nearest articles whose sources and languages can be filtered by."""


@dataclass(frozen=True, slots=True)
class Looked:
    """What a search brought: ``nearest`` of all, and of them what passes the filters."""

    found: Found
    nearest: tuple[Finding, ...]
    passed: tuple[Finding, ...]
    filters: Filters


def look(
    desk: DeskContext,
    text: str,
    locale: str,
    slack_id: str,
    now: datetime,
    filters: Filters | None = None,
) -> Looked:
    """Search with the rights of one person; slow, so never inside a transaction."""
    chosen, today = filters or Filters(), _day(desk, now)
    found = find(desk, text, locale, slack_id, now=now, alone=True)
    reader = reader_of(desk, slack_id)
    near = desk.knowledge.near

    def passes(article: Article) -> bool:
        return chosen.let_pass(article, today)

    nearest = near(text, found.language, _LOOKED_AT, reader=reader, today=today)
    passed = nearest
    if chosen != Filters():
        passed = near(text, found.language, RESULTS, reader=reader, today=today, only=passes)
    return Looked(found, nearest, passed, chosen)


def _day(desk: DeskContext, now: datetime) -> date:
    return now.astimezone(desk.calendar.zone).date()


def ask(unit: Unit, command: Ask, person: Person, looked: Looked, now: datetime) -> Message:
    """Begin a case with a question and return what is shown for it."""
    case = _new_case(unit, command, person, looked.found)
    card = _card(id_of(case), looked)
    if looked.found.answer is not None:
        card = with_notice(unit, case, card)
        case.state, case.article_id = CaseState.ANSWERED, looked.found.answer.article_id
        unit.tickets.save(case)
        unit.tickets.record(
            event(
                EventKind.ANSWERED,
                max(now, case.opened_at),
                command.id,
                case=case,
                article=looked.found.answer.article_id,
                confidence=round(looked.found.answer.confidence, 3),
            )
        )
    return card


def _new_case(unit: Unit, command: Ask, person: Person, found: Found) -> Case:
    asked_at = command.at
    case = unit.tickets.add_case(
        Case(
            person_id=person.id,
            channel="",
            thread_ts="",
            entrance="command",
            language=found.language,
            state=CaseState.OPEN,
            opened_at=asked_at,
            last_message_at=asked_at,
        )
    )
    ts = f"command:{command.id}"
    unit.tickets.save(
        CaseMessage(case_id=case.id, channel="", ts=ts, text=command.text, posted_at=asked_at)
    )
    unit.tickets.record(
        event(EventKind.ASKED, asked_at, command.id, case=case, actor=person.id, entrance="command")
    )
    return case


def _card(case_id: int, looked: Looked) -> Message:
    """Draw it; a post that is filtered is a list, without the answer above it."""
    words = words_for(looked.found.language)
    answer = looked.found.answer if looked.filters == Filters() else None
    above = answer_cards.answer(case_id, shown(answer), words) if answer else None
    ids = {answer.article_id} if answer else set()
    rest = [one for one in looked.passed if one.article.id not in ids][:RESULTS]
    return results_card(
        case_id,
        above,
        [_result(one) for one in rest],
        looked.filters,
        _choices(looked.nearest, words),
        words,
    )


def _result(finding: Finding) -> Result:
    runs = bold((piece.text, piece.found) for piece in finding.excerpt)
    return Result(finding.article.id or 0, shown_article(finding.article), runs)


def _choices(nearest: tuple[Finding, ...], words: Words) -> Choices:
    rows = [finding.article for finding in nearest]
    sources = dict.fromkeys(source_of(row) for row in rows)
    return Choices(
        sources=tuple((source, source_name(source, words.language)) for source in sources),
        languages=tuple(dict.fromkeys(row.language for row in rows)),
    )


def search_again(desk: DeskContext, command: SearchAgain, now: datetime) -> None:
    """Show the same question's results through other filters, in place of the post clicked."""
    with desk.store.snapshot() as unit:
        refusal = _refusal(desk, unit, command)
        case = unit.tickets.find_case(command.case_id)
        text = text_of_case(unit, case) if case else ""
    looked = None
    if refusal is None and case is not None and text:
        filters = Filters.read(command.filters)
        looked = look(desk, text, case.language, command.user, now, filters)
    with desk.store.begin() as unit:
        if not unit.inbox.finish(command.id, now):
            return
        if looked is None:
            _say(unit, command, refusal or _gone(desk, unit, command), now)
        else:
            message = _card(command.case_id, looked)
            reply_to(unit, command.id, _to(command), message, now, instead=_post(command))


def find_it(desk: DeskContext, command: FindIt, now: datetime) -> None:
    """End a search: the asker found what they looked for."""
    asked = asked_in(desk, command.case_id)
    with desk.store.begin() as unit:
        if not unit.inbox.finish(command.id, now):
            return
        refusal = _refusal(desk, unit, command)
        article = _readable(desk, unit, command, now)
        if refusal is not None or article is None:
            _say(unit, command, refusal or _gone(desk, unit, command), now)
            return
        case = unit.tickets.case(command.case_id)
        _end(unit, case, command, asked, now)
        message = found_card(shown_article(article), words_of_case(desk, case))
        reply_to(unit, command.id, _to(command), message, now, instead=_post(command))


def _end(unit: Unit, case: Case, command: FindIt, asked: Asked, now: datetime) -> None:
    if case.state is CaseState.SOLVED:
        return  # tapped twice, or below another result: the search ended before
    case.state, case.article_id = CaseState.SOLVED, command.article_id
    unit.tickets.save(case)
    at = max(clamp(command.at, now), case.opened_at)
    unit.tickets.record(
        event(
            EventKind.FOUND,
            at,
            command.id,
            case=case,
            actor=case.person_id,
            article=command.article_id,
        )
    )
    take_verdict(unit, case, asked.now_in(unit, case), solved=True, at=at)


def _refusal(desk: DeskContext, unit: Unit, command: SearchAgain | FindIt) -> Message | None:
    person = unit.people.find(command.user) or Person(slack_id=command.user)
    words = desk.words_of(person)
    # Locked from here on: of two clicks at once, the later one sees what the first one did.
    case = unit.tickets.locked_case(command.case_id)
    if case is None:
        return text_message(words.rich("This question is gone. Please ask it again."))
    try:
        subject = Subject("case", str(case.id), case.person_id)
        authorize(desk.actor(unit, person), Action.SEARCH, subject)
    except NotAllowedError:
        return text_message(words.rich("Only the person who asked can search on."))
    if case.state is CaseState.TICKET:
        number = str(case.ticket_id)
        line = words.rich("This is *ticket {number}* already; a person has it.", number=number)
        return text_message(line)
    return None


def _readable(desk: DeskContext, unit: Unit, command: FindIt, now: datetime) -> Article | None:
    """Return the article where it still stands and the person may see it."""
    article = unit.knowledge.shown(command.article_id)
    if article is None or not visible_to(
        article, command.user, unit.people.groups_of(command.user)
    ):
        return None
    fresh = article.expires_on is None or _day(desk, now) <= article.expires_on
    return article if fresh else None


def _gone(desk: DeskContext, unit: Unit, command: SearchAgain | FindIt) -> Message:
    words = desk.words_of(unit.people.find(command.user))
    return text_message(words.rich("This question is gone. Please ask it again."))


def _say(unit: Unit, command: SearchAgain | FindIt, message: Message, now: datetime) -> None:
    reply_to(unit, command.id, _to(command), message, now)


def _to(command: SearchAgain | FindIt) -> Envelope:
    return Envelope(command.channel, person=command.user, reply_url=command.reply_url)


def _post(command: SearchAgain | FindIt) -> str:
    """Return the name of the whispered post that a click takes the place of."""
    return f"case:{command.case_id}:search"
