"""What is posted of the plan, and when: Monday, Friday, a gate, something overdue. Pure."""

from collections.abc import Iterator, Sequence
from datetime import date

from models.language import Words, noted
from models.message import Button, Buttons, Heading, Message, Note, Paragraph, Part, Run, Runs
from models.programme.dates import overdue_notice_day
from models.programme.status import GateStatus, PlanStatus, TaskState, TaskStatus
from models.programme.tasks import DAYS, WEEKS, weeks_of
from models.tickets.hours import Calendar

MOST_IN_A_CHECK_IN = 8
_MOST_LINES = 8
PHASES = {
    1: noted("Phase 1, days 1–30: where we stand"),
    2: noted("Phase 2, days 31–60: the pilot"),
    3: noted("Phase 3, days 61–90: evaluation and roadmap"),
}


def monday(status: PlanStatus, words: Words, *, late: bool = False) -> Message:
    """Write the post of a Monday: what this week asks for, what is behind, the next gate."""
    title = title_of(status, words)
    parts: list[Part] = [Heading(title), Paragraph(counts(status, words))]
    if late:
        parts.append(_late(status, words))
    parts.extend(week_parts(status, words))
    first = status.due[0].title if status.due else ""
    return Message(text=f"{title}. {first}" if first else title, parts=tuple(parts))


def week_parts(status: PlanStatus, words: Words, *, buttons: bool = False) -> Iterator[Part]:
    """Say what this week asks for, what is behind, and the next gate."""
    if status.due:
        yield Paragraph(words.rich("*Due this week*"))
        for task in status.due:
            yield from _asked(task, words)
            if buttons:
                yield task_buttons(task.key, words)
    elif status.week and status.week <= WEEKS:
        yield Paragraph(words.rich("Nothing is due this week."))
    yield from _behind(status, words)
    gate = status.next_gate
    if gate and gate.due and gate.due <= status.week_ends:
        text = noted("*Day {n}*, {day}: the IT lead decides whether the plan goes on.")
        if gate.late:
            text = noted("*Day {n}*, {day}: whether the plan goes on is not decided yet.")
        yield Paragraph(words.rich(text, n=str(gate.day), day=words.day(gate.due, "EEEE d MMMM")))


def check_in(
    status: PlanStatus, period: str, missed: Sequence[str], words: Words, *, late: bool = False
) -> Message:
    """Ask of each task that should be done by now how it stands: eight at most."""
    asked = (*status.late, *status.due)
    title = words.say("Check-in: how did week {week} go?", week=status.week)
    parts: list[Part] = [Heading(title)]
    if late:
        parts.append(_late(status, words))
    if missed:
        text = noted("Lotsen stood still: no check-in in {weeks}.")
        parts.append(Note(words.rich(text, weeks=words.listing(missed))))
    if not asked:
        parts.append(Paragraph(words.rich("Everything that was due is done. Good work!")))
    for task in asked[:MOST_IN_A_CHECK_IN]:
        parts.extend(_asked(task, words))
        parts.append(task_buttons(task.key, words, period))
    if left := asked[MOST_IN_A_CHECK_IN:]:
        parts.append(Note((Run(_more(len(left), words)),)))
    return Message(text=title, parts=tuple(parts))


def gate(status: PlanStatus, due: GateStatus, period: str, words: Words) -> Message:
    """Say what is missing at a gate, and let the IT lead decide.

    ``period`` names this post, to be drawn again when it is decided.
    """
    title = gate_title(due, words)
    phase = [task for task in status.tasks if task.week in weeks_of(due.phase)]
    text = noted("{phase} · {done} of {all} tasks done")
    done = words.number(len(phase) - len(due.missing))
    said = words.say(PHASES[due.phase])
    parts: list[Part] = [
        Heading(title),
        Paragraph(words.rich(text, phase=said, done=done, all=words.number(len(phase)))),
    ]
    if due.missing:
        parts.append(Paragraph(words.rich("*Still missing*")))
        parts += [Paragraph(_line(task, words)) for task in phase if task.is_open]
    else:
        parts.append(Paragraph(words.rich("Nothing is missing.")))
    parts.append(Paragraph(_criteria(due, words)))
    parts.append(Note(words.rich("The IT lead decides, with a reason.")))
    decide = Button("plan_gate", words.say("Decide"), f"{due.key}@{period}", "primary")
    parts.append(Buttons(f"plan:{due.key}", (decide,)))
    return Message(text=title, parts=tuple(parts))


def _criteria(gate: GateStatus, words: Words) -> Runs:
    """Say what the phase that a gate opens is to reach."""
    if gate.criteria:
        return words.rich("*What comes then is to reach:* {names}", names="; ".join(gate.criteria))
    text = noted("*No success criterion for what comes then:* `/lotsen register criteria`.")
    return words.rich(text)


def gate_title(gate: GateStatus, words: Words) -> str:
    """Return the question that a gate asks."""
    return words.say("Day {n}: does the plan go on?", n=gate.day)


