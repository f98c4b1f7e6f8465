"""The programme in pictures, each with the same in words: plan, use cases, risks, systems.

A picture is a file of a message (`models.message.File`). Where the extra `report` is missing,
or nothing is rated yet, there is none.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from operator import attrgetter
from typing import Final

from models.language import N_, Translator
from models.message import File, Heading, Note, Part, Picture, Run
from models.programme.posts import title_of
from models.programme.status import PlanStatus, TaskState
from models.registers.catalogue import register_of
from models.registers.declaration import LinkedLine
from models.registers.kinds.risks import LEVELS, level, severity
from models.registers.kinds.use_cases import priority
from models.reports import plan_picture, register_pictures
from models.reports.chart_picture import can_draw
from models.reports.pdf import PdfPage, pdf
from models.reports.register_pictures import drawable
from models.tickets.hours import Calendar

PLAN: Final = "plan"
_PICTURES: Final[dict[str, tuple[Callable[[LinkedLine], float | None], str]]] = {
    "use_cases": (
        priority,
        N_("{number} {name}: value {value}, effort {effort}, feasibility {feasibility}"),
    ),
    "risks": (
        severity,
        N_("{number} {name}: likelihood {likelihood}, impact {impact}, {level}"),
    ),
    "systems": (
        lambda entry: entry.score("readiness"),
        N_("{number} {name}: readiness {readiness} of 5"),
    ),
}
"""Register → by what its lines are ranked, and what is said of each."""
KINDS: Final = tuple(_PICTURES)
"""The registers that have a picture, in the order of the report."""
_SCORES: Final = ("value", "effort", "feasibility", "likelihood", "impact", "readiness")


def file_name(what: str) -> str:
    """Return what the picture of the plan or of a register is called."""
    return f"{what.replace('_', '-')}.png"


def has_picture(what: str, entries: Sequence[LinkedLine], status: PlanStatus | None) -> bool:
    """Return whether there is a picture to be drawn of the plan or of a register."""
    if not can_draw():
        return False
    if what == PLAN:
        return status is not None and status.started is not None
    return what in KINDS and bool(drawable(what, entries))


def plan_file(status: PlanStatus, calendar: Calendar, words: Translator) -> File | None:
    """Return the timeline of the plan, or None."""
    if not has_picture(PLAN, (), status):
        return None
    png = plan_picture.draw(status, calendar, words)
    return File(file_name(PLAN), png, title_of(status, words), plan_in_words(status, words))


def register_file(kind: str, entries: Sequence[LinkedLine], words: Translator) -> File | None:
    """Return the picture of a register, or None."""
    if not has_picture(kind, entries, None):
        return None
    png = register_pictures.draw(kind, entries, words).png
    title = words.gettext(register_of(kind).title)
    return File(file_name(kind), png, title, register_in_words(kind, entries, words))


def shown(file: File) -> Picture:
    """Return the part of a message that shows a file."""
    return Picture(file.name, file.alt, file.title)


def plan_in_words(status: PlanStatus, words: Translator) -> str:
    """Return what the timeline shows."""
    late = [task.title for task in status.late]
    blocked = [task.title for task in status.tasks if task.state is TaskState.BLOCKED]
    done = sum(not task.is_open for task in status.tasks)
    said = [
        title_of(status, words),
        words.gettext("{done} of {all} tasks done", done=done, all=len(status.tasks)),
    ]
    gate = status.next_gate
    if gate and gate.due:
        day = words.day(gate.due, "d MMMM")
        said.append(words.gettext("Next gate: day {n}, {day}", n=gate.day, day=day))
    said += [words.gettext("Late: {tasks}", tasks="; ".join(late))] if late else []
    said += [words.gettext("Blocked: {tasks}", tasks="; ".join(blocked))] if blocked else []
    return ". ".join(said) + "."


def register_in_words(kind: str, entries: Sequence[LinkedLine], words: Translator) -> str:
    """Return what the picture of a register shows: its lines, what matters most first."""
    lines = (_in_words(kind, entry, words) for entry in _ranked(kind, drawable(kind, entries)))
    return f"{words.gettext(register_of(kind).title)}. " + "; ".join(lines) + "."


def _ranked(kind: str, entries: Sequence[LinkedLine]) -> list[LinkedLine]:
    rank, _ = _PICTURES[kind]
    by_number = sorted(entries, key=attrgetter("number"))
    return sorted(by_number, key=lambda one: -(rank(one) or 0.0))


def _in_words(kind: str, entry: LinkedLine, words: Translator) -> str:
    return words.gettext(
        _PICTURES[kind][1],
        number=entry.number,
        name=entry.text("name"),
        level=words.gettext(dict(LEVELS)[level(entry) or "low"]),
        **{key: f"{entry.score(key) or 0:g}" for key in _SCORES},
    )


# On paper ---------------------------------------------------------------------------------------


def programme_pdf(
    status: PlanStatus,
    registers: Mapping[str, Sequence[LinkedLine]],
    calendar: Calendar,
    words: Translator,
) -> bytes:
    """Return the programme as a PDF: timeline, matrix, heat map, readiness, a page each.

    The same plan and registers give the same bytes. Of what is not rated yet the page says so.

    Raises
    ------
    InvalidError
        Without the extra `report`.
    """
    title = words.gettext("The programme on {day}", day=words.day(status.today, "d MMMM y"))
    files = [plan_file(status, calendar, words)]
    files += [register_file(kind, registers.get(kind, ()), words) for kind in KINDS]
    heads = [title_of(status, words), *(words.gettext(register_of(kind).title) for kind in KINDS)]
    pages = [
        PdfPage(tuple(_page(head, file, words))) for head, file in zip(heads, files, strict=True)
    ]
    found = [file for file in files if file]
    return pdf(pages, title, words.language, title, files=found, landscape=True)


def _page(head: str, file: File | None, words: Translator) -> Iterator[Part]:
    if file is None:
        yield Heading(head)
        yield Note(words.rich("Nothing to draw yet: rate the lines first, or begin the plan."))
        return
    # The picture has its title in it.
    yield shown(file)
    yield Note((Run(file.alt),))
