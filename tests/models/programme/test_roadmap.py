"""The roadmap after the plan: what comes first, how long it takes, what finds no room."""

from datetime import UTC, date, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from models.language import words_for
from models.message import Note, Paragraph, Table, plain
from models.programme.plan import PlanService
from models.programme.roadmap import PHASES, roadmap_of
from models.programme.summary import roadmap_message
from models.registers.declaration import LinkedLine


def case(name: str, value: int = 3, effort: int = 3, **more: Any) -> LinkedLine:
    return LinkedLine({"name": name, "value": value, "feasibility": 3, "effort": effort, **more})


CASES = [
    case("Reports", value=5, effort=2),
    case("Quotations", value=3, effort=4, roi="yes"),
    case("Triage", value=2, effort=3, state="pilot"),
    case("Search", value=4, effort=4, roi="yes"),
    case("Robots", value=5, effort=5),
    case("Old idea", value=5, effort=1, state="stopped"),
    case("Running", value=5, effort=1, state="production"),
    LinkedLine({"name": "Dream"}),
]


def test_the_pilot_comes_first_then_by_priority() -> None:
    roadmap = roadmap_of(CASES)

    names = [[project.name for project in phase.projects] for phase in roadmap.phases]
    assert names == [["Triage", "Reports", "Search"], ["Quotations"]]
    assert [(phase.first, phase.last) for phase in roadmap.phases] == [(1, 7), (8, 11)]


def test_what_is_parked_or_not_rated_is_named_and_not_planned() -> None:
    roadmap = roadmap_of(CASES)

    assert roadmap.parked == ("Robots",)
    assert roadmap.unrated == ("Dream",)
    assert roadmap.later == ()


def test_phases_and_the_whole_are_compared_with_what_is_usual() -> None:
    message = roadmap_message(roadmap_of(CASES), [], date(2027, 2, 10), words_for("en"))

    notes = [plain(part.runs) for part in message.parts if isinstance(part, Note)]
    assert "Phase 1 takes 7 months; 3 to 6 are usual." in notes
    assert "In all 11 months; 12 to 18 are usual." in notes
    assert not any(note.startswith("Phase 2") for note in notes)
    assert "Parked, much effort for an unclear return: Robots." in notes


def test_its_months_begin_after_this_one() -> None:
    message = roadmap_message(roadmap_of(CASES), [], date(2027, 12, 10), words_for("en"))

    (table,) = (part for part in message.parts if isinstance(part, Table))
    assert table.rows[0] == ("Triage", "1", "Jan 2028 to Jul 2028", "2.50")
    assert table.rows[-1][2] == "Aug 2028 to Nov 2028"


def test_a_silo_is_work_along_the_way() -> None:
    sources = [LinkedLine({"name": "CRM", "silo": "no interface"})]
    message = roadmap_message(roadmap_of(CASES), sources, date(2027, 2, 10), words_for("en"))

    said = [plain(part.runs) for part in message.parts if isinstance(part, Paragraph)]
    assert said == ["To be joined along the way", "CRM: no interface"]


def test_without_a_rated_use_case_it_says_what_to_do(plan: PlanService) -> None:
    message = plan.roadmap_message(datetime(2027, 2, 10, tzinfo=UTC), "en")

    assert "No use case is rated yet" in message.to_json()


def test_it_is_posted_in_week_12_only(plan: PlanService) -> None:
    plan.start(date(2026, 11, 23), datetime(2026, 11, 23, 9, tzinfo=UTC))
    wednesdays = [datetime(2026, 11, 25, 9, tzinfo=UTC)]
    while len(wednesdays) < 16:
        later = date.fromordinal(wednesdays[-1].date().toordinal() + 7)
        wednesdays.append(datetime(later.year, later.month, later.day, 9, tzinfo=UTC))

    posted = [day.date() for day in wednesdays if plan.roadmap_post(day, day)]

    assert posted == [date(2027, 2, 10)]


@given(
    st.lists(
        st.tuples(st.integers(1, 5), st.integers(1, 5), st.sampled_from(["idea", "poc", "pilot"])),
        max_size=25,
    )
)
def test_every_project_has_exactly_one_place(rated: list[tuple[int, int, str]]) -> None:
    cases = [
        case(str(n), value, effort, state=state) for n, (value, effort, state) in enumerate(rated)
    ]
    roadmap = roadmap_of(cases)

    placed = [project.name for phase in roadmap.phases for project in phase.projects]
    names = [*placed, *(project.name for project in roadmap.later), *roadmap.parked]
    assert sorted(names) == sorted(one.text("name") for one in cases)
    assert len(roadmap.phases) <= PHASES
    firsts = [1, *(phase.last + 1 for phase in roadmap.phases)]
    assert [phase.first for phase in roadmap.phases] == firsts[: len(roadmap.phases)]
    assert all(
        phase.months == sum(project.months for project in phase.projects)
        for phase in roadmap.phases
    )
