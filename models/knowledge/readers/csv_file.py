"""CSV with id, question and answer: a stored answer a row, never split.

``title``, ``url``, ``owner``, ``audience``, ``verified_on``, ``expires_on`` and
``language`` are read too. Rows with one id and one answer are one article with more
questions.
"""

import csv
from collections.abc import Mapping
from dataclasses import replace
from io import StringIO

from models.errors import InvalidError
from models.knowledge.documents import About, Draft, about_of
from models.knowledge.passages import capped
from models.knowledge.readers.text import decoded

SUFFIXES = (".csv",)

_Row = Mapping[str | None, str | list[str] | None]


def read(content: bytes, name: str) -> tuple[Draft, ...]:
    """Return the stored answers of a CSV file."""
    text = decoded(content)
    head = text.splitlines()[0] if text.strip() else ""
    delimiter = max(",;\t|", key=head.count)
    reader = csv.DictReader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
    names = [(column or "").strip().lower() for column in reader.fieldnames or ()]
    if "answer" not in names:
        there = ", ".join(name for name in names if name) or "none"
        raise InvalidError(
            f"has no column 'answer'; it has {there}, and needs answer, beside id and question"
        )
    reader.fieldnames = names
    merged: dict[str, Draft] = {}
    try:
        for number, row in enumerate(reader, start=2):
            _merge(merged, _draft(row, number))
    except csv.Error as error:
        raise InvalidError(
            f"line {reader.reader.line_num} is broken ({error}): check its quotes"
        ) from error
    return tuple(merged.values())


def _draft(row: _Row, number: int) -> Draft | None:
    cells = {column: value for column, value in row.items() if column and isinstance(value, str)}
    answer = cells.get("answer", "")
    if not answer.strip():
        return None
    about = _about(cells, number)
    question = cells.get("question", "").strip()
    return Draft(
        external_id=cells.get("id", "").strip() or f"row-{number}",
        title=about.title or question or _first_words(answer),
        answer=capped(answer),
        questions=(question,) if question else (),
        about=replace(about, title=""),
    )


def _about(cells: Mapping[str, str], number: int) -> About:
    try:
        return about_of(cells)
    except InvalidError as error:
        raise InvalidError(f"row {number}: {error}") from error


def _merge(merged: dict[str, Draft], draft: Draft | None) -> None:
    if draft is None:
        return
    known = merged.get(draft.external_id)
    if known is None:
        merged[draft.external_id] = draft
    elif known.answer != draft.answer:
        raise InvalidError(f"the id {draft.external_id!r} has two different answers")
    elif known.about.audience != draft.about.audience:
        raise InvalidError(f"the id {draft.external_id!r} has two different audiences")
    else:
        questions = tuple(dict.fromkeys(known.questions + draft.questions))
        merged[draft.external_id] = replace(known, questions=questions)


def _first_words(answer: str) -> str:
    line = answer.strip().splitlines()[0]
    return line if len(line) <= 80 else line[:79].rsplit(" ", 1)[0] + "…"
