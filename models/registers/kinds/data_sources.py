"""Data sources: complete, current, consistent; silos and media breaks.

Roadmap: "Kartlägg datakvalitet systematiskt". A silo or a media break is work to do, so
each gives a task. The ticket store is one of the lines, and rates itself.
"""

from collections.abc import Iterable, Sequence

from models.form import Field
from models.language import N_
from models.registers.declaration import (
    YES_NO,
    YES_NO_UNKNOWN,
    Derived,
    LinkedLine,
    Register,
    Remark,
    choice,
)

_TYPES = (
    ("crm", N_("CRM")),
    ("erp", N_("ERP")),
    ("archive", N_("document archive")),
    ("email", N_("e-mail")),
    ("project_tools", N_("project tools")),
    ("tickets", N_("tickets")),
    ("other", N_("other")),
)
EXPECTED = ("crm", "erp", "archive", "email", "project_tools")
_SCORES = ("completeness", "currency", "consistency")


def quality(entry: LinkedLine) -> float | None:
    """Return the mean of the three scores in per cent; None as long as one is missing."""
    scores = [entry.score(key) for key in _SCORES]
    known = [score for score in scores if score is not None]
    return sum(known) / len(known) if len(known) == len(scores) else None


def suits_search(entry: LinkedLine) -> str:
    """Return ``yes`` for an archive whose documents carry structured metadata."""
    archive = entry.text("type") == "archive" and entry.text("metadata") == "yes"
    return "yes" if archive else "no"


def integration_tasks(entries: Sequence[LinkedLine]) -> list[tuple[str, str]]:
    """Return (source, what to integrate) for each silo and each media break."""
    return [
        (entry.text("name"), entry.text(key))
        for entry in entries
        for key in ("silo", "media_break")
        if entry.filled(key)
    ]


def _remarks(entries: Sequence[LinkedLine]) -> Iterable[Remark]:
    for source, task in integration_tasks(entries):
        yield Remark(N_("To integrate: {source}: {task}"), {"source": source, "task": task})
    there = {entry.text("type") for entry in entries}
    missing = [title for kind, title in _TYPES if kind in EXPECTED and kind not in there]
    if missing:
        yield Remark(
            N_("No line for: {types}. Add each, or a line that says there is none."),
            titles={"types": missing},
        )


def _share(key: str, title: str, text: str) -> Field:
    return Field(key, title, "number", low=0, high=100, help=text, listed=True)


REGISTER = Register(
    kind="data_sources",
    title=N_("Data sources"),
    about=N_("Where the company's data lies, and how good it is."),
    name="name",
    own_fields=(
        Field("name", N_("Data source"), required=True),
        choice("type", N_("Type"), _TYPES, required=True, listed=True),
        Field("system", N_("System"), "line", of="systems"),
        Field("owner", N_("Owner"), "person"),
        _share("completeness", N_("Complete, %"), N_("Share of the fields that are filled")),
        _share("currency", N_("Current, %"), N_("Share that is still true")),
        _share("consistency", N_("Consistent, %"), N_("Share without a contradiction")),
        choice("metadata", N_("Structured metadata?"), YES_NO_UNKNOWN),
        choice("personal", N_("Personal data in it?"), YES_NO_UNKNOWN),
        Field("silo", N_("Silo"), "long", help=N_("What cannot be reached from elsewhere.")),
        Field("media_break", N_("Media break"), "long", help=N_("What is typed off by hand.")),
    ),
    derived=(
        Derived("quality", N_("Quality, %"), quality, listed=True),
        Derived("rag", N_("Suits document search (RAG)"), suits_search, YES_NO),
    ),
    remarks=_remarks,
    review_days=180,
)
