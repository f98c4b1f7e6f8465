"""What a person may ask of their data: a copy (GDPR, art. 15), or to be forgotten (art. 17)."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from models.desk.base.context import DeskContext
from models.desk.base.turn import Turn
from models.desk.curation.candidates import refresh_day
from models.desk.curation.drafts import take_back
from models.desk.incidents.incident_pages import page_successors, redraw_pages
from models.desk.privacy.sandbox import sweep_person
from models.desk.private.readers import forget_matter
from models.desk.setup.rota_posts import redraw_weeks, weeks_naming
from models.desk.tickets.escalation import update_escalation
from models.desk.tickets.recording import show
from models.errors import NotFoundError
from models.message import text_message
from models.store.transaction import Store, UnitOfWork
from models.tables import OutboxRow, Person

_WORD = re.compile(r"\w+")
_IN_A_ROW = 3
_RESOLVED = ":resolved:"


@dataclass(frozen=True, slots=True)
class PersonalData:
    """All that is stored about a person: table → rows."""

    person_id: str
    rows: Mapping[str, Sequence[Mapping[str, Any]]]


@dataclass(frozen=True, slots=True)
class Erased:
    """What was emptied: table → number of rows.

    ``taught`` says that texts of theirs had taught the classifier: it forgets them at
    its next training.
    """

    person_id: str
    rows: Mapping[str, int]
    taught: bool


def copy_of(store: Store, who: str) -> PersonalData:
    """Return what is stored about ``who``: a Slack id, a pseudonym, or an imported name.

    Raises
    ------
    NotFoundError
        When nobody is known by it, or several are.
    """
    with store.snapshot() as unit:
        person = _known(unit, who)
        return PersonalData(person.id, unit.erasure.found(unit.erasure.whose(person)))


def erase(desk: DeskContext, who: str, now: datetime) -> Erased:
    """Empty all that is stored about ``who``, and take their words off the cards in Slack.

    Times and counts stay under the pseudonym, which leads to nobody any more: no figure
    changes.

    Raises
    ------
    NotFoundError
        When nobody is known by it, or several are.
    """
    with desk.store.begin() as unit:
        person = _known(unit, who)
        erased = forget(Turn(unit, desk, f"erase:{person.id}", now), person)
    sweep_person(desk.store, erased.person_id, now)
    return erased


def forget(turn: Turn, person: Person) -> Erased:
    """Empty all about a person within a transaction."""
    unit = turn.unit
    whose = unit.erasure.whose(person)
    theirs = [unit.tickets.find(ticket) for ticket in whose.tickets]
    taught = any(ticket.category for ticket in theirs if ticket is not None)
    cards, days = unit.erasure.cards(whose), unit.erasure.days_offered(whose)
    weeks = weeks_naming(unit, person.id)
    quoting = quotes(unit.erasure.shown_about(whose), unit.erasure.words_of(whose))
    rows = unit.erasure.empty(whose, turn.now)
    for number in cards:
        ticket = unit.tickets.find(number)
        if ticket is not None:  # cards of the sandbox are taken down instead
            show(turn, ticket)
    for number in whose.tickets:
        _redraw_escalation(turn, number)
    for draft in whose.drafts:
        take_back(turn, draft)
    for incident in whose.incidents:
        redraw_pages(turn, incident)
    for matter in whose.matters:
        forget_matter(turn, matter)
    page_successors(turn, person.id)
    for day in days:
        refresh_day(turn, day)
    redraw_weeks(turn, weeks)
    _take_back(turn, quoting)
    return Erased(person.id, rows, taught)


@dataclass(frozen=True, slots=True)
class QuotingPost:
    """A post that Slack shows, and where."""

    key: str
    channel: str


def quotes(posts: Iterable[OutboxRow], texts: Iterable[str]) -> list[QuotingPost]:
    """Return the posts that repeat words of the texts, and what solved a ticket. Pure.

    Words are repeated where three of them stand in a row; of a shorter text all do.
    """
    said = {run for text in texts for run in _runs(_words(text))}
    found = []
    for post in posts:
        words = _words(post.message)
        lengths = {len(run) for run in said}
        repeats = any(run in said for n in lengths for run in _runs(words, n))
        if repeats or _RESOLVED in post.key:
            found.append(QuotingPost(post.key, post.posted_channel))
    return found


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())


def _runs(words: Sequence[str], length: int = _IN_A_ROW) -> Iterator[tuple[str, ...]]:
    """Yield each ``length`` words in a row; of fewer words all of them."""
    for at in range(max(1, len(words) - length + 1)):
        if run := tuple(words[at : at + length]):
            yield run


def _take_back(turn: Turn, posts: Iterable[QuotingPost]) -> None:
    """Put a neutral line where a post repeated words; what was drawn anew has none."""
    gone = text_message(turn.desk.words.rich("I was asked to remove what stood here."))
    for one in posts:
        if not turn.unit.outbox.is_updated(one.key, turn.now):
            turn.update(one.key, one.channel, gone)


def _redraw_escalation(turn: Turn, number: int) -> None:
    unit = turn.unit
    ticket = unit.tickets.find(number)
    case = unit.tickets.find_case(ticket.case_id) if ticket and ticket.case_id else None
    if ticket is not None and case is not None:
        update_escalation(turn, ticket, case)


def _known(unit: UnitOfWork, who: str) -> Person:
    people = unit.people.known_as(who.strip().removeprefix("<@").removesuffix(">"))
    if not people:
        raise NotFoundError(
            f"nobody is known as {who!r}: give a Slack id such as U012AB3CD, the pseudonym, "
            "or the name as it was imported"
        )
    if len(people) > 1:
        known = ", ".join(person.id for person in people)
        raise NotFoundError(f"several people are called {who!r}: choose a pseudonym of {known}")
    return people[0]
