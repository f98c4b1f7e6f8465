"""The quarterly statement on paper: for management, for everybody, and how it was worked out."""

from collections.abc import Iterator

from models.kpis.baseline import FrozenBaseline
from models.kpis.baseline_change import change_line
from models.language import N_, Translator
from models.message import File, Heading, Note, Paragraph, Part, Table
from models.reports.first_page import first_page
from models.reports.minutes_picture import minutes_picture
from models.reports.pdf import Bar, Bars, PdfPage, paper, pdf
from models.value.effect.comparison import EffectVerdict
from models.value.effect.sentences import DESIGN_WORDS
from models.value.issued.wording import issued_parts
from models.value.money.outlook import Outlook
from models.value.statement import statement_context
from models.value.statement.layers import reuse_parts
from models.value.statement.quarter_statement import Statement, StatementVerdict
from models.value.statement.sensitivity import SensitivityRange, net_result, swings
from models.value.statement.statement_report import (
    RESTS_ON,
    assumptions_table,
    hard_figures,
    method_note,
    quarter_words,
    soft_figures,
    title_of,
    title_words,
)
from models.value.use_cases.words import use_case_parts

# What the annex begins with; where the ledger was read, all figures stand on its last page.
_FOREMOST = ("tickets_resolved", "minutes_saved_a_ticket", "hours_freed")
_SWINGS = {
    "minutes_saved_a_ticket": N_("Saved a question, ends of its interval"),
    "recapture_mid": N_("Freed time that is put to use"),
    "loaded_rate": N_("Cost of an hour, ± 20 %"),
    "cost": N_("Costs of the quarter, ± 20 %"),
}
_IN_SHORT = {
    (StatementVerdict.PAID, True): N_(
        "A question costs the help desk {saved} less with Lotsen than without it, and the time "
        "that this freed is worth more than the pilot has cost so far."
    ),
    (StatementVerdict.PAID, False): N_(
        "A question costs the help desk {saved} less than before the pilot. If the pilot brought "
        "that about, it is worth more than the pilot has cost so far; whether it did, nobody can "
        "tell from this."
    ),
    (StatementVerdict.NOT_YET, True): N_(
        "A question costs the help desk {saved} less with Lotsen than without it. That has not "
        "paid for the pilot yet, or something else got worse meanwhile."
    ),
    (StatementVerdict.NOT_YET, False): N_(
        "A question costs the help desk {saved} less than before the pilot. That has not paid for "
        "the pilot yet, or something else got worse meanwhile."
    ),
    (StatementVerdict.STOP, True): N_(
        "A question costs the help desk {lost} more with Lotsen than without it. The IT lead looks "
        "into it before anything else is built."
    ),
    (StatementVerdict.STOP, False): N_(
        "A question costs the help desk {lost} more than before the pilot. The IT lead looks into "
        "it before anything else is built."
    ),
}
_NOTHING_YET = N_(
    "Whether the pilot saves time cannot be shown yet. That is an honest answer, not a bad one."
)
_ENOUGH_SEEN = N_(
    "Enough was seen to know that the pilot does not reach its goal: it saves less work than that, "
    "or none. The IT lead decides whether to change it or to stop it."
)
_FORMULAS = (
    (
        N_("Interval"),
        N_(
            "Of log q, Student's t: Welch (1947) over cases of a hold-out, or over the half-days "
            "that were drawn; else over weeks, each beside the one before it (Lazarus and others "
            "2018). The first look may err in 2.5 %, "
            "each further one, when what was observed has doubled, half as often"
        ),
    ),
    (N_("Benefit"), N_("n × saved / 60 × cost of an hour × share put to use")),
    (N_("Return (ROI)"), N_("(benefit − cost) / cost")),
    (
        N_("Net present value so far"),
        N_("Σ (benefit − cost of a month) / (1 + interest)^(month / 12)"),
    ),
    (
        N_("Both chances"),
        N_("10,000 draws of effect and recapture, seed fixed"),
    ),
)
# In the order in which models.value.statement.roi.judge goes through them.
_RULES = (
    (N_("The whole interval is below zero"), N_("stop and look into it")),
    (
        N_(
            "It cannot be judged: no baseline, below the first look, nobody said how many people "
            "work here; or the interval holds zero, handling times are missing or timed otherwise"
        ),
        N_("no benefit is shown"),
    ),
    (N_("The booked costs are zero or less"), N_("no benefit is shown")),
    (N_("A guardrail is worse, beyond chance"), N_("not paid back yet")),
    (N_("The baseline was frozen after the first week compared"), N_("not paid back yet")),
    (
        N_("One of the two chances is below 90 %"),
        N_("not paid back yet"),
    ),
    (N_("Own hours are not booked, or the first year is below the usual"), N_("not paid back yet")),
    (N_("Otherwise, told by before and after"), N_("costs covered, cause not shown")),
    (
        N_("Otherwise, told by a hold-out or a difference in differences"),
        N_("costs covered so far; after 12 months: paid"),
    ),
)


