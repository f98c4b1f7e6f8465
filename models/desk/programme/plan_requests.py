"""The 90-day plan in Slack: who may say what of a task, the form, and what becomes of it."""

from dataclasses import dataclass
from datetime import date, datetime

from models.commands import ChangePlan
from models.desk.base.context import DeskContext, reply_to
from models.desk.registers.register_lines import pseudonym_in
from models.errors import NotFoundError
from models.governance.authorization import Action, Actor, Subject, allowed
from models.language import Words
from models.mailbox import Envelope, update
from models.message import Divider, Message, Note, Paragraph, Part, Run, text_message
from models.programme import posts, summary
from models.programme.change_requests import PlanChangeRequest, PlanProblem, validate
from models.programme.facts import Facts
from models.programme.plan import PlanService
from models.programme.status import PlanStatus
from models.store.transaction import UnitOfWork
from models.tables import Person, PlanAct


@dataclass(frozen=True, slots=True)
class PlanForm:
    """What a form needs to be drawn; ``needs`` is what shows that a task is done."""

    key: str
    act: PlanAct
    title: str
    needs: str
    is_gate: bool
    today: date
    words: Words


class PlanDesk:
    """What people do with the plan.

    Parameters
    ----------
    lead_channel
        Where the check-ins and the gates are posted.
    """

    def __init__(self, desk: DeskContext, plan: PlanService, lead_channel: str) -> None:
        self._desk, self._plan, self._lead_channel = desk, plan, lead_channel

    def form_for(self, slack_id: str, key: str, act: PlanAct, now: datetime) -> PlanForm | None:
        """Return what the form needs when the person may fill it in now, else None."""
        facts = self._plan.facts(now, quick=True)
        with self._desk.store.snapshot() as unit:
            person = unit.people.find(slack_id) or Person(slack_id=slack_id)
            words, actor = self._desk.words_of(person), self._desk.actor(unit, person)
            status = self._plan.read(unit, facts, now, words.language)
        # Only what is wrong with the task itself: nothing is written yet.
        asked = validate(PlanChangeRequest(key, act, "–", status.today), status)
        if not _may(actor, status, key) or (asked is not None and not asked.field):
            return None
        gate, task = status.gate(key), status.task(key)
        title = posts.gate_title(gate, words) if gate else task.title if task else key
        needs = task.needs if task else ""
        return PlanForm(key, act, title, needs, gate is not None, status.today, words)

    def check(self, command: ChangePlan, now: datetime) -> tuple[PlanProblem | None, Words]:
        """Return what is wrong with a form before it is accepted; reads only.

        Whoever may not change the plan passes here, and is refused when it is handled.
        """
        facts = self._plan.facts(now, quick=True)
        with self._desk.store.snapshot() as unit:
            person = unit.people.find(command.user) or Person(slack_id=command.user)
            words, actor = self._desk.words_of(person), self._desk.actor(unit, person)
            status = self._plan.read(unit, facts, now, words.language)
        if not _may(actor, status, command.key):
            return None, words
        return validate(_wish(command), status), words

    def change(self, command: ChangePlan, now: datetime) -> None:
        """Write what a form says, or tell why not; the form checked it, but that was before."""
        facts, desk = self._plan.facts(now), self._desk
        with desk.store.begin() as unit:
            if not unit.inbox.finish(command.id, now):
                return
            person = unit.people.by_slack_id(command.user, now)
            words = desk.words_of(person)
            message = self._changed(unit, person, command, facts, words, now)
            to = Envelope(command.channel, person=command.user, reply_url=command.reply_url)
            reply_to(unit, command.id, to, message, now)

    def standing(self, slack_id: str, now: datetime) -> PlanStatus:
        """Return where the plan stands in the person's words, quickly: somebody waits."""
        facts = self._plan.facts(now, quick=True)
        with self._desk.store.snapshot() as unit:
            words = self._desk.words_of(unit.people.find(slack_id))
            return self._plan.read(unit, facts, now, words.language)

    def is_for(self, slack_id: str) -> bool:
        """Return whether App Home shows somebody the plan."""
        with self._desk.store.snapshot() as unit:
            person = unit.people.find(slack_id) or Person(slack_id=slack_id)
            actor = self._desk.actor(unit, person)
        return allowed(actor, Action.DECIDE_GATE, Subject("plan"))

    def home_parts(
        self, slack_id: str, now: datetime, status: PlanStatus | None = None
    ) -> tuple[Part, ...]:
        """Return this week of the plan for the lead's App Home; nothing for others, or before."""
        status = status or self.standing(slack_id, now)
        with self._desk.store.snapshot() as unit:
            person = unit.people.find(slack_id) or Person(slack_id=slack_id)
            words, actor = self._desk.words_of(person), self._desk.actor(unit, person)
        leads = allowed(actor, Action.DECIDE_GATE, Subject("plan"))
        if not leads or status.started is None or status.stopped:
            return ()
        return (Divider(), *summary.week_message(status, words).parts)

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

    def _changed(
        self,
        unit: UnitOfWork,
        person: Person,
        command: ChangePlan,
        facts: Facts,
        words: Words,
        now: datetime,
    ) -> Message:
        before = self._plan.read(unit, facts, now, words.language)
        if not _may(self._desk.actor(unit, person), before, command.key):
            return text_message(_refusal(before, command.key, words))
        problem = self._plan.write(unit, _wish(command), facts, by=person.id, now=now)
        if problem:
            return text_message((Run(problem.said(words)),))
        if command.owner:
            owner = unit.people.by_slack_id(command.owner, now).id
            handed = PlanChangeRequest(command.key, PlanAct.OWNED, owner=owner)
            self._plan.write(unit, handed, facts, by=person.id, now=now)
        after = self._plan.read(unit, facts, now, words.language)
        self._redraw(unit, command, facts, now)
        return _told(command, before, after, words)

    def _redraw(self, unit: UnitOfWork, command: ChangePlan, facts: Facts, now: datetime) -> None:
        """Draw the post anew that was clicked, if it is one of ours."""
        status = self._plan.read(unit, facts, now)
        gate = status.gate(command.key)
        job = "plan_gates" if gate else "plan_check_in"
        target = f"{job}:{command.period}:{self._lead_channel}"
        if not command.period or unit.outbox.find(target) is None:
            return
        if gate:
            message: Message | None = posts.decided(gate, self._desk.words)
        else:
            message = self._plan.check_in(unit, facts, now, command.period)
        if message:
            update(unit, f"plan:{command.id}", target, self._lead_channel, message, now)


def _may(actor: Actor, status: PlanStatus, key: str) -> bool:
    action = Action.DECIDE_GATE if status.gate(key) else Action.CHANGE_PLAN
    return allowed(actor, action, Subject("plan", key))


def _refusal(status: PlanStatus, key: str, words: Words) -> tuple[Run, ...]:
    if status.gate(key):
        return words.rich("Only the IT lead decides whether the plan goes on.")
    return words.rich("The plan is for the support team and the IT lead. Ask the IT lead.")


def _wish(command: ChangePlan) -> PlanChangeRequest:
    return PlanChangeRequest(command.key, PlanAct(command.act), command.told, command.day)


def _told(command: ChangePlan, before: PlanStatus, after: PlanStatus, words: Words) -> Message:
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
    parts = [Paragraph(said)]
    if not along:
        return text_message(said)
    text = words.say("What waits for it moves along: {tasks}.", tasks="; ".join(along))
    return Message("".join(run.text for run in said), (*parts, Note((Run(text),))))
