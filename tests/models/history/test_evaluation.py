"""What follows from what was tried: work saved, break-even, and words for all of it."""

import json
from dataclasses import replace
from datetime import date, time

import pytest

from models.history.answerable import Answerable, Shelf
from models.history.evaluation import (
    HistoryAssumptions,
    HistoryEvaluation,
    TrialSetup,
    evaluate_history,
    work_saved,
)
from models.history.history_report import history_message
from models.history.past_tickets import PastTickets
from models.history.sortable import Sortable
from models.language import LANGUAGES, Language, words_for
from models.message import Paragraph, plain
from models.tickets.hours import calendar_for
from tests.models.history.made_past import past

START = date(2027, 1, 4)
ASSUMED = HistoryAssumptions(START)
OFFICE = calendar_for("Europe/Stockholm", "SE", time(8), time(17))
SORTS = Sortable(share=0.5, low=0.4, precision=0.96, wrong=0.02, wrong_high=0.05)
HELPS = Answerable(share=0.5, low=0.1, helped=0.3)


def tried(
    shelf: Shelf, tickets: PastTickets, assumed: HistoryAssumptions = ASSUMED
) -> HistoryEvaluation:
    return evaluate_history(tickets, shelf, assumed, TrialSetup(OFFICE))


def said(found: HistoryEvaluation, language: Language = "en") -> str:
    parts = history_message(found, words_for(language)).parts
    return "\n".join(plain(one.runs) for one in parts if isinstance(one, Paragraph))


class TestWorkSaved:
    def test_sorting_saves_sorting_and_an_answer_saves_its_handling(self) -> None:
        found = work_saved(SORTS, HELPS, 20.0, ASSUMED)

        # 48 × 2 min sorted rightly, 30 × 20 helped, 2 × 10 for errors.
        assert found.value == pytest.approx(96 + 600 - 20)
        # 40 × 2 and 10 × 20, 5 × 10 for errors.
        assert found.low == pytest.approx(80 + 200 - 50)

    def test_an_error_that_costs_much_eats_it_up(self) -> None:
        dear = replace(ASSUMED, error_minutes=500.0)

        assert work_saved(SORTS, Answerable(), None, dear).value == pytest.approx(96 - 1_000)

    def test_nothing_tried_is_nothing_known(self) -> None:
        assert work_saved(Sortable(), HELPS, None, ASSUMED).value is None
        assert work_saved(Sortable(), Answerable(), 20.0, ASSUMED).value is None


class TestAFile:
    def test_with_everything_in_it(self, shelf: Shelf) -> None:
        found = tried(shelf, past(150))

        assert found.sortable.precision == 1.0
        # 10, 20 and 30 minutes in turn; a third of the tickets, all of 30, has an article.
        assert found.handling_minutes == pytest.approx(20.0)
        assert found.break_even.inputs.questions_a_month == pytest.approx(61, abs=1)
        assert found.break_even.can_pay is False
        assert [one.on is not None for one in found.provable.days] == [True, True]
        assert "can never pay" in said(found)

    def test_tells_the_contract_s_keys(self, shelf: Shelf) -> None:
        told = json.loads(json.dumps(tried(shelf, past(60)).to_json(), default=str))

        keys = ("rows", "sortable", "answerable", "work_saved_per_100", "first_articles")
        assert set(told) > {*keys, "break_even", "provable_on"}
        assert set(told["sortable"]) > {"share", "low"}
        assert set(told["answerable"]) > {"share", "low"}
        assert set(told["provable_on"]) == {"hold_out_50", "hold_out_20"}
        assert told["rows"] == 60

    def test_with_texts_alone_says_what_is_missing(self, shelf: Shelf) -> None:
        bare = past(
            60, category="", opened_at=None, resolved_at=None, handling_minutes=None, requester=""
        )
        found = tried(shelf, bare)

        told = said(found)
        assert found.answerable.share is not None
        assert "the file has no categories" in told
        assert "Work saved per 100 tickets: not known" in told
        assert "nobody knows how many questions a month come in" in told
        assert "neither handling times nor times of solution" in told

    def test_what_somebody_states_goes_before_the_file(self, shelf: Shelf) -> None:
        stated = replace(ASSUMED, minutes=40.0, questions_a_month=1_000, cost_a_month=500)
        found = tried(shelf, past(60, handling_minutes=None, opened_at=None), stated)

        assert found.handling_minutes == 40.0
        assert found.work_saved.a_helped_ticket == 40.0
        assert found.break_even.can_pay is True

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_is_told_without_a_hole_left(self, language: Language, shelf: Shelf) -> None:
        bare = past(60, category="", text="", handling_minutes=None, resolved_at=None)
        for found in (tried(shelf, past(60)), tried(shelf, bare)):
            message = history_message(found, words_for(language))
            assert "{" not in message.to_json().replace('{"', "").replace("{}", "")
