"""What is posted of the plan, and when: Monday, Friday, a gate, something overdue. Pure."""

from collections.abc import Iterator, Sequence
from datetime import date

from models.language import N_, Translator
from models.message import Button, Buttons, Heading, Message, Note, Paragraph, Part, Run, Runs
from models.programme.dates import overdue_notice_day
from models.programme.status import GateStatus, PlanStatus, TaskState, TaskStatus
from models.programme.tasks import DAYS, WEEKS, weeks_of
from models.tickets.hours import Calendar

MOST_IN_A_CHECK_IN = 8
_MOST_LINES = 8
PHASES = {
    1: N_("Phase 1, days 1–30: where we stand"),
    2: N_("Phase 2, days 31–60: the pilot"),
    3: N_("Phase 3, days 61–90: evaluation and roadmap"),
}


def monday(status: PlanStatus, words: Translator, *, late: bool = False) -> Message:
    """Write the post of a Monday: what this week asks for, what is behind, the next gate."""
    title = title_of(status, words)
    parts: list[Part] = [Heading(title), Paragraph(counts(status, words))]
    if late:
        parts.append(_late(status, words))
    parts.extend(week_parts(status, words))
    first = status.due[0].title if status.due else ""
    return Message(text=f"{title}. {first}" if first else title, parts=tuple(parts))


def week_parts(status: PlanStatus, words: Translator, *, buttons: bool = False) -> Iterator[Part]:
    """Say what this week asks for, what is behind, and the next gate."""
    if status.due:
        yield Paragraph(words.rich("*Due this week*"))
        for task in status.due:
            yield from _asked(task, words)
            if buttons:
                yield task_buttons(task.key, words)
    elif status.week and status.week <= WEEKS:
        yield Paragraph(words.rich("Nothing is due this week."))
    yield from _overdue_part(status, words)
    gate = status.next_gate
    if gate and gate.due and gate.due <= status.week_ends:
        text = N_("*Day {n}*, {day}: the IT lead decides whether the plan goes on.")
        if gate.late:
            text = N_("*Day {n}*, {day}: whether the plan goes on is not decided yet.")
        yield Paragraph(words.rich(text, n=str(gate.day), day=words.day(gate.due, "EEEE d MMMM")))


def check_in(
    status: PlanStatus, period: str, missed: Sequence[str], words: Translator, *, late: bool = False
) -> Message:
    """Ask of each task that should be done by now how it stands: eight at most."""
    asked = (*status.late, *status.due)
    title = words.gettext("Check-in: how did week {week} go?", week=status.week)
    parts: list[Part] = [Heading(title)]
    if late:
        parts.append(_late(status, words))
    if missed:
        text = N_("Lotsen stood still: no check-in in {weeks}.")
        parts.append(Note(words.rich(text, weeks=words.listing(missed))))
    if not asked:
        parts.append(Paragraph(words.rich("Everything that was due is done. Good work!")))
    for task in asked[:MOST_IN_A_CHECK_IN]:
        parts.extend(_asked(task, words))
        parts.append(task_buttons(task.key, words, period))
    if left := asked[MOST_IN_A_CHECK_IN:]:
        parts.append(Note((Run(_more(len(left), words)),)))
    return Message(text=title, parts=tuple(parts))


def gate(status: PlanStatus, due: GateStatus, period: str, words: Translator) -> Message:
    """Say what is missing at a gate, and let the IT lead decide.

    ``period`` names this post, to be drawn again when it is decided.
    """
    title = gate_title(due, words)
    phase = [task for task in status.tasks if task.week in weeks_of(due.phase)]
    text = N_("{phase} · {done} of {all} tasks done")
    done = words.number(len(phase) - len(due.missing))
    said = words.gettext(PHASES[due.phase])
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
    decide = Button("plan_gate", words.gettext("Decide"), f"{due.key}@{period}", "primary")
    parts.append(Buttons(f"plan:{due.key}", (decide,)))
    return Message(text=title, parts=tuple(parts))


def _criteria(gate: GateStatus, words: Translator) -> Runs:
    """Say what the phase that a gate opens is to reach."""
    if gate.criteria:
        return words.rich("*What comes then is to reach:* {names}", names="; ".join(gate.criteria))
    text = N_("*No success criterion for what comes then:* `/lotsen register criteria`.")
    return words.rich(text)


def gate_title(gate: GateStatus, words: Translator) -> str:
    """Return the question that a gate asks."""
    return words.gettext("Day {n}: does the plan go on?", n=gate.day)


