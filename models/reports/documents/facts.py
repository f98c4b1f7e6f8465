"""The facts that documents are filled in with: from settings, registers, store and company.

`read_known` reads a snapshot; everything else is pure. A fact that nobody gave carries
what is to be filled in, and where.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from models.language import N_, Translator
from models.llm import endpoint_from
from models.meaning.factory import LOCAL
from models.message import Paragraph, Part, Run, Table, plain
from models.registers.catalogue import register_of
from models.registers.declaration import LinkedLine
from models.registers.kinds.roles import THREE
from models.registers.showing import shown_value
from models.reports.documents.company import FACTS, FOLDER, GIVEN, CompanyFacts, read_company
from models.reports.documents.notice import first_contact_text, on_every_answer
from models.reports.documents.screening import CRITERIA, Answer, ScreeningAnswer, outcome_of
from models.settings import Settings
from models.store.transaction import Store
from models.upkeep.nightly import POSTS

Origin = str
SETTINGS, REGISTERS, STORE, COMPANY, LOTSEN = (
    N_("settings"),
    N_("registers"),
    N_("database"),
    N_("the company"),
    N_("Lotsen itself"),
)
_AUTHORITIES = {
    "SE": "Integritetsskyddsmyndigheten (IMY)",
    "DK": "Datatilsynet",
    "NO": "Datatilsynet",
    "FI": "Tietosuojavaltuutetun toimisto / Dataombudsmannens byrå",
    "AT": "Österreichische Datenschutzbehörde",
}
"""Where one authority oversees the whole country."""
_OF_SYSTEMS = (
    "purposes", "legal_basis", "data_subjects", "personal_data", "recipients", "transfer",
)  # fmt: skip
_IN_THE_RECORD = (
    "purposes", "legal_basis", "data_subjects", "personal_data", "data_sources", "recipients",
    "transfer", "retention", "safeguards", "oversight",
)  # fmt: skip
_BEGUN = ("poc", "pilot", "production")
_OUTCOMES = {
    "needed": N_("Needed."),
    "not_needed": N_("Not needed, on these answers."),
    "ask": N_("Cannot be said yet: ask."),
}
_ANSWERS = {"yes": N_("yes"), "no": N_("no"), "ask": N_("ask")}


@dataclass(frozen=True, slots=True)
class Missing:
    """What is to be filled in, where, and of which system; all said already."""

    what: str
    where: str
    of: str = ""

    @property
    def told(self) -> str:
        return f"{self.what} ({self.of})" if self.of else self.what


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact; ``parts`` stands for one that is more than a line."""

    origin: Origin
    value: str = ""
    parts: tuple[Part, ...] = ()
    missing: tuple[Missing, ...] = ()


@dataclass(frozen=True, slots=True)
class SystemFacts:
    """What Lotsen knows of itself at a moment.

    Attributes
    ----------
    systems, roles, use_cases : lines in use of these registers, field → value
    names : pseudonym → name, of those who stand in them
    """

    settings: Settings
    company: CompanyFacts = field(default_factory=CompanyFacts)
    systems: Sequence[Mapping[str, Any]] = ()
    roles: Sequence[Mapping[str, Any]] = ()
    use_cases: Sequence[Mapping[str, Any]] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    tickets: int = 0


def read_known(store: Store, settings: Settings) -> SystemFacts:
    """Read what documents are filled in with.

    Raises
    ------
    InvalidError
        When the company's own file of facts is wrong.
    """
    company = read_company(settings.lotsen_home)
    with store.snapshot() as unit:
        roles = unit.registers.in_use("roles")
        people = {str(line[key]) for line in roles for key in THREE if line.get(key)}
        found = [unit.people.get(person) for person in sorted(people)]
        systems = unit.registers.in_use("ai_systems")
        return SystemFacts(
            settings=settings,
            company=company,
            systems=[one for one in systems if one.get("status") != "out_of_use"],
            roles=roles,
            use_cases=unit.registers.in_use("use_cases"),
            names={one.id: one.name for one in found if one and one.name and not one.erased_at},
            tickets=unit.tickets.count(),
        )


