"""What Lotsen shows at a message, so that nobody is met by silence: a line, or an emoji."""

from models.commands import PostMessage
from models.desk.answers.answer_cards import disclosure, person_button
from models.desk.base.turn import CommandTurn
from models.desk.conversation.matter import Matter
from models.desk.tickets import cards
from models.desk.tickets.recording import id_of, thread_of, words_of_case
from models.language import Translator
from models.mailbox import Envelope
from models.message import Message, Paragraph, Runs, Verbatim, plain
from models.tables import Case

MessageTurn = CommandTurn[PostMessage]


def wave(turn: MessageTurn) -> None:
    """Greet somebody who says hello beside a question."""
    _react(turn, _words(turn).rich("👋 Hello!"))


def thank(turn: MessageTurn) -> None:
    """Take thanks, and what is wished."""
    _react(turn, _words(turn).rich("🙌 You are welcome."))


def seen(turn: MessageTurn) -> None:
    """Show that the words are taken in."""
    _react(turn, _words(turn).rich("👀 I have read it."))


def added(turn: MessageTurn, case: Case) -> None:
    """Say at a message outside of the ticket's thread that it went to the ticket."""
    place = turn.command.place
    message = cards.added(case.ticket_id or 0, words_of_case(turn.desk, case))
    to = Envelope(place.channel, place.thread_ts or place.ts, person=turn.command.user)
    turn.post(f"case:{case.id}:added:{place.ts}", to, message)


def step(turn: MessageTurn, case: Case, words_of_step: str) -> None:
    """Show the step of the answer that somebody asks about, and the tap to a person."""
    words = words_of_case(turn.desk, case)
    head = words.rich("This step of the answer is about it:")
    parts = (Paragraph(head), Verbatim(words_of_step), person_button(id_of(case), words))
    key = f"case:{case.id}:step:{turn.command.place.ts}"
    turn.post(key, thread_of(turn.unit, case), Message(plain(head), parts))


def small_talk(turn: MessageTurn, case: Case, matter: Matter) -> None:
    """Answer small talk, or say that something is not for the desk."""
    words = words_of_case(turn.desk, case)
    message = _not_for_desk(id_of(case), words) if matter is Matter.NOT_FOR_DESK else _who(words)
    key = f"case:{case.id}:{matter.value}:{turn.command.place.ts}"
    turn.post(key, thread_of(turn.unit, case), message)


def _who(words: Translator) -> Message:
    head = words.rich(
        "I am Lotsen, a program and no person. I look for answers in what the company has "
        "written down. Where I find none that is sure, I make a ticket, and a colleague in the "
        "support team reads it. What do you need help with?"
    )
    return Message(plain(head), (Paragraph(head),))


def _not_for_desk(case_id: int, words: Translator) -> Message:
    head = words.rich(
        "I cannot help with that, so I make no ticket of it. If somebody in the support team "
        "should read it all the same, press the button."
    )
    return Message(plain(head), (Paragraph(head), person_button(case_id, words), disclosure(words)))


def _react(turn: MessageTurn, words: Runs) -> None:
    place = turn.command.place
    to = Envelope(place.channel, place.ts, person=turn.command.user)
    turn.react(mark_key(place.channel, place.ts), to, words)


def mark_key(channel: str, ts: str) -> str:
    """Return the key of the emoji at a message."""
    return f"message:{channel}:{ts}:mark"


def _words(turn: MessageTurn) -> Translator:
    return turn.desk.words_of(turn.unit.people.find(turn.command.user))
