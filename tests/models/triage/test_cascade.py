"""The classifier decides where it is sure; elsewhere a person does."""

from hypothesis import given
from hypothesis import strategies as st

from models.statistics.thresholds import NEVER
from models.tables import DecidedBy
from models.triage.cascade import Suggestion, decide

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
