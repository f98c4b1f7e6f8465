"""Registers as posts: the list with its buttons, all registers, and what is due for review."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from models.desk.registers.register_lines import Listing
from models.language import Translator
from models.message import Button, Buttons, Heading, Message, Note, Paragraph, Part, Run, Select
from models.registers.declaration import CurrentLine, Register
from models.registers.showing import entries_of, remarks, table, title_of

MOST_LINES = 20
"""What a list in Slack shows; the rest is in the command line and in the export."""
_MOST_TO_AMEND = 100
_MOST_REMARKS = 6
_MOST_DUE = 10


@dataclass(frozen=True, slots=True)
class DueLine:
    """A line whose day of review has come; ``name`` is empty where nobody may read it."""

    register: Register
    line: CurrentLine
    day: date
    name: str


def listed(found: Listing, words: Translator, others: Sequence[Register]) -> Message:
    """Return a register's list, with buttons for whoever may change it or add a line."""
    register = found.register
    title = words.gettext(register.title)
    entries = entries_of(found.lines, found.shelf)
    parts: list[Part] = [Heading(title), Paragraph((Run(words.gettext(register.about)),))]
    if entries:
        parts.append(table(register, entries[:MOST_LINES], words, found.names))
    else:
        parts.append(Paragraph(words.rich("No lines yet.")))
    left = len(entries) - MOST_LINES
    if left > 0:
        more = words.ngettext(
            "{n} more: `lotsen register list {kind}`",
            "{n} more: `lotsen register list {kind}`",
            left,
            kind=register.kind,
        )
        parts.append(Note(words.rich(more)))
    parts += remarks(register, entries, words)[:_MOST_REMARKS]
    parts += _buttons(found, words) if found.can_add else []
    parts.append(_chooser(others, register, words))
    number = words.ngettext("{n} line", "{n} lines", len(entries))
    return Message(f"{title}: {number}", tuple(parts))


def overview(counts: Mapping[str, int], shown: Sequence[Register], words: Translator) -> Message:
    """Return which registers there are, with how many lines each has."""
    lines = tuple(
        Paragraph(
            words.rich(
                "*{title}* ({n}): {about}",
                title=words.gettext(register.title),
                n=words.number(counts.get(register.kind, 0)),
                about=words.gettext(register.about),
            )
        )
        for register in shown
    )
    title = words.gettext("The registers")
    return Message(title, (Heading(title), *lines, _chooser(shown, None, words)))


def saved(
    register: Register, line: CurrentLine, words: Translator, names: Mapping[str, str]
) -> Message:
    """Return that a change was written."""
    line_said = words.rich(
        "Saved in *{register}*: line {number}, {name} (version {version}).",
        register=words.gettext(register.title),
        number=str(line.number),
        name=title_of(register, line, words, names),
        version=str(line.version),
    )
    return Message("".join(run.text for run in line_said), (Paragraph(line_said),))


def reviews(due: Sequence[DueLine], words: Translator) -> Message:
    """Return the week's post: what is due for review, the oldest first."""
    title = words.gettext("Registers to review this week")
    parts: list[Part] = [Heading(title)]
    parts += [_due(item, words) for item in due[:_MOST_DUE]]
    if len(due) > _MOST_DUE:
        left = words.ngettext("{n} more is due", "{n} more are due", len(due) - _MOST_DUE)
        parts.append(Note((Run(left),)))
    parts.append(
        Note(words.rich("Open one with `/lotsen register` and amend it, or move its next review."))
    )
    number = words.ngettext("{n} line", "{n} lines", len(due))
    return Message(f"{title}: {number}", tuple(parts))


def _due(item: DueLine, words: Translator) -> Paragraph:
    return Paragraph(
        words.rich(
            "*{register} {number}* {name}: due {day}",
            register=words.gettext(item.register.title),
            number=str(item.line.number),
            name=item.name,
            day=words.day(item.day),
        )
    )


def _buttons(found: Listing, words: Translator) -> list[Part]:
    register = found.register
    subject = f"register:{register.kind}"
    add = Button("register_add", words.gettext("Add"), register.kind, "primary")
    parts: list[Part] = [Buttons(subject, (add,))]
    if found.lines and found.can_change and not register.ledger:
        options = tuple(
            (
                f"{register.kind}:{line.number}",
                f"{line.number} · {title_of(register, line, words, found.names)}",
            )
            for line in found.lines[:_MOST_TO_AMEND]
        )
        parts.append(
            Select(f"{subject}:amend", "register_amend", words.gettext("Amend …"), options)
        )
    return parts


def _chooser(shown: Sequence[Register], chosen: Register | None, words: Translator) -> Select:
    options = tuple((register.kind, words.gettext(register.title)) for register in shown)
    label = words.gettext("Choose a register …")
    return Select("register:show", "register_show", label, options, chosen.kind if chosen else "")
