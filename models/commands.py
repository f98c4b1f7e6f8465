"""What a person can ask of the help desk, as frozen values with a JSON form.

A face turns each event into one command and stores it in the inbox; the worker hands
it to `Lotsen.handle`. Rows of tables do not validate, commands do: this is the edge.
``id`` is the identity of the event: the same id is handled once.
"""

import json
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Annotated, Literal

from pydantic import Discriminator, Field, StringConstraints, TypeAdapter
from pydantic.dataclasses import dataclass as validated

MAX_TEXT = 40_000
MOST_CASES = 50
"""Questions of a gap that an article is written for."""

Id = Annotated[str, StringConstraints(min_length=1, max_length=255)]
Text = Annotated[str, StringConstraints(max_length=MAX_TEXT)]
Where = Literal["help", "mention", "direct"]


@dataclass(frozen=True, slots=True)
class SentFile:
    """A file that came with a message: what it is called, and where Slack shows it."""

    name: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """A message in Slack: channel id, its ``ts``, and its thread's ``ts`` (or empty)."""

    channel: str
    ts: str
    thread_ts: str = ""


@validated(frozen=True, slots=True, kw_only=True)
class CommandBase:
    """What every command has: the event's identity, and when it happened at its sender."""

    id: Id
    at: datetime
    type: str


@validated(frozen=True, slots=True, kw_only=True)
class Request(CommandBase):
    """What a person clicks, sends in a form or writes behind ``/lotsen``.

    ``reply_url``, ``channel`` and ``thread_ts`` are the way back to that person. ``from_home``
    says that it was clicked on App Home, which then shows what came of it.
    """

    user: Id
    reply_url: str = ""
    channel: str = ""
    thread_ts: str = ""
    from_home: bool = False


@validated(frozen=True, slots=True, kw_only=True)
class PostMessage(CommandBase):
    """A person wrote in a help channel, mentioned the bot, or wrote to it directly.

    ``foreign`` says that Slack named another company as theirs.
    """

    user: Id
    place: Place
    text: Text
    where: Where
    files: tuple[SentFile, ...] = ()
    foreign: bool = False
    named: bool = False
    """Whether the words mention the bot, outside of what `text` holds."""
    type: Literal["post_message"] = "post_message"


@validated(frozen=True, slots=True, kw_only=True)
class EditMessage(CommandBase):
    """A person changed what they wrote."""

    user: str
    place: Place
    text: Text
    type: Literal["edit_message"] = "edit_message"


@validated(frozen=True, slots=True, kw_only=True)
class DeleteMessage(CommandBase):
    """A person took back what they wrote; ``moved``: it goes on as a private matter."""

    place: Place
    moved: bool = False
    type: Literal["delete_message"] = "delete_message"


@validated(frozen=True, slots=True, kw_only=True)
class MakeTicket(Request):
    """Make a ticket of a message (shortcut, emoji) or of words (``/lotsen ticket``).

    ``place`` is None for words; ``author`` wrote the message, ``user`` asked for the
    ticket. ``text`` is empty when the face did not see the message's text.
    """

    text: Text
    author: str = ""
    place: Place | None = None
    type: Literal["make_ticket"] = "make_ticket"


@validated(frozen=True, slots=True, kw_only=True)
class JudgeAnswer(Request):
    """Solved, not solved, or a human please: a click below an answer."""

    case_id: int
    verdict: Literal["solved", "not_solved", "human"]
    type: Literal["judge_answer"] = "judge_answer"


@validated(frozen=True, slots=True, kw_only=True)
class ChooseTitle(Request):
    """A click below titles to choose from: one of them, or none (``article_id`` 0)."""

    case_id: int
    article_id: int = 0
    type: Literal["choose_title"] = "choose_title"


@validated(frozen=True, slots=True, kw_only=True)
class AnswerClarification(Request):
    """A click below a question that was asked back: which question, and which of its answers."""

    case_id: int
    question: str
    option: int
    type: Literal["answer_clarification"] = "answer_clarification"


@validated(frozen=True, slots=True, kw_only=True)
class EndSuggestions(CommandBase):
    """The time to choose a title is over: the desk's own afterthought."""

    case_id: int
    type: Literal["end_suggestions"] = "end_suggestions"


