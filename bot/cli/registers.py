"""``lotsen register``: use cases, systems, data sources, skills, risks, AI systems, roles, costs."""

from pathlib import Path
from typing import Annotated, Any, Literal

from typer import Argument, Option

from bot.cli.arguments import as_text
from bot.cli.command import Result, command, group, tree
from bot.cli.output import Hint, Raw, Text, fields_of, table, write_file
from bot.cli.session import Session
from models.desk.registers.register_lines import Listing
from models.errors import InvalidError
from models.language import N_
from models.language.encoding import encoding_of
from models.message import Paragraph
from models.registers import showing
from models.registers.catalogue import register_of
from models.registers.deciding import LineChange, Verb
from models.registers.files import as_json, csv_text, json_text, markdown_text
from models.registers.showing import CHANGES, cell, differences, entries_of, remarks
from models.reports.register_pictures import draw

app = tree()
registers = group(app, "register")

Kind = Annotated[
    str,
    Argument(
        metavar="KIND",
        help="use_cases, systems, data_sources, skills, risks, ai_systems, roles, costs, "
        "ai_requests, criteria or trainings.",
    ),
]
Number = Annotated[int, Argument(metavar="NUMBER", help="As in: lotsen register list.")]
Everything = Annotated[bool, Option("--all", help="Retired lines too.")]
Assigned = Annotated[
    list[str] | None,
    Option("--set", "-s", metavar="FIELD=VALUE", help="As often as there are fields."),
]
Seen = Annotated[
    int | None,
    Option("--version", help="The version you looked at; refused if it changed since."),
]

_SAVED: dict[Verb, str] = {
    "save": N_("Line {number}, version {version}."),
    "retire": N_("Line {number} is out of use (version {version})."),
    "restore": N_("Line {number} is in use again (version {version})."),
}


@command(registers, "list")
def list_(
    session: Session,
    kind: Kind,
    where: Annotated[
        list[str] | None,
        Option("--where", metavar="FIELD=VALUE", help="Only these, such as quick_win=yes."),
    ] = None,
    everything: Everything = False,
) -> Result:
    """List the lines of a register, and what is to be said of them."""
    wanted = _assignments("--where", where)
    found = session.lotsen.registers.listing(kind, wanted, everything=everything)
    words, entries = session.words, entries_of(found.lines, found.shelf)
    text: Text = Paragraph(words.rich("No lines yet."))
    if entries:
        text = (
            showing.table(found.register, entries, words, found.names),
            *remarks(found.register, entries, words),
        )
    json = {"kind": found.register.kind, "lines": _json_lines(session, found)}
    return Result(json, text)


@command(registers)
def fields(session: Session, kind: Kind) -> Result:
    """Say which fields a line has, and what may stand in each."""
    gettext, found = session.words.gettext, register_of(kind)
    rows = [
        (
            item.key,
            gettext(item.title),
            item.kind,
            gettext("yes") if item.required else "",
            ", ".join(key for key, _ in item.choices)
            or (f"{item.low:g}–{item.high:g}" if item.kind == "number" else ""),
        )
        for item in found.fields
    ]
    names = ("field", "title", "type", "required", "values")
    listed = [dict(zip(names, row, strict=True)) for row in rows]
    header = tuple(map(gettext, (N_("Field"), N_("Title"), N_("Type"), N_("Needed"), N_("Values"))))
    return Result({"kind": found.kind, "fields": listed}, table(header, rows))


@command(registers)
def add(session: Session, kind: Kind, assigned: Assigned = None) -> Result:
    """Add a line."""
    return _change(session, kind, LineChange(0, _assignments("--set", assigned)))


@command(registers)
def amend(
    session: Session, kind: Kind, number: Number, assigned: Assigned = None, version: Seen = None
) -> Result:
    """Change some fields of a line; what it was before stays in its history."""
    return _change(session, kind, LineChange(number, _assignments("--set", assigned), version))


@command(registers)
def retire(session: Session, kind: Kind, number: Number, version: Seen = None) -> Result:
    """Take a line out of use; it is never deleted."""
    return _change(session, kind, LineChange(number, {}, version, "retire"))


@command(registers)
def restore(session: Session, kind: Kind, number: Number, version: Seen = None) -> Result:
    """Take a retired line into use again."""
    return _change(session, kind, LineChange(number, {}, version, "restore"))


