"""Systems: how ready each is for AI, 1 to 5, and the roadmap's four questions.

Roadmap: "Utvärdera IT-infrastrukturen" and the FAQ on infrastructure and cloud. Its fourth
question asks for two things, backup and security; both are needed for a yes.
"""

from models.form import Field
from models.language import N_
from models.registers.declaration import (
    YES_NO,
    YES_NO_UNKNOWN,
    Derived,
    LinkedLine,
    Register,
    choice,
    named_where,
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
    ("cloud", N_("cloud: quickest to begin with")),
    ("own_protection", N_("own servers: very high need of protection")),
    ("own_volume", N_("own servers: very much data")),
)
_AMOUNT = (
    ("normal", N_("normal")),
    ("high", N_("high")),
    ("very_high", N_("very high")),
)


def early_candidate(entry: LinkedLine) -> str:
    """Return ``yes`` for a readiness of 4 or 5."""
    return "yes" if (entry.score("readiness") or 0) >= EARLY else "no"


def questions(entry: LinkedLine) -> int:
    """Return how many of the four questions have a yes; not known counts as no."""
    return sum(all(entry.text(key) == "yes" for key in keys) for keys in _QUESTIONS)


def ready(entry: LinkedLine) -> str:
    return "yes" if questions(entry) >= ENOUGH else "no"


def hosting(entry: LinkedLine) -> str:
    """Return where to run AI on this system's data, with the reason."""
    if entry.text("protection") == "very_high":
        return "own_protection"
    return "own_volume" if entry.text("volume") == "very_high" else "cloud"


def _asked(key: str, title: str) -> Field:
    return choice(key, title, YES_NO_UNKNOWN, start="unknown")


REGISTER = Register(
    kind="systems",
    title=N_("Systems"),
    about=N_("The systems that matter to the business, and how ready they are for AI."),
    name="name",
    own_fields=(
        Field("name", N_("System"), required=True),
        Field("owner", N_("Owner"), "person", listed=True),
        choice("critical", N_("Critical to the business?"), YES_NO),
        scored("readiness", N_("Readiness for AI"), N_("1 not at all, 5 at once")),
        Field("rationale", N_("Why this score?"), "long", required=True),
        _asked("cloud", N_("Stable cloud connection?")),
        _asked("databases", N_("Structured databases?")),
        _asked("api", N_("An interface (API)?")),
        _asked("network", N_("Enough network capacity?")),
        _asked("web_services", N_("Modern web services?")),
        _asked("backup", N_("A current backup?")),
        _asked("security", N_("Current security?")),
        choice("protection", N_("Need of protection"), _AMOUNT, start="normal"),
        choice("volume", N_("Amount of data"), _AMOUNT, start="normal"),
    ),
    derived=(
        Derived("early", N_("Early candidate"), early_candidate, YES_NO, listed=True),
        Derived("questions", N_("Yes to the four questions"), questions, listed=True),
        Derived("ready", N_("Ready (3 of 4)"), ready, YES_NO, listed=True),
        Derived("hosting", N_("Where to run AI"), hosting, _HOSTING),
    ),
    remarks=named_where(
        (
            N_("Early candidates (4 or 5): {names}."),
            lambda entry: early_candidate(entry) == "yes",
        ),
        (
            N_("A “no” or “not known” among the four questions is work to do: {names}."),
            lambda entry: questions(entry) < len(_QUESTIONS),
        ),
    ),
    review_days=180,
)