@validated(frozen=True, slots=True, kw_only=True)
class AddToTicket(Request):
    """The asker adds words to a ticket, by the form below its line."""

    case_id: int
    text: Text
    type: Literal["add_to_ticket"] = "add_to_ticket"


@validated(frozen=True, slots=True, kw_only=True)
class CancelTicket(Request):
    """The asker does not need the ticket any more."""

    case_id: int
    type: Literal["cancel_ticket"] = "cancel_ticket"


@validated(frozen=True, slots=True, kw_only=True)
class SetCategory(Request):
    """A person of the staff chose a ticket's category."""

    ticket_id: int
    category: str
    type: Literal["set_category"] = "set_category"


@validated(frozen=True, slots=True, kw_only=True)
class SendArticle(Request):
    """A person of the staff sends a stored article to whoever asked."""

    ticket_id: int
    article_id: int
    type: Literal["send_article"] = "send_article"


@validated(frozen=True, slots=True, kw_only=True)
class AcceptHint(Request):
    """A person of the staff took the priority or the team that was suggested."""

    ticket_id: int
    kind: Literal["priority", "team"]
    value: Annotated[str, StringConstraints(max_length=2000)]
    type: Literal["accept_hint"] = "accept_hint"


@validated(frozen=True, slots=True, kw_only=True)
class RevealTicket(Request):
    """A person of the staff asks to see the numbers and secrets that are masked on a card."""

    ticket_id: int
    type: Literal["reveal_ticket"] = "reveal_ticket"


@validated(frozen=True, slots=True, kw_only=True)
class MoveTicket(Request):
    """Claim, pause, resume or resolve: the moves that run the handling clock.

    ``stated_minutes`` is what a person says a ticket took, ``as_timed`` that the form began
    with it, by the buttons; ``waiting`` whom a paused ticket waits for, empty where nobody said.
    """

    ticket_id: int
    move: Literal["claim", "pause", "resume", "resolve"]
    note: Annotated[str, StringConstraints(max_length=3000)] = ""
    stated_minutes: float | None = None
    as_timed: bool = False
    waiting: Literal["", "requester", "third"] = ""
    type: Literal["move_ticket"] = "move_ticket"


@validated(frozen=True, slots=True, kw_only=True)
class JoinTicket(Request):
    """Let a ticket follow another one about the same: it is resolved with that."""

    ticket_id: int
    main: int
    type: Literal["join_ticket"] = "join_ticket"


@validated(frozen=True, slots=True, kw_only=True)
class PartTicket(Request):
    """Let a ticket go its own way again."""

    ticket_id: int
    type: Literal["part_ticket"] = "part_ticket"


@validated(frozen=True, slots=True, kw_only=True)
class ExplainTicket(Request):
    """Ask why a ticket has its category."""

    ticket: str
    type: Literal["explain_ticket"] = "explain_ticket"


@validated(frozen=True, slots=True, kw_only=True)
class ConsultModel(CommandBase):
    """Ask the language model for a ticket's category: the desk's own afterthought.

    It may take many seconds, so it has a lane of its own and never holds up a person.
    """

    ticket_id: int
    type: Literal["consult_model"] = "consult_model"


@validated(frozen=True, slots=True, kw_only=True)
class ReadPassages(CommandBase):
    """Ask the language model which stored sentences answer a case: slow, as `ConsultModel`."""

    case_id: int
    type: Literal["read_passages"] = "read_passages"


@validated(frozen=True, slots=True, kw_only=True)
class ReportIncident(Request):
    """Report that an answer, or a ticket's automatic category, is wrong: what a form says.

    ``kind`` is empty where the form could not be opened. An answer is the article that was
    shown in a case; of a label, only ``ticket_id`` is named.
    """

    kind: Literal["", "wrong", "dangerous", "private_data", "outdated", "other"]
    told: Annotated[str, StringConstraints(max_length=3000)] = ""
    case_id: int = 0
    article_id: int = 0
    ticket_id: int = 0
    type: Literal["report_incident"] = "report_incident"


