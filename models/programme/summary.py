"""The plan as somebody asks for it: this week, all of it, the roadmap after it. Pure."""

from collections.abc import Iterator, Sequence
from datetime import date

from models.kpis.periods import months_after
from models.language import N_, Translator
from models.message import Heading, Message, Note, Paragraph, Part, Run, Table
from models.programme.posts import PHASES, counts, title_of, week_parts
from models.programme.roadmap import LEAST_MONTHS, MOST_MONTHS, WHOLE_MONTHS, Phase, Roadmap
from models.programme.status import GateStatus, PlanStatus, TaskState, TaskStatus
from models.registers.declaration import LinkedLine
from models.registers.kinds.data_sources import integration_tasks
from models.tables import PlanAct

STATES = {
    TaskState.TODO: N_("to do"),
    TaskState.DONE: N_("done"),
    TaskState.BLOCKED: N_("blocked"),
    TaskState.MOVED: N_("moved"),
    TaskState.STOPPED: N_("ended"),
}
ACTS = {
    PlanAct.DONE: N_("done"),
    PlanAct.BLOCKED: N_("blocked"),
    PlanAct.MOVED: N_("moved"),
    PlanAct.REOPENED: N_("opened again"),
    PlanAct.OWNED: N_("taken over"),
    PlanAct.STOPPED: N_("ended"),
}
_BEGIN = N_("Begin it with `lotsen plan start`.")
_MOST_INTEGRATIONS = 10


def week_message(status: PlanStatus, words: Translator) -> Message:
    """Write this week, short, with buttons for what is due."""
    title = title_of(status, words)
    if status.started is None:
        return Message(title, (Heading(title), Paragraph(words.rich(_BEGIN))))
    parts: list[Part] = [Heading(title), Paragraph(counts(status, words))]
    if not status.stopped:
        parts.extend(week_parts(status, words, buttons=True))
    return Message(title, tuple(parts))


def plan_message(status: PlanStatus, words: Translator, *, keys: bool = False) -> Message:
    """Write the plan: where it stands, its gates, and every task.

    ``keys`` puts a column with the tasks' keys first, for who types commands.
    """
    title = title_of(status, words)
    parts: list[Part] = [Heading(title)]
    if status.started is None:
        parts.append(Paragraph(words.rich(_BEGIN)))
    else:
        parts.append(Paragraph(counts(status, words)))
        parts.extend(Paragraph((Run(_gate(one, words)),)) for one in status.gates)
    table = _table(status.tasks, words)
    parts.append(_with_keys(table, status.tasks, words) if keys else table)
    return Message(title, tuple(parts))


def change_lines(
    before: PlanStatus, after: PlanStatus, key: str, words: Translator
) -> tuple[str, ...]:
    """Say how a task, a gate or all of a week stands now, then what moved along with it."""
    named = [task for task in after.tasks if key in (task.key, task.key.partition(".")[0])]
    gate = after.gate(key)
    told = [_gate(gate, words)] if gate else [_task_line(task, words) for task in named]
    moved = [
        (task, earlier.due)
        for task in after.tasks
        if task not in named
        and (earlier := before.task(task.key))
        and earlier.due
        and task.due
        and earlier.due != task.due
    ]
    told += [
        words.gettext(
            "Moved along: {key}, from {earlier} to {day}.",
            key=task.key,
            earlier=words.day(earlier, "d MMM y"),
            day=words.day(task.due, "d MMM y"),
        )
        for task, earlier in moved
        if task.due
    ]
    for one in after.gates:
        was = before.gate(one.key)
        if one.key != key and was and was.due != one.due:
            told.append(_gate(one, words))
    return tuple(told)


def _task_line(task: TaskStatus, words: Translator) -> str:
    return words.gettext(
        "{key}, {task}: {state}; due by {day}; {owner}.",
        key=task.key,
        task=task.title,
        state=words.gettext(STATES[task.state]),
        day=words.day(task.due, "d MMM y") if task.due else "–",
        owner=task.owner or words.gettext("nobody named"),
    )


