"""What a person can ask of the help desk, as frozen values with a JSON form.

A face turns each event into one command and stores it in the inbox; the worker hands
it to `Lotsen.handle`. Rows of tables do not validate, commands do: this is the edge.
``id`` is the identity of the event: the same id is handled once.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal

from pydantic import Discriminator, StringConstraints, TypeAdapter
from pydantic.dataclasses import dataclass as validated

MAX_TEXT = 40_000

Id = Annotated[str, StringConstraints(min_length=1, max_length=255)]
Text = Annotated[str, StringConstraints(max_length=MAX_TEXT)]
Where = Literal["help", "mention", "direct"]


@dataclass(frozen=True, slots=True)
class Place:
    """A message in Slack: channel id, its ``ts``, and its thread's ``ts`` (or empty)."""

    channel: str
    ts: str
    thread_ts: str = ""


@validated(frozen=True, slots=True)
class PostMessage:
    """A person wrote in a help channel, mentioned the bot, or wrote to it directly."""

    id: Id
    user: Id
    place: Place
    text: Text
    where: Where
    sent_at: datetime
    files: int = 0
    type: Literal["post_message"] = "post_message"


@validated(frozen=True, slots=True)
class EditMessage:
    """A person changed what they wrote."""

    id: Id
    user: str
    place: Place
    text: Text
    edited_at: datetime
    type: Literal["edit_message"] = "edit_message"


@validated(frozen=True, slots=True)
class DeleteMessage:
    """A person took back what they wrote."""

    id: Id
    place: Place
    deleted_at: datetime
    type: Literal["delete_message"] = "delete_message"


@validated(frozen=True, slots=True)
class MakeTicket:
    """Make a ticket of a message (shortcut, emoji) or of words (``/lotsen ticket``).

    ``place`` is None for words; ``author`` wrote the message, ``user`` asked for the
    ticket. ``text`` is empty when the face did not see the message's text.
    """

    id: Id
    user: Id
    text: Text
    asked_at: datetime
    author: str = ""
    place: Place | None = None
    reply_url: str = ""
    channel: str = ""
    type: Literal["make_ticket"] = "make_ticket"


@validated(frozen=True, slots=True)
class JudgeAnswer:
    """Solved, not solved, or a human please: a click below an answer."""

    id: Id
    user: Id
    case_id: int
    verdict: Literal["solved", "not_solved", "human"]
    clicked_at: datetime
    reply_url: str = ""
    channel: str = ""
    type: Literal["judge_answer"] = "judge_answer"


@validated(frozen=True, slots=True)
class SetCategory:
    """A person of the staff chose a ticket's category."""

    id: Id
    user: Id
    ticket_id: int
    category: str
    clicked_at: datetime
    reply_url: str = ""
    channel: str = ""
    type: Literal["set_category"] = "set_category"


@validated(frozen=True, slots=True)
class MoveTicket:
    """Claim, pause, resume or resolve: the moves that run the handling clock.

    ``stated_minutes`` is what a person says a ticket took that nobody had claimed.
    """

    id: Id
    user: Id
    ticket_id: int
    move: Literal["claim", "pause", "resume", "resolve"]
    clicked_at: datetime
    note: Annotated[str, StringConstraints(max_length=3000)] = ""
    stated_minutes: float | None = None
    reply_url: str = ""
    channel: str = ""
    type: Literal["move_ticket"] = "move_ticket"


@validated(frozen=True, slots=True)
class ExplainTicket:
    """Ask why a ticket has its category."""

    id: Id
    user: Id
    ticket: str
    asked_at: datetime
    reply_url: str = ""
    channel: str = ""
    type: Literal["explain_ticket"] = "explain_ticket"


@validated(frozen=True, slots=True)
class ConsultModel:
    """Ask the language model for a ticket's category: the desk's own afterthought.

    It may take many seconds, so it has a lane of its own and never holds up a person.
    """

    id: Id
    ticket_id: int
    asked_at: datetime
    type: Literal["consult_model"] = "consult_model"


@validated(frozen=True, slots=True)
class Ask:
    """``/lotsen`` with a word that only reads: the answer is for the asker's eyes."""

    id: Id
    user: Id
    topic: Literal["ask", "status", "kpi", "plan", "roi", "register", "privacy", "help"]
    text: Text
    asked_at: datetime
    reply_url: str = ""
    channel: str = ""
    type: Literal["ask"] = "ask"


Command = Annotated[
    PostMessage
    | EditMessage
    | DeleteMessage
    | MakeTicket
    | JudgeAnswer
    | SetCategory
    | MoveTicket
    | ExplainTicket
    | ConsultModel
    | Ask,
    Discriminator("type"),
]

SLOW = ("consult_model",)
"""Types of commands that wait for something outside, handled in a lane of their own."""

_ADAPTER: TypeAdapter[Command] = TypeAdapter(Command)


def to_json(command: Command) -> str:
    return _ADAPTER.dump_json(command).decode()


def from_json(raw: str) -> Command:
    return _ADAPTER.validate_json(raw)
