"""Skills: who can do what and how we know, the four tracks, champions, training budget.

Roadmap: "Kartlägg teamets kompetenser och resurser" and the FAQ on skills. A line is about
a person who agreed to it; the person and the IT lead see it, nobody else.
"""

from collections.abc import Iterable, Sequence

from models.form import Field
from models.kpis.cost_bands import PERSON_EUR
from models.language import noted
from models.registers.declaration import YES_NO, Derived, Entry, Register, Remark, Rule, scored

LEAST_EUR, MOST_EUR = PERSON_EUR
_TRACKS = (
    ("automation", noted("interfaces and automation")),
    ("models", noted("machine learning and language models")),
    ("data", noted("data quality and ETL")),
    ("prompts", noted("prompts")),
)
_EVIDENCE = (
    ("interview", noted("interview")),
    ("mini_project", noted("mini-project")),
    ("self", noted("own rating")),
)


def strength(entry: Entry) -> str:
    """Return ``weak`` where only the person says so."""
    return "weak" if entry.text("evidence") == "self" else "strong"


def translator(entry: Entry) -> str:
    """Return ``yes`` for somebody who knows the technique and the business."""
    both = entry.text("technical") == "yes" and entry.text("business") == "yes"
    return "yes" if both else "no"


def areas_without_champion(entries: Sequence[Entry]) -> list[str]:
    """Return the areas in which nobody is a champion."""
    areas = {entry.text("area") for entry in entries}
    led = {entry.text("area") for entry in entries if entry.text("champion") == "yes"}
    return sorted(areas - led)


def training_budget(entries: Sequence[Entry]) -> float:
    """Return the euros planned for training."""
    return sum(entry.score("training_eur") or 0 for entry in entries)


def _remarks(entries: Sequence[Entry]) -> Iterable[Remark]:
    missing = areas_without_champion(entries)
    if missing:
        yield Remark(noted("No champion in: {areas}."), {"areas": "; ".join(missing)})
    planned = {entry.text("track") for entry in entries if entry.filled("training_eur")}
    lacking = [track for track, _ in _TRACKS if track not in planned]
    if entries and lacking:
        yield Remark(noted("No training planned in: {tracks}."), {"tracks": ", ".join(lacking)})
    people = {entry.text("person") for entry in entries if entry.filled("training_eur")}
    if people:
        yield Remark(
            noted("Training planned: {euros} EUR for {people} (usual: {least} to {most} each)."),
            {
                "euros": f"{training_budget(entries):.0f}",
                "people": str(len(people)),
                "least": str(LEAST_EUR),
                "most": str(MOST_EUR),
            },
        )


def _usual_training(entry: Entry) -> bool:
    euros = entry.score("training_eur")
    return euros is None or LEAST_EUR <= euros <= MOST_EUR or entry.filled("training_reason")


REGISTER = Register(
    kind="skills",
    title=noted("Skills"),
    about=noted("Who can do what; seen by the IT lead and the person alone."),
    guarded=True,
    name="person",
    about_person="person",
    confidential=True,
    own_fields=(
        Field("person", noted("Person"), "person", required=True, listed=True),
        Field(
            "agreed",
            noted("Did the person agree to this line?"),
            "choice",
            required=True,
            choices=YES_NO,
            help=noted("It is voluntary, and the person can read it."),
        ),
        Field("area", noted("Area"), required=True, listed=True),
        Field("track", noted("Track"), "choice", required=True, choices=_TRACKS, listed=True),
        scored("level", noted("Level"), noted("1 beginner, 5 can teach it")),
        Field(
            "evidence",
            noted("How do we know?"),
            "choice",
            required=True,
            choices=_EVIDENCE,
            listed=True,
        ),
        Field("evidence_text", noted("What shows it"), "long"),
        Field("technical", noted("Knows the technique?"), "choice", choices=YES_NO),
        Field("business", noted("Knows the business?"), "choice", choices=YES_NO),
        Field("champion", noted("Champion of the area?"), "choice", choices=YES_NO, listed=True),
        Field("training_eur", noted("Training, EUR"), "number", high=1_000_000),
        Field("training_reason", noted("Why more or less than usual?"), "long"),
        Field("trained_on", noted("Training done on"), "day"),
    ),
    derived=(
        Derived(
            "strength",
            noted("Evidence"),
            strength,
            (("weak", noted("weak")), ("strong", noted("strong"))),
            listed=True,
        ),
        Derived("translator", noted("Translator"), translator, YES_NO, listed=True),
    ),
    rules=(
        Rule(
            "agreed",
            noted("Ask the person first: a line is kept only with a yes."),
            lambda entry: entry.text("agreed") == "yes",
        ),
        Rule(
            "training_reason",
            noted("Outside 2,000 to 5,000 EUR: say why, or change the amount."),
            _usual_training,
        ),
    ),
    remarks=_remarks,
    review_days=180,
)