def _with_keys(table: Table, tasks: Sequence[TaskStatus], words: Translator) -> Table:
    rows = zip(tasks, table.rows, strict=True)
    return Table(
        (words.gettext("Key"), *table.header), tuple((task.key, *row) for task, row in rows)
    )


def roadmap_message(
    roadmap: Roadmap, sources: Sequence[LinkedLine], today: date, words: Translator
) -> Message:
    """Write the roadmap of the months that follow, its phases and what they leave out."""
    title = words.gettext("The roadmap after the 90 days")
    parts: list[Part] = [Heading(title)]
    if not roadmap.phases:
        text = N_("No use case is rated yet: `lotsen register amend use_cases`.")
        return Message(title, (*parts, Paragraph(words.rich(text))))
    parts.append(_phases(roadmap.phases, today, words))
    parts.extend(Note((Run(text),)) for text in _remarks(roadmap, words))
    tasks = integration_tasks(sources)[:_MOST_INTEGRATIONS]
    if tasks:
        parts.append(Paragraph(words.rich("*To be joined along the way*")))
        parts += [Paragraph((Run(f"{source}: {task}"),)) for source, task in tasks]
    text = N_("Each quarter: the ROI statement, and a review of every AI system.")
    parts.append(Note(words.rich(text)))
    return Message(title, tuple(parts))


def _phases(phases: Sequence[Phase], today: date, words: Translator) -> Table:
    header = tuple(
        words.gettext(text) for text in (N_("Project"), N_("Phase"), N_("Months"), N_("Priority"))
    )
    rows = [
        (
            project.name,
            str(phase.number),
            words.gettext(
                "{first} to {last}",
                first=words.day(months_after(today.replace(day=1), phase.first), "MMM y"),
                last=words.day(months_after(today.replace(day=1), phase.last), "MMM y"),
            ),
            words.number(project.priority, 2),
        )
        for phase in phases
        for project in phase.projects
    ]
    return Table(header, tuple(rows))


def _remarks(roadmap: Roadmap, words: Translator) -> Iterator[str]:
    for phase in roadmap.phases:
        if phase.unusual:
            yield words.gettext(
                "Phase {n} takes {months} months; {least} to {most} are usual.",
                n=phase.number,
                months=phase.months,
                least=LEAST_MONTHS,
                most=MOST_MONTHS,
            )
    least, most = WHOLE_MONTHS
    if not least <= roadmap.months <= most:
        text = N_("In all {months} months; {least} to {most} are usual.")
        yield words.gettext(text, months=roadmap.months, least=least, most=most)
    yield words.gettext("How long a project takes is an estimate from its rated effort.")
    for text, names in (
        (N_("Later: {names}."), [project.name for project in roadmap.later]),
        (N_("Parked, much effort for an unclear return: {names}."), roadmap.parked),
        (N_("Not rated yet: {names}."), roadmap.unrated),
    ):
        if names:
            yield words.gettext(text, names="; ".join(names))


def _gate(gate: GateStatus, words: Translator) -> str:
    day = words.day(gate.due, "d MMM y") if gate.due else "–"
    state = (
        words.gettext("open") if gate.state is TaskState.TODO else words.gettext(STATES[gate.state])
    )
    text = N_("{phase}. Gate on {day}: {state}")
    return words.gettext(text, phase=words.gettext(PHASES[gate.phase]), day=day, state=state)


def _table(tasks: Sequence[TaskStatus], words: Translator) -> Table:
    header = tuple(
        words.gettext(name)
        for name in (
            N_("Week"),
            N_("Task"),
            N_("Owner"),
            N_("Due by"),
            N_("Where it stands"),
            N_("Evidence"),
        )
    )
    rows = tuple(
        (
            str(task.week),
            task.title,
            task.owner,
            words.day(task.due, "d MMM y") if task.due else "–",
            words.gettext("late") if task.late else words.gettext(STATES[task.state]),
            task.reason or task.evidence or "–",
        )
        for task in tasks
    )
    return Table(header, rows)
