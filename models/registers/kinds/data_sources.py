"""Data sources: complete, current, consistent; silos and media breaks.

Roadmap: "Kartlägg datakvalitet systematiskt". A silo or a media break is work to do, so
each gives a task. The ticket store is one of the lines, and rates itself.
"""

from collections.abc import Iterable, Sequence

from models.form import Field
from models.language import noted
from models.registers.declaration import YES_NO, YES_NO_UNKNOWN, Derived, Entry, Register, Remark

_TYPES = (
    ("crm", noted("CRM")),
    ("erp", noted("ERP")),
    ("archive", noted("document archive")),
    ("email", noted("e-mail")),
    ("project_tools", noted("project tools")),
    ("tickets", noted("tickets")),
    ("other", noted("other")),
)
EXPECTED = ("crm", "erp", "archive", "email", "project_tools")
_SCORES = ("completeness", "currency", "consistency")


def quality(entry: Entry) -> float | None:
    """Return the mean of the three scores in per cent; None as long as one is missing."""
    scores = [entry.score(key) for key in _SCORES]
    known = [score for score in scores if score is not None]
    return sum(known) / len(known) if len(known) == len(scores) else None


def suits_search(entry: Entry) -> str:
    """Return ``yes`` for an archive whose documents carry structured metadata."""
    archive = entry.text("type") == "archive" and entry.text("metadata") == "yes"
    return "yes" if archive else "no"


def integration_tasks(entries: Sequence[Entry]) -> list[tuple[str, str]]:
    """Return (source, what to integrate) for each silo and each media break."""
    return [
        (entry.text("name"), entry.text(key))
        for entry in entries
        for key in ("silo", "media_break")
        if entry.filled(key)
    ]


def _remarks(entries: Sequence[Entry]) -> Iterable[Remark]:
    for source, task in integration_tasks(entries):
        yield Remark(noted("To integrate: {source}: {task}"), {"source": source, "task": task})
    there = {entry.text("type") for entry in entries}
    missing = [kind for kind in EXPECTED if kind not in there]
    if missing:
        yield Remark(
            noted("No line for: {types}. Add each, or a line that says there is none."),
            {"types": ", ".join(missing)},
        )


def _share(key: str, title: str, text: str) -> Field:
    return Field(key, title, "number", low=0, high=100, help=text, listed=True)


REGISTER = Register(
    kind="data_sources",
    title=noted("Data sources"),
    about=noted("Where the company's data lies, and how good it is."),
    name="name",
    own_fields=(
        Field("name", noted("Data source"), required=True),
        Field("type", noted("Type"), "choice", required=True, choices=_TYPES, listed=True),
        Field("system", noted("System"), "line", of="systems"),
        Field("owner", noted("Owner"), "person"),
        _share("completeness", noted("Complete, %"), noted("Share of the fields that are filled")),
        _share("currency", noted("Current, %"), noted("Share that is still true")),
        _share("consistency", noted("Consistent, %"), noted("Share without a contradiction")),
        Field("metadata", noted("Structured metadata?"), "choice", choices=YES_NO_UNKNOWN),
        Field("personal", noted("Personal data in it?"), "choice", choices=YES_NO_UNKNOWN),
        Field("silo", noted("Silo"), "long", help=noted("What cannot be reached from elsewhere.")),
        Field(
            "media_break", noted("Media break"), "long", help=noted("What is typed off by hand.")
        ),
    ),
    derived=(
        Derived("quality", noted("Quality, %"), quality, listed=True),
        Derived("rag", noted("Suits document search (RAG)"), suits_search, YES_NO),
    ),
    remarks=_remarks,
    review_days=180,
)
