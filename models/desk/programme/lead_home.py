"""App Home of the IT lead: what waits for a decision, the figures in short, the registers.

It is drawn while somebody waits, within three seconds: it only reads, and pictures are those
that were sent to the reader before.
"""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from itertools import groupby

from models.desk.base.context import DeskContext
from models.desk.programme.statement_requests import undeclared_quarter
from models.desk.registers.register_lines import lines_in
from models.desk.registers.register_service import due_this_week
from models.desk.setup.rota_posts import home_parts
from models.governance.authorization import Action, Subject
from models.kpis.measurement import Kpis
from models.kpis.periods import Period, previous_week, weeks_before
from models.kpis.small_desks import of_enough
from models.language import Translator
from models.message import Button, Buttons, Divider, Fields, Note, Paragraph, Part, Picture, Run
from models.programme.posts import gate_title
from models.programme.status import PlanStatus
from models.registers.catalogue import registers
from models.reports.programme_pictures import PLAN, file_name
from models.statistics.estimates import median
from models.store.transaction import UnitOfWork
from models.value.statement.layers import declare_button
from models.value.statement.statement_report import quarter_words

_SHOWN = (PLAN, "risks")
_REQUESTS = "ai_requests"


class LeadHome:
    """What App Home shows to the IT lead, below this week of the plan."""

    def __init__(self, desk: DeskContext, kpis: Kpis) -> None:
        self._desk, self._kpis = desk, kpis

    def parts(self, slack_id: str, status: PlanStatus, now: datetime) -> tuple[Part, ...]:
        """Return the parts for the lead, nothing for others."""
        store = self._desk.store
        with store.snapshot() as unit:
            principal = self._desk.principal(unit, slack_id)
            waiting = unit.tickets.count_unresolved()
        if not principal.may(Action.DECIDE_GATE, Subject("plan")):
            return ()
        words = principal.words
        figures = self._figures(waiting, words, now)
        with store.snapshot() as unit:
            quarter = undeclared_quarter(unit, now, self._desk)
            duty = home_parts(self._desk, unit, now, words)
            counts = {kind: len(lines_in(unit, one)) for kind, one in registers().items()}
            return (
                Divider(),
                *_decisions(unit, status, quarter, words),
                Divider(),
                *duty,
                Divider(),
                *figures,
                Divider(),
                *_registers(counts, words),
                *_pictures(unit, slack_id, words),
            )

    def _figures(self, waiting: int, words: Translator, now: datetime) -> tuple[Part, ...]:
        minutes = self._kpis.handling_minutes(_four_weeks(self._desk.day_of(now)), now)
        baseline = self._kpis.baseline()
        before = baseline.estimate("handling_time") if baseline else None
        current = of_enough(median(minutes))  # a median of fewer says nothing, at any desk
        pairs = (
            (words.gettext("Handling time, last four weeks"), _minutes(current.value, words)),
            (
                words.gettext("Handling time in the baseline"),
                _minutes(before.value if before else None, words),
            ),
            (words.gettext("Open tickets"), (Run(words.number(waiting)),)),
        )
        return (
            Paragraph(words.rich("*Key figures in short*")),
            Fields(pairs),
            Note(words.rich("All of them: `/lotsen kpi`. What they are worth: `/lotsen roi`.")),
        )


def _four_weeks(today: date) -> Period:
    """Return the last four weeks that are over: two looks a day apart tell nothing of that day."""
    last = previous_week(today)
    return Period.between(weeks_before(last, 3)[0].first_day, last.last_day)


def _minutes(value: float | None, words: Translator) -> tuple[Run, ...]:
    return (Run(words.minutes(value) if value is not None else words.gettext("not known yet")),)


def _decisions(
    unit: UnitOfWork, status: PlanStatus, quarter: str, words: Translator
) -> Iterator[Part]:
    """Say what only the lead can decide: a gate, requests for AI, reviews, a quarter's freed time."""
    yield Paragraph(words.rich("*Waits for your decision*"))
    found = [
        *_gate(status, words),
        *_requests(unit, words),
        *_reviews(unit, status, words),
        *_freed(unit, quarter, words),
    ]
    yield from found or [Paragraph(words.rich("Nothing just now."))]


def _gate(status: PlanStatus, words: Translator) -> Iterator[Part]:
    gate = status.next_gate
    if gate is None or gate.due is None or status.stopped or gate.due > status.week_ends:
        return
    yield Paragraph((Run(f"{gate_title(gate, words)} ({words.day(gate.due)})"),))
    decide = Button("plan_gate", words.gettext("Decide"), gate.key, "primary")
    yield Buttons(f"plan:{gate.key}", (decide,))


def _requests(unit: UnitOfWork, words: Translator) -> Iterator[Part]:
    asked = [
        str(line.values.get("name") or "")
        for line in lines_in(unit, registers()[_REQUESTS])
        if line.values.get("state") == "asked"
    ]
    if not asked:
        return
    text = words.ngettext("{n} request for an AI tool", "{n} requests for AI tools", len(asked))
    yield Paragraph((Run(f"{text}: {'; '.join(asked)}"),))
    yield Buttons("", (_opens(_REQUESTS, words.gettext("AI requests")),))


def _reviews(unit: UnitOfWork, status: PlanStatus, words: Translator) -> Iterator[Part]:
    due = due_this_week(unit, status.today, words)
    for register, items in groupby(due, key=lambda item: item.register):
        n = len(list(items))
        text = words.ngettext("{n} line to review", "{n} lines to review", n)
        yield Paragraph((Run(words.gettext(register.title), "bold"), Run(f": {text}")))


def _freed(unit: UnitOfWork, quarter: str, words: Translator) -> Iterator[Part]:
    if quarter:
        text = words.gettext("The freed time of {quarter}", quarter=quarter_words(quarter))
        yield Paragraph((Run(text),))
        yield Buttons(f"statement:{quarter}", (declare_button(quarter, words),))


def _registers(counts: Mapping[str, int], words: Translator) -> Iterator[Part]:
    yield Paragraph(words.rich("*The registers*"))
    yield Buttons(
        "",
        tuple(
            _opens(kind, f"{words.gettext(register.title)} ({words.number(counts[kind])})")
            for kind, register in registers().items()
        ),
    )


def _opens(kind: str, label: str) -> Button:
    # Slack wants each action of a row to have a name of its own.
    return Button(f"register_open_{kind}", label, kind)


def _pictures(unit: UnitOfWork, slack_id: str, words: Translator) -> Iterator[Part]:
    """Show again what was sent to the reader: nobody waits here while something is drawn."""
    for what in _SHOWN:
        found = unit.post_files.seen_by(slack_id, file_name(what))
        if found is not None:
            kept, at = found
            day = words.day(at.date(), "d MMMM") if at else ""
            title = words.gettext("{title}, as sent on {day}", title=kept.title, day=day)
            yield Picture(kept.name, kept.alt, title, stored=kept.slack_id)
