"""The model card of a version: what it is, what it was made of, how good, what for.

References
----------
Mitchell et al., Model Cards for Model Reporting, FAT* 2019.
"""

from collections.abc import Iterator
from math import floor
from typing import Any

from models.language import N_, Translator
from models.tables import ModelVersion
from models.triage.promotion_reasons import translated_reason


def model_card(version: ModelVersion, name: str, words: Translator) -> str:
    """Return the card in Markdown, from the version's row alone."""
    title = words.gettext("Model card")
    blocks = (
        f"# {title}: {name}",
        _facts(version, words),
        _section(N_("Intended use"), words.gettext(_USE), words),
        _section(N_("How good it is"), _quality(version, words), words),
        _section(N_("Data"), _data(version, words), words),
        _section(N_("Limits"), words.gettext(_LIMITS), words),
        _section(N_("Who can change what"), words.gettext(_WHO), words),
    )
    return "\n\n".join(blocks) + "\n"


_USE = N_(
    "Suggests or sets the category of a help desk ticket. Below its threshold a person decides; "
    "everybody of the support team can change a category at any time. It is not to be used to "
    "judge people, to set priorities by itself, or to close tickets."
)
_LIMITS = N_(
    "It knows only the categories below and the language of this help desk's own tickets. "
    "Categories with few examples are often missed. New topics are unknown to it until somebody "
    "labelled some. Figures are of past tickets; the live precision comes from blind samples."
)
_OLDER = N_("Left out: the oldest tickets of large categories ({n}). The newest say enough.")
_WHO = N_(
    "Support team: the category of a ticket, which teaches the next model. IT lead: roll-back "
    "(lotsen model rollback), suggest-only and its end (lotsen model resume), categories, rules. "
    "Nobody changes a stored version; each has its SHA-256."
)


def _section(title: str, text: str, words: Translator) -> str:
    return f"## {words.gettext(title)}\n{text}"


def _facts(version: ModelVersion, words: Translator) -> str:
    state = words.gettext("promoted") if version.promoted else words.gettext("refused")
    facts = (
        (words.gettext("Trained"), version.created_at.date().isoformat()),
        (words.gettext("Recipe"), version.recipe),
        (words.gettext("Gate"), f"{state}: {translated_reason(version.reason, words)}"),
        ("SHA-256", version.sha256),
    )
    return "\n".join(f"- {title}: {value}" for title, value in facts)


def _quality(version: ModelVersion, words: Translator) -> str:
    return "\n".join(f"- {line}" for line in _quality_lines(version, words))


def _quality_lines(version: ModelVersion, words: Translator) -> Iterator[str]:
    low, high = version.low, version.high
    yield words.gettext(
        "Right out of fold: {value} ({low} to {high}, n = {n}); macro F1 {f1}",
        value=words.percent(version.accuracy, 1),
        low="–" if low is None else words.percent(low, 1),
        high="–" if high is None else words.percent(high, 1),
        n=words.number(version.n),
        f1=words.number(version.macro_f1, 3),
    )
    figures = version.figures
    if "held_out_accuracy" in figures:
        right, bottom, top = figures["held_out_accuracy"]
        yield words.gettext(
            "Right on tickets held out for ever: {value} ({low} to {high}, n = {n})",
            value=words.percent(right, 1),
            low=words.percent(bottom, 1),
            high=words.percent(top, 1),
            n=words.number(figures["n_held_out"]),
        )
        yield _automatic(figures["automatic"], words)
    else:
        yield words.gettext("Too few tickets to hold any out; the figures are out of fold.")


def _automatic(sure: dict[str, Any], words: Translator) -> str:
    if not sure["n"]:
        return words.gettext("It is never sure enough to decide by itself.")
    return words.gettext(
        "Decides {coverage} by itself, right in {precision} ({low} to {high}); target {target}",
        coverage=words.percent(sure["coverage"]),
        precision=words.percent(sure["precision"], 1),
        low=words.percent(sure["interval"][0], 1),
        high=words.percent(sure["interval"][1], 1),
        target=words.percent(sure["target"]),
    )


def _data(version: ModelVersion, words: Translator) -> str:
    figures = version.figures
    sizes: dict[str, int] = figures.get("categories", {})
    thresholds: dict[str, float] = figures.get("thresholds", {})
    heads = (words.gettext("Category"), words.gettext("Tickets"), words.gettext("Decides from"))
    lines = [
        f"| {' | '.join(heads)} |",
        "|---|---:|---:|",
    ]
    for key, n in sorted(sizes.items(), key=lambda item: (-item[1], item[0])):
        start = thresholds.get(key, 2.0)
        # Rounded up it would read as 100 %, which is as good as never.
        sure = (
            words.percent(floor(start * 1000) / 1000, 1) if start <= 1 else words.gettext("never")
        )
        lines.append(f"| {key} | {words.number(n)} | {sure} |")
    first, last = figures.get("history") or ("–", "–")
    dates = words.gettext("Tickets opened {first} to {last}.", first=first, last=last)
    notes = [dates]
    if older := figures.get("older", 0):
        number = words.number(older)
        notes.append(words.gettext(_OLDER, n=number))
    return "\n".join([*notes, "", *lines])