def facts_of(known: SystemFacts, words: Translator) -> dict[str, Fact]:
    """Return every fact by its name."""
    return {
        **{name: _given(known, name, words) for name in GIVEN},
        **_of_settings(known, words),
        **_of_registers(known, words),
        **_of_screening(known, words),
        "tickets": Fact(STORE, words.number(known.tickets)),
        "first_contact": Fact(LOTSEN, f"“{first_contact_text(words)}”"),
        "on_every_answer": Fact(LOTSEN, f"“{plain(on_every_answer(words)).strip(' ·')}”"),
    }


def _given(known: SystemFacts, name: str, words: Translator) -> Fact:
    value = _local_day(known.company.facts.get(name, ""), words)
    if not value and name == "authority":
        country = known.settings.lotsen_country.upper()
        if country in _AUTHORITIES:
            return Fact(SETTINGS, _AUTHORITIES[country])
    where = f"{FOLDER}/{FACTS}: {name}"
    return Fact(
        COMPANY, value, missing=() if value else (Missing(words.gettext(GIVEN[name]), where),)
    )


def _local_day(value: str, words: Translator) -> str:
    """Return a day as the reader's language writes it; anything else as it is."""
    try:
        return words.day(date.fromisoformat(value))
    except ValueError:
        return value


# Settings -------------------------------------------------------------------------------------


def _of_settings(known: SystemFacts, words: Translator) -> dict[str, Fact]:
    settings = known.settings
    return {
        "language_model": Fact(SETTINGS, _language_model(settings, words)),
        "embeddings": Fact(SETTINGS, _embeddings(settings, words)),
        "database": Fact(SETTINGS, _database(settings, words)),
        "keep_days": Fact(SETTINGS, words.number(settings.lotsen_keep_texts_days)),
        "post_days": Fact(SETTINGS, words.number(POSTS.days)),
        "hold_out": Fact(SETTINGS, _hold_out(settings, words)),
        "mbl_country": Fact(SETTINGS, _mbl_country(settings, words)),
    }


def _language_model(settings: Settings, words: Translator) -> str:
    endpoint = endpoint_from(settings)
    if endpoint is None:
        return words.gettext("No language model is used.")
    return words.gettext(
        "A language model ({model} at {host}) reads masked texts and only chooses: a category, or stored sentences; it never writes an answer.",
        model=endpoint.model,
        host=endpoint.host,
    )


def _embeddings(settings: Settings, words: Translator) -> str:
    model = _embeddings_model(settings)
    if not model:
        return words.gettext("No other model outside this server reads texts.")
    if model == LOCAL:
        return words.gettext("Texts are compared by a model on this server.")
    endpoint = endpoint_from(settings)
    host = endpoint.host if endpoint else settings.openai_base_url
    return words.gettext(
        "Texts are compared by the model {model} at {host}.", model=model, host=host
    )


def _embeddings_model(settings: Settings) -> str:
    model = settings.lotsen_embeddings.strip()
    return "" if model == "none" else model


def _database(settings: Settings, words: Translator) -> str:
    host = urlsplit(settings.database_url).hostname
    if host:
        return words.gettext("Everything is kept in a PostgreSQL database at {host}.", host=host)
    return words.gettext("Everything is kept in a file on the server that Lotsen runs on.")


def _hold_out(settings: Settings, words: Translator) -> str:
    share = settings.lotsen_hold_out_share
    if share <= 0:
        return words.gettext("No question is left without help by chance.")
    if settings.lotsen_hold_out_unit == "half_day":
        return words.gettext(
            "In {share} of the half-days, chosen by chance, every question goes to a person at once, so that the effect can be shown. Urgent ones never do.",
            share=words.percent(share),
        )
    return words.gettext(
        "{share} of the questions, chosen by chance, go to a person at once, so that the effect can be shown. Urgent ones never do.",
        share=words.percent(share),
    )


