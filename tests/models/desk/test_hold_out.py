"""The hold-out: chance leaves some cases without help, and everything else as it was."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from models.lotsen import open_lotsen
from models.message import Buttons, Message, Paragraph, plain
from models.settings import Settings
from models.store.transaction import Store
from models.tables import (
    Arm,
    Baseline,
    CaseState,
    DecidedBy,
    DecisionMode,
    EventKind,
    LabelKind,
    Source,
)
from models.triage.arms import checked_draws, drawn_arm, published_key
from models.triage.cascade import FieldSuggestion, TriageVerdict
from models.triage.sampling import keyed_share
from models.value.money.costs import UNTOUCHED
from tests.rows import labels_of

VPN = "VPN kopplar inte upp felkod 809"
SURE = TriageVerdict(
    "vpn", 0.97, DecidedBy.CLASSIFIER, ("VPN",), (("vpn", 0.97), ("mail", 0.02)), "model-1"
)


class Sure:
    """A classifier that always knows."""

    def __init__(self, verdict: TriageVerdict = SURE) -> None:
        self.verdict = verdict

    def classify(self, *_: Any, **__: Any) -> TriageVerdict:
        return self.verdict


def frozen(store: Store) -> None:
    with store.begin() as unit:
        unit.figures.save(
            Baseline(
                frozen_at=datetime(2026, 11, 1, tzinfo=UTC),
                first_day=date(2026, 8, 1),
                last_day=date(2026, 10, 31),
                sha256="ab" * 32,
                content="{}",
            )
        )


def sharing(desk: Any, share: float, verdict: TriageVerdict = SURE) -> Any:
    """Set the share, and a classifier that is sure."""
    context = replace(desk.lotsen.desk, hold_out_share=share, triage=Sure(verdict))
    desk.lotsen = replace(desk.lotsen, desk=context)
    return desk


@pytest.fixture
def held(desk: Any, article: Any) -> Any:
    """A desk that holds out every case it may, with an answer at hand."""
    frozen(desk.lotsen.store)
    return sharing(desk, 1.0)


def arms(desk: Any) -> list[str]:
    return [event.detail["mode"] for event in desk.events() if event.kind is EventKind.RANDOMISED]


def test_a_held_out_employee_gets_a_ticket_at_once_and_no_answer(held: Any, article: Any) -> None:
    held.say(VPN)

    assert arms(held) == [Arm.HELD_OUT]
    assert [case.state for case in held.cases()] == [CaseState.TICKET]
    assert not any(article.answer in post.message for post in held.posts())


def test_the_card_of_a_held_out_case_carries_no_suggestion(held: Any) -> None:
    held.say(VPN)

    (ticket,) = held.tickets()
    assert (ticket.category, ticket.confidence, ticket.decided_by) == ("", None, "nobody")
    card = Message.from_json(held.card())
    taps = [
        button.action for part in card.parts if isinstance(part, Buttons) for button in part.buttons
    ]
    assert not any(action.startswith("ticket_suggestion") for action in taps)
    assert "97" not in held.card()
    assert "felkod 809" in held.card()


def test_the_card_names_no_similar_ticket_priority_or_team(held: Any) -> None:
    held.say("Skrivaren på plan 3 skriver inte ut", user="UOLA")
    hinted = replace(
        SURE,
        nearest=((1, 0.93),),
        priority=FieldSuggestion("3 - Low", 0.9),
        team=FieldSuggestion("Network", 0.9),
    )
    sharing(held, 1.0, hinted)

    held.say(VPN, 4000)

    card = Message.from_json(held.card(2)).to_json()
    assert "felkod 809" in card
    assert not any(word in card for word in ("Skrivaren", "3 - Low", "Network"))


def test_more_words_bring_no_suggestion_either(held: Any) -> None:
    held.say(VPN)
    held.say("Det står 809", 30)

    assert held.tickets()[0].category == ""
    assert arms(held) == [Arm.HELD_OUT]
    with held.lotsen.store.snapshot() as unit:
        assert {row.mode for row in unit.tickets.decisions_of(1)} == {DecisionMode.BLIND}


def test_the_event_holds_the_arm_and_the_silent_category_and_no_text(held: Any) -> None:
    held.say(VPN)

    (event,) = [event for event in held.events() if event.kind is EventKind.RANDOMISED]
    assert event.detail.pop("key") == (published_key(held.lotsen.store) or "")[:16]
    assert event.detail == {"mode": "held_out", "category": "vpn", "share": 1.0}
    assert event.actor == held.cases()[0].person_id


def test_nobody_who_knows_the_baselines_hash_knows_the_arms(desk: Any) -> None:
    frozen(desk.lotsen.store)
    sharing(desk, 0.5)
    for n in range(12):
        desk.say(f"VPN {n} kopplar inte upp", n * 4000.0, user=f"U{n}")

    by_hash = [
        "held_out" if keyed_share(("ab" * 32).encode(), f"case {case.id}") < 0.5 else "helped"
        for case in desk.cases()
    ]
    with desk.lotsen.store.snapshot() as unit:
        secret = unit.effects.known_draw_key()
    again = [drawn_arm(secret, case.id, 0.5) for case in desk.cases()]
    assert arms(desk) == again
    assert arms(desk) != by_hash
    assert checked_draws(desk.lotsen.store).repeated == 12


def test_the_key_is_made_once_and_cannot_be_replaced(held: Any) -> None:
    held.say(VPN)
    first = published_key(held.lotsen.store)
    held.say("Skrivaren skriver inte ut", 4000, user="UOLA")

    assert published_key(held.lotsen.store) == first
    for sql in ("UPDATE draw_key SET secret = 'x'", "DELETE FROM draw_key"):
        with (
            pytest.raises(DatabaseError, match="key of the hold-out"),
            held.lotsen.store.engine.begin() as connection,
        ):
            connection.execute(text(sql))


def test_no_key_is_made_before_something_is_drawn(desk: Any) -> None:
    frozen(desk.lotsen.store)
    desk.say(VPN)

    assert published_key(desk.lotsen.store) is None


def test_the_other_arm_is_helped_as_always(desk: Any, article: Any) -> None:
    frozen(desk.lotsen.store)
    sharing(desk, 1e-9)

    desk.say(VPN)

    assert arms(desk) == [Arm.HELPED]
    assert article.answer in desk.posts()[0].message


def test_nothing_is_held_out_before_the_baseline_is_frozen(desk: Any, article: Any) -> None:
    sharing(desk, 1.0)

    desk.say(VPN)

    assert arms(desk) == []
    assert article.answer in desk.posts()[0].message


def test_the_same_message_twice_is_drawn_once(held: Any) -> None:
    command = held.said(VPN)
    held.do(command)
    held.do(command)

    assert len(arms(held)) == len(held.tickets()) == 1


def test_a_greeting_is_not_drawn_and_the_question_after_it_is(held: Any) -> None:
    held.say("Hej!")
    assert arms(held) == []

    held.say(VPN, 20)
    assert arms(held) == [Arm.HELD_OUT]


@pytest.mark.parametrize(
    "text",
    [
        "AKUT: VPN kopplar inte upp felkod 809",
        "Hela VPN ligger nere, felkod 809",
        "Urgent, the VPN does not connect, error 809",
        "Dringend: VPN verbindet nicht, Fehler 809",
    ],
)
def test_urgent_cases_are_never_held_out(held: Any, text: str) -> None:
    held.say(text)

    assert arms(held) == [Arm.EXEMPT]


@pytest.mark.parametrize("priority", ["1 - Critical", "Urgent", "Hög", "P1"])
def test_what_the_classifier_thinks_urgent_is_never_held_out(held: Any, priority: str) -> None:
    sharing(held, 1.0, replace(SURE, priority=FieldSuggestion(priority, 0.9)))

    held.say(VPN)

    assert arms(held) == [Arm.EXEMPT]


def test_an_ordinary_priority_is_no_reason(held: Any) -> None:
    sharing(held, 1.0, replace(SURE, priority=FieldSuggestion("3 - Low", 0.9)))

    held.say(VPN)

    assert arms(held) == [Arm.HELD_OUT]


def test_when_several_ask_about_the_same_it_is_an_incident(held: Any) -> None:
    for seconds, user in enumerate(("UASA", "UOLA", "ULENA")):
        held.say(VPN, 10 * seconds, user=user)
    held.say("Skrivaren", 4000, user="UASA")

    assert arms(held) == [Arm.HELD_OUT, Arm.HELD_OUT, Arm.EXEMPT, Arm.HELD_OUT]


def test_one_person_alone_is_no_incident(held: Any) -> None:
    for seconds in (0, 300, 600, 900):
        held.say(VPN, seconds)

    assert arms(held) == [Arm.HELD_OUT] * 4


def test_a_person_chooses_blind_and_that_teaches(held: Any) -> None:
    held.say(VPN)
    held.choose("mail")

    with held.lotsen.store.snapshot() as unit:
        (label,) = labels_of(unit, 1)
    assert (label.kind, label.category, label.suggested) == ("blind", "mail", "vpn")


def test_where_nothing_was_decided_precision_is_not_asked(held: Any) -> None:
    sharing(held, 1.0, TriageVerdict("", 0.3, DecidedBy.NOBODY, (), (("vpn", 0.3),), "model-1"))
    held.say(VPN)
    held.choose("mail")

    with held.lotsen.store.snapshot() as unit:
        assert unit.oversight.blind_since(None, 10) == (0, 0)


@pytest.mark.slow
def test_about_the_share_is_held_out_and_the_draw_is_replayed(
    new_desk: Callable[[Store], Any], migrated_file: Path, tmp_path: Path
) -> None:
    drawn = []
    for name in ("one", "other"):
        file = tmp_path / f"{name}.db"
        file.write_bytes(migrated_file.read_bytes())
        store = Store(f"sqlite:///{file}")
        desk = sharing(
            new_desk(store), 0.3, replace(SURE, category="", decided_by=DecidedBy.NOBODY)
        )
        frozen(store)
        with_key = replace(desk.lotsen.desk, new_secret=lambda: "5e" * 32)
        desk.lotsen = replace(desk.lotsen, desk=with_key)
        for number in range(60):
            desk.say(f"Fråga {number}", 600 * number)
        drawn.append(arms(desk))
        store.close()

    assert drawn[0] == drawn[1]
    assert 8 <= drawn[0].count(Arm.HELD_OUT) <= 30  # 18 expected


def test_the_setting_reaches_the_desk(tmp_path: Path) -> None:
    settings = Settings.load(_env_file=None, lotsen_home=tmp_path, lotsen_hold_out_share="0.2")
    lotsen = open_lotsen(settings)

    assert lotsen.desk.hold_out_share == 0.2
    lotsen.close()


def test_the_thread_of_a_held_out_case_names_a_ticket(held: Any) -> None:
    held.say(VPN)

    (thread,) = [post for post in held.posts() if post.key == "case:1:ticket"]
    said = [part for part in Message.from_json(thread.message).parts if isinstance(part, Paragraph)]
    assert "ärende 1" in plain(said[0].runs)


def test_a_rule_that_is_wrong_says_nothing_of_the_classifier(held: Any) -> None:
    by_rule = TriageVerdict("vpn", None, DecidedBy.RULE, (), (), "rule-1")
    desk = sharing(held, 1.0, by_rule)
    desk.say("Skärmen är svart", 0)
    desk.choose("mail")
    with desk.lotsen.store.snapshot() as unit:
        assert unit.oversight.blind_since(None, 100) == (0, 0)
        (label,) = labels_of(unit, 1)
    assert (label.category, label.suggested) == ("mail", "")


def test_a_category_left_to_people_gets_a_ticket_at_once_and_is_not_drawn(
    desk: Any, article: Any
) -> None:
    frozen(desk.lotsen.store)
    sharing(desk, 0.0)
    desk.lotsen.value.costs.choose(
        UNTOUCHED, "printer,vpn", "no access", datetime(2026, 11, 1, tzinfo=UTC)
    )

    desk.say(VPN)

    assert arms(desk) == []
    assert not any(article.answer in post.message for post in desk.posts())
    (ticket,) = desk.tickets()
    assert (ticket.category, ticket.decided_by) == ("", "nobody")
    with desk.lotsen.store.snapshot() as unit:
        assert [one.mode for one in unit.tickets.decisions_of(ticket.id)] == [DecisionMode.LEFT]


def left_to_people(desk: Any, *, blind_share: float = 0.0, hold_out_share: float = 0.0) -> Any:
    """A desk where vpn is left to people, and the classifier is sure of it."""
    frozen(desk.lotsen.store)
    sharing(desk, hold_out_share)
    desk.lotsen = replace(desk.lotsen, desk=replace(desk.lotsen.desk, blind_share=blind_share))
    desk.lotsen.value.costs.choose(UNTOUCHED, "vpn", "no access", datetime(2026, 11, 1, tzinfo=UTC))
    return desk


def now_thinks(desk: Any, verdict: TriageVerdict) -> None:
    desk.lotsen = replace(desk.lotsen, desk=replace(desk.lotsen.desk, triage=Sure(verdict)))


def test_a_category_left_to_people_adds_nothing_to_the_blind_sample(desk: Any) -> None:
    left_to_people(desk)

    desk.say(VPN)
    desk.choose("mail")

    with desk.lotsen.store.snapshot() as unit:
        assert unit.oversight.blind_since(None, 100) == (0, 0)
        assert unit.oversight.blind_drawn() == 0
        assert list(unit.oversight.untouched()) == []
        assert [label.kind for label in labels_of(unit, 1)] == [LabelKind.CHOSEN]


def test_what_is_drawn_of_it_is_a_blind_sample_as_any_other(desk: Any) -> None:
    left_to_people(desk, blind_share=1.0)

    desk.say(VPN)
    desk.choose("mail")

    with desk.lotsen.store.snapshot() as unit:
        assert unit.oversight.blind_since(None, 100) == (0, 1)


def test_the_card_of_a_category_left_to_people_carries_no_suggestion(desk: Any) -> None:
    left_to_people(desk)
    desk.say(VPN)
    before = desk.card()

    desk.choose("mail")

    assert "97" not in before
    assert "ticket_suggestion" not in before
    assert "97" not in desk.card()
    with desk.lotsen.store.snapshot() as unit:
        by_person = unit.tickets.decisions_of(1)[0]
        assert (by_person.mode, by_person.alternatives) == (DecisionMode.LEFT, [])


def test_what_is_left_to_people_is_not_helped_with(desk: Any) -> None:
    left_to_people(desk)
    desk.say(VPN)
    desk.choose("vpn")
    desk.move("claim")
    desk.move("resolve", seconds=600, note="Ominstallerad")

    with desk.lotsen.store.snapshot() as unit:
        ever = datetime(2020, 1, 1, tzinfo=UTC), datetime(2030, 1, 1, tzinfo=UTC)
        assert unit.effects.helped_in(["vpn"], *ever, [Source.SLACK]) == (1, 0)


def test_more_words_of_a_category_left_to_people_take_nothing_away(desk: Any) -> None:
    left_to_people(desk)
    printer = TriageVerdict(
        "printer", 0.9, DecidedBy.CLASSIFIER, (), (("printer", 0.9),), "model-1"
    )
    now_thinks(desk, printer)
    desk.say("Skrivaren på plan 3 skriver inte ut")
    assert desk.tickets()[0].category == "printer"

    now_thinks(desk, SURE)
    desk.say("och skrivaren har VPN", 30)

    assert desk.tickets()[0].category == "vpn"
    with desk.lotsen.store.snapshot() as unit:
        assert {one.mode for one in unit.tickets.decisions_of(1)} == {DecisionMode.ACTED}


def test_a_case_that_chance_helps_is_helped_whatever_more_words_say(desk: Any) -> None:
    left_to_people(desk, hold_out_share=1e-9)
    unsure = TriageVerdict("", 0.3, DecidedBy.NOBODY, (), (("printer", 0.3),), "model-1")
    now_thinks(desk, unsure)
    desk.say("Skrivaren på plan 3 skriver inte ut")
    assert arms(desk) == [Arm.HELPED]

    now_thinks(desk, SURE)
    desk.say("och skrivaren har VPN", 30)

    assert desk.tickets()[0].category == "vpn"


def test_other_categories_are_helped_all_the_same(desk: Any, article: Any) -> None:
    frozen(desk.lotsen.store)
    sharing(desk, 0.0)
    desk.lotsen.value.costs.choose(
        UNTOUCHED, "printer", "no access", datetime(2026, 11, 1, tzinfo=UTC)
    )

    desk.say(VPN)

    assert any(article.answer in post.message for post in desk.posts())
