"""The roadmap's twelve weeks as tasks and gates: who, what shows it, what it waits for.

Roadmap: "90-dagars startplanen". Texts are English, marked by `N_`, and said in the
reader's language. A fortnight of the roadmap is two weeks here.
"""

from dataclasses import dataclass
from typing import Final

from models.language import N_

DAYS: Final = 90
WEEKS: Final = 12

LEAD: Final = N_("the IT lead")
STAFF: Final = N_("the support team")


@dataclass(frozen=True, slots=True)
class Task:
    """What a week asks for.

    Attributes
    ----------
    key : its week and its name
    needs : what shows that it is done
    owner : the role that does it, until somebody takes it over
    after : tasks that come first; they stand before it in `TASKS`
    in_time : what the store says counts from its week on only: before, it says something else
    """

    key: str
    title: str
    needs: str
    owner: str = LEAD
    after: tuple[str, ...] = ()
    in_time: bool = False

    @property
    def week(self) -> int:
        return int(self.key[1:].partition(".")[0])


@dataclass(frozen=True, slots=True)
class PlanGate:
    """The end of a phase: the IT lead decides whether the plan goes on."""

    key: str
    day: int
    phase: int


GATES: Final = (PlanGate("gate30", 30, 1), PlanGate("gate60", 60, 2), PlanGate("gate90", 90, 3))

# Real tickets that attest weeks 9 and 10: as many as the quarterly statement needs to
# say anything, and as many as it takes to show −40 % with a power of 80 % when the log
# of the handling time scatters by 1: 7.85 σ² / (ln 0.6)² / ½² = 120.
SOME_TICKETS, ENOUGH_TICKETS = 30, 120
ENOUGH_VERDICTS = 30
"""Verdicts on answers below which a share of the solved ones says little (±18 points)."""

TITLES: Final = (
    N_("Interview the department heads; name the three largest inefficiencies"),
    N_("List all data sources and rate their quality"),
    N_("Check the infrastructure: cloud, interfaces, security"),
    N_("Map skills and training needs; find the AI champions"),
    N_("Choose one use case; plan it with milestones"),
    N_("Set the success criteria and freeze the baseline"),
    N_("Begin the prototype, with simple tools"),
    N_("Have a first prototype that works"),
    N_("Let real users test it"),
    N_("Test it hard; collect feedback and figures"),
    N_("Evaluate the results; work out the pilot's ROI"),
    N_("Write the 12-month roadmap with ranked projects"),
)
"""What each week is to achieve, from the first."""

