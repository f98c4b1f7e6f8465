"""When the classifier may decide, and when a person must. Pure."""

from dataclasses import dataclass, field

from models.statistics.estimates import wilson
from models.tables import DecidedBy

FEWEST_JUDGED = 20
"""Judged decisions for a category before its order or its right to decide changes."""
MODEL = "classifier-"
"""With a version's number behind it, the name of a model in decisions and labels."""


@dataclass(frozen=True, slots=True)
class FieldSuggestion:
    """A suggestion beside the category, such as a priority, and how likely it is right."""

    value: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What the classifier thinks of a text.

    Attributes
    ----------
    confidence : float in [0, 1]
        Calibrated probability that ``category`` is right.
    alternatives : (key, probability), best first, the winner among them
    reasons : str
        Terms of the text that weighed most for the category, heaviest first.
    in_scope : bool
        False when the text is unlike anything known: then nothing is decided.
    nearest : (ticket id, cosine), nearest first
        Past tickets that are most like the text; whoever shows them checks who may see them.
    priority, team : FieldSuggestion or None
        None where the imported tickets do not carry it, or the model is not sure.
    """

    category: str
    confidence: float
    alternatives: tuple[tuple[str, float], ...] = ()
    reasons: tuple[str, ...] = ()
    in_scope: bool = True
    nearest: tuple[tuple[int, float], ...] = ()
    priority: FieldSuggestion | None = None
    team: FieldSuggestion | None = None


@dataclass(frozen=True, slots=True)
class TriageVerdict:
    """Which category a ticket gets; empty where a person must decide.

    ``confidence``, ``reasons`` and ``alternatives`` are the classifier's either way, so
    that a person sees what it would have said. ``model`` names the version that was asked.
    ``nearest`` are ids of past tickets with their similarity, for those who may see them.
    ``threshold`` is the confidence that it needed; ``embedder`` is empty where it judged by
    words alone.
    """

    category: str
    confidence: float | None
    decided_by: DecidedBy
    reasons: tuple[str, ...] = ()
    alternatives: tuple[tuple[str, float], ...] = ()
    model: str = ""
    in_scope: bool = True
    nearest: tuple[tuple[int, float], ...] = ()
    priority: FieldSuggestion | None = None
    team: FieldSuggestion | None = None
    threshold: float | None = None
    embedder: str = ""
    latency_ms: float | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class TrackRecord:
    """How many decisions for a category were right, of how many that people judged."""

    right: int = 0
    n: int = 0

    @property
    def interval(self) -> tuple[float, float]:
        return wilson(self.right, self.n)


def model_goes_first(classifier: TrackRecord, model: TrackRecord, target: float) -> bool:
    """Return whether the language model is asked before the classifier decides for a category.

    The classifier costs nothing and answers at once, so it goes first unless it was shown to
    miss the target, and the language model to be right more often.
    """
    if min(classifier.n, model.n) < FEWEST_JUDGED:
        return False
    misses = classifier.interval[1] < target
    return misses and model.interval[0] > classifier.right / classifier.n


def may_decide(model: TrackRecord, target: float) -> bool:
    """Return whether the language model's choice stands: not where it was shown to miss."""
    return model.n < FEWEST_JUDGED or model.interval[1] >= target


A_PERSON_DECIDES = TriageVerdict(category="", confidence=None, decided_by=DecidedBy.NOBODY)


def decide(suggestion: Suggestion, threshold: float, model: str = "") -> TriageVerdict:
    """Let the classifier decide from ``threshold`` on, a person below it and out of scope."""
    sure = suggestion.in_scope and suggestion.confidence >= threshold
    return TriageVerdict(
        category=suggestion.category if sure else "",
        confidence=suggestion.confidence,
        decided_by=DecidedBy.CLASSIFIER if sure else DecidedBy.NOBODY,
        reasons=suggestion.reasons,
        alternatives=suggestion.alternatives,
        model=model,
        in_scope=suggestion.in_scope,
        nearest=suggestion.nearest,
        priority=suggestion.priority,
        team=suggestion.team,
        threshold=threshold,
    )
