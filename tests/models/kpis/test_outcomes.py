"""Each answered question has one outcome, which is final after seven days."""

from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.kpis.outcomes import WINDOW, AnswerOutcome, counts, outcomes, searches
from models.store.figures import CaseStep
from models.tables import EventKind

T = datetime(2026, 11, 23, 9, tzinfo=UTC)
DAY = timedelta(days=1)
ASA, OLA = "a" * 32, "b" * 32


def step(
    kind: EventKind, days: float = 0, case: int = 1, actor: str = "", article: int = 0
) -> CaseStep:
    return CaseStep(case, kind, T + days * DAY, actor, article or None)


def asked(case: int = 1, days: float = -0.01, who: str = ASA) -> CaseStep:
    return step(EventKind.ASKED, days, case, who)


def answered(case: int = 1, days: float = 0, article: int = 7) -> CaseStep:
    return step(EventKind.ANSWERED, days, case, article=article)


def outcome(*steps: CaseStep) -> AnswerOutcome:
    return outcomes([asked(), answered(), *steps], {1: T})[1]


SOLVED = step(EventKind.ANSWER_SOLVED, 0.1)


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ([SOLVED], AnswerOutcome.CONFIRMED),
        ([], AnswerOutcome.SILENT),
        ([step(EventKind.FOUND, 0.1, article=7)], AnswerOutcome.CONFIRMED),
        ([step(EventKind.FOUND, 0.1, article=8)], AnswerOutcome.SILENT),  # the answer was another
        ([step(EventKind.ANSWER_NOT_SOLVED, 0.1)], AnswerOutcome.FAILED),
        ([step(EventKind.HUMAN_WANTED, 0.1)], AnswerOutcome.FAILED),
        ([SOLVED, step(EventKind.OPENED, 3)], AnswerOutcome.FAILED),  # a follow-up made it a ticket
        ([SOLVED, step(EventKind.RETURNED, 6.9)], AnswerOutcome.RETURNED),
        ([SOLVED, step(EventKind.RETURNED, 7.1)], AnswerOutcome.CONFIRMED),
        ([SOLVED, asked(2, 2), answered(2, 2, article=7)], AnswerOutcome.RETURNED),
        ([SOLVED, asked(2, 2), answered(2, 2, article=8)], AnswerOutcome.CONFIRMED),
        ([SOLVED, asked(2, 2, OLA), answered(2, 2, article=7)], AnswerOutcome.CONFIRMED),
        ([SOLVED, asked(2, 2), step(EventKind.OPENED, 2, 2, ASA)], AnswerOutcome.RETURNED),
        ([SOLVED, asked(2, 8), step(EventKind.OPENED, 8, 2, ASA)], AnswerOutcome.CONFIRMED),
        ([SOLVED, asked(2, -1), step(EventKind.OPENED, -1, 2, ASA)], AnswerOutcome.CONFIRMED),
        ([SOLVED, asked(2, 2, OLA), step(EventKind.OPENED, 2, 2, OLA)], AnswerOutcome.CONFIRMED),
    ],
)
def test_what_happens_within_seven_days_decides(
    steps: list[CaseStep], expected: AnswerOutcome
) -> None:
    assert outcome(*steps) is expected


MANY = st.lists(
    st.builds(
        CaseStep,
        st.integers(1, 4),
        st.sampled_from(
            [
                EventKind.ASKED,
                EventKind.ANSWERED,
                EventKind.ANSWER_SOLVED,
                EventKind.ANSWER_NOT_SOLVED,
                EventKind.OPENED,
                EventKind.RETURNED,
                EventKind.FOUND,
            ]
        ),
        st.integers(0, 20 * 24).map(lambda hours: T + timedelta(hours=hours)),
        st.sampled_from(["", ASA, OLA]),
        st.sampled_from([None, 7, 8]),
    ),
    max_size=25,
)


def first_answers(steps: list[CaseStep]) -> dict[int, datetime]:
    found: dict[int, datetime] = {}
    for one in steps:
        if one.kind is EventKind.ANSWERED:
            found[one.case_id] = min(one.at, found.get(one.case_id, one.at))
    return found