@validated(frozen=True, slots=True, kw_only=True)
class JudgeIncident(Request):
    """Release what an incident keeps out, or keep it out: its owner's or the lead's click."""

    incident_id: int
    verdict: Literal["release", "keep_out"]
    type: Literal["judge_incident"] = "judge_incident"


@validated(frozen=True, slots=True, kw_only=True)
class MovePrivate(Request):
    """Take a private matter, end it, or say that it is a question like any other."""

    matter_id: int
    move: Literal["take", "done", "ordinary"]
    type: Literal["move_private"] = "move_private"


@validated(frozen=True, slots=True, kw_only=True)
class MoveOutage(Request):
    """Confirm an outage or not, say how it stands or that it is over, or that one has it too."""

    outage_id: int
    move: Literal["confirm", "dismiss", "update", "over", "me_too"]
    told: Annotated[str, StringConstraints(max_length=3000)] = ""
    type: Literal["move_outage"] = "move_outage"


@validated(frozen=True, slots=True, kw_only=True)
class SearchAgain(Request):
    """Show the results of ``/lotsen ask`` anew, through other filters.

    ``filters`` is what the chosen entry says (`models.desk.answers.search_filters`).
    """

    case_id: int
    filters: Annotated[str, StringConstraints(max_length=75)]
    type: Literal["search_again"] = "search_again"


@validated(frozen=True, slots=True, kw_only=True)
class MarkFound(Request):
    """Say "Found it" below a result of ``/lotsen ask``: the search is over."""

    case_id: int
    article_id: int
    type: Literal["find_it"] = "find_it"


@validated(frozen=True, slots=True, kw_only=True)
class JudgeCandidate(Request):
    """Let an article learn a question that it solved, or not: a click of the staff."""

    candidate_id: int
    verdict: Literal["approve", "reject"]
    type: Literal["judge_candidate"] = "judge_candidate"


@validated(frozen=True, slots=True, kw_only=True)
class DraftArticle(CommandBase):
    """Draft an article of a resolved ticket's note: the desk's own afterthought."""

    ticket_id: int
    type: Literal["draft_article"] = "draft_article"


@validated(frozen=True, slots=True, kw_only=True)
class JudgeDraft(Request):
    """Publish a draft as it is, or discard it; ``edit`` asks for the form that did not open."""

    draft_id: int
    verdict: Literal["publish", "discard", "edit"]
    type: Literal["judge_draft"] = "judge_draft"


@validated(frozen=True, slots=True, kw_only=True)
class PublishArticle(Request):
    """Publish an article that fills a gap, or that a draft became: what a form says.

    ``cases`` are the questions of the gap; ``draft_id`` is 0 without a draft.
    """

    title: Annotated[str, StringConstraints(max_length=150)]
    wordings: tuple[Annotated[str, StringConstraints(max_length=3000)], ...]
    answer: Annotated[str, StringConstraints(max_length=3000)]
    language: Annotated[str, StringConstraints(max_length=16)]
    cases: Annotated[tuple[int, ...], Field(max_length=MOST_CASES)] = ()
    draft_id: int = 0
    type: Literal["publish_article"] = "publish_article"


@validated(frozen=True, slots=True, kw_only=True)
class ReviewArticle(Request):
    """Say whether an article that is about to expire is still true."""

    review_id: int
    verdict: Literal["still_true", "needs_change", "retired"]
    type: Literal["review_article"] = "review_article"


@validated(frozen=True, slots=True, kw_only=True)
class ChangeRegister(Request):
    """Add, amend, retire or restore a line of a register: what a form says.

    ``raw`` is field → what was chosen or typed; ``version`` is the one that was looked at.
    """

    kind: Annotated[str, StringConstraints(max_length=32)]
    number: int
    version: int | None
    raw: dict[str, Annotated[str, StringConstraints(max_length=3000)]]
    verb: Literal["save", "retire", "restore"] = "save"
    type: Literal["change_register"] = "change_register"


