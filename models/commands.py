"""What a person can ask of the help desk, as frozen values with a JSON form.

A face turns each event into one command and stores it in the inbox; the worker hands
it to `Lotsen.handle`. Rows of tables do not validate, commands do: this is the edge.
``id`` is the identity of the event: the same id is handled once.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Discriminator, Field, StringConstraints, TypeAdapter
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
class AcceptHint:
    """A person of the staff took the priority or the team that was suggested."""

    id: Id
    user: Id
    ticket_id: int
    kind: Literal["priority", "team"]
    value: Annotated[str, StringConstraints(max_length=2000)]
    clicked_at: datetime
    reply_url: str = ""
    channel: str = ""
    type: Literal["accept_hint"] = "accept_hint"


@validated(frozen=True, slots=True)
class MoveTicket:
    """Claim, pause, resume or resolve: the moves that run the handling clock.

    ``stated_minutes`` is what a person says a ticket took that nobody had claimed;
    ``waiting`` whom a paused ticket waits for, empty where nobody said.
    """

    id: Id
    user: Id
    ticket_id: int
    move: Literal["claim", "pause", "resume", "resolve"]
    clicked_at: datetime
    note: Annotated[str, StringConstraints(max_length=3000)] = ""
    stated_minutes: float | None = None
    waiting: Literal["", "requester", "third"] = ""
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
class ReadPassages:
    """Ask the language model which stored sentences answer a case: slow, as `ConsultModel`."""

    id: Id
    case_id: int
    asked_at: datetime
    type: Literal["read_passages"] = "read_passages"


@validated(frozen=True, slots=True)
class ReportIncident:
    """Report that an answer, or a ticket's automatic category, is wrong: what a form says.

    ``kind`` is empty where the form could not be opened. An answer is the article that was
    shown in a case; of a label, only ``ticket_id`` is named.
    """

    id: Id
    user: Id
    kind: Literal["", "wrong", "dangerous", "private_data", "outdated", "other"]
    reported_at: datetime
    told: Annotated[str, StringConstraints(max_length=3000)] = ""
    case_id: int = 0
    article_id: int = 0
    ticket_id: int = 0
    reply_url: str = ""
    channel: str = ""
    type: Literal["report_incident"] = "report_incident"


@validated(frozen=True, slots=True)
class JudgeIncident:
    """Release what an incident keeps out, or keep it out: its owner's or the lead's click."""

    id: Id
    user: Id
    incident_id: int
    verdict: Literal["release", "keep_out"]
    clicked_at: datetime
    reply_url: str = ""
    channel: str = ""
    type: Literal["judge_incident"] = "judge_incident"


@validated(frozen=True, slots=True)
class SearchAgain:
    """Show the results of ``/lotsen ask`` anew, through other filters.

    ``filters`` is what the chosen entry says (`models.desk.answers.search_filters`).
    """

    id: Id
    user: Id
    case_id: int
    filters: Annotated[str, StringConstraints(max_length=75)]
    clicked_at: datetime
    reply_url: str = ""
    channel: str = ""
    type: Literal["search_again"] = "search_again"


@validated(frozen=True, slots=True)
class FindIt:
    """Say "Found it" below a result of ``/lotsen ask``: the search is over."""

    id: Id
    user: Id
    case_id: int
    article_id: int
    clicked_at: datetime
    reply_url: str = ""
    channel: str = ""
    type: Literal["find_it"] = "find_it"


@validated(frozen=True, slots=True)
class JudgeCandidate:
    """Let an article learn a question that it solved, or not: a click of the staff."""

    id: Id
    user: Id
    candidate_id: int
    verdict: Literal["approve", "reject"]
    clicked_at: datetime
    reply_url: str = ""
    channel: str = ""
    type: Literal["judge_candidate"] = "judge_candidate"


@validated(frozen=True, slots=True)
class DraftArticle:
    """Draft an article of a resolved ticket's note: the desk's own afterthought."""

    id: Id
    ticket_id: int
    asked_at: datetime
    type: Literal["draft_article"] = "draft_article"


@validated(frozen=True, slots=True)
class JudgeDraft:
    """Publish or discard a draft; what is empty stays as it was drafted.

    ``edit`` asks for the form, where that did not open.
    """

    id: Id
    user: Id
    draft_id: int
    verdict: Literal["publish", "discard", "edit"]
    clicked_at: datetime
    title: Annotated[str, StringConstraints(max_length=150)] = ""
    question: Annotated[str, StringConstraints(max_length=300)] = ""
    answer: Annotated[str, StringConstraints(max_length=3000)] = ""
    reply_url: str = ""
    channel: str = ""
    type: Literal["judge_draft"] = "judge_draft"


@validated(frozen=True, slots=True)
class ReviewArticle:
    """Say whether an article that is about to expire is still true."""

    id: Id
    user: Id
    review_id: int
    verdict: Literal["still_true", "needs_change", "retired"]
    clicked_at: datetime
    reply_url: str = ""
    channel: str = ""
    type: Literal["review_article"] = "review_article"


@validated(frozen=True, slots=True)
class ChangeRegister:
    """Add, amend, retire or restore a line of a register: what a form says.

    ``raw`` is field → what was chosen or typed; ``version`` is the one that was looked at.
    """

    id: Id
    user: Id
    kind: Annotated[str, StringConstraints(max_length=32)]
    number: int
    version: int | None
    raw: dict[str, Annotated[str, StringConstraints(max_length=3000)]]
    asked_at: datetime
    verb: Literal["save", "retire", "restore"] = "save"
    reply_url: str = ""
    channel: str = ""
    type: Literal["change_register"] = "change_register"


@validated(frozen=True, slots=True)
class FinishOnboarding:
    """Hand in the quiz about Lotsen; ``answers`` is question → chosen option."""

    id: Id
    user: Id
    answers: dict[str, Annotated[str, StringConstraints(max_length=32)]]
    asked_at: datetime
    reply_url: str = ""
    channel: str = ""
    type: Literal["finish_onboarding"] = "finish_onboarding"


@validated(frozen=True, slots=True)
class ChangePlan:
    """Say that a task of the plan is done, blocked or moved, or decide at a gate.

    ``told`` is the evidence of what is done, else the reason; ``owner`` is who takes the task
    over. ``period`` names the post that was clicked.
    """

    id: Id
    user: Id
    key: Annotated[str, StringConstraints(max_length=32)]
    act: Literal["done", "blocked", "moved", "stopped"]
    told: Annotated[str, StringConstraints(max_length=3000)]
    asked_at: datetime
    day: date | None = None
    owner: Annotated[str, StringConstraints(max_length=32)] = ""
    period: Annotated[str, StringConstraints(pattern=r"^(\d{4}-W\d{2}|\d{4}-\d{2}-\d{2})?$")] = ""
    reply_url: str = ""
    channel: str = ""
    type: Literal["change_plan"] = "change_plan"


@validated(frozen=True, slots=True)
class ExplainForm:
    """Tell whoever wanted to fill in a form why nothing came of it.

    ``not_opened`` says that Slack did not show it, ``not_read`` that what was sent could not be
    read, such as a form of an earlier version.
    """

    id: Id
    user: Id
    problem: Literal["not_opened", "not_read"]
    asked_at: datetime
    reply_url: str = ""
    channel: str = ""
    type: Literal["explain_form"] = "explain_form"


@validated(frozen=True, slots=True)
class RateTicket:
    """Say from 1 to 5 how the help with one's own ticket was: a click."""

    id: Id
    user: Id
    ticket_id: int
    score: Annotated[int, Field(ge=1, le=5)]
    clicked_at: datetime
    reply_url: str = ""
    channel: str = ""
    type: Literal["rate_ticket"] = "rate_ticket"