@given(MANY)
def test_every_answered_question_has_exactly_one_outcome(steps: list[CaseStep]) -> None:
    found = outcomes(steps, first_answers(steps))

    assert set(found) == set(first_answers(steps))
    assert sum(counts(found).values()) == len(found)


@given(MANY, st.integers())
def test_events_that_come_twice_or_in_another_order_change_nothing(
    steps: list[CaseStep], seed: int
) -> None:
    # Who asked a case is one person: the first that the events name.
    asker = {one.case_id: one.actor for one in reversed(steps) if one.kind is EventKind.ASKED}
    steps = [
        one
        if one.kind is not EventKind.ASKED
        else CaseStep(one.case_id, one.kind, one.at, asker[one.case_id])
        for one in steps
    ]
    again = [*steps, *steps]
    Random(seed).shuffle(again)

    assert outcomes(again, first_answers(steps)) == outcomes(steps, first_answers(steps))


@given(MANY, MANY)
def test_after_seven_days_an_outcome_is_final(steps: list[CaseStep], more: list[CaseStep]) -> None:
    answers = first_answers(steps)
    last = max(answers.values(), default=T) + WINDOW
    late = [one for one in more if one.kind is not EventKind.ASKED]
    later = [CaseStep(o.case_id, o.kind, last + DAY + (o.at - T), o.actor, o.article) for o in late]

    assert outcomes([*steps, *later], answers) == outcomes(steps, answers)


@given(MANY)
def test_more_events_never_make_a_failure_a_success(steps: list[CaseStep]) -> None:
    answers = first_answers(steps)
    for case, what in outcomes(steps, answers).items():
        worse = [*steps, CaseStep(case, EventKind.HUMAN_WANTED, answers[case])]
        assert outcomes(worse, answers)[case] is AnswerOutcome.FAILED
        if what in (AnswerOutcome.FAILED, AnswerOutcome.RETURNED):
            better = [*steps, CaseStep(case, EventKind.ANSWER_SOLVED, answers[case])]
            assert outcomes(better, answers)[case] is what


def one_by_one(steps: list[CaseStep], case: int, at: datetime) -> AnswerOutcome:
    """Return the outcome as its definition reads: every step is looked at for every question."""
    askers = {one.case_id: one.actor for one in steps if one.kind is EventKind.ASKED}
    asker = askers.get(case, "")
    within = [one for one in steps if at <= one.at <= at + WINDOW]
    own = [one for one in within if one.case_id == case]
    others = [
        one
        for one in within
        if one.case_id != case and asker and askers.get(one.case_id, one.actor) == asker
    ]
    kinds = {one.kind for one in own}
    shown = {one.article for one in own if one.kind is EventKind.ANSWERED}
    if kinds & {EventKind.ANSWER_NOT_SOLVED, EventKind.HUMAN_WANTED, EventKind.OPENED}:
        return AnswerOutcome.FAILED
    if EventKind.RETURNED in kinds or any(
        one.kind is EventKind.OPENED or (one.kind is EventKind.ANSWERED and one.article in shown)
        for one in others
    ):
        return AnswerOutcome.RETURNED
    found = any(one.kind is EventKind.FOUND and one.article in shown for one in own)
    is_confirmed = EventKind.ANSWER_SOLVED in kinds or found
    return AnswerOutcome.CONFIRMED if is_confirmed else AnswerOutcome.SILENT


@given(MANY)
def test_outcomes_of_all_are_those_of_each_looked_at_alone(steps: list[CaseStep]) -> None:
    answers = first_answers(steps)

    assert outcomes(steps, answers) == {
        case: one_by_one(steps, case, at) for case, at in answers.items()
    }


@pytest.mark.parametrize("hours", [0, 7 * 24])
def test_the_window_has_both_its_ends(hours: int) -> None:
    assert outcome(SOLVED, step(EventKind.OPENED, hours / 24, 2, ASA)) is AnswerOutcome.RETURNED


def test_a_search_ends_at_its_first_found_it() -> None:
    started = {1: T, 2: T, 3: T}
    ends = [(1, T + timedelta(minutes=9)), (1, T + timedelta(minutes=3)), (4, T), (3, T - DAY)]

    assert list(searches(started, ends).values()) == [3.0]