@validated(frozen=True, slots=True, kw_only=True)
class ChangeCategory(Request):
    """Add, rename, merge or retire a category: what a form says.

    ``key`` is empty for a new one; ``titles`` is language → title.
    """

    key: Annotated[str, StringConstraints(max_length=100)]
    titles: dict[str, Annotated[str, StringConstraints(max_length=255)]]
    into: Annotated[str, StringConstraints(max_length=100)] = ""
    retire: bool = False
    type: Literal["change_category"] = "change_category"


Week = Annotated[str, StringConstraints(pattern=r"^\d{4}-W\d{2}$")]


@validated(frozen=True, slots=True, kw_only=True)
class ChangeRota(Request):
    """Say who is on duty in a week, swap it with another one, or set an order that repeats.

    ``people`` are Slack ids in their order, ``size`` of them a week in an order; nobody: as it
    was before. ``swap`` is the week that a week is swapped with. ``seen`` is the newest change
    that the form showed; None where nothing was shown.
    """

    act: Literal["week", "order"]
    week: Week
    people: Annotated[tuple[Id, ...], Field(max_length=100)] = ()
    size: Annotated[int, Field(ge=1, le=10)] = 1
    swap: Week | None = None
    seen: int | None = None
    type: Literal["change_rota"] = "change_rota"


Quarter = Annotated[str, StringConstraints(pattern=r"^\d{4}Q[1-4]$")]
Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{16}$")]


@validated(frozen=True, slots=True, kw_only=True)
class DeclareFreed(Request):
    """Say what a quarter's freed time was used for: what a form says.

    ``shares`` is use → per cent of the freed time; none where the form could not be opened.
    """

    quarter: Quarter
    shares: dict[str, Annotated[int, Field(ge=0, le=100)]] = Field(default_factory=dict)
    note: Annotated[str, StringConstraints(max_length=1000)] = ""
    type: Literal["declare_freed"] = "declare_freed"


@validated(frozen=True, slots=True, kw_only=True)
class IssueStatement(Request):
    """Issue a quarter's statement anew, once its figures are others: the IT lead's click."""

    quarter: Quarter
    type: Literal["issue_statement"] = "issue_statement"


@validated(frozen=True, slots=True, kw_only=True)
class DecideMoney(Request):
    """Confirm the money of an issued statement, or refuse to: the finance team's click.

    ``digest`` is the beginning of the statement's SHA-256.
    """

    quarter: Quarter
    digest: Digest
    act: Literal["confirmed", "refused"]
    reason: Annotated[str, StringConstraints(max_length=1000)] = ""
    type: Literal["decide_money"] = "decide_money"


@validated(frozen=True, slots=True, kw_only=True)
class FinishOnboarding(Request):
    """Hand in the quiz about Lotsen; ``answers`` is question → chosen option."""

    answers: dict[str, Annotated[str, StringConstraints(max_length=32)]]
    type: Literal["finish_onboarding"] = "finish_onboarding"


@validated(frozen=True, slots=True, kw_only=True)
class ChangePlan(Request):
    """Say that a task of the plan is done, blocked or moved, or decide at a gate.

    ``told`` is the evidence of what is done, else the reason; ``owner`` is who takes the task
    over. ``period`` names the post that was clicked.
    """

    key: Annotated[str, StringConstraints(max_length=32)]
    act: Literal["done", "blocked", "moved", "stopped"]
    told: Annotated[str, StringConstraints(max_length=3000)]
    day: date | None = None
    owner: Annotated[str, StringConstraints(max_length=32)] = ""
    period: Annotated[str, StringConstraints(pattern=r"^(\d{4}-W\d{2}|\d{4}-\d{2}-\d{2})?$")] = ""
    type: Literal["change_plan"] = "change_plan"


@validated(frozen=True, slots=True, kw_only=True)
class ReportFormProblem(Request):
    """Tell whoever wanted to fill in a form why nothing came of it.

    ``not_opened`` says that Slack did not show it, ``not_read`` that what was sent could not be
    read, such as a form of an earlier version.
    """

    problem: Literal["not_opened", "not_read"]
    type: Literal["explain_form"] = "explain_form"


@validated(frozen=True, slots=True, kw_only=True)
class RateTicket(Request):
    """Say from 1 to 5 how the help with one's own ticket was: a click."""

    ticket_id: int
    score: Annotated[int, Field(ge=1, le=5)]
    type: Literal["rate_ticket"] = "rate_ticket"


