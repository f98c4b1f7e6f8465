"""Which post of a thread is which: the answer, the ticket's progress, the interim post.

The interim post says that I am looking, or offers titles to choose from. It becomes the first
answer or, where there is none, the post that follows the ticket. So it never stays behind.
"""

from models.desk.base.first_contact import with_notice
from models.desk.base.turn import Turn
from models.mailbox import Envelope, update
from models.message import Message
from models.store.transaction import UnitOfWork
from models.tables import Case, EventKind, PostKind


def interim_key(case: Case) -> str:
    """Return the key of the case's interim post."""
    return f"case:{case.id}:looking"


def is_interim(unit: UnitOfWork, case: Case) -> bool:
    """Return whether such a post is there and has not become an answer."""
    return case.article_id is None and unit.outbox.find(interim_key(case)) is not None


def show_answer(turn: Turn, case: Case, article_id: int, to: Envelope, message: Message) -> None:
    """Post an answer, or turn the interim post into it.

    Call it before the case takes the article and the event is recorded.
    """
    key = _answer_key(case, article_id)
    message = with_notice(turn.unit, case, message)
    row = turn.unit.outbox.find(interim_key(case))
    # What only the asker may read stands in a direct message, never in the thread.
    if row is not None and row.channel == to.channel and is_interim(turn.unit, case):
        update(turn.unit, key, interim_key(case), to.channel, message, turn.now)
    else:
        turn.post(key, to, message)


def is_answer_shown(unit: UnitOfWork, case: Case, article_id: int) -> bool:
    """Return whether the case got that answer before: it would not be posted again."""
    shown = unit.outbox.find(_answer_key(case, article_id)) is not None
    return shown or article_id == case.article_id


def articles_shown(unit: UnitOfWork, case: Case) -> frozenset[int]:
    """Return the numbers of the articles that the case got."""
    events = unit.tickets.events_of_case(case.id or 0)
    shown = (event.detail.get("article") for event in events if event.kind is EventKind.ANSWERED)
    return frozenset(int(number) for number in shown if number)


def answer_post(unit: UnitOfWork, case: Case) -> str:
    """Return the key of the post that shows the case's latest answer; empty without one."""
    article_id = _shown_last(unit, case)
    row = unit.outbox.find(_answer_key(case, article_id))
    if row is not None and row.kind is PostKind.POST:
        return row.key
    looked = article_id and unit.outbox.find(interim_key(case)) is not None
    return interim_key(case) if looked else ""


def _shown_last(unit: UnitOfWork, case: Case) -> int:
    """Return the number that the article had; the case forgets it when the article is removed."""
    events = unit.tickets.events_of_case(case.id or 0)
    shown = [event.detail.get("article") for event in events if event.kind is EventKind.ANSWERED]
    return int(shown[-1] or 0) if shown else 0


def progress_post(unit: UnitOfWork, case: Case) -> str:
    """Return the key of the post that follows the case's ticket, whether it is there or not."""
    return interim_key(case) if is_interim(unit, case) else f"case:{case.id}:ticket"


def _answer_key(case: Case, article_id: int) -> str:
    return f"case:{case.id}:answer:{article_id}"
