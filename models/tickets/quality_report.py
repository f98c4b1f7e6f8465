"""The quality of imported tickets, for a person to read: what is weak, and what to do."""

from collections.abc import Iterator
from dataclasses import dataclass

from models.language import Words, noted
from models.message import Heading, Message, Note, Paragraph, Part, Table
from models.tickets.quality import DataQuality


@dataclass(frozen=True, slots=True)
class Measure:
    """A figure of the report.

    Attributes
    ----------
    good, fair : limits between good, fair and weak
    advice : what to do where it is not good
    """

    key: str
    title: str
    good: float
    fair: float
    advice: str
    higher_is_better: bool = True

    def mark(self, value: float) -> str:
        """Return ``good``, ``fair`` or ``weak``."""
        sign = 1 if self.higher_is_better else -1
        if sign * value >= sign * self.good:
            return "good"
        return "fair" if sign * value >= sign * self.fair else "weak"


MEASURES = (
    Measure(
        "completeness",
        noted("Complete"),
        0.9,
        0.7,
        noted(
            "Export the times of opening, first response and resolution, the category and the "
            "text; name their columns with --map."
        ),
    ),
    Measure(
        "consistency",
        noted("Consistent"),
        0.98,
        0.9,
        noted(
            "Give each category one spelling in the old system, and look at the tickets that "
            "were solved before they were opened."
        ),
    ),
    Measure(
        "currency",
        noted("Current"),
        0.6,
        0.3,
        noted("Export the last twelve months: older tickets teach what no longer holds."),
    ),
    Measure(
        "label_noise",
        noted("Doubtful categories"),
        0.05,
        0.15,
        noted(
            "The same text has different categories: agree on one, or merge categories that "
            "nobody can tell apart."
        ),
        higher_is_better=False,
    ),
    Measure(
        "exact_duplicates",
        noted("Exact duplicates"),
        0.1,
        0.3,
        noted(
            "Leave out tickets that a machine wrote, such as alarms and forms: they make the "
            "figures look better than they are."
        ),
        higher_is_better=False,
    ),
    Measure(
        "near_duplicates",
        noted("Near duplicates"),
        0.15,
        0.4,
        noted("Many tickets say nearly the same: an article may answer them for good."),
        higher_is_better=False,
    ),
)
_MARKS = {"good": noted("good"), "fair": noted("fair"), "weak": noted("weak")}


def quality_message(quality: DataQuality, words: Words) -> Message:
    """Return the report: a table of all figures, and advice for those that are not good."""
    title = words.say("Quality of the tickets")
    return Message(title, (Heading(title), *_parts(quality, words)))


def _parts(quality: DataQuality, words: Words) -> Iterator[Part]:
    rows, advice = [], []
    for measure in MEASURES:
        value: float | None = getattr(quality, measure.key)
        if value is None:
            rows.append((words.say(measure.title), "–", words.say("not known")))
            continue
        mark = measure.mark(value)
        rows.append((words.say(measure.title), words.percent(value), words.say(_MARKS[mark])))
        if mark != "good":
            advice.append(measure)
    header = (words.say("What"), words.say("Share"), words.say("Verdict"))
    yield Table(header, tuple(rows))
    for measure in advice:
        text = words.rich(
            "*{title}:* {advice}", title=words.say(measure.title), advice=words.say(measure.advice)
        )
        yield Paragraph(text)
    if not advice:
        yield Note(words.rich("Nothing needs to be done."))
