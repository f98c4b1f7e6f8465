"""The programme on paper: plan and registers as they stand, for command line and clock."""

from datetime import datetime

from models.desk.registers.register_service import RegisterService
from models.language import N_, Language, words_for
from models.message import File
from models.programme.plan import PlanService
from models.registers.showing import entries_of
from models.reports.chart_picture import can_draw
from models.reports.pdf import paper
from models.reports.programme_pictures import KINDS, programme_pdf
from models.tickets.hours import Calendar

_TITLE = N_("The programme in pictures")


class ProgrammeReport:
    """Draws the programme."""

    def __init__(self, plan: PlanService, registers: RegisterService, calendar: Calendar) -> None:
        self._plan, self._registers, self._calendar = plan, registers, calendar

    def pdf(self, now: datetime, language: Language) -> bytes:
        """Return timeline, matrix, heat map and readiness as a PDF.

        Raises
        ------
        InvalidError
            Without the extra `report`.
        """
        found = {kind: self._registers.listing(kind) for kind in KINDS}
        entries = {kind: entries_of(one.lines, one.shelf) for kind, one in found.items()}
        status = self._plan.status(now, language)
        return programme_pdf(status, entries, self._calendar, words_for(language))

    def file(self, now: datetime, language: Language) -> File | None:
        """Return the same as a document to go with a post; None without the extra `report`."""
        if not can_draw():
            return None
        title = words_for(language).gettext(_TITLE)
        name = f"programme-{self._plan.today(now)}.pdf"
        return paper(name, title, lambda: self.pdf(now, language))