def decided(gate: GateStatus, words: Words) -> Message:
    """Say what was decided at a gate."""
    texts = {
        TaskState.DONE: noted("Day {n}: the plan goes on."),
        TaskState.STOPPED: noted("Day {n}: the plan ends here."),
    }
    day = words.day(gate.due, "d MMMM") if gate.due else ""
    text = texts.get(gate.state, noted("Day {n}: decided anew on {day}."))
    title = words.say(text, n=gate.day, day=day)
    reason = words.rich("*Reason:* {reason}", reason=gate.reason)
    return Message(text=title, parts=(Heading(title), Paragraph(reason)))


def overdue(
    status: PlanStatus, days: Sequence[date], calendar: Calendar, words: Words
) -> Message | None:
    """Tell what has been overdue for two working days on one of ``days``; None without any.

    It says what and whose role, no name and no reason: those above may read it.
    """
    tasks = [
        task for task in status.late if task.due and overdue_notice_day(task.due, calendar) in days
    ]
    gates = [
        one
        for one in status.gates
        if one.late and one.due and overdue_notice_day(one.due, calendar) in days
    ]
    if not tasks and not gates:
        return None
    title = words.say("The 90-day plan is two working days late")
    parts: list[Part] = [Heading(title)]
    for task in tasks:
        text = noted("*{title}* (week {week}), due {day}")
        day = words.day(task.due, "d MMMM") if task.due else ""
        parts.append(Paragraph(words.rich(text, title=task.title, week=str(task.week), day=day)))
    for one in gates:
        day = words.day(one.due, "d MMMM") if one.due else ""
        text = noted("*The decision of day {n}*, due {day}")
        parts.append(Paragraph(words.rich(text, n=str(one.day), day=day)))
    parts.append(Note(words.rich("This is said once. The IT lead can finish, block or move it.")))
    return Message(text=title, parts=tuple(parts))


def title_of(status: PlanStatus, words: Words) -> str:
    """Return in one line where the plan stands."""
    if status.started is None:
        return words.say("The 90-day plan has not begun")
    if status.stopped:
        return words.say("The 90-day plan was ended")
    if status.day == 0:
        return words.say("The 90-day plan begins on {day}", day=words.day(status.started))
    if status.day > DAYS:
        return words.say("The 90-day plan is over, day {day}", day=words.number(status.day))
    if status.week > WEEKS:
        return words.say("90-day plan: time to decide, day {day} of 90", day=status.day)
    text = noted("90-day plan: week {week} of 12, day {day} of 90")
    return words.say(text, week=status.week, day=status.day)


def counts(status: PlanStatus, words: Words) -> Runs:
    """Return the phase, how many tasks are done, and the days left, on one line."""
    done = words.number(sum(not task.is_open for task in status.tasks))
    everything = words.number(len(status.tasks))
    said = [words.say(PHASES[status.phase])] if status.week else []
    said.append(words.say("{done} of {all} tasks done", done=done, all=everything))
    if status.week:
        said.append(words.count("{n} day left", "{n} days left", status.days_left))
    return (Run(" · ".join(said)),)


def task_buttons(key: str, words: Words, period: str = "") -> Buttons:
    """Return *done / blocked / move*; ``period`` names the check-in to be drawn again."""
    value = f"{key}@{period}" if period else key
    return Buttons(
        f"plan:{key}",
        (
            Button("plan_done", words.say("Done"), value, "primary"),
            Button("plan_blocked", words.say("Blocked"), value),
            Button("plan_move", words.say("Move"), value),
        ),
    )


def _late(status: PlanStatus, words: Words) -> Note:
    text = noted("This post is of {day} and comes late.")
    return Note(words.rich(text, day=words.day(status.today)))


def _asked(task: TaskStatus, words: Words) -> Iterator[Part]:
    yield Paragraph(_line(task, words))
    text = noted("Shown by: {needs}")
    said = words.say(text, needs=task.needs)
    if task.evidence:
        said = f"{said} · {task.evidence}"
    yield Note((Run(said),))


def _line(task: TaskStatus, words: Words) -> Runs:
    day = words.day(task.due, "EEEE d MMMM") if task.due else "–"
    said = (Run(task.title, "bold"), Run(f" · {task.owner} · {day}"))
    if task.state is TaskState.BLOCKED:
        return (*said, Run(" · "), *words.rich("blocked: {reason}", reason=task.reason))
    return (*said, Run(" · "), *words.rich("_late_")) if task.late else said


def _behind(status: PlanStatus, words: Words) -> Iterator[Part]:
    late = status.late
    if not late:
        return
    yield Paragraph(words.rich("*Behind plan*"))
    for task in late[:_MOST_LINES]:
        yield Paragraph(_line(task, words))
    if left := late[_MOST_LINES:]:
        yield Note((Run(_more(len(left), words)),))


def _more(n: int, words: Words) -> str:
    return words.count("and {n} more: `lotsen plan show`", "and {n} more: `lotsen plan show`", n)