def quarter_pdf(statement: Statement, baseline: FrozenBaseline | None, words: Translator) -> bytes:
    """Return the statement as pages; the same figures give the same bytes.

    One page is for management and one for everybody. The annex has the figures, how they were
    worked out and, where the ledger was read, its forecast and actual.

    Raises
    ------
    InvalidError
        Without the extra `report`.
    """
    words = words.in_currency(statement.currency)
    title = title_words(statement, words)
    picture = quarter_picture(statement, words)
    pages = [
        PdfPage(tuple(first_page(statement, words, picture)), _tornado(statement, words)),
        PdfPage(tuple(everybody(statement, words))),
        PdfPage(tuple(_annex(statement, words))),
        PdfPage(tuple(_method(statement, baseline, words))),
    ]
    if statement.outlook is not None:
        pages.append(PdfPage(tuple(_costs(statement, statement.outlook, words))))
    foot = words.gettext("{title} · figures {digest}", title=title, digest=statement.sha256[:12])
    return pdf(pages, title, words.language, foot, files=(picture,) if picture else ())


def quarter_picture(statement: Statement, words: Translator) -> File | None:
    """Return the minutes a question as a picture; None without the extra `report` or a verdict."""
    return minutes_picture(statement.effect, f"{statement.quarter}.png", words)


def quarter_files(
    statement: Statement, baseline: FrozenBaseline | None, words: Translator
) -> tuple[File, ...]:
    """Return what goes below a post: the picture, then all pages; none without `report`."""
    title = title_words(statement, words)
    made = paper(f"{statement.quarter}.pdf", title, lambda: quarter_pdf(statement, baseline, words))
    return tuple(file for file in (quarter_picture(statement, words), made) if file)


def _annex(statement: Statement, words: Translator) -> Iterator[Part]:
    yield Heading(words.gettext("Annex: the figures"))
    yield from reuse_parts(statement, words)
    yield from statement_context.horizons(statement, words)
    yield from statement_context.to_adjust(statement, words)
    yield from hard_figures(statement, words, _FOREMOST)
    yield from soft_figures(statement, words)
    yield from use_case_parts(statement.use_cases, words)
    yield from statement_context.costs_in_short(statement, words)


def _tornado(statement: Statement, words: Translator) -> Bars | None:
    middle = net_result(statement)
    if middle is None or statement.verdict is StatementVerdict.NOT_SHOWN:
        return None
    return Bars(
        title=words.gettext("Benefit less costs, were one number another"),
        rows=tuple(_bar(swing, words) for swing in swings(statement)),
        middle=middle,
        middle_words=words.gettext(
            "Thin line: {amount}, with the numbers as assumed. Bold line: zero.",
            amount=words.money(middle),
        ),
    )


def _bar(swing: SensitivityRange, words: Translator) -> Bar:
    return Bar(
        label=words.gettext(_SWINGS[swing.key]),
        low=swing.net_at_low,
        high=swing.net_at_high,
        at_low=words.money(swing.net_at_low),
        at_high=words.money(swing.net_at_high),
    )


