"""Systems: how ready each is for AI, 1 to 5, and the roadmap's four questions.

Roadmap: "Utvärdera IT-infrastrukturen" and the FAQ on infrastructure and cloud. Its fourth
question asks for two things, backup and security; both are needed for a yes.
"""

from collections.abc import Iterable, Sequence

from models.form import Field
from models.language import noted
from models.registers.declaration import (
    YES_NO,
    YES_NO_UNKNOWN,
    Derived,
    Entry,
    Register,
    Remark,
    scored,
)

EARLY = 4
ENOUGH = 3
_QUESTIONS: tuple[tuple[str, ...], ...] = (
    ("databases", "api"),
    ("cloud",),
    ("web_services",),
    ("backup", "security"),
)
_HOSTING = (
    ("cloud", noted("cloud: quickest to begin with")),
    ("own_protection", noted("own servers: very high need of protection")),
    ("own_volume", noted("own servers: very much data")),
)
_AMOUNT = (
    ("normal", noted("normal")),
    ("high", noted("high")),
    ("very_high", noted("very high")),
)


def early_candidate(entry: Entry) -> str:
    """Return ``yes`` for a readiness of 4 or 5."""
    return "yes" if (entry.score("readiness") or 0) >= EARLY else "no"


def questions(entry: Entry) -> int:
    """Return how many of the four questions have a yes; not known counts as no."""
    return sum(all(entry.text(key) == "yes" for key in keys) for keys in _QUESTIONS)


def ready(entry: Entry) -> str:
    return "yes" if questions(entry) >= ENOUGH else "no"


def hosting(entry: Entry) -> str:
    """Return where to run AI on this system's data, with the reason."""
    if entry.text("protection") == "very_high":
        return "own_protection"
    return "own_volume" if entry.text("volume") == "very_high" else "cloud"


def _remarks(entries: Sequence[Entry]) -> Iterable[Remark]:
    early = [entry.text("name") for entry in entries if early_candidate(entry) == "yes"]
    if early:
        yield Remark(noted("Early candidates (4 or 5): {names}."), {"names": "; ".join(early)})
    keys = [key for question in _QUESTIONS for key in question]
    unsure = [entry.text("name") for entry in entries if any(entry.text(k) != "yes" for k in keys)]
    if unsure:
        yield Remark(
            noted("A “no” or “not known” among the four questions is work to do: {names}."),
            {"names": "; ".join(unsure)},
        )


def _asked(key: str, title: str) -> Field:
    return Field(key, title, "choice", choices=YES_NO_UNKNOWN, start="unknown")


REGISTER = Register(
    kind="systems",
    title=noted("Systems"),
    about=noted("The systems that matter to the business, and how ready they are for AI."),
    name="name",
    own_fields=(
        Field("name", noted("System"), required=True),
        Field("owner", noted("Owner"), "person", listed=True),
        Field("critical", noted("Critical to the business?"), "choice", choices=YES_NO),
        scored("readiness", noted("Readiness for AI"), noted("1 not at all, 5 at once")),
        Field("rationale", noted("Why this score?"), "long", required=True),
        _asked("cloud", noted("Stable cloud connection?")),
        _asked("databases", noted("Structured databases?")),
        _asked("api", noted("An interface (API)?")),
        _asked("network", noted("Enough network capacity?")),
        _asked("web_services", noted("Modern web services?")),
        _asked("backup", noted("A current backup?")),
        _asked("security", noted("Current security?")),
        Field("protection", noted("Need of protection"), "choice", choices=_AMOUNT, start="normal"),
        Field("volume", noted("Amount of data"), "choice", choices=_AMOUNT, start="normal"),
    ),
    derived=(
        Derived("early", noted("Early candidate"), early_candidate, YES_NO, listed=True),
        Derived("questions", noted("Yes to the four questions"), questions, listed=True),
        Derived("ready", noted("Ready (3 of 4)"), ready, YES_NO, listed=True),
        Derived("hosting", noted("Where to run AI"), hosting, _HOSTING),
    ),
    remarks=_remarks,
    review_days=180,
)
