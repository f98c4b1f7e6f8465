"""From a gap, or a draft, to an article: what the form begins with, and its publication."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, datetime

from models.commands import MOST_CASES, PublishArticle
from models.desk.base.context import DeskContext, Principal
from models.desk.base.form_problems import DECIDED_ALREADY
from models.desk.base.titles import cut_title
from models.desk.base.turn import RefusedError, RequestTurn, use_case
from models.desk.curation.article_form import (
    MAX_TITLE,
    MOST_WORDINGS,
    ProposedArticle,
    problems_in,
)
from models.desk.curation.candidates import STAFF_ONLY
from models.desk.curation.cleaning import clean_note, clean_question
from models.desk.curation.drafts import show_draft
from models.form import MAX_LONG
from models.governance.authorization import Action, Subject
from models.knowledge.articles import SUPPORT
from models.knowledge.candidates import LONGEST, is_worth_an_article
from models.knowledge.gaps import Cluster, alike, may_be_shown
from models.knowledge.recent_gaps import filled_by_hand, gap_name
from models.knowledge.similarity import ANSWERS, NEARLY_IDENTICAL, is_among
from models.language import Translator, language_of
from models.language.detection import detect
from models.message import Message, Note, Paragraph, plain
from models.redaction import redact
from models.redaction.names import Names
from models.store.feedback import AskedText
from models.store.transaction import UnitOfWork
from models.tables import Article, ArticleDraft, Offer

_NOTES = 3
_SUBJECT = Subject("article")


def propose_for_gap(
    desk: DeskContext, slack_id: str, cases: Sequence[int]
) -> ProposedArticle | None:
    """Return what the form begins with where the person may fill the gap, else None.

    Parameters
    ----------
    cases
        The questions of the gap, the most typical first.
    """
    with desk.store.snapshot() as unit:
        principal = desk.principal(unit, slack_id)
        asked = unit.feedback.asked_in(cases[:MOST_CASES])
        names = unit.people.names()
    if not principal.may(Action.TEACH_ANSWERS, _SUBJECT):
        return None
    place = {number: at for at, number in enumerate(cases)}
    ordered = sorted(asked, key=lambda one: place[one.case_id])
    if not ordered or not may_be_shown(Cluster(tuple(ordered))):
        return None
    return _proposed(ordered, names, principal, desk)


def _proposed(
    asked: Sequence[AskedText], names: Names, principal: Principal, desk: DeskContext
) -> ProposedArticle:
    wordings = tuple(_wordings(asked, names))
    fallback = language_of(asked[0].language, desk.language)
    languages = Counter(detect(one.text, fallback) for one in asked)
    return ProposedArticle(
        words=principal.words,
        title=title_of(wordings[0] if wordings else ""),
        wordings=wordings,
        answer=_answer([one.note for one in asked], names),
        language=languages.most_common(1)[0][0],
        cases=tuple(one.case_id for one in asked),
    )


def title_of(wording: str) -> str:
    """Return the title that an article gets from its most typical question."""
    title = cut_title(wording)[:MAX_TITLE]
    return title[:1].upper() + title[1:]


def _wordings(asked: Sequence[AskedText], names: Names) -> Iterator[str]:
    """Yield the questions, each said once; the same in other spelling is the same."""
    found: list[str] = []
    for one in asked:
        line = clean_question(redact(one.text, names).text)
        if line and len(line) <= LONGEST and not is_among(line, found):
            found.append(line)
    return iter(found[:MOST_WORDINGS])


def _answer(notes: Sequence[str], names: Names) -> str:
    """Return the notes that say enough, each thing once, the longest first."""
    cleaned = {clean_note(redact(note, names).text) for note in notes}
    ordered = sorted(filter(None, cleaned), key=lambda note: (-len(note), note))
    worth = [note for note in ordered if is_worth_an_article(note)] or ordered[:1]
    kept: list[str] = []
    for note in worth:
        if len(kept) < _NOTES and not (ANSWERS.cosines(note, kept) >= NEARLY_IDENTICAL).any():
            kept.append(note)
    return "\n\n".join(kept)[:MAX_LONG]


def propose_for_draft(
    desk: DeskContext, slack_id: str, draft_id: int, now: datetime
) -> ProposedArticle | None:
    """Return what the form begins with where the person may edit the draft now, else None.

    The wordings are the draft's own and those of the gap around it.
    """
    with desk.store.snapshot() as unit:
        principal = desk.principal(unit, slack_id)
        row = unit.feedback.draft(draft_id)
        may = principal.may(Action.TEACH_ANSWERS, Subject("draft", str(draft_id)))
    if row is None or row.state is not Offer.WAITING or not may:
        return None
    around = propose_for_gap(desk, slack_id, alike(desk.store, row.question, now))
    others = around.wordings if around else ()
    known = [row.question]
    known += [one for one in others if not is_among(one, known)]
    return ProposedArticle(
        words=principal.words,
        title=row.title,
        wordings=tuple(known[:MOST_WORDINGS]),
        answer=row.answer,
        language=language_of(row.language, desk.language),
        cases=around.cases if around else (),
        draft_id=draft_id,
    )


def check_article(
    desk: DeskContext, command: PublishArticle, now: datetime
) -> list[tuple[str, str]]:
    """Return what is to be mended in a form that was sent: (field, problem)."""
    with desk.store.snapshot() as unit:
        words = desk.principal(unit, command.user).words
        return list(_problems(unit, command, desk.day_of(now), words))


def _problems(
    unit: UnitOfWork, command: PublishArticle, today: date, words: Translator
) -> Iterator[tuple[str, str]]:
    """Yield (field, what is wrong with it), what an incident keeps out among it."""
    yield from problems_in(command, unit.knowledge.may_be_shown(), today, words)
    if unit.knowledge.kept_out().has_words(command.answer.strip()):
        yield (
            "answer",
            words.gettext(
                "Somebody reported these very words as wrong, and nobody sees them. Please write another answer."
            ),
        )


@use_case
def publish_article(turn: RequestTurn[PublishArticle]) -> None:
    """Publish what the form says: its sender owns it, and it counts as verified today."""
    command, words, unit = turn.command, turn.words, turn.unit
    turn.authorize(Action.TEACH_ANSWERS, _SUBJECT, words.rich(STAFF_ONLY))
    unit.lock("publish_article")
    draft = unit.feedback.draft(command.draft_id) if command.draft_id else None
    asked = unit.feedback.asked_in(command.cases)
    is_open = _is_draft_open(draft) if command.draft_id else _is_gap_open(turn, asked)
    if not is_open:
        raise RefusedError(words.rich(DECIDED_ALREADY))
    # The form said so already, unless somebody else published meanwhile.
    for _, problem in _problems(unit, command, turn.today, words):
        raise RefusedError(words.rich("Nothing was published: {problem}", problem=problem))
    article = _stored(turn, draft, asked)
    for row in (*([draft] if draft else []), *_waiting_drafts(turn, asked)):
        if row.state is Offer.WAITING:
            _settle(turn, row, article)
    turn.reply(_published(article.title, words))


def _is_draft_open(draft: ArticleDraft | None) -> bool:
    return draft is not None and draft.state is Offer.WAITING and bool(draft.answer.strip())


def _is_gap_open(turn: RequestTurn[PublishArticle], asked: Sequence[AskedText]) -> bool:
    """Return whether its questions may be read, and no article in force was made of any."""
    if not asked or not may_be_shown(Cluster(tuple(asked))):
        return False
    # The most typical question may be another one since: any of them tells the gap.
    return filled_by_hand(turn.unit, turn.today).isdisjoint(turn.command.cases)


def _stored(
    turn: RequestTurn[PublishArticle], draft: ArticleDraft | None, asked: Sequence[AskedText]
) -> Article:
    command, unit, person = turn.command, turn.unit, turn.person
    tickets = [draft.ticket_id] if draft else [one.ticket_id for one in asked if one.ticket_id]
    categories = Counter(unit.tickets.get(number).category for number in tickets)
    name = f"ticket-{draft.ticket_id}" if draft else ""
    article = Article(
        document=SUPPORT,
        external_id=name or gap_name(command.cases[0], unit.knowledge.kept_out()),
        language=draft.language if draft else language_of(command.language, turn.desk.language),
        category=categories.most_common(1)[0][0] if categories else "",
        title=command.title.strip(),
        questions=list(command.wordings),
        answer=command.answer.strip(),
        owner=person.name or person.slack_id or "",
        verified_on=turn.today,
        imported_at=turn.now,
        sha256="",
    )
    unit.knowledge.put([article])
    return article


def _waiting_drafts(
    turn: RequestTurn[PublishArticle], asked: Sequence[AskedText]
) -> Iterator[ArticleDraft]:
    """Yield the drafts that the article makes needless: made of tickets of the same gap."""
    for one in asked:
        row = turn.unit.feedback.draft_of(one.ticket_id) if one.ticket_id else None
        locked = turn.unit.feedback.draft(row.id) if row is not None and row.id else None
        if locked is not None:
            yield locked


def _settle(turn: RequestTurn[PublishArticle], row: ArticleDraft, article: Article) -> None:
    row.title, row.answer = article.title, article.answer
    row.question = article.questions[0]
    row.article_id, row.state = article.id, Offer.TAKEN
    row.decided_by, row.decided_at = turn.person.id, turn.now
    turn.unit.feedback.save(row)
    show_draft(turn, row)


def _published(title: str, words: Translator) -> Message:
    head = words.rich("✅ *{title}* is published. You are its owner.", title=title)
    note = words.rich(
        "Before it is a year old I ask you whether it is still true. Is it wrong? Press *Report an error* below it where it is shown."
    )
    return Message(plain(head), (Paragraph(head), Note(note)))
