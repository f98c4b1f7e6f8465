"""What Lotsen writes into the registers by itself: what they begin with, and its own models.

Each such line has an ``origin`` and is written once: what a person amends or retires stays
so. Only the scores of the ticket store follow the tickets.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from models.desk.registers.register_lines import (
    Revision,
    SeededLine,
    amend_seeded,
    new_line,
    row_of,
)
from models.form import Value
from models.language import N_, Translator
from models.llm import endpoint_from
from models.registers.catalogue import register_of, registers
from models.registers.declaration import Preset, Register, Values
from models.settings import Settings
from models.store.transaction import Store, UnitOfWork
from models.tables import RegisterChange, Ticket, TicketText, TicketTimes
from models.tickets.quality import DataQuality, QualityCheck
from models.tickets.sources import TicketRow

CLASSIFIER = "lotsen-triage"
TICKETS = "lotsen-tickets"
_MOST_TICKETS = 5_000
"""As many of the newest tickets rate the ticket store: its quality today, not of old."""
_OVERSIGHT = N_("A person can change every category and answer; each decision is explained.")
_SAFEGUARDS = N_("Personal data is masked before a model is asked; times are kept apart.")

_NOT_ASSESSED = {
    "status": "development",
    "act_role": "deployer",
    "dpia": "not_assessed",
    "mbl": "not_assessed",
}


def prepare(store: Store, settings: Settings, words: Translator, now: datetime) -> int:
    """Write the lines that are missing; return how many.

    Safe in several processes at once.
    """
    wanted = {kind: register.presets for kind, register in registers().items()}
    wanted["ai_systems"] = (*wanted["ai_systems"], *own_models(settings))
    wanted["data_sources"] = (*wanted["data_sources"], _TICKET_STORE)
    with store.snapshot() as unit:
        missing = _missing(unit, wanted)
    if not any(missing.values()):
        return 0
    with store.begin() as unit:
        unit.lock("register:presets")
        missing = _missing(unit, wanted)
        for kind, presets in missing.items():
            # Said in the company's language once: from then on the words are the company's.
            values = [(preset, _values(preset, words)) for preset in presets]
            _add(unit, register_of(kind), values, now)
    return sum(map(len, missing.values()))


def _add(
    unit: UnitOfWork,
    register: Register,
    presets: Sequence[tuple[Preset, Values]],
    now: datetime,
) -> None:
    if not presets:
        return
    revision = Revision(RegisterChange.ADDED, now)
    first = unit.registers.next_number(register.kind)
    unit.registers.save_all(
        row_of(register, new_line(register, number, preset.origin), values, revision)
        for number, (preset, values) in enumerate(presets, start=first)
    )


def _values(preset: Preset, words: Translator) -> Values:
    return {**{key: words.gettext(text) for key, text in preset.said.items()}, **preset.values}


def own_models(settings: Settings) -> tuple[Preset, ...]:
    """Return a line for each model that the settings name, and for the classifier."""
    found = [_CLASSIFIER]
    endpoint = endpoint_from(settings)
    if endpoint is not None:
        found.append(_language_model(endpoint.model, endpoint.host))
    embeddings = settings.lotsen_embeddings.strip()
    if embeddings not in ("", "none"):
        found.append(_embeddings(embeddings))
    return tuple(found)


def rate_tickets(store: Store, now: datetime) -> bool:
    """Bring the scores of the ticket store up to date; return whether they changed."""
    with store.snapshot() as unit:
        scores = _scores(_quality(unit))
    with store.begin() as unit:
        return amend_seeded(unit, SeededLine("data_sources", TICKETS), lambda _: scores, now)


def _missing(unit: UnitOfWork, wanted: Mapping[str, Sequence[Preset]]) -> dict[str, list[Preset]]:
    known = unit.registers.seeded()
    return {
        kind: [preset for preset in presets if (kind, preset.origin) not in known]
        for kind, presets in wanted.items()
    }


def _quality(unit: UnitOfWork) -> DataQuality | None:
    check, seen = QualityCheck(), 0
    for seen, found in enumerate(unit.registers.newest_tickets(_MOST_TICKETS), start=1):
        check.see(_as_row(seen, *found), found[0].category)
    return check.result() if seen else None


def _as_row(at: int, ticket: Ticket, text: TicketText, times: TicketTimes | None) -> TicketRow:
    """Return a stored ticket as the check of imports sees one: what counts is what is there."""
    responded = times is not None and times.first_response_minutes is not None
    return TicketRow(
        row=at,
        external_id="",
        title=text.title,
        text=text.body,
        category=ticket.category,
        priority=ticket.priority,
        team=ticket.team,
        requester="",
        opened_at=ticket.opened_at,
        first_response_at=ticket.opened_at if responded else None,
        resolved_at=times.resolved_at if times else None,
        closed_at=None,
        handling_minutes=times.handling_minutes if times else None,
        reopened=0,
        reassigned=0,
        in_order=not (times and times.resolved_at and times.resolved_at < ticket.opened_at),
    )


def _scores(quality: DataQuality | None) -> dict[str, Value]:
    if quality is None:
        return {}
    shares = {
        "completeness": quality.completeness,
        "currency": quality.currency,
        "consistency": quality.consistency,
    }
    return {key: round(100 * share) for key, share in shares.items() if share is not None}


def _language_model(model: str, host: str) -> Preset:
    return Preset(
        f"model:{model}"[:64],
        {
            "purposes": N_("Choose the category of a ticket where the classifier is unsure."),
            "data_sources": N_("Texts of tickets, masked"),
            "risk_reason": N_("It only chooses from a list; a person can change the choice."),
            "oversight": _OVERSIGHT,
            "safeguards": _SAFEGUARDS,
        },
        {
            "name": model,
            "models": model,
            "supplier": host,
            "risk_class": "limited",
            **_NOT_ASSESSED,
        },
    )


def _embeddings(model: str) -> Preset:
    return Preset(
        f"model:{model}"[:64],
        {
            "name": N_("Lotsen: sentence embeddings"),
            "purposes": N_("Find texts that mean the same, for search and triage."),
            "data_sources": N_("Texts of tickets and documents"),
            "risk_reason": N_("It compares texts and decides nothing about a person."),
            "oversight": _OVERSIGHT,
        },
        {"models": model, "risk_class": "minimal", **_NOT_ASSESSED},
    )


_CLASSIFIER = Preset(
    f"model:{CLASSIFIER}",
    {
        "name": N_("Lotsen: ticket classifier"),
        "purposes": N_("Sort tickets into categories and suggest priority and team."),
        "data_sources": N_("Tickets of this help desk and their categories"),
        "risk_reason": N_("It sorts questions, not people; every choice can be changed."),
        "oversight": _OVERSIGHT,
    },
    {"models": CLASSIFIER, "risk_class": "minimal", **_NOT_ASSESSED},
)
_TICKET_STORE = Preset(
    TICKETS,
    {"name": N_("Tickets in Lotsen")},
    {"type": "tickets", "metadata": "yes", "personal": "yes"},
)
