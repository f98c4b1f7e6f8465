"""Skills: who can do what and how we know, the four tracks, champions, training budget.

Roadmap: "Kartlägg teamets kompetenser och resurser" and the FAQ on skills. A line is about
a person who agreed to it; the person and the IT lead see it, nobody else.
"""

from collections.abc import Iterable, Sequence

from models.form import Field
from models.kpis.cost_bands import PERSON_EUR
from models.language import N_
from models.registers.declaration import (
    YES_NO,
    Derived,
    LinkedLine,
    Register,
    Remark,
    Rule,
    choice,
    scored,
)

LEAST_EUR, MOST_EUR = PERSON_EUR
_TRACKS = (
    ("automation", N_("interfaces and automation")),
    ("models", N_("machine learning and language models")),
    ("data", N_("data quality and ETL")),
    ("prompts", N_("prompts")),
)
_EVIDENCE = (
    ("interview", N_("interview")),
    ("mini_project", N_("mini-project")),
    ("self", N_("own rating")),
)


def strength(entry: LinkedLine) -> str:
    """Return ``weak`` where only the person says so."""
    return "weak" if entry.text("evidence") == "self" else "strong"


def translator(entry: LinkedLine) -> str:
    """Return ``yes`` for somebody who knows the technique and the business."""
    both = entry.text("technical") == "yes" and entry.text("business") == "yes"
    return "yes" if both else "no"


def areas_without_champion(entries: Sequence[LinkedLine]) -> list[str]:
    """Return the areas in which nobody is a champion."""
    areas = {entry.text("area") for entry in entries}
    led = {entry.text("area") for entry in entries if entry.text("champion") == "yes"}
    return sorted(areas - led)


def training_budget(entries: Sequence[LinkedLine]) -> float:
    """Return the euros planned for training."""
    return sum(entry.score("training_eur") or 0 for entry in entries)


def _remarks(entries: Sequence[LinkedLine]) -> Iterable[Remark]:
    missing = areas_without_champion(entries)
    if missing:
        yield Remark(N_("No champion in: {areas}."), {"areas": "; ".join(missing)})
    planned = {entry.text("track") for entry in entries if entry.filled("training_eur")}
    lacking = [title for track, title in _TRACKS if track not in planned]
    if entries and lacking:
        yield Remark(N_("No training planned in: {tracks}."), titles={"tracks": lacking})
    people = {entry.text("person") for entry in entries if entry.filled("training_eur")}
    if people:
        yield Remark(
            N_("Training planned: {euros} EUR for {people} (usual: {least} to {most} each)."),
            {
                "euros": f"{training_budget(entries):.0f}",
                "people": str(len(people)),
                "least": str(LEAST_EUR),
                "most": str(MOST_EUR),
            },
        )


def _usual_training(entry: LinkedLine) -> bool:
    euros = entry.score("training_eur")
    return euros is None or LEAST_EUR <= euros <= MOST_EUR or entry.filled("training_reason")


REGISTER = Register(
    kind="skills",
    title=N_("Skills"),
    about=N_("Who can do what; seen by the IT lead and the person alone."),
    guarded=True,
    name="person",
    about_person="person",
    confidential=True,
    own_fields=(
        Field("person", N_("Person"), "person", required=True, listed=True),
        choice(
            "agreed",
            N_("Did the person agree to this line?"),
            YES_NO,
            required=True,
            help=N_("It is voluntary, and the person can read it."),
        ),
        Field("area", N_("Area"), required=True, listed=True),
        choice("track", N_("Track"), _TRACKS, required=True, listed=True),
        scored("level", N_("Level"), N_("1 beginner, 5 can teach it")),
        choice("evidence", N_("How do we know?"), _EVIDENCE, required=True, listed=True),
        Field("evidence_text", N_("What shows it"), "long"),
        choice("technical", N_("Knows the technique?"), YES_NO),
        choice("business", N_("Knows the business?"), YES_NO),
        choice("champion", N_("Champion of the area?"), YES_NO, listed=True),
        Field("training_eur", N_("Training, EUR"), "number", high=1_000_000),
        Field("training_reason", N_("Why more or less than usual?"), "long"),
        Field("trained_on", N_("Training done on"), "day"),
    ),
    derived=(
        Derived(
            "strength",
            N_("Evidence"),
            strength,
            (("weak", N_("weak")), ("strong", N_("strong"))),
            listed=True,
        ),
        Derived("translator", N_("Translator"), translator, YES_NO, listed=True),
    ),
    rules=(
        Rule(
            "agreed",
            N_("Ask the person first: a line is kept only with a yes."),
            lambda entry: entry.text("agreed") == "yes",
        ),
        Rule(
            "training_reason",
            N_("Outside 2,000 to 5,000 EUR: say why, or change the amount."),
            _usual_training,
        ),
    ),
    remarks=_remarks,
    review_days=180,
)
