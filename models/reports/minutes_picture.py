"""Minutes of work a question, without Lotsen and with it, beside the goal (PNG).

matplotlib (extra `report`) is imported when a picture is drawn, and drawn without a screen.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from models.language import N_, Translator
from models.message import File
from models.reports.chart_picture import INK, can_draw, figure_of, label, png_of
from models.statistics.looks import ERROR
from models.value.effect.comparison import Comparison, EffectVerdict
from models.value.effect.sentences import DESIGN_WORDS

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# Light and dark, so that they differ in grey too.
_WITHOUT, _WITH, _LINE = "#b7c3ce", "#1c3d5a", "#000000"
_TITLE = N_("Minutes of work a question")
_WIDEST = 2.0
"""An interval is drawn up to so many times the longer bar; its numbers are written in full."""
_SIZE = 9.0


@dataclass(frozen=True, slots=True)
class MinutesBars:
    """What is drawn, in minutes a question; ``low`` to ``high`` is the interval of ``without``."""

    without: float
    low: float
    high: float
    now: float
    goal: float

    @property
    def holds_no_change(self) -> bool:
        return self.low <= self.now <= self.high


def minutes_bars(effect: Comparison) -> MinutesBars | None:
    """Return what can honestly be drawn: nothing before a comparison is judged."""
    if effect.verdict is EffectVerdict.NOT_JUDGED or effect.minutes is None:
        return None
    without, now, saved = effect.minutes
    goal = without * (1 - effect.target)
    return MinutesBars(without, now + saved.low, now + saved.high, now, goal)


def minutes_picture(effect: Comparison, name: str, words: Translator) -> File | None:
    """Return the picture as a PNG file; None without the extra `report` or where none is honest."""
    bars = minutes_bars(effect)
    if bars is None or not can_draw():
        return None
    figure = figure_of(6.6, 1.75, layout="constrained")
    axes = figure.add_subplot()
    _draw(axes, bars, effect, words)
    return File(name, png_of(figure, dpi=220), words.gettext(_TITLE), in_words(bars, effect, words))


def in_words(bars: MinutesBars, effect: Comparison, words: Translator) -> str:
    """Return what the picture shows."""
    upper, lower = _labels(effect, words)
    said = (
        words.gettext(_TITLE),
        f"{upper}: {_interval(bars, words)}",
        f"{lower}: {_minutes(bars.now, words)}",
        _goal(bars, effect, words),
        *_below(bars, effect, words),
    )
    return ". ".join(one.rstrip(".") for one in said) + "."


def _labels(effect: Comparison, words: Translator) -> tuple[str, str]:
    upper, lower = (
        words.gettext("{bar} (n = {n})", bar=words.gettext(bar), n=words.number(n))
        for bar, n in zip(
            DESIGN_WORDS[effect.design].sides, (effect.n_before, effect.n), strict=True
        )
    )
    return upper, lower


def _interval(bars: MinutesBars, words: Translator) -> str:
    return words.gettext(
        "{value} ({low} to {high})",
        value=_minutes(bars.without, words),
        low=words.number(bars.low, 1),
        high=words.number(bars.high, 1),
    )


def _goal(bars: MinutesBars, effect: Comparison, words: Translator) -> str:
    return words.gettext(
        "Goal: {minutes}, {target} less",
        minutes=_minutes(bars.goal, words),
        target=words.percent(effect.target),
    )


def _below(bars: MinutesBars, effect: Comparison, words: Translator) -> tuple[str, ...]:
    error = effect.cut.interval_error if effect.cut else ERROR
    sure = words.percent(1 - error, 0 if error == ERROR else 1)
    what = words.gettext("Line with ends: {sure} interval of the upper bar.", sure=sure)
    if not bars.holds_no_change:
        return (what,)
    return what, words.gettext("It reaches the lower bar: there may be no difference at all.")


def _minutes(value: float, words: Translator) -> str:
    return words.gettext("{n} min", n=words.number(value, 1))


def _draw(axes: "Axes", bars: MinutesBars, effect: Comparison, words: Translator) -> None:
    end = max(bars.without, bars.now)
    low, high = (min(one, _WIDEST * end) for one in (bars.low, bars.high))
    axes.barh((1, 0), (bars.without, bars.now), height=0.56, color=(_WITHOUT, _WITH), zorder=2)
    axes.plot((low, high), (1, 1), color=_LINE, linewidth=1.3, zorder=4)
    ends = [one for one in (bars.low, bars.high) if one <= _WIDEST * end]
    axes.plot(ends, [1] * len(ends), color=_LINE, marker="|", markersize=10, linestyle="", zorder=4)
    if bars.high > high:
        axes.plot((high,), (1,), color=_LINE, marker=">", markersize=5, zorder=4)
    # White below the dashes, so that they show on the dark bar.
    for colour, style, width in (("white", "-", 2.6), (_LINE, (0, (4, 3)), 1.1)):
        axes.plot(
            (bars.goal,) * 2, (-0.42, 1.5), color=colour, linestyle=style, linewidth=width, zorder=3
        )
    _write(axes, max(bars.without, high), 1, _interval(bars, words))
    _write(axes, bars.now, 0, _minutes(bars.now, words), passing=bars.goal, by=end)
    axes.text(
        bars.goal, 1.56, label(_goal(bars, effect, words)), ha="center", va="bottom",
        fontsize=_SIZE, color=INK,
    )  # fmt: skip
    for side in ("top", "right", "bottom"):
        axes.spines[side].set_visible(False)
    axes.spines["left"].set_color(INK)
    axes.set_xlim(0, max(end, high) * 1.42)
    axes.set_ylim(-0.5, 1.95)
    axes.set_yticks((1, 0), [label(one.replace(" (", "\n(")) for one in _labels(effect, words)])
    axes.set_xticks(())
    axes.tick_params(length=0, colors=INK, labelsize=_SIZE)
    axes.set_xlabel(
        label("\n".join(_below(bars, effect, words))), loc="left", fontsize=_SIZE - 1, color=INK
    )
    title = label(words.gettext(_TITLE))
    axes.set_title(title, loc="left", color=INK, fontsize=10, weight="bold")


def _write(
    axes: "Axes", at: float, row: int, text: str, *, passing: float = 0.0, by: float = 1.0
) -> None:
    """Write a value beside a bar's end; past a line that would go through it."""
    is_in_the_way = at < passing < at + 0.3 * by
    start = passing if is_in_the_way else at
    axes.annotate(
        label(text), (start, row), (5, 0), textcoords="offset points", va="center",
        fontsize=_SIZE + 1, color=INK, weight="bold", zorder=5,
    )  # fmt: skip
