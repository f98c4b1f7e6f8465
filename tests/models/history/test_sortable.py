"""How many tickets would have sorted themselves: learned from the old, asked about the new."""

from dataclasses import replace

from models.history.past_tickets import PastTickets, past_of
from models.history.sortable import FEWEST, WhyNot, sortable
from models.statistics.estimates import wilson
from tests.models.history.made_past import past, row, rows


def of(found: PastTickets) -> dict[str, object]:
    told = sortable(found, target=0.95, seed=0)
    return {name: getattr(told, name) for name in ("share", "low", "why_not", "is_by_time")}


def test_clear_kinds_sort_themselves_and_the_bound_leaves_room_for_chance() -> None:
    found = sortable(past(300), target=0.95, seed=0)

    assert (found.n_learned, found.n_asked) == (240, 60)
    assert (found.share, found.precision, found.wrong) == (1.0, 1.0, 0.0)
    assert found.low == wilson(60, 60)[0]
    assert found.wrong_high == wilson(0, 60)[1]


def test_what_changed_lately_is_not_sorted_by_what_was() -> None:
    # In the newest fifth the printers are called something else.
    kinds = ["Printer" if at < 240 else "Devices" for at in range(300)]
    changed = (
        replace(one, category=kinds[at]) if one.category == "Printer" else one
        for at, one in enumerate(rows(300))
    )

    found = sortable(past_of(changed), target=0.95, seed=0)

    assert found.share == 1.0
    assert found.wrong == 20 / 60
    assert found.low == wilson(40, 60)[0]


def test_a_ticket_without_words_is_sorted_by_nobody() -> None:
    silent = (
        replace(one, text="") if at >= 240 and at % 2 else one for at, one in enumerate(rows(300))
    )

    assert sortable(past_of(silent), target=0.95, seed=0).share == 0.5


def test_without_times_chance_chooses_who_is_asked_about() -> None:
    # In the file the kinds come one after the other: its end alone would be one of them.
    ordered = sorted(rows(150, opened_at=None), key=lambda one: one.category)

    found = sortable(past_of(ordered), target=0.95, seed=0)

    assert not found.is_by_time
    assert found.precision == 1.0


def test_why_nothing_is_said() -> None:
    nothing = {"share": None, "low": None, "is_by_time": False}
    one_kind = past_of(row(at, f"printer {at}", "Printer") for at in range(FEWEST))

    assert of(past(90, category="")) == {**nothing, "why_not": WhyNot.NO_CATEGORIES}
    assert of(past(90, text="")) == {**nothing, "why_not": WhyNot.NO_TEXTS}
    assert of(past(FEWEST - 1)) == {**nothing, "why_not": WhyNot.TOO_FEW}
    assert of(one_kind) == {**nothing, "why_not": WhyNot.TOO_FEW}