def _mbl_country(settings: Settings, words: Translator) -> str:
    if settings.lotsen_country.upper() == "SE":
        return words.gettext("The decision waits until a negotiation that is needed has ended.")
    return words.gettext("MBL is Swedish law: look up what your own country asks for.")


# Registers ------------------------------------------------------------------------------------


def _of_registers(known: SystemFacts, words: Translator) -> dict[str, Fact]:
    return {
        **{key: _of_systems(known, key, words) for key in _OF_SYSTEMS},
        **{key: _role(known, key, words) for key in THREE},
        "systems": _systems(known, words),
        "processing": _processing(known, words),
        "use_cases": _use_cases(known, words),
        "dpia": _assessed(known, "dpia", words),
        "mbl": _assessed(known, "mbl", words),
    }


def _title(kind: str, key: str, words: Translator) -> str:
    item = register_of(kind).field(key)
    return words.gettext(item.title) if item else key


def _shown(key: str, system: Mapping[str, Any], words: Translator) -> str:
    item = register_of("ai_systems").field(key)
    value = system.get(key)
    return shown_value(item, value, words, {}) if item and value not in (None, "") else ""


def _absent(system: Mapping[str, Any], key: str, words: Translator) -> Missing:
    return Missing(
        _title("ai_systems", key, words),
        words.gettext("register {register}: {field}", register="ai_systems", field=key),
        of=str(system.get("name") or ""),
    )


def _nothing(register: str, what: str, words: Translator) -> tuple[Missing, ...]:
    return (Missing(what, words.gettext("register {register}", register=register)),)


def _no_system(words: Translator) -> tuple[Missing, ...]:
    return _nothing("ai_systems", words.gettext("an AI system in use"), words)


def _of_systems(known: SystemFacts, key: str, words: Translator) -> Fact:
    found = dict.fromkeys(text for system in known.systems if (text := _shown(key, system, words)))
    missing = tuple(_absent(one, key, words) for one in known.systems if not one.get(key))
    value = "; ".join(text.rstrip(".") for text in found)
    return Fact(REGISTERS, value, missing=missing if known.systems else _no_system(words))


def _role(known: SystemFacts, key: str, words: Translator) -> Fact:
    people = dict.fromkeys(
        known.names[str(line[key])] for line in known.roles if line.get(key) in known.names
    )
    missing = () if people else _nothing("roles", _title("roles", key, words), words)
    return Fact(REGISTERS, words.listing(people) if people else "", missing=missing)


def _systems(known: SystemFacts, words: Translator) -> Fact:
    keys = ("name", "risk_class", "purposes")
    header = tuple(_title("ai_systems", key, words) for key in keys)
    rows = tuple(
        tuple(_shown(key, system, words) or "–" for key in keys) for system in known.systems
    )
    if not rows:
        return Fact(REGISTERS, missing=_no_system(words))
    return Fact(REGISTERS, parts=(Table(header, rows),))


def _processing(known: SystemFacts, words: Translator) -> Fact:
    parts: list[Part] = []
    missing: list[Missing] = []
    header = (words.gettext("What"), words.gettext("Entry"))
    for system in known.systems:
        rows = []
        for key in _IN_THE_RECORD:
            text = _shown(key, system, words)
            title = _title("ai_systems", key, words)
            rows.append((title, text or words.gettext("to fill in: {what}", what=title)))
            missing += [] if text else [_absent(system, key, words)]
        parts += [Paragraph((Run(str(system.get("name")), "bold"),)), Table(header, tuple(rows))]
    if not parts:
        return Fact(REGISTERS, missing=_no_system(words))
    return Fact(REGISTERS, parts=tuple(parts), missing=tuple(missing))