def everybody(statement: Statement, words: Translator) -> Iterator[Part]:
    """Yield the page for everybody: in short, what was counted, and that nobody was measured."""
    found = statement.difference
    saved = words.minutes(abs(found.value)) if found else ""
    yield Heading(
        words.gettext(
            "What the pilot has brought, {quarter}", quarter=quarter_words(statement.quarter)
        )
    )
    is_settled = statement.effect.verdict in (EffectVerdict.GOAL_RULED_OUT, EffectVerdict.NO_EFFECT)
    nothing = _ENOUGH_SEEN if is_settled else _NOTHING_YET
    short = _IN_SHORT.get((statement.verdict, statement.effect.claims_cause), nothing)
    yield Paragraph(words.rich(short, saved=saved, lost=saved))
    yield Paragraph(words.rich("*What was counted*"))
    yield Paragraph(
        words.rich(
            DESIGN_WORDS[statement.design].counted,
            now=words.number(statement.effect.n),
            before=words.number(statement.effect.n_before),
        )
    )
    yield Paragraph(words.rich("*What was not counted*"))
    yield Paragraph(
        words.rich(
            "Nobody was measured: no figure says who asked or who worked, and none is by person. "
            "Freed time is time for other work."
        )
    )
    yield Paragraph(words.rich("*What you can do*"))
    yield Paragraph(
        words.rich(
            "Press _Solved_ or _Not solved_ under an answer: only so does anybody know whether it "
            "helped. Ask for a person whenever you like."
        )
    )


def _method(
    statement: Statement, baseline: FrozenBaseline | None, words: Translator
) -> Iterator[Part]:
    yield Heading(words.gettext("How this was worked out"))
    saved = (title_of("minutes_saved_a_ticket"), DESIGN_WORDS[statement.design].formula)
    yield Table(
        (words.gettext("Figure"), words.gettext("Formula")),
        tuple(
            (words.gettext(name), words.gettext(formula)) for name, formula in (saved, *_FORMULAS)
        ),
    )
    yield method_note(statement, words)
    yield Paragraph(words.rich("*Which verdict is given, fixed beforehand*"))
    yield Table(
        (words.gettext("The first that applies"), words.gettext("Verdict")),
        tuple((words.gettext(rule), words.gettext(verdict)) for rule, verdict in _RULES),
    )
    yield Paragraph(words.rich(RESTS_ON))
    yield assumptions_table(statement, words)
    yield Paragraph(words.rich("*Fingerprints (SHA-256)*"))
    rows = [(words.gettext("Figures of this statement"), _broken(statement.sha256))]
    if baseline is not None:
        name = words.gettext(
            "Baseline, {first} to {last}",
            first=words.day(baseline.period.first_day),
            last=words.day(baseline.period.last_day),
        )
        rows.append((name, _broken(baseline.sha256)))
    yield Table((words.gettext("What"), "SHA-256"), tuple(rows))
    if statement.baseline_changed is not None:
        yield Paragraph(change_line(statement.baseline_changed, words))
    yield from issued_parts(statement.issued, words)


def _costs(statement: Statement, view: Outlook, words: Translator) -> Iterator[Part]:
    yield Heading(
        words.gettext(
            "Costs {year}: forecast and actual, {day}", year=view.year, day=words.day(view.as_of)
        )
    )
    yield from statement_context.outlook_parts(view, words)
    yield from hard_figures(statement, words)
    if statement.quantiles is not None and statement.verdict is not StatementVerdict.NOT_SHOWN:
        low, middle, high = (words.money(euros) for euros in statement.quantiles)
        yield Note(
            words.rich(
                "Benefit over effect and recapture: P10 {low}, P50 {middle}, P90 {high}.",
                low=low,
                middle=middle,
                high=high,
            )
        )


def _broken(digest: str) -> str:
    """Write a hash in groups, so that it can be read aloud and wraps on paper."""
    return " ".join(digest[at : at + 8] for at in range(0, len(digest), 8))
