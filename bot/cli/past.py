"""Try Lotsen on past tickets with the settings of this machine: for a command and for a page."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from models.desk.answers.answering import tier_before_search
from models.history.answerable import Progress, shelf_of
from models.history.evaluation import (
    HistoryAssumptions,
    HistoryEvaluation,
    TrialSetup,
    evaluate_history,
)
from models.history.past_tickets import read_past
from models.lotsen import calendar_of
from models.meaning.factory import embedder_for, running
from models.settings import Settings
from models.tickets.sources.ticket_file import TicketFile
from models.triage.evaluation import no_progress


@dataclass(frozen=True, slots=True)
class HistoryTrial:
    """What past tickets are tried with: articles of one's own, embeddings; and who is told."""

    knowledge: Path | None = None
    embeddings: bool = False
    progress: Progress = no_progress


def tried_on_past(
    settings: Settings,
    tickets: TicketFile,
    assumed: HistoryAssumptions,
    now: datetime,
    trial: HistoryTrial,
) -> HistoryEvaluation:
    """Say what the tickets of a file tell; no database is touched.

    Raises
    ------
    InvalidError
        When a file cannot be read.
    """
    past = read_past(tickets, now)
    embedder = running(embedder_for(settings)) if trial.embeddings else None
    shelf = shelf_of(
        trial.knowledge,
        now,
        target=settings.lotsen_answer_precision,
        before=tier_before_search,
        language=settings.lotsen_language,
        embed=embedder,
    )
    setup = TrialSetup(
        calendar_of(settings),
        target=settings.lotsen_target_precision,
        embedder=embedder,
        progress=trial.progress,
    )
    return evaluate_history(past, shelf, assumed, setup)
