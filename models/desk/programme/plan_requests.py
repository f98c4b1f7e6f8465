"""The 90-day plan in Slack: who may say what of a task, the form, and what becomes of it."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import partial

from models.commands import ChangePlan
from models.desk.base.context import DeskContext, Principal
from models.desk.base.turn import RefusedError, RequestTurn, answer_request
from models.desk.registers.register_lines import pseudonym_in
from models.errors import NotFoundError
from models.governance.authorization import Action, Actor, Subject, allowed
from models.language import Translator
from models.message import Divider, Message, Note, Paragraph, Part, Run, plain, text_message
from models.programme import posts, summary
from models.programme.change_requests import PlanChangeRequest, PlanProblem, validate
from models.programme.facts import Facts
from models.programme.plan import PlanService
from models.programme.status import PlanStatus
from models.tables import PlanAct


@dataclass(frozen=True, slots=True)
class PlanForm:
    """What a form needs to be drawn; ``needs`` is what shows that a task is done."""

    key: str
    act: PlanAct
    title: str
    needs: str
    is_gate: bool
    today: date
    words: Translator


class PlanRequests:
    """What people do with the plan; check-ins and gates are posted in the lead's channel."""

    def __init__(self, desk: DeskContext, plan: PlanService) -> None:
        self._desk, self._plan = desk, plan

    def form_for(self, slack_id: str, key: str, act: PlanAct, now: datetime) -> PlanForm | None:
        """Return what the form needs when the person may fill it in now, else None."""
        principal, status = self._principal_and_status(slack_id, now)
        words = principal.words
        # Only what is wrong with the task itself: nothing is written yet.
        asked = validate(PlanChangeRequest(key, act, "–", status.today), status)
        if not _may(principal.actor, status, key) or (asked is not None and not asked.field):
            return None
        gate, task = status.gate(key), status.task(key)
        title = posts.gate_title(gate, words) if gate else task.title if task else key
        needs = task.needs if task else ""
        return PlanForm(key, act, title, needs, gate is not None, status.today, words)

    def check(self, command: ChangePlan, now: datetime) -> tuple[PlanProblem | None, Translator]:
        """Return what is wrong with a form before it is accepted; reads only.

        Whoever may not change the plan passes here, and is refused when it is handled.
        """
        principal, status = self._principal_and_status(command.user, now)
        if not _may(principal.actor, status, command.key):
            return None, principal.words
        return validate(_wish(command), status), principal.words

    def change(self, command: ChangePlan, now: datetime) -> None:
        """Write what a form says, or tell why not; the form checked it, but that was before."""
        facts = self._plan.facts(now)
        answer_request(self._desk, command, now, partial(self._change, facts=facts))

    def status(self, slack_id: str, now: datetime) -> PlanStatus:
        """Return where the plan stands in the person's words, quickly: somebody waits."""
        return self._principal_and_status(slack_id, now)[1]

    def _principal_and_status(self, slack_id: str, now: datetime) -> tuple[Principal, PlanStatus]:
        facts = self._plan.facts(now, quick=True)
        with self._desk.store.snapshot() as unit:
            principal = self._desk.principal(unit, slack_id)
            return principal, self._plan.read(unit, facts, now, principal.words.language)

    def is_for(self, slack_id: str) -> bool:
        """Return whether App Home shows somebody the plan."""
        with self._desk.store.snapshot() as unit:
            return self._desk.principal(unit, slack_id).may(Action.DECIDE_GATE, Subject("plan"))

    def home_parts(
        self, slack_id: str, now: datetime, status: PlanStatus | None = None
    ) -> tuple[Part, ...]:
        """Return this week of the plan for the lead's App Home; nothing for others, or before."""
        status = status or self.status(slack_id, now)
        with self._desk.store.snapshot() as unit:
            principal = self._desk.principal(unit, slack_id)
        leads = principal.may(Action.DECIDE_GATE, Subject("plan"))
        if not leads or status.started is None or status.stopped:
            return ()
        return (Divider(), *summary.week_message(status, principal.words).parts)

    def hand_over(self, key: str, who: str, now: datetime) -> PlanStatus:
        """Let ``who`` do a task: a Slack id or a name that is known.

        Raises
        ------
        NotFoundError
            When there is no such task, or nobody of that name alone.
        """
        with self._desk.store.snapshot() as unit:
            owner = pseudonym_in(unit, who)
        if not owner:
            raise NotFoundError(f"nobody, or more than one, is known as {who!r}: name a Slack id")
        return self._plan.change(PlanChangeRequest(key, PlanAct.OWNED, owner=owner), now)

    def _change(self, turn: RequestTurn[ChangePlan], facts: Facts) -> None:
        plan, unit, command, now = self._plan, turn.unit, turn.command, turn.now
        words, by = turn.words, turn.person.id
        before = plan.read(unit, facts, now, words.language)
        if not _may(turn.actor, before, command.key):
            raise RefusedError(_refusal(before, command.key, words))
        problem = plan.write(unit, _wish(command), facts, by=by, now=now)
        if problem:
            raise RefusedError((Run(problem.explain(words)),))
        if command.owner:
            owner = unit.people.by_slack_id(command.owner, now).id
            handed = PlanChangeRequest(command.key, PlanAct.OWNED, owner=owner)
            plan.write(unit, handed, facts, by=by, now=now)
        after = plan.read(unit, facts, now, words.language)
        self._redraw(turn, facts)
        turn.reply(_outcome(command, before, after, words))

    def _redraw(self, turn: RequestTurn[ChangePlan], facts: Facts) -> None:
        """Draw the post anew that was clicked, if it is one of ours."""
        unit, command = turn.unit, turn.command
        gate = self._plan.read(unit, facts, turn.now).gate(command.key)
        job, channel = "plan_gates" if gate else "plan_check_in", turn.desk.lead_channel
        target = f"{job}:{command.period}:{channel}"
        if not command.period or unit.outbox.find(target) is None:
            return
        if gate:
            message: Message | None = posts.decided(gate, turn.desk.words)
        else:
            message = self._plan.check_in(unit, facts, turn.now, command.period)
        if message:
            turn.update(target, channel, message)


