"""Key figures that a company adds: complete, or refused with what is missing.

"More efficient" is no key figure: nobody could ever say whether it was reached.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import cast, get_args

from models.errors import InvalidError
from models.kpis.definitions import KPIS
from models.kpis.figure import MEDIAN, Better, KeyFigure, RowOrder, Unit
from models.kpis.periods import Period
from models.kpis.rows import Declared, in_categories, readings
from models.language.words import N_
from models.tables import CompanyKpi

_PERCENT = re.compile(r"[-−]\s*(\d+(?:[.,]\d+)?)\s*%")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")
_MOST_TITLE = 120


@dataclass(frozen=True, slots=True)
class Wanted:
    """A key figure as somebody asks for it; empty where nothing was said.

    ``target`` is a number in the unit, or a cut of the baseline such as ``-40%``.
    """

    title: str = ""
    unit: str = ""
    better: str = ""
    measure: str = ""
    categories: tuple[str, ...] = ()
    target: str = ""
    baseline_first: date | None = None
    baseline_last: date | None = None
    due_on: date | None = None
    owner: str = ""


@dataclass(frozen=True, slots=True)
class Template:
    """A key figure of the roadmap; what it leaves open the company decides."""

    key: str
    title: str
    unit: str
    better: str
    measure: str = ""
    target: str = ""
    needs_categories: bool = False


TEMPLATES: Mapping[str, Template] = {
    template.key: template
    for template in (
        Template(
            "standard_handling",
            N_("Handling time of standard tickets"),
            "minutes",
            "lower",
            "handling_time",
            "-40%",
            needs_categories=True,
        ),
        Template(
            "document_search",
            N_("Time to find something in the documents"),
            "minutes",
            "lower",
            "search_time",
            "3",
        ),
        Template("process_time", N_("Time that a process takes"), "minutes", "lower"),
        Template("manual_steps", N_("Manual steps of a process"), "count", "lower"),
        Template("data_quality", N_("Records without an error"), "share", "higher"),
        Template("staff_satisfaction", N_("Satisfied colleagues"), "share", "higher"),
    )
}


def from_template(template: Template, wanted: Wanted) -> Wanted:
    """Return what is wanted, completed by a template.

    Raises
    ------
    InvalidError
        When the template is about some categories and none is named.
    """
    if template.needs_categories and not wanted.categories:
        raise InvalidError(
            f"{template.key} is about standard tickets: name their categories with --category"
        )
    return replace(
        wanted,
        title=wanted.title or template.title,
        unit=template.unit,
        better=template.better,
        measure=template.measure,
        target=wanted.target or template.target,
    )


def company_kpi(wanted: Wanted, key: str, known: frozenset[str], now: datetime) -> CompanyKpi:
    """Return the key figure as a row.

    Parameters
    ----------
    key
        Empty: one is made of the title.
    known
        Keys of the categories.

    Raises
    ------
    InvalidError
        Naming everything that is missing or wrong, and what to write.
    """
    measured = KPIS.get(wanted.measure)
    unit = measured.unit if measured else wanted.unit
    better = measured.better if measured else wanted.better
    complete = replace(wanted, unit=unit, better=better)
    wrong = [*_missing(complete), *_wrong(complete, known)]
    if wrong or not (wanted.baseline_first and wanted.baseline_last and wanted.due_on):
        name = f"{wanted.title.strip()!r} is" if wanted.title.strip() else "this is"
        raise InvalidError(f"{name} no key figure yet: {'; '.join(wrong)}")
    goal, cut = _target(wanted.target)
    return CompanyKpi(
        key=key or key_of(wanted.title),
        title=" ".join(wanted.title.split()),
        unit=unit,
        better=better,
        measure=wanted.measure,
        categories=list(wanted.categories),
        baseline_first=wanted.baseline_first,
        baseline_last=wanted.baseline_last,
        goal=goal,
        cut=cut,
        due_on=wanted.due_on,
        owner=" ".join(wanted.owner.split()),
        added_at=now,
    )


def key_of(title: str) -> str:
    """Return a short key for a title: ``Tid för avtal`` becomes ``tid_for_avtal``."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode()
    return "_".join(re.findall(r"[a-z0-9]+", plain.lower()))[:40].strip("_")