@command(registers)
def history(session: Session, kind: Kind, number: Number) -> Result:
    """Show every version of a line: when, by whom, and which fields changed."""
    words, gettext = session.words, session.words.gettext
    found, names = session.lotsen.registers.history(kind, number)
    declared = register_of(kind)
    rows: list[tuple[str, ...]] = []
    versions: list[dict[str, Any]] = []
    for at, version in enumerate(found):
        line = version.line
        before = found[at + 1].line.values if at + 1 < len(found) else {}
        changed = differences(declared, before, line.values)
        versions.append(
            {
                "version": line.version,
                "change": version.change.value,
                "at": line.changed_at,
                "by": names.get(line.changed_by, ""),
                "values": {item.key: line.values.get(item.key) for item in changed},
            }
        )
        values = (
            f"{gettext(item.title)}: {cell(item, line.values.get(item.key), words, names)}"
            for item in changed
        )
        rows.append(
            (
                str(line.version),
                words.moment(line.changed_at, session.zone),
                names.get(line.changed_by, "") or gettext("command line or Lotsen"),
                gettext(CHANGES[version.change.value]),
                "; ".join(values),
            )
        )
    header = tuple(
        map(gettext, (N_("Version"), N_("When"), N_("By"), N_("What was done"), N_("Fields")))
    )
    json = {"kind": declared.kind, "number": number, "versions": versions}
    return Result(json, table(header, rows))


@command(registers, with_json=False)
def export(
    session: Session,
    kind: Kind,
    form: Annotated[
        Literal["csv", "json", "md"], Option("--format", help="csv, json or md.")
    ] = "csv",
    out: Annotated[
        Path | None, Option("--out", metavar="FILE", help="Else standard output.")
    ] = None,
    everything: Everything = False,
) -> Result:
    """Write a register as a file; CSV can be changed and imported again."""
    found = session.lotsen.registers.listing(kind, everything=everything)
    text = _exported(session, found, form)
    if out is None:
        return Result(None, Raw(text))
    write_file(out, text.encode())
    return Result(None, hints=(session.words.gettext("Written: {file}", file=out),))


@command(registers, "import")
def import_(
    session: Session,
    kind: Kind,
    file: Annotated[Path, Argument(help="A CSV file as export writes it.")],
) -> Result:
    """Read lines from CSV: with a number a row amends that line, without one it adds a line."""
    encoding = encoding_of(file)
    content = file.read_text(encoding=encoding, errors="replace")
    done = session.lotsen.registers.read_file(kind, content, session.now)
    skipped = [{"row": row, "reason": reason} for row, reason in done.skipped]
    counted = session.words.gettext(
        "Added {added}, amended {amended}, unchanged {same}, left out {skipped}.",
        added=done.added,
        amended=done.amended,
        same=done.same,
        skipped=len(skipped),
    )
    hints = [Hint(f"row {row}: {reason}") for row, reason in done.skipped]
    json = {**fields_of(done, "added", "amended", "same"), "skipped": skipped}
    return Result(json, [counted, *hints])


@command(registers)
def picture(
    session: Session, kind: Kind, file: Annotated[Path, Argument(metavar="FILE.png")]
) -> Result:
    """Draw use cases as a matrix, risks as a heat map, systems by readiness."""
    found = session.lotsen.registers.listing(kind)
    entries = entries_of(found.lines, found.shelf)
    drawn = draw(found.register.kind, entries, session.words)
    write_file(file, drawn.png)
    text = session.words.gettext(
        "{file}: {shown} of {n} lines shown.", file=file, shown=drawn.shown, n=len(entries)
    )
    return Result({"kind": found.register.kind, "file": file, "shown": drawn.shown}, text)


def _change(session: Session, kind: str, change: LineChange) -> Result:
    line = session.lotsen.registers.change(kind, change, session.now).line
    if line is None:
        raise InvalidError("nothing was saved")
    text = session.words.gettext(_SAVED[change.verb], number=line.number, version=line.version)
    return Result(fields_of(line, "kind", "number", "version"), text)


def _assignments(option: str, assigned: list[str] | None) -> dict[str, str]:
    found: dict[str, str] = {}
    for text in map(as_text, assigned or []):
        key, sign, value = text.partition("=")
        if not sign:
            raise InvalidError(f"{option} {text!r}: write FIELD=VALUE, such as name=Printers")
        found[key.strip()] = value
    return found


def _json_lines(session: Session, found: Listing) -> list[dict[str, Any]]:
    quoted = session.lotsen.registers.quoted(found.register.kind, found.lines)
    entries = entries_of(found.lines, found.shelf)
    return as_json(found.register, found.lines, entries, lambda one: quoted.get(one, ""))


def _exported(session: Session, found: Listing, form: str) -> str:
    if form == "json":
        return json_text(found.register.kind, _json_lines(session, found))
    if form == "md":
        entries = entries_of(found.lines, found.shelf)
        return markdown_text(found.register, entries, session.words, found.names)
    quoted = session.lotsen.registers.quoted(found.register.kind, found.lines)
    return csv_text(found.register, found.lines, lambda one: quoted.get(one, ""))
