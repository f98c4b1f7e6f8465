"""Read labelled texts from CSV files."""

from collections.abc import Iterator
from pathlib import Path

from models.errors import InvalidError
from models.tickets.sources import Field
from models.tickets.sources.columns import chosen, guessed
from models.tickets.sources.csv_file import CsvTable
from models.triage.evaluation import Dataset
from models.triage.ticket_text import TriageText, clean

_OPTIONS: dict[Field, str] = {"text": "--text", "category": "--label"}


def read_dataset(file: Path, text: str = "", label: str = "") -> Dataset:
    """Read the labelled texts of a CSV; rows without a text or a label are left out.

    Parameters
    ----------
    text, label
        Names of the columns; empty to go by the usual names.

    Raises
    ------
    InvalidError
        When a column is missing, or no row has both.
    """
    rows = _rows(CsvTable(file), {"text": text, "category": label})
    pairs = [(_text(row), clean(row["category"]).strip()) for row in rows]
    dataset = Dataset.of((words, key) for words, key in pairs if words.words.strip() and key)
    if not len(dataset):
        raise InvalidError(f"{file}: no row has both a text and a category")
    return dataset


def read_texts(file: Path, text: str = "") -> tuple[TriageText, ...]:
    """Read the texts of a CSV, whatever they are about.

    Raises
    ------
    InvalidError
        When there is no column of texts, or nothing in it.
    """
    table = CsvTable(file)
    # The column's name is that of the other files, and may be another one here.
    known = map(_text, _rows(table, {"text": text if text in table.columns else ""}))
    texts = tuple(one for one in known if one.words.strip())
    if not texts:
        raise InvalidError(f"{file}: no row has a text")
    return texts


def _text(row: dict[Field, str]) -> TriageText:
    return TriageText(row["text"], row.get("title", ""))


def _rows(table: CsvTable, wanted: dict[Field, str]) -> Iterator[dict[Field, str]]:
    columns = _columns(table, wanted)
    places = {field: table.columns.index(name) for field, name in columns.items()}
    for _, cells in table.records():
        if not isinstance(cells, str):
            yield {field: cells[at] for field, at in places.items()}


def _columns(table: CsvTable, wanted: dict[Field, str]) -> dict[Field, str]:
    """Return field → column: those that were named, and else those of the usual names."""
    named = chosen(table.columns, {field: name for field, name in wanted.items() if name})
    known = {**guessed(table.columns), **named}
    missing = [field for field in wanted if field not in known]
    if missing:
        raise InvalidError(
            f"no column tells the {' or the '.join(missing)}: name it with "
            f"{' and '.join(_OPTIONS[field] for field in missing)} "
            f"(columns: {', '.join(table.columns)})"
        )
    columns = {field: known[field] for field in wanted}
    # A column that was named as the text is not its own title.
    if "title" in known and known["title"] not in columns.values():
        columns["title"] = known["title"]
    return columns
