"""What people click: which command each button and list is, and which form it opens.

A new button takes a row in `ACTIONS`, beside its command and what handles that.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.slack import duty_forms, statement_forms, submissions
from bot.slack.reading import Body, number
from models.commands import (
    AcceptHint,
    AddToTicket,
    AnswerClarification,
    AnswerPulse,
    Ask,
    CancelTicket,
    ChooseBaseline,
    ChooseTitle,
    Command,
    DecideMoney,
    DeclareFreed,
    ExplainTicket,
    IssueStatement,
    JoinTicket,
    JudgeAnswer,
    JudgeCandidate,
    JudgeDraft,
    JudgeIncident,
    MarkFound,
    MoveOutage,
    MovePrivate,
    MoveTicket,
    PartTicket,
    RateTicket,
    ReadNotice,
    ReportFormProblem,
    ReportIncident,
    RevealTicket,
    ReviewArticle,
    SearchAgain,
    SendArticle,
    SetCategory,
    ShowDrilldown,
)
from models.desk.base.report_button import REPORT
from models.desk.curation import gap_home
from models.desk.curation.article_form import article_form
from models.desk.registers.onboarding import START
from models.desk.registers.register_requests import form_for
from models.desk.setup.category_requests import category_form_for
from models.desk.setup.rota_posts import WEEK_FORM
from models.desk.setup.rota_requests import rota_form_for
from models.form import Form
from models.lotsen import Lotsen
from models.tables import PlanAct


@dataclass(frozen=True, slots=True)
class Click:
    """A click while it is fresh enough to open a form: Slack's action, who, and when."""

    action: Body
    user: str
    now: datetime


Reader = Callable[[Body], object]
FormOf = Callable[[Lotsen, Click], Form | None]


class ActionRoute:
    """A button or a list.

    Parameters
    ----------
    pattern
        The whole action id; a named group is an argument of the command.
    form
        Quick lane: returns what the click opens, None for whoever may not. The command then
        is for a form that did not open, and says why.
    arguments
        The command's others: where each stands in Slack's action, or its value.
    """

    def __init__(
        self,
        pattern: str,
        command: Callable[..., Command],
        form: FormOf | None = None,
        **arguments: Reader | str,
    ) -> None:
        self.pattern = re.compile(rf"\A(?:{pattern})\Z")
        self.command, self.form, self._arguments = command, form, arguments

    def arguments(self, action: Body) -> dict[str, Any]:
        """Return the command's own arguments."""
        named = self.pattern.match(str(action["action_id"]))
        given = {
            name: value if isinstance(value, str) else value(action)
            for name, value in self._arguments.items()
        }
        return {**given, **(named.groupdict() if named else {})}


# Where an argument stands --------------------------------------------------------------------


def chosen(action: Body) -> str:
    """Return the chosen entry of a list, or the value of a button."""
    return str((action.get("selected_option") or action).get("value") or "")


def before_colon(action: Body) -> str:
    return chosen(action).partition(":")[0]


def after_colon(action: Body) -> str:
    return chosen(action).partition(":")[2]


def chosen_at_most(limit: int) -> Reader:
    return lambda action: chosen(action)[:limit]


def chosen_number(action: Body) -> int:
    return number(chosen(action))


def value_number(action: Body) -> int:
    return number(action.get("value"))


def block_number(action: Body) -> int:
    """Return the number in a block id such as ``ticket:7:category``."""
    return number(str(action.get("block_id")).partition(":")[2].partition(":")[0])


def value_part(position: int) -> Reader:
    """Return the reader of one of the two numbers in a value such as ``7:42``."""
    return lambda action: number([*str(action.get("value")).split(":", 1), ""][position])


def about_of(action: Body) -> dict[str, Any]:
    """Read what a report is about: ``12:7`` (a case's article) or ``ticket:12``."""
    if str(action.get("value")).partition(":")[0] == "ticket":
        return {"ticket_id": value_part(1)(action)}
    return {"case_id": value_part(0)(action), "article_id": value_part(1)(action)}


def about(name: str) -> Reader:
    return lambda action: about_of(action).get(name, 0)


def behind_menu(action: Body) -> Body:
    """Return the choice from a card's menu as the click on the button of that name."""
    name, ticket = chosen(action), block_number(action)
    value = f"ticket:{ticket}" if name == REPORT else str(ticket)
    return {"action_id": name, "block_id": action.get("block_id"), "value": value}