@validated(frozen=True, slots=True, kw_only=True)
class AnswerPulse(Request):
    """Answer a month's anonymous question from 1 to 5: a click."""

    month: Annotated[str, StringConstraints(max_length=7)]
    score: Annotated[int, Field(ge=1, le=5)]
    type: Literal["answer_pulse"] = "answer_pulse"


@validated(frozen=True, slots=True, kw_only=True)
class ReadNotice(Request):
    """Say that one has read what changes: a click."""

    notice_id: int
    type: Literal["read_notice"] = "read_notice"


@validated(frozen=True, slots=True, kw_only=True)
class ChooseBaseline(Request):
    """Say what the pilot is compared with: the IT lead's click."""

    step: Literal["observe", "freeze", "override"]
    weeks: int = 4
    type: Literal["choose_baseline"] = "choose_baseline"


@validated(frozen=True, slots=True, kw_only=True)
class ShowDrilldown(Request):
    """Show what stands behind a figure, or which claims of a statement survive being tried.

    A choice from the list below a post with figures, or the button there; ``figure`` names the figure and its period (`models.value.drilldown.choices`).
    """

    figure: Annotated[str, StringConstraints(max_length=75)]
    type: Literal["show_behind"] = "show_behind"


@validated(frozen=True, slots=True, kw_only=True)
class Ask(Request):
    """``/lotsen`` with a word that only reads: the answer is for the asker's eyes."""

    topic: Literal[
        "ask",
        "status",
        "mine",
        "kpi",
        "plan",
        "roi",
        "register",
        "categories",
        "duty",
        "trace",
        "privacy",
        "help",
    ]
    text: Text
    type: Literal["ask"] = "ask"


@validated(frozen=True, slots=True, kw_only=True)
class DrawPicture(CommandBase):
    """Send the picture of the plan, or of a register, to whoever asked: a step after `Ask`."""

    user: Id
    what: Annotated[str, StringConstraints(max_length=32)]
    type: Literal["draw_picture"] = "draw_picture"


Command = Annotated[
    PostMessage
    | EditMessage
    | DeleteMessage
    | MakeTicket
    | JudgeAnswer
    | ChooseTitle
    | AnswerClarification
    | EndSuggestions
    | AddToTicket
    | CancelTicket
    | SetCategory
    | SendArticle
    | AcceptHint
    | MoveTicket
    | JoinTicket
    | PartTicket
    | ExplainTicket
    | ConsultModel
    | ReadPassages
    | MovePrivate
    | RevealTicket
    | MoveOutage
    | SearchAgain
    | MarkFound
    | ReportIncident
    | JudgeIncident
    | JudgeCandidate
    | DraftArticle
    | JudgeDraft
    | PublishArticle
    | ReviewArticle
    | ChangeCategory
    | ChangeRota
    | ChangeRegister
    | ChangePlan
    | DeclareFreed
    | IssueStatement
    | DecideMoney
    | FinishOnboarding
    | ReportFormProblem
    | RateTicket
    | AnswerPulse
    | ReadNotice
    | ChooseBaseline
    | DrawPicture
    | ShowDrilldown
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


def sender(payload: str) -> str:
    """Return who sent a command, from its JSON; empty where nobody in particular did."""
    found = json.loads(payload)
    user = found.get("user", "") if isinstance(found, dict) else ""
    return user if isinstance(user, str) else ""


def message_key(command: Command) -> str | None:
    """Return what a command says happened to which message; None where it is about none.

    The same whether Slack delivered it or its history shows it. As a hash: whoever holds the
    database of somebody who was erased reads no channel from it.
    """
    if isinstance(command, PostMessage):
        happened: tuple[str, ...] = ("posted",)
    elif isinstance(command, EditMessage):
        happened = ("edited", command.at.isoformat())
    elif isinstance(command, DeleteMessage) and not command.moved:
        happened = ("deleted",)
    else:
        return None
    place = command.place
    return sha256("\0".join((*happened, place.channel, place.ts)).encode()).hexdigest()