def _may(actor: Actor, status: PlanStatus, key: str) -> bool:
    action = Action.DECIDE_GATE if status.gate(key) else Action.CHANGE_PLAN
    return allowed(actor, action, Subject("plan", key))


def _refusal(status: PlanStatus, key: str, words: Translator) -> tuple[Run, ...]:
    if status.gate(key):
        return words.rich("Only the IT lead decides whether the plan goes on.")
    return words.rich("The plan is for the support team and the IT lead. Ask the IT lead.")


def _wish(command: ChangePlan) -> PlanChangeRequest:
    return PlanChangeRequest(command.key, PlanAct(command.act), command.told, command.day)


def _outcome(
    command: ChangePlan, before: PlanStatus, after: PlanStatus, words: Translator
) -> Message:
    gate, task = after.gate(command.key), after.task(command.key)
    if gate or task is None:
        return posts.decided(gate, words) if gate else Message("–")
    day = words.day(task.due, "EEEE d MMMM") if task.due else "–"
    said = {
        "done": words.rich("Done: *{title}*", title=task.title),
        "blocked": words.rich("Blocked: *{title}*", title=task.title),
        "moved": words.rich("Moved to {day}: *{title}*", title=task.title, day=day),
    }[command.act]
    along = [
        one.title
        for one, earlier in zip(after.tasks, before.tasks, strict=True)
        if one.key != command.key and one.due != earlier.due
    ]
    if not along:
        return text_message(said)
    text = words.gettext("What waits for it moves along: {tasks}.", tasks="; ".join(along))
    return Message(plain(said), (Paragraph(said), Note((Run(text),))))
