"""The classifier decides where it is sure; elsewhere a person does."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.statistics.thresholds import NEVER
from models.tables import DecidedBy
from models.triage.cascade import Suggestion, TrackRecord, decide, may_decide, model_goes_first

SURE = Suggestion("vpn", 0.92, (("vpn", 0.92), ("mail", 0.05)), ("tunnel",))


def test_a_sure_suggestion_is_the_category() -> None:
    verdict = decide(SURE, 0.9, "classifier-3")

    assert (verdict.category, verdict.decided_by) == ("vpn", DecidedBy.CLASSIFIER)
    assert (verdict.reasons, verdict.model) == (("tunnel",), "classifier-3")


def test_an_unsure_one_is_shown_to_a_person_who_decides() -> None:
    verdict = decide(SURE, 0.95)

    assert (verdict.category, verdict.decided_by) == ("", DecidedBy.NOBODY)
    assert verdict.alternatives == SURE.alternatives


@given(st.floats(0, 1))
def test_the_threshold_never_is_never_reached(confidence: float) -> None:
    assert decide(Suggestion("vpn", confidence), NEVER).category == ""


# The classifier and the language model ----------------------------------------------------------


@pytest.mark.parametrize(
    ("classifier", "model", "first"),
    [
        ((14, 20), (40, 40), True),  # shown to miss 95 %, and shown to be worse
        ((14, 20), (15, 20), False),  # no better, and it costs money and seconds
        ((19, 20), (200, 200), False),  # it may well be at 95 %: free and at once
        ((5, 19), (40, 40), False),  # too few were judged
        ((14, 20), (19, 19), False),
        ((0, 0), (0, 0), False),
    ],
)
def test_the_language_model_goes_first_only_where_it_was_shown_to_be_better(
    classifier: tuple[int, int], model: tuple[int, int], first: bool
) -> None:
    assert model_goes_first(TrackRecord(*classifier), TrackRecord(*model), 0.95) is first


@pytest.mark.parametrize(
    ("model", "stands"),
    [((0, 0), True), ((10, 19), True), ((19, 20), True), ((12, 20), False)],
)
def test_its_choice_stands_until_it_was_shown_to_miss(model: tuple[int, int], stands: bool) -> None:
    assert may_decide(TrackRecord(*model), 0.95) is stands
