"""``lotsen register``: use cases, systems, data sources, skills, risks, AI systems, roles, costs."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from bot.cli.arguments import Json, as_text
from bot.cli.output import emit, hint, say, show_parts, write_file
from models.errors import InvalidError
from models.language import noted

if TYPE_CHECKING:
    from bot.cli.session import Session
    from models.desk.registers.register_lines import Listing
    from models.registers.deciding import Verb

registers = typer.Typer(help="The registers of the programme.", no_args_is_help=True)

Kind = Annotated[
    str,
    typer.Argument(
        metavar="KIND",
        help="use_cases, systems, data_sources, skills, risks, ai_systems, roles, costs, "
        "ai_requests, criteria or trainings.",
    ),
]
Number = Annotated[int, typer.Argument(metavar="NUMBER", help="As in: lotsen register list.")]
Everything = Annotated[bool, typer.Option("--all", help="Retired lines too.")]
Settings = Annotated[
    list[str] | None,
    typer.Option("--set", "-s", metavar="FIELD=VALUE", help="As often as there are fields."),
]
Seen = Annotated[
    int | None,
    typer.Option("--version", help="The version you looked at; refused if it changed since."),
]

_SAID: "dict[Verb, str]" = {
    "save": noted("Line {number}, version {version}."),
    "retire": noted("Line {number} is out of use (version {version})."),
    "restore": noted("Line {number} is in use again (version {version})."),
}


def register(app: typer.Typer) -> None:
    """Put these commands into the tree."""
    app.add_typer(registers, name="register")


@registers.command("list")
def list_(
    kind: Kind,
    where: Annotated[
        list[str] | None,
        typer.Option("--where", metavar="FIELD=VALUE", help="Only these, such as quick_win=yes."),
    ] = None,
    everything: Everything = False,
    as_json: Json = False,
) -> None:
    """List the lines of a register, and what is to be said of them."""
    from bot.cli.session import opened
    from models.message import Paragraph
    from models.registers.showing import entries_of, remarks, table

    with opened() as session:
        wanted = _assignments("--where", where)
        found = session.lotsen.registers.listing(kind, wanted, everything=everything)
        if as_json:
            emit({"kind": found.register.kind, "lines": _json_lines(session, found)})
            return
        words, entries = session.words, entries_of(found.lines, found.shelf)
        if not entries:
            show_parts(Paragraph(words.rich("No lines yet.")))
            return
        show_parts(
            table(found.register, entries, words, found.names),
            *remarks(found.register, entries, words),
        )


@registers.command()
def fields(kind: Kind, as_json: Json = False) -> None:
    """Say which fields a line has, and what may stand in each."""
    from bot.cli.session import opened
    from models.message import Table
    from models.registers.catalogue import register_of

    with opened() as session:
        words, found = session.words, register_of(kind)
        rows = [
            (
                item.key,
                words.say(item.title),
                item.kind,
                words.say("yes") if item.required else "",
                ", ".join(key for key, _ in item.choices) or _range(item.kind, item.low, item.high),
            )
            for item in found.fields
        ]
        if as_json:
            names = ("field", "title", "type", "required", "values")
            emit(
                {"kind": found.kind, "fields": [dict(zip(names, row, strict=True)) for row in rows]}
            )
            return
        header = (
            words.say("Field"),
            words.say("Title"),
            words.say("Type"),
            words.say("Needed"),
            words.say("Values"),
        )
        show_parts(Table(header, tuple(rows)))


@registers.command()
def add(kind: Kind, assigned: Settings = None, as_json: Json = False) -> None:
    """Add a line."""
    _change(kind, 0, assigned, None, "save", as_json)


@registers.command()
def amend(
    kind: Kind,
    number: Number,
    assigned: Settings = None,
    version: Seen = None,
    as_json: Json = False,
) -> None:
    """Change some fields of a line; what it was before stays in its history."""
    _change(kind, number, assigned, version, "save", as_json)


@registers.command()
def retire(kind: Kind, number: Number, version: Seen = None, as_json: Json = False) -> None:
    """Take a line out of use; it is never deleted."""
    _change(kind, number, None, version, "retire", as_json)


@registers.command()
def restore(kind: Kind, number: Number, version: Seen = None, as_json: Json = False) -> None:
    """Take a retired line into use again."""
    _change(kind, number, None, version, "restore", as_json)


@registers.command()
def history(kind: Kind, number: Number, as_json: Json = False) -> None:
    """Show every version of a line: when, by whom, and which fields changed."""
    from bot.cli.session import opened
    from models.message import Table
    from models.registers.catalogue import register_of
    from models.registers.showing import CHANGES, cell, differences

    with opened() as session:
        found, names = session.lotsen.registers.history(kind, number)
        words, declared = session.words, register_of(kind)
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
            told = (
                f"{words.say(item.title)}: {cell(item, line.values.get(item.key), words, names)}"
                for item in changed
            )
            rows.append(
                (
                    str(line.version),
                    words.moment(line.changed_at, session.zone),
                    names.get(line.changed_by, "") or words.say("command line or Lotsen"),
                    words.say(CHANGES[version.change.value]),
                    "; ".join(told),
                )
            )
        if as_json:
            emit({"kind": declared.kind, "number": number, "versions": versions})
            return
        header = (
            words.say("Version"),
            words.say("When"),
            words.say("By"),
            words.say("What was done"),
            words.say("Fields"),
        )
        show_parts(Table(header, tuple(rows)))


@registers.command()
def export(
    kind: Kind,
    form: Annotated[
        Literal["csv", "json", "md"], typer.Option("--format", help="csv, json or md.")
    ] = "csv",
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="Else standard output.")
    ] = None,
    everything: Everything = False,
) -> None:
    """Write a register as a file; CSV can be changed and imported again."""
    from bot.cli.session import opened

    with opened() as session:
        found = session.lotsen.registers.listing(kind, everything=everything)
        text = _exported(session, found, form)
    if out is None:
        sys.stdout.write(text)
        return
    write_file(out, text.encode())
    hint(session.words.say("Written: {file}", file=out))


@registers.command("import")
def import_(
    kind: Kind,
    file: Annotated[Path, typer.Argument(help="A CSV file as export writes it.")],
    as_json: Json = False,
) -> None:
    """Read lines from CSV: with a number a row amends that line, without one it adds a line."""
    from bot.cli.session import opened
    from models.language.encoding import encoding_of

    encoding = encoding_of(file)
    text = file.read_text(encoding=encoding, errors="replace")
    with opened() as session:
        done = session.lotsen.registers.read_file(kind, text, session.now)
        skipped = [{"row": row, "reason": reason} for row, reason in done.skipped]
        if as_json:
            emit(
                {
                    "added": done.added,
                    "amended": done.amended,
                    "same": done.same,
                    "skipped": skipped,
                }
            )
            return
        counted = session.words.say(
            "Added {added}, amended {amended}, unchanged {same}, left out {skipped}.",
            added=done.added,
            amended=done.amended,
            same=done.same,
            skipped=len(skipped),
        )
        say(counted)
        for row, reason in done.skipped:
            hint(f"row {row}: {reason}")


@registers.command()
def picture(
    kind: Kind, file: Annotated[Path, typer.Argument(metavar="FILE.png")], as_json: Json = False
) -> None:
    """Draw use cases as a matrix, risks as a heat map, systems by readiness."""
    from bot.cli.session import opened
    from models.registers.showing import entries_of
    from models.reports.register_pictures import draw

    with opened() as session:
        found = session.lotsen.registers.listing(kind)
        entries = entries_of(found.lines, found.shelf)
        drawn = draw(found.register.kind, entries, session.words)
        write_file(file, drawn.png)
        if as_json:
            emit({"kind": found.register.kind, "file": str(file), "shown": drawn.shown})
        else:
            say(
                session.words.say(
                    "{file}: {shown} of {n} lines shown.",
                    file=file,
                    shown=drawn.shown,
                    n=len(entries),
                )
            )


def _change(
    kind: str,
    number: int,
    assigned: list[str] | None,
    version: int | None,
    verb: "Verb",
    as_json: bool,
) -> None:
    from bot.cli.session import opened
    from models.registers.deciding import LineChange

    change = LineChange(number, _assignments("--set", assigned), version, verb)
    with opened() as session:
        saved = session.lotsen.registers.change(kind, change, session.now)
        line = saved.line
        if line is None:
            raise InvalidError("nothing was saved")
        if as_json:
            emit({"kind": line.kind, "number": line.number, "version": line.version})
        else:
            said = session.words.say(_SAID[verb], number=line.number, version=line.version)
            say(said)


def _assignments(option: str, assigned: list[str] | None) -> dict[str, str]:
    found: dict[str, str] = {}
    for text in map(as_text, assigned or []):
        key, sign, value = text.partition("=")
        if not sign:
            raise InvalidError(f"{option} {text!r}: write FIELD=VALUE, such as name=Printers")
        found[key.strip()] = value
    return found


def _json_lines(session: "Session", found: "Listing") -> list[dict[str, Any]]:
    from models.registers.files import as_json
    from models.registers.showing import entries_of

    quoted = session.lotsen.registers.quoted(found.register.kind, found.lines)
    entries = entries_of(found.lines, found.shelf)
    return as_json(found.register, found.lines, entries, lambda one: quoted.get(one, ""))


def _exported(session: "Session", found: "Listing", form: str) -> str:
    from models.registers.files import csv_text, json_text, markdown_text
    from models.registers.showing import entries_of

    if form == "json":
        return json_text(found.register.kind, _json_lines(session, found))
    if form == "md":
        entries = entries_of(found.lines, found.shelf)
        return markdown_text(found.register, entries, session.words, found.names)
    quoted = session.lotsen.registers.quoted(found.register.kind, found.lines)
    return csv_text(found.register, found.lines, lambda one: quoted.get(one, ""))


def _range(kind: str, low: float, high: float) -> str:
    return f"{low:g}–{high:g}" if kind == "number" else ""