@validated(frozen=True, slots=True)
class AnswerPulse:
    """Answer a month's anonymous question from 1 to 5: a click."""

    id: Id
    user: Id
    month: Annotated[str, StringConstraints(max_length=7)]
    score: Annotated[int, Field(ge=1, le=5)]
    clicked_at: datetime
    reply_url: str = ""
    channel: str = ""
    type: Literal["answer_pulse"] = "answer_pulse"


@validated(frozen=True, slots=True)
class ReadNotice:
    """Say that one has read what changes: a click."""

    id: Id
    user: Id
    notice_id: int
    clicked_at: datetime
    reply_url: str = ""
    channel: str = ""
    type: Literal["read_notice"] = "read_notice"


@validated(frozen=True, slots=True)
class ChooseBaseline:
    """Say what the pilot is compared with: the IT lead's click."""

    id: Id
    user: Id
    step: Literal["observe", "freeze", "override"]
    clicked_at: datetime
    weeks: int = 4
    reply_url: str = ""
    channel: str = ""
    type: Literal["choose_baseline"] = "choose_baseline"


@validated(frozen=True, slots=True)
class ShowBehind:
    """Show what stands behind a figure: a choice from the list below a post with figures.

    ``figure`` names the figure and its period (`models.value.drilldown.drilldown_select`).
    """

    id: Id
    user: Id
    figure: Annotated[str, StringConstraints(max_length=75)]
    clicked_at: datetime
    reply_url: str = ""
    channel: str = ""
    type: Literal["show_behind"] = "show_behind"


@validated(frozen=True, slots=True)
class Ask:
    """``/lotsen`` with a word that only reads: the answer is for the asker's eyes."""

    id: Id
    user: Id
    topic: Literal["ask", "status", "mine", "kpi", "plan", "roi", "register", "privacy", "help"]
    text: Text
    asked_at: datetime
    reply_url: str = ""
    channel: str = ""
    type: Literal["ask"] = "ask"


@validated(frozen=True, slots=True)
class DrawPicture:
    """Send the picture of the plan, or of a register, to whoever asked: a step after `Ask`."""

    id: Id
    user: Id
    what: Annotated[str, StringConstraints(max_length=32)]
    asked_at: datetime
    type: Literal["draw_picture"] = "draw_picture"


Command = Annotated[
    PostMessage
    | EditMessage
    | DeleteMessage
    | MakeTicket
    | JudgeAnswer
    | SetCategory
    | AcceptHint
    | MoveTicket
    | ExplainTicket
    | ConsultModel
    | ReadPassages
    | SearchAgain
    | FindIt
    | ReportIncident
    | JudgeIncident
    | JudgeCandidate
    | DraftArticle
    | JudgeDraft
    | ReviewArticle
    | ChangeRegister
    | ChangePlan
    | FinishOnboarding
    | ExplainForm
    | RateTicket
    | AnswerPulse
    | ReadNotice
    | ChooseBaseline
    | DrawPicture
    | ShowBehind
    | Ask,
    Discriminator("type"),
]

UNTRACED = ("answer_pulse", "rate_ticket", "read_notice")
"""Types of commands of which nothing is left once they are handled, or given up."""

SLOW = ("consult_model", "read_passages", "draw_picture")
"""Types of commands that take their time, handled in a lane of their own."""

_ADAPTER: TypeAdapter[Command] = TypeAdapter(Command)


def to_json(command: Command) -> str:
    return _ADAPTER.dump_json(command).decode()


def from_json(raw: str) -> Command:
    return _ADAPTER.validate_json(raw)