def route_of(action_id: str) -> "ActionRoute | None":
    """Return the row of an action id; None where nobody listens to it."""
    return next((row for row in ACTIONS if row.pattern.match(action_id)), None)


def register_kind(action: Body) -> str:
    return chosen(action).partition(":")[0][:32]


_ACTS = {
    "plan_done": PlanAct.DONE,
    "plan_gate": PlanAct.DONE,
    "plan_blocked": PlanAct.BLOCKED,
    "plan_move": PlanAct.MOVED,
}

# Forms that a click opens --------------------------------------------------------------------


def _resolve_form(lotsen: Lotsen, click: Click) -> Form | None:
    ticket = value_number(click.action)
    found = lotsen.may_resolve(click.user, ticket, click.now)
    return submissions.resolve_form(ticket, found) if found else None


def _outage_form(lotsen: Lotsen, click: Click) -> Form:
    """Whether it may be told is seen when the form is sent."""
    return submissions.outage_form(value_number(click.action), lotsen.words_for(click.user))


def _add_form(lotsen: Lotsen, click: Click) -> Form:
    """Whether the person may add is seen when the form is sent."""
    return submissions.add_form(value_number(click.action), lotsen.words_for(click.user))


def _draft_form(lotsen: Lotsen, click: Click) -> Form | None:
    draft = value_number(click.action)
    proposed = lotsen.knowledge_maintenance.editable(click.user, draft, click.now)
    return article_form(proposed) if proposed else None


def _gap_form(lotsen: Lotsen, click: Click) -> Form | None:
    cases = [number(part) for part in str(click.action.get("value")).split(gap_home.BETWEEN)]
    proposed = lotsen.knowledge_maintenance.proposed_article(click.user, cases)
    return article_form(proposed) if proposed else None


def _incident_form(lotsen: Lotsen, click: Click) -> Form:
    """Whether it may be reported is seen when the form is sent."""
    return submissions.incident_form(about_of(click.action), lotsen.words_for(click.user))


def _plan_form(lotsen: Lotsen, click: Click) -> Form | None:
    key, _, period = str(click.action.get("value") or "").partition("@")
    act = _ACTS[str(click.action["action_id"])]
    found = lotsen.plan_requests.form_for(click.user, key, act, click.now)
    return submissions.plan_form(found, period) if found else None


def _register_form(lotsen: Lotsen, click: Click) -> Form | None:
    kind, _, line = chosen(click.action).partition(":")
    found = form_for(lotsen.desk, click.user, kind, number(line) if line else 0)
    return submissions.register_form(found) if found else None


def _category_form(lotsen: Lotsen, click: Click) -> Form | None:
    found = category_form_for(lotsen.desk, click.user, chosen(click.action))
    return submissions.category_form(found) if found else None


def _duty_form(lotsen: Lotsen, click: Click) -> Form | None:
    found = rota_form_for(lotsen.desk, click.user, click.now)
    of_a_week = click.action["action_id"] == WEEK_FORM
    draw = duty_forms.duty_week_form if of_a_week else duty_forms.duty_order_form
    return draw(found) if found else None


def _freed_form(lotsen: Lotsen, click: Click) -> Form | None:
    found = lotsen.statement_requests.freed_form_for(click.user, chosen(click.action))
    return statement_forms.freed_form(found) if found else None


def _refusal_form(lotsen: Lotsen, click: Click) -> Form | None:
    words = lotsen.statement_requests.refusal_form_for(click.user)
    return statement_forms.refusal_form(chosen(click.action), words) if words else None


def _onboarding_form(lotsen: Lotsen, click: Click) -> Form:
    return submissions.onboarding_form(0, lotsen.words_for(click.user))


