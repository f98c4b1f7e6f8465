"""Ask a random tenth of those who got an answer and said nothing whether it helped.

Silence is neither a success nor a failure: without this, nobody knows. The question comes the
next working day by direct message, to nobody more often than once in two weeks. Its buttons are
those of the answer, so that a no brings a person at once.
"""

from datetime import date, datetime, timedelta

from models.desk.base.context import DeskContext
from models.desk.base.pilot_phase import is_active
from models.desk.base.turn import Turn
from models.desk.tickets.recording import asker_of, id_of, words_of_case
from models.language import Translator
from models.mailbox import Envelope
from models.message import Button, Buttons, Message, Paragraph, plain
from models.tables import Article, Case, EventKind
from models.triage.sampling import keyed_share

SHARE = 0.1
REST = timedelta(days=14)
"""Nobody is asked twice within it."""
_KEY = b"follow-up"


def key_of(case_id: int) -> str:
    """Return the key of the post that asks."""
    return f"case:{case_id}:follow_up"


def is_drawn(case: Case, share: float = SHARE) -> bool:
    """Return whether chance has a silent case followed up: the same answer in each replica."""
    return keyed_share(_KEY, f"{case.id} {case.thread_ts}") < share


def ask_silent(desk: DeskContext, day: date, now: datetime, *, share: float = SHARE) -> int:
    """Ask those whose answer of the working days before ``day`` has no verdict; return how many."""
    start, end = _since(desk, day)
    asked = 0
    with desk.store.begin() as unit:
        if not is_active(unit):
            return 0
        turn = Turn(unit, desk, f"follow_up:{day.isoformat()}", now)
        rested = unit.feedback.followed_up_since(now - REST)
        for case in unit.feedback.silent_between(start, end):
            article = unit.knowledge.get(case.article_id) if case.article_id else None
            if article is None or case.person_id in rested or not is_drawn(case, share):
                continue
            if _ask(turn, case, article):
                rested.add(case.person_id)
                asked += 1
    return asked


def _since(desk: DeskContext, day: date) -> tuple[datetime, datetime]:
    """Return the span of the last working day before ``day`` and of the days off after it."""
    first = day - timedelta(days=1)
    while not desk.calendar.is_working_day(first) and (day - first).days < 14:
        first -= timedelta(days=1)
    zone = desk.calendar.zone
    return (
        datetime(first.year, first.month, first.day, tzinfo=zone),
        datetime(day.year, day.month, day.day, tzinfo=zone),
    )


def _ask(turn: Turn, case: Case, article: Article) -> bool:
    asker = asker_of(turn.unit, case)
    if not asker:
        return False  # erased meanwhile
    words = words_of_case(turn.desk, case)
    turn.post(key_of(id_of(case)), Envelope(asker), question(id_of(case), article.title, words))
    turn.record(EventKind.FOLLOWED_UP, turn.now, case, actor=case.person_id)
    return True


def question(case_id: int, title: str, words: Translator) -> Message:
    """Return the question whether an answer helped."""
    head = words.rich(
        "Did it help? You asked me something, and I showed you *{title}*. I ask because I "
        "want to know how often I really help.",
        title=title,
    )
    buttons = Buttons(
        f"case:{case_id}",
        (
            Button("answer_solved", words.gettext("Yes, solved"), str(case_id), "primary"),
            Button("answer_not_solved", words.gettext("No, I need a person"), str(case_id)),
        ),
    )
    return Message(plain(head), (Paragraph(head), buttons))


def close(turn: Turn, case: Case, *, solved: bool) -> None:
    """Take the buttons off the question, where one was asked."""
    row = turn.unit.outbox.find(key_of(id_of(case)))
    if row is not None:
        message = thanked(words_of_case(turn.desk, case), solved=solved)
        turn.update(row.key, row.channel, message)


def thanked(words: Translator, *, solved: bool) -> Message:
    """Return what the question becomes once it is answered."""
    head = (
        words.rich("✅ Thanks, good to know.")
        if solved
        else words.rich("🎫 Thanks. A person takes over.")
    )
    return Message(plain(head), (Paragraph(head),))