def decided(gate: GateStatus, words: Translator) -> Message:
    """Say what was decided at a gate."""
    texts = {
        TaskState.DONE: N_("Day {n}: the plan goes on."),
        TaskState.STOPPED: N_("Day {n}: the plan ends here."),
    }
    day = words.day(gate.due, "d MMMM") if gate.due else ""
    text = texts.get(gate.state, N_("Day {n}: decided anew on {day}."))
    title = words.gettext(text, n=gate.day, day=day)
    reason = words.rich("*Reason:* {reason}", reason=gate.reason)
    return Message(text=title, parts=(Heading(title), Paragraph(reason)))


def overdue(
    status: PlanStatus, days: Sequence[date], calendar: Calendar, words: Translator
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
    title = words.gettext("The 90-day plan is two working days late")
    parts: list[Part] = [Heading(title)]
    for task in tasks:
        text = N_("*{title}* (week {week}), due {day}")
        day = words.day(task.due, "d MMMM") if task.due else ""
        parts.append(Paragraph(words.rich(text, title=task.title, week=str(task.week), day=day)))
    for one in gates:
        day = words.day(one.due, "d MMMM") if one.due else ""
        text = N_("*The decision of day {n}*, due {day}")
        parts.append(Paragraph(words.rich(text, n=str(one.day), day=day)))
    parts.append(Note(words.rich("This is said once. The IT lead can finish, block or move it.")))
    return Message(text=title, parts=tuple(parts))


def title_of(status: PlanStatus, words: Translator) -> str:
    """Return in one line where the plan stands."""
    if status.started is None:
        return words.gettext("The 90-day plan has not begun")
    if status.stopped:
        return words.gettext("The 90-day plan was ended")
    if status.day == 0:
        return words.gettext("The 90-day plan begins on {day}", day=words.day(status.started))
    if status.day > DAYS:
        return words.gettext("The 90-day plan is over, day {day}", day=words.number(status.day))
    if status.week > WEEKS:
        return words.gettext("90-day plan: time to decide, day {day} of 90", day=status.day)
    text = N_("90-day plan: week {week} of 12, day {day} of 90")
    return words.gettext(text, week=status.week, day=status.day)


def counts(status: PlanStatus, words: Translator) -> Runs:
    """Return the phase, how many tasks are done, and the days left, on one line."""
    done = words.number(sum(not task.is_open for task in status.tasks))
    everything = words.number(len(status.tasks))
    said = [words.gettext(PHASES[status.phase])] if status.week else []
    said.append(words.gettext("{done} of {all} tasks done", done=done, all=everything))
    if status.week:
        said.append(words.ngettext("{n} day left", "{n} days left", status.days_left))
    return (Run(" · ".join(said)),)


def task_buttons(key: str, words: Translator, period: str = "") -> Buttons:
    """Return *done / blocked / move*; ``period`` names the check-in to be drawn again."""
    value = f"{key}@{period}" if period else key
    return Buttons(
        f"plan:{key}",
        (
            Button("plan_done", words.gettext("Done"), value, "primary"),
            Button("plan_blocked", words.gettext("Blocked"), value),
            Button("plan_move", words.gettext("Move"), value),
        ),
    )


def _late(status: PlanStatus, words: Translator) -> Note:
    text = N_("This post is of {day} and comes late.")
    return Note(words.rich(text, day=words.day(status.today)))


def _asked(task: TaskStatus, words: Translator) -> Iterator[Part]:
    yield Paragraph(_line(task, words))
    text = N_("Shown by: {needs}")
    said = words.gettext(text, needs=task.needs)
    if task.evidence:
        said = f"{said} · {task.evidence}"
    yield Note((Run(said),))


def _line(task: TaskStatus, words: Translator) -> Runs:
    day = words.day(task.due, "EEEE d MMMM") if task.due else "–"
    said = (Run(task.title, "bold"), Run(f" · {task.owner} · {day}"))
    if task.state is TaskState.BLOCKED:
        return (*said, Run(" · "), *words.rich("blocked: {reason}", reason=task.reason))
    return (*said, Run(" · "), *words.rich("_late_")) if task.late else said


def _overdue_part(status: PlanStatus, words: Translator) -> Iterator[Part]:
    late = status.late
    if not late:
        return
    yield Paragraph(words.rich("*Behind plan*"))
    for task in late[:_MOST_LINES]:
        yield Paragraph(_line(task, words))
    if left := late[_MOST_LINES:]:
        yield Note((Run(_more(len(left), words)),))


def _more(n: int, words: Translator) -> str:
    return words.ngettext("and {n} more: `lotsen plan show`", "and {n} more: `lotsen plan show`", n)
