"""Fill a document in: its text, or the company's own, with facts, and what it rests on. Pure.

The text is a small Markdown: headings, points, paragraphs, ``**bold**`` and code marks. What a
fact says is data: nothing in it is markup.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import takewhile

from models.errors import InvalidError
from models.language import Translator
from models.message import Divider, Heading, Message, Note, Paragraph, Part, Run, Runs, Style, Table
from models.reports.documents.declaration import DocumentTemplate, template
from models.reports.documents.facts import Fact, Missing

_HOLE = re.compile(r"\{(\w+)\}")
_STYLED = re.compile(r"\*\*(?P<bold>[^*\n]+)\*\*|`(?P<code>[^`\n]+)`")
_SPECIAL = re.compile(r"([\\`*_\[\]<>#|])")
_POINT = "• "


@dataclass(frozen=True, slots=True)
class FilledDocument:
    """A document that was filled in; ``missing`` is what nobody knows yet."""

    title: str
    parts: tuple[Part, ...]
    missing: tuple[Missing, ...]

    @property
    def message(self) -> Message:
        return Message(self.title, self.parts)

    @property
    def body(self) -> tuple[Part, ...]:
        """What it says, without what a draft ends with: date, gaps, origins and sources."""
        return tuple(takewhile(lambda part: not isinstance(part, Divider), self.parts))


def write(
    document: DocumentTemplate,
    facts: Mapping[str, Fact],
    words: Translator,
    day: date,
    own: str | None = None,
) -> FilledDocument:
    """Return the document as it is on a day.

    Parameters
    ----------
    facts
        Every fact by its name.
    own
        The company's own text, instead of ours.

    Raises
    ------
    InvalidError
        When the company's text has a hole that no fact fills, naming those there are.
    """
    text = template(document, words) if own is None else own
    names = _HOLE.findall(text)
    _refuse_strange(document, names, facts)
    used = {name: facts[name] for name in names}
    missing = tuple(dict.fromkeys(one for fact in used.values() for one in fact.missing))
    body = list(_parts(text, used, words))
    title = next(
        (one.text for one in body if isinstance(one, Heading)), words.gettext(document.title)
    )
    head = [] if any(isinstance(one, Heading) for one in body) else [Heading(title)]
    checked = facts["sources_checked_on"].value
    foot = (
        *_dated(document, words, day, own=own is not None),
        *_to_fill_in(missing, words),
        *_origins(used, words),
        *_sources(document, words, checked),
    )
    return FilledDocument(title, (*head, *body, *foot), missing)


def markdown(parts: Iterable[Part]) -> str:
    """Return parts as Markdown."""
    return "\n\n".join(text for part in parts if (text := _markdown(part))) + "\n"


def _refuse_strange(
    document: DocumentTemplate, names: Sequence[str], facts: Mapping[str, Fact]
) -> None:
    strange = [name for name in names if name not in facts]
    if strange:
        known = ", ".join(sorted(facts))
        raise InvalidError(f"{document.kind}: there is no {{{strange[0]}}}; there are: {known}")


# From text to parts -----------------------------------------------------------------------------


def _parts(text: str, facts: Mapping[str, Fact], words: Translator) -> Iterator[Part]:
    paragraph: list[str] = []
    for line in (*text.replace("\r\n", "\n").split("\n"), ""):
        line = line.strip()
        alone = _HOLE.fullmatch(line)
        starts = line.startswith(("#", "- ", "* ")) or bool(alone)
        if paragraph and (starts or not line):
            yield Paragraph(_runs(" ".join(paragraph), facts, words))
            paragraph = []
        if alone and facts[alone[1]].parts:
            yield from facts[alone[1]].parts
        elif alone and not facts[alone[1]].value:
            yield Paragraph((Run(_POINT), *_gaps(facts[alone[1]].missing, words)))
        elif starts and not alone:
            yield _line(line, facts, words)
        elif line:
            paragraph.append(line)


def _line(line: str, facts: Mapping[str, Fact], words: Translator) -> Part:
    marks, _, rest = line.partition(" ")
    if marks == "#":
        return Heading("".join(run.text for run in _runs(rest, facts, words)))
    if marks.startswith("#"):
        return Paragraph((Run("".join(run.text for run in _runs(rest, facts, words)), "bold"),))
    return Paragraph((Run(_POINT), *_runs(rest, facts, words)))


def _runs(text: str, facts: Mapping[str, Fact], words: Translator) -> Runs:
    found: list[Run] = []
    at = 0
    for mark in _STYLED.finditer(text):
        found += _filled(text[at : mark.start()], "plain", facts, words)
        style: Style = "bold" if mark["bold"] else "code"
        found += _filled(mark[style], style, facts, words)
        at = mark.end()
    return (*found, *_filled(text[at:], "plain", facts, words))


def _filled(text: str, style: Style, facts: Mapping[str, Fact], words: Translator) -> Iterator[Run]:
    at = 0
    for hole in _HOLE.finditer(text):
        if text[at : hole.start()]:
            yield Run(text[at : hole.start()], style)
        fact = facts[hole[1]]
        if fact.parts:
            raise InvalidError(f"{{{hole[1]}}} is a table: write it on a line of its own")
        if fact.value:
            yield Run(fact.value, style)
        if fact.missing:
            yield Run(" " if fact.value else "")
            yield from _gaps(fact.missing, words)
        at = hole.end()
    if text[at:]:
        yield Run(text[at:], style)


def _gaps(missing: Sequence[Missing], words: Translator) -> Runs:
    what = ", ".join(dict.fromkeys(one.what for one in missing))
    return (Run(f"[{words.gettext('to fill in: {what}', what=what)}]", "bold"),)


# What every document ends with ------------------------------------------------------------------


def _dated(
    document: DocumentTemplate, words: Translator, day: date, *, own: bool
) -> Iterator[Part]:
    made = words.day(day)
    if own:
        said = words.gettext("The company's own text, filled in on {day}.", day=made)
    else:
        said = words.gettext(
            "Text of {dated}, filled in on {day}.", dated=words.day(document.dated), day=made
        )
    yield Divider()
    advice = words.gettext("This is a draft to work with, and no legal advice.")
    yield Paragraph((Run(f"{advice} {said}", "italic"),))


def _to_fill_in(missing: Sequence[Missing], words: Translator) -> Iterator[Part]:
    if missing:
        yield Paragraph((Run(words.gettext("To fill in"), "bold"),))
        rows = tuple((one.told, one.where) for one in missing)
        yield Table((words.gettext("What"), words.gettext("Where")), rows)


def _origins(used: Mapping[str, Fact], words: Translator) -> Iterator[Part]:
    """Name what was filled in, by where it came from: the reader can look there."""
    by_origin: dict[str, list[str]] = {}
    for name, fact in used.items():
        if fact.value or fact.parts:
            by_origin.setdefault(fact.origin, []).append(name)
    if by_origin:
        told = "; ".join(
            f"{words.gettext(origin)}: {', '.join(names)}" for origin, names in by_origin.items()
        )
        yield Note((Run(words.gettext("Filled in from {origins}.", origins=told)),))


def _sources(document: DocumentTemplate, words: Translator, checked: str) -> Iterator[Part]:
    yield Paragraph((Run(words.gettext("Sources"), "bold"),))
    for cited in document.cited:
        name = Run(words.gettext(cited.source.name), link=cited.source.url)
        articles = words.gettext(cited.source.part, numbers=cited.numbers)
        if cited.numbers.isdigit():
            articles = articles.replace("§§", "§")  # the sign is doubled for several only
        yield Paragraph((Run(_POINT), name, Run(f": {articles}")))
    told = (
        words.gettext("Last looked up on {day}.", day=checked)
        if checked
        else words.gettext("Laws change. Nobody has noted yet that they looked these up.")
    )
    yield Note((Run(told),))


# From parts to Markdown -------------------------------------------------------------------------


def _markdown(part: Part) -> str:
    if isinstance(part, Heading):
        return f"# {_escaped(part.text)}"
    if isinstance(part, Table):
        rows = [part.header, tuple("---" for _ in part.header), *part.rows]
        return "\n".join(f"| {' | '.join(map(_cell, row))} |" for row in rows)
    if isinstance(part, Divider):
        return "---"
    if isinstance(part, Note | Paragraph):
        return _paragraph(part.runs)
    return ""


def _paragraph(runs: Runs) -> str:
    if len(runs) == 1 and runs[0].style == "bold":
        return f"## {_escaped(runs[0].text)}"
    if runs and runs[0].text == _POINT:
        return "- " + "".join(map(_run, runs[1:]))
    return "".join(map(_run, runs))


def _run(run: Run) -> str:
    if not run.text:
        return ""
    if run.style == "code":
        return f"`{run.text}`"
    text = _escaped(run.text)
    text = {"bold": f"**{text}**", "italic": f"*{text}*"}.get(run.style, text)
    return f"[{text}]({run.link})" if run.link else text


def _cell(text: str) -> str:
    return _escaped(" ".join(text.split()))


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", text)