ACTIONS = (
    # Answers and searches
    ActionRoute("answer_(?P<verdict>solved|not_solved|human)", JudgeAnswer, case_id=value_number),
    ActionRoute("suggestion_take", ChooseTitle, case_id=block_number, article_id=value_number),
    ActionRoute("suggestion_none", ChooseTitle, case_id=block_number),
    ActionRoute(
        r"clarify_(?P<question>[a-z]{1,20})_\d",
        AnswerClarification,
        case_id=block_number,
        option=value_number,
    ),
    # The line in the asker's thread
    ActionRoute("ticket_add", AddToTicket, _add_form, case_id=value_number, text=""),
    ActionRoute("ticket_cancel", CancelTicket, case_id=value_number),
    ActionRoute(
        "search_(source|language|age)",
        SearchAgain,
        case_id=block_number,
        filters=chosen_at_most(75),
    ),
    ActionRoute("search_found", MarkFound, case_id=value_part(0), article_id=value_part(1)),
    # The ticket's card
    ActionRoute(
        r"ticket_category|ticket_suggestion_\d",
        SetCategory,
        ticket_id=block_number,
        category=chosen,
    ),
    ActionRoute("ticket_(?P<kind>priority|team)", AcceptHint, ticket_id=block_number, value=chosen),
    ActionRoute("ticket_(?P<move>claim|pause|resume)", MoveTicket, ticket_id=value_number),
    ActionRoute(
        "ticket_wait_(?P<waiting>requester|third)",
        MoveTicket,
        ticket_id=value_number,
        move="pause",
    ),
    ActionRoute("ticket_(?P<move>resolve)", MoveTicket, _resolve_form, ticket_id=value_number),
    ActionRoute("ticket_join", JoinTicket, ticket_id=block_number, main=chosen_number),
    ActionRoute("ticket_part", PartTicket, ticket_id=value_number),
    ActionRoute("ticket_send", SendArticle, ticket_id=block_number, article_id=value_number),
    ActionRoute("ticket_why", ExplainTicket, ticket=chosen_at_most(255)),
    ActionRoute("ticket_reveal", RevealTicket, ticket_id=value_number),
    # Outages
    ActionRoute("outage_(?P<move>confirm|dismiss|over|me_too)", MoveOutage, outage_id=value_number),
    ActionRoute("outage_(?P<move>update)", MoveOutage, _outage_form, outage_id=value_number),
    # What only a few may read
    ActionRoute("private_(?P<move>take|done|ordinary)", MovePrivate, matter_id=value_number),
    # Those who keep the answers
    ActionRoute("candidate_(?P<verdict>approve|reject)", JudgeCandidate, candidate_id=value_number),
    ActionRoute("draft_(?P<verdict>publish|discard)", JudgeDraft, draft_id=value_number),
    ActionRoute("draft_(?P<verdict>edit)", JudgeDraft, _draft_form, draft_id=value_number),
    ActionRoute(gap_home.WRITE, ReportFormProblem, _gap_form, problem="not_opened"),
    ActionRoute(
        "article_(?P<verdict>still_true|needs_change|retired)",
        ReviewArticle,
        review_id=value_number,
    ),
    # Incidents
    ActionRoute(
        REPORT,
        ReportIncident,
        _incident_form,
        kind="",
        case_id=about("case_id"),
        article_id=about("article_id"),
        ticket_id=about("ticket_id"),
    ),
    ActionRoute("incident_(?P<verdict>release|keep_out)", JudgeIncident, incident_id=value_number),
    # Surveys, notices, the baseline and figures
    ActionRoute("csat_(?P<score>[1-5])", RateTicket, ticket_id=value_number),
    ActionRoute("pulse_(?P<score>[1-5])", AnswerPulse, month=chosen_at_most(7)),
    ActionRoute("notice_read", ReadNotice, notice_id=value_number),
    ActionRoute("baseline_(?P<step>observe|freeze|override)", ChooseBaseline, weeks=value_number),
    ActionRoute("figure_behind|statement_challenge", ShowDrilldown, figure=chosen_at_most(75)),
    # Below a quarter's statement
    ActionRoute("freed_declare", DeclareFreed, _freed_form, quarter=chosen),
    ActionRoute("statement_issue", IssueStatement, quarter=chosen),
    ActionRoute("money_(?P<act>confirmed)", DecideMoney, quarter=before_colon, digest=after_colon),
    ActionRoute(
        "money_(?P<act>refused)",
        DecideMoney,
        _refusal_form,
        quarter=before_colon,
        digest=after_colon,
    ),
    # Registers and the plan: where no form opens, the list says what may be done now
    ActionRoute(r"register_show|register_open_\w+", Ask, topic="register", text=chosen_at_most(32)),
    ActionRoute(
        "register_add|register_amend", Ask, _register_form, topic="register", text=register_kind
    ),
    ActionRoute("category_(add|change)", Ask, _category_form, topic="categories", text=""),
    ActionRoute("duty_(week|order)", Ask, _duty_form, topic="duty", text=""),
    ActionRoute("plan_(done|gate|blocked|move)", Ask, _plan_form, topic="plan", text=""),
    # Getting to know Lotsen
    ActionRoute(START, ReportFormProblem, _onboarding_form, problem="not_opened"),
)