TASKS: Final = (
    Task(
        "w1.interviews",
        N_("Interview the department heads"),
        N_("notes of the interviews, or a link to them"),
    ),
    Task(
        "w1.inefficiencies",
        N_("Name the three largest inefficiencies"),
        N_("three lines, the largest first, each with its minutes a week"),
        after=("w1.interviews",),
    ),
    Task(
        "w2.sources",
        N_("List all data sources"),
        N_("a line each for CRM, ERP, archive, e-mail and project tools in the register"),
    ),
    Task(
        "w2.quality",
        N_("Rate the quality of each data source"),
        N_("three scores for each source in the register"),
        after=("w2.sources",),
    ),
    Task("w2.tickets", N_("Import the past tickets"), N_("imported tickets"), STAFF),
    Task(
        "w3.systems",
        N_("Rate how ready each system is for AI"),
        N_("a score from 1 to 5 for each system in the register"),
    ),
    Task(
        "w3.questions",
        N_("Answer the four questions on cloud, interfaces and security"),
        N_("an answer to each question for each system in the register"),
        after=("w3.systems",),
    ),
    Task(
        "w4.skills",
        N_("Map the team's skills, in conversations"),
        N_("lines in the register of skills, not from own ratings alone"),
    ),
    Task(
        "w4.training",
        N_("Plan training and its budget"),
        N_("an amount for training in the register of skills"),
        after=("w4.skills",),
    ),
    Task(
        "w4.champions",
        N_("Find a champion for each area"),
        N_("a champion for each area in the register of skills"),
        after=("w4.skills",),
    ),
    Task(
        "w5.case",
        N_("Choose one use case"),
        N_("exactly one use case as proof of concept or pilot in the register"),
        after=("w1.inefficiencies", "w2.quality", "w3.systems"),
    ),
    Task(
        "w5.plan",
        N_("Write the project plan with milestones"),
        N_("a link to the plan"),
        after=("w5.case",),
    ),
    Task(
        "w5.risks",
        N_("Rate every risk; give it an action and an owner"),
        N_("all lines in the register of risks"),
    ),
    Task(
        "w6.criteria",
        N_("Set the success criteria"),
        N_("a criterion with a figure for the chosen use case"),
        after=("w5.case",),
    ),
    Task(
        "w6.baseline",
        N_("Freeze the baseline"),
        N_("the frozen figures and their SHA-256"),
        after=("w2.tickets",),
    ),
    Task(
        "w6.roles",
        N_("Name system owner, data owner and business contact"),
        N_("a line with all three in the register of roles"),
        after=("w5.case",),
    ),
    Task(
        "w7.knowledge",
        N_("Import the first documents and answers"),
        N_("imported documents and answers"),
        STAFF,
        after=("w5.case",),
    ),
    Task(
        "w7.model",
        N_("Train the first classifier"),
        N_("a model that passed the gate, with its accuracy"),
        STAFF,
        after=("w2.tickets",),
    ),
    Task(
        "w8.prototype",
        N_("Have a prototype that answers"),
        N_("a first answer"),
        STAFF,
        after=("w7.knowledge",),
    ),
    Task(
        "w8.screening",
        N_("Screen data protection (DPIA) and union matters (MBL)"),
        N_("both screenings for each AI system in the register"),
        after=("w5.case",),
    ),
    Task(
        "w8.notice",
        N_("Tell everybody what changes and what does not"),
        N_("the posted change notice, or a link to one"),
        after=("w5.plan",),
    ),
    Task(
        "w9.users",
        N_("Let real users test it"),
        N_("30 real tickets"),
        STAFF,
        after=("w6.baseline", "w8.prototype", "w8.screening", "w8.notice"),
    ),
    Task(
        "w9.digest",
        N_("Go through the first weekly digest"),
        N_("a weekly digest that was posted"),
    ),
    Task(
        "w10.tickets",
        N_("Test it hard"),
        N_("120 real tickets"),
        STAFF,
        after=("w9.users",),
    ),
    Task(
        "w10.feedback",
        N_("Collect what people say of the answers"),
        N_("30 verdicts on answers"),
        STAFF,
        after=("w9.users",),
    ),
    Task("w11.costs", N_("Book all costs"), N_("entries in the ledger")),
    Task(
        "w11.roi",
        N_("Work out the pilot's ROI"),
        N_("a statement with baseline, enough tickets and costs"),
        after=("w6.baseline", "w10.tickets", "w11.costs"),
    ),
    Task(
        "w12.roadmap",
        N_("Rank the projects of the next twelve months"),
        N_("three rated use cases or more in the register"),
        after=("w11.roi",),
        in_time=True,
    ),
    Task(
        "w12.results",
        N_("Show the results to the management"),
        N_("a link to the presentation or the minutes"),
        after=("w11.roi",),
    ),
)


def phase_of(day: int) -> int:
    """Return the phase of a day of the plan: 1 for days 1–30, 2 for 31–60, 3 from day 61."""
    return min(max(day - 1, 0) // 30 + 1, 3)


def weeks_of(phase: int) -> range:
    """Return the weeks of a phase: 1–4, 5–8, 9–12."""
    return range(4 * phase - 3, 4 * phase + 1)


def tasks_of(week: int) -> tuple[Task, ...]:
    return tuple(task for task in TASKS if task.week == week)