def _missing(wanted: Wanted) -> list[str]:
    """Say what is missing, each with how to write it."""
    units = ", ".join(get_args(Unit))
    lacks = (
        (not wanted.title.strip(), "it has no name"),
        (not wanted.unit, f"in what is it counted? (--unit, one of {units})"),
        (not wanted.better, "which way is better? (--better lower or higher)"),
        (not wanted.target, "how much is enough? (--target 3, or --target=-40%)"),
        (wanted.due_on is None, "by when? (--by 2027-03-31)"),
        (not wanted.owner.strip(), 'who answers for it? (--owner "Lena Falk")'),
        (
            wanted.baseline_first is None or wanted.baseline_last is None,
            "compared with which days? (--baseline-from and --baseline-to, or freeze a baseline)",
        ),
    )
    return [said for lacking, said in lacks if lacking]


def _wrong(wanted: Wanted, known: frozenset[str]) -> list[str]:
    goal, cut = _target(wanted.target)
    first, last, due = wanted.baseline_first, wanted.baseline_last, wanted.due_on
    strange = sorted(set(wanted.categories) - known)
    faults = (
        (bool(wanted.unit) and wanted.unit not in get_args(Unit), f"no unit {wanted.unit!r}"),
        (wanted.better not in ("", "lower", "higher"), f"--better {wanted.better!r}"),
        (bool(wanted.measure) and wanted.measure not in KPIS, f"no figure {wanted.measure!r}"),
        (
            bool(wanted.target) and goal is None and cut is None,
            f"--target {wanted.target!r} is neither a number nor a cut such as -40%",
        ),
        (cut is not None and wanted.better == "higher", "a cut is no target where more is better"),
        (wanted.unit == "share" and goal is not None and goal > 1, "a share is written 0.8"),
        (bool(first and last and last < first), "its baseline ends before it begins"),
        (bool(last and due and due <= last), "it is due before its baseline ends"),
        (bool(strange), f"no category {', '.join(strange)}"),
        (
            bool(wanted.categories) and not wanted.measure,
            "categories need a figure that Lotsen measures (--measure handling_time)",
        ),
        (len(wanted.title) > _MOST_TITLE, "its name is too long"),
        (bool(wanted.title.strip()) and not key_of(wanted.title), "its name has no letters"),
    )
    return [said for fault, said in faults if fault]


def _target(text: str) -> tuple[float | None, float | None]:
    """Return (goal, cut) of a target as it is written; one of them, or neither."""
    if cut := _PERCENT.fullmatch(text.strip()):
        share = float(cut[1].replace(",", ".")) / 100
        return None, share if 0 < share < 1 else None
    if _NUMBER.fullmatch(text.strip()):
        return float(text.strip().replace(",", ".")), None
    return None, None


def company_figure(row: CompanyKpi) -> Declared:
    """Return a figure that the company added: of what Lotsen measures, or of what was read."""
    base = KPIS[row.measure] if row.measure else _of_readings(row.key)
    narrowed = row.categories and base.columns
    return replace(
        base,
        key=row.key,
        title=row.title,
        unit=row.unit,
        better=cast("Better", row.better),
        read=in_categories(base.read, row.categories) if narrowed else base.read,
        cut=row.cut,
        goal=row.goal,
        by_clock=False,
        categories=tuple(row.categories),
        window=Period.between(row.baseline_first, row.baseline_last),
    )


def _of_readings(key: str) -> Declared:
    formula = N_("Median of what people read in the period.")
    read = readings(key)
    return KeyFigure(
        *(key, "", "", "", formula, read, MEDIAN, RowOrder.NEWEST),
        of_work=False,
    )
