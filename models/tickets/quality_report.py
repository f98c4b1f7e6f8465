"""The quality of imported tickets, for a person to read: what is weak, and what to do."""

from collections.abc import Iterator
from dataclasses import dataclass

from models.language import N_, Translator
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
        N_("Complete"),
        0.9,
        0.7,
        N_(
            "Export the times of opening, first response and resolution, the category and the "
            "text; name their columns with --map."
        ),
    ),
    Measure(
        "consistency",
        N_("Consistent"),
        0.98,
        0.9,
        N_(
            "Give each category one spelling in the old system, and look at the tickets that "
            "were solved before they were opened."
        ),
    ),
    Measure(
        "currency",
        N_("Current"),
        0.6,
        0.3,
        N_("Export the last twelve months: older tickets teach what no longer holds."),
    ),
    Measure(
        "label_noise",
        N_("Doubtful categories"),
        0.05,
        0.15,
        N_(
            "The same text has different categories: agree on one, or merge categories that "
            "nobody can tell apart."
        ),
        higher_is_better=False,
    ),
    Measure(
        "exact_duplicates",
        N_("Exact duplicates"),
        0.1,
        0.3,
        N_(
            "Leave out tickets that a machine wrote, such as alarms and forms: they make the "
            "figures look better than they are."
        ),
        higher_is_better=False,
    ),
    Measure(
        "near_duplicates",
        N_("Near duplicates"),
        0.15,
        0.4,
        N_("Many tickets say nearly the same: an article may answer them for good."),
        higher_is_better=False,
    ),
)
_MARKS = {"good": N_("good"), "fair": N_("fair"), "weak": N_("weak")}


def quality_message(quality: DataQuality, words: Translator) -> Message:
    """Return the report: a table of all figures, and advice for those that are not good."""
    title = words.gettext("Quality of the tickets")
    return Message(title, (Heading(title), *_parts(quality, words)))


def _parts(quality: DataQuality, words: Translator) -> Iterator[Part]:
    rows, advice = [], []
    for measure in MEASURES:
        value: float | None = getattr(quality, measure.key)
        if value is None:
            rows.append((words.gettext(measure.title), "–", words.gettext("not known")))
            continue
        mark = measure.mark(value)
        rows.append(
            (words.gettext(measure.title), words.percent(value), words.gettext(_MARKS[mark]))
        )
        if mark != "good":
            advice.append(measure)
    header = (words.gettext("What"), words.gettext("Share"), words.gettext("Verdict"))
    yield Table(header, tuple(rows))
    for measure in advice:
        text = words.rich(
            "*{title}:* {advice}",
            title=words.gettext(measure.title),
            advice=words.gettext(measure.advice),
        )
        yield Paragraph(text)
    if not advice:
        yield Note(words.rich("Nothing needs to be done."))