def _use_cases(known: SystemFacts, words: Translator) -> Fact:
    """Return what is tried or in use; a mere idea changes nothing yet."""
    begun = [one for one in known.use_cases if one.get("state") in _BEGUN]
    if not begun:
        what = words.gettext("a use case that is at least a proof of concept")
        return Fact(REGISTERS, missing=_nothing("use_cases", what, words))
    keys = ("name", "description")
    header = tuple(_title("use_cases", key, words) for key in keys)
    rows = tuple(tuple(str(one.get(key) or "–") for key in keys) for one in begun)
    return Fact(REGISTERS, parts=(Table(header, rows),))


def _assessed(known: SystemFacts, key: str, words: Translator) -> Fact:
    """Return what the register says was assessed, system by system."""
    told, missing = [], []
    for system in known.systems:
        entry = LinkedLine(system)
        reason = f" ({entry.text(f'{key}_reason')})" if entry.filled(f"{key}_reason") else ""
        if entry.text(key) in ("needed", "not_needed"):
            told.append(f"{entry.text('name')}: {_shown(key, system, words)}{reason}")
        else:
            missing.append(_absent(system, key, words))
    value = "; ".join(told)
    return Fact(REGISTERS, value, missing=tuple(missing) if known.systems else _no_system(words))


# The screening --------------------------------------------------------------------------------


def _of_screening(known: SystemFacts, words: Translator) -> dict[str, Fact]:
    answered = answers_of(known, words)
    header = (words.gettext("Criterion"), words.gettext("Answer"), words.gettext("Why"))
    rows = tuple(
        (words.gettext(CRITERIA[one.criterion]), words.gettext(_ANSWERS[one.answer]), one.reason)
        for one in answered
    )
    outcome = outcome_of({one.criterion: one.answer for one in answered})
    open_ = tuple(
        Missing(
            words.gettext(CRITERIA[one.criterion]), f"{FOLDER}/{FACTS}: [screening] {one.criterion}"
        )
        for one in answered
        if one.answer == "ask" and not one.given
    )
    met = [words.gettext(CRITERIA[one.criterion]) for one in answered if one.answer == "yes"]
    reasons = words.ngettext("{n} criterion is met: {which}", "{n} criteria are met: {which}",
                          len(met), which=" ".join(met))  # fmt: skip
    return {
        "screening": Fact(SETTINGS, parts=(Table(header, rows),), missing=open_),
        "outcome": Fact(SETTINGS, words.gettext(_OUTCOMES[outcome])),
        "outcome_reasons": Fact(
            SETTINGS, reasons if met else words.gettext("No criterion is met.")
        ),
    }


def answers_of(known: SystemFacts, words: Translator) -> tuple[ScreeningAnswer, ...]:
    """Return the answer to each criterion: the company's own, else what the settings tell."""
    ours = _our_answers(known, words)
    given = known.company.screening
    return tuple(
        ScreeningAnswer(key, *given[key], given=True)
        if key in given
        else ScreeningAnswer(key, *ours[key])
        for key in CRITERIA
    )


def _our_answers(known: SystemFacts, words: Translator) -> dict[str, tuple[Answer, str]]:
    settings = known.settings
    models = endpoint_from(settings) is not None or bool(_embeddings_model(settings))
    return {
        "evaluation": (
            "ask",
            words.gettext("Lotsen ranks nobody. Does somebody judge people by its figures?"),
        ),
        "automated_decision": ("no", words.gettext("A person can change everything it decides.")),
        "monitoring": (
            "yes",
            words.gettext("Buttons record when somebody takes and ends a ticket, all the time."),
        ),
        "sensitive_data": (
            "ask",
            words.gettext("Nobody asks for it, but people may write it. Which do you expect?"),
        ),
        "large_scale": ("no", words.gettext("One help desk, for one company's employees.")),
        "matching": ("no", words.gettext("Tickets are joined with nothing but articles.")),
        "vulnerable": ("yes", words.gettext("Employees depend on their employer.")),
        "new_technology": (
            "yes" if models else "ask",
            f"{_language_model(settings, words)} {_embeddings(settings, words)}"
            if models
            else words.gettext("A text classifier without a language model; is that new to you?"),
        ),
        "prevents_right": ("no", words.gettext("Help by a person is always one tap away.")),
    }
