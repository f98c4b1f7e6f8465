"""Beside the category: past tickets like it, for those who may see them, and one-tap hints."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.commands import AcceptHint
from models.desk.tickets.suggestions import THE_TEAM, similar_to
from models.governance.authorization import Actor, Role
from models.language import words_for
from models.message import Buttons, Fields, Message, Note, Paragraph, Run
from models.store.transaction import Store
from models.tables import (
    DecidedBy,
    Decision,
    DecisionMode,
    PostState,
    Source,
    Status,
    Ticket,
    TicketText,
)
from models.triage.cascade import FieldSuggestion, TriageVerdict
from models.triage.ticket_text import TriageText, text_of
from tests.models.desk.conftest import ASA, KIM, OLA, START, at
from tests.rows import labels_of

UNSURE = TriageVerdict("", 0.4, DecidedBy.NOBODY, (), (("vpn", 0.4), ("mail", 0.3)), "classifier-1")
HINTING = replace(
    UNSURE, priority=FieldSuggestion("Hög", 0.82), team=FieldSuggestion("Nätverk", 0.91)
)


class Says:
    """A classifier that says the same of everything, and remembers what it was asked."""

    def __init__(self, verdict: TriageVerdict) -> None:
        self.verdict = verdict
        self.asked: list[TriageText] = []

    def classify(self, text: TriageText, _language: str) -> TriageVerdict:
        self.asked.append(text)
        return self.verdict


def let_say(desk: Any, verdict: TriageVerdict) -> Says:
    says = Says(verdict)
    object.__setattr__(desk.lotsen.desk, "triage", says)
    return says


def like(*near: tuple[int, float]) -> TriageVerdict:
    return replace(UNSURE, nearest=near)


def imported(desk: Any, title: str, body: str = "words") -> int:
    row = Ticket(
        source=Source.IMPORT,
        external_id=title,
        status=Status.CLOSED,
        category="vpn",
        decided_by=DecidedBy.IMPORTED,
        opened_at=START - timedelta(days=9),
    )
    with desk.lotsen.store.begin() as unit:
        text = TicketText(ticket_id=0, title=title, body=body)
        return unit.tickets.add_ticket(row, text).id or 0


def show_all(desk: Any) -> None:
    """Let Slack have shown every post."""
    with desk.lotsen.store.begin() as unit:
        for row in unit.outbox.listing([PostState.READY]):
            row.state, row.posted_channel, row.ts = PostState.SENT, row.channel, f"1.{row.id}"
            unit.outbox.save(row)


def runs_of(message: Message) -> list[Run]:
    parts = (part for part in message.parts if isinstance(part, Note | Paragraph))
    return [run for part in parts for run in part.runs]


def told(message: Message) -> str:
    return " ".join("".join(run.text for run in [*runs_of(message)]).split())


def card(desk: Any, ticket: int) -> Message:
    return Message.from_json(desk.card(ticket))


def taps(message: Message) -> dict[str, str]:
    """The hints' buttons: action → value."""
    rows = (part for part in message.parts if isinstance(part, Buttons))
    buttons = (button for row in rows if row.subject.endswith(":hints") for button in row.buttons)
    return {button.action: button.value for button in buttons}


def tap(desk: Any, kind: str, value: str, user: str = KIM, seconds: float = 60, **more: Any) -> Any:
    command = AcceptHint(
        id=more.get("id", f"tap{kind}{user}{seconds}"),
        user=user,
        ticket_id=more.get("ticket", 1),
        kind=kind,  # type: ignore[arg-type]  # a literal, from a parameter
        value=value,
        at=at(seconds),
        channel="CSUPPORT",
    )
    desk.do(command, seconds)
    return command


# The text is asked as it is taught -------------------------------------------------------------


@pytest.mark.parametrize("text", ["skrivaren är trasig", "Hej!\nskrivaren är trasig"])
def test_the_classifier_is_asked_about_a_text_of_the_shape_that_it_is_taught(
    desk: Any, text: str
) -> None:
    with desk.lotsen.store.begin() as unit:
        unit.people.by_slack_id(ASA, START).team = "Ekonomi"
    says = let_say(desk, UNSURE)

    desk.say(text)
    desk.edit(0, f"{text} igen")
    desk.choose("vpn")

    with desk.lotsen.store.snapshot() as unit:
        (stored,) = unit.oversight.labelled()
    taught = replace(text_of(stored), ticket_id=0)
    assert (taught.team, taught.channel, taught.title) == ("Ekonomi", "CHELP", "")
    assert says.asked[-1] == taught
    assert says.asked[0] == replace(taught, body=text)


# Past tickets like it --------------------------------------------------------------------------


def test_the_card_names_similar_tickets_linked_where_a_card_shows_them(desk: Any) -> None:
    old = imported(desk, "VPN drops every morning after the update of the gateway")
    let_say(desk, UNSURE)
    desk.say("vpn kopplar ner", user=OLA)
    show_all(desk)
    let_say(desk, like((old + 1, 0.8), (old, 0.6), (99, 0.9), (old, 0.1)))

    desk.say("min vpn också", 500)

    shown = card(desk, old + 2)
    assert "Liknar ärendena 2, 1 (VPN drops every morning after the…)" in told(shown)
    posts = {run.text: run.post for run in runs_of(shown) if run.post}
    assert posts == {str(old + 1): f"ticket:{old + 1}:card"}


def test_an_employee_is_told_of_their_own_tickets_only(desk: Any) -> None:
    let_say(desk, UNSURE)
    desk.say("hemligt om lönen", user=OLA)
    desk.say("min vpn kopplar ner", 10)
    let_say(desk, like((1, 0.9), (2, 0.7)))
    desk.say("vpn igen", 500)

    own, staff = desk.why("3"), desk.why("3", user=KIM)

    assert "Liknar ärende 2 (min vpn kopplar ner)" in told(own)
    assert "hemligt" not in own.to_json()
    assert [run.post for run in runs_of(own) if run.post] == ["case:2:ticket"]
    assert "Looks like tickets 1 (hemligt om lönen), 2 (min vpn" in told(staff)


def test_a_ticket_whose_words_are_gone_is_never_named(desk: Any) -> None:
    erased = imported(desk, "", "")
    let_say(desk, UNSURE)
    desk.say("mitt lösenord är Sommar", user=OLA)
    desk.delete(0)
    let_say(desk, like((erased, 0.9), (erased + 1, 0.9)))

    desk.say("lösenord", 500)

    assert "Liknar" not in told(card(desk, erased + 2))


def test_whoever_takes_their_words_back_takes_what_they_were_like(desk: Any) -> None:
    old = imported(desk, "Payslip of Karl")
    let_say(desk, like((old, 0.9)))
    desk.say("lönebesked")
    assert "Payslip" in desk.card(old + 1)

    desk.delete(0)

    assert "Payslip" not in desk.card(old + 1)
    assert "Payslip" not in desk.why(str(old + 1)).to_json()


def test_what_is_unlike_anything_known_is_said_to_be(desk: Any) -> None:
    old = imported(desk, "VPN drops")
    let_say(desk, replace(like((old, 0.9)), in_scope=False))

    desk.say("får man ta med hunden till kontoret")

    assert "det här liknar inget jag känner till" in told(card(desk, old + 1))
    assert "Liknar ärende" not in told(card(desk, old + 1))
    assert "unlike anything I know" in told(desk.why(str(old + 1), user=KIM))


OWNERS = st.lists(st.sampled_from(["asa", "ola", ""]), min_size=1, max_size=5)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(
    owners=OWNERS,
    erased=st.sets(st.integers(0, 4)),
    near=st.lists(st.integers(0, 6), max_size=3),
    role=st.sampled_from(Role),
    blind=st.booleans(),
)
def test_nobody_is_shown_a_ticket_that_they_may_not_see(
    desk: Any, owners: Sequence[str], erased: set[int], near: list[int], role: Role, blind: bool
) -> None:
    class Rows:
        """Tickets by number, as the store has them."""

        def find(self, number: int) -> Ticket | None:
            if number >= len(owners):
                return None
            return Ticket(
                id=number,
                source=Source.SLACK,
                status=Status.NEW,
                decided_by=DecidedBy.NOBODY,
                requester_id=owners[number] or None,
                opened_at=START,
            )

        def text(self, number: int) -> TicketText:
            return TicketText(ticket_id=number, body="" if number in erased else f"text {number}")

    class Outbox:
        def find(self, _key: str) -> None:
            return None

    class Unit:
        tickets, outbox = Rows(), Outbox()

    said = Decision(
        ticket_id=77,
        at=START,
        decided_by=DecidedBy.CLASSIFIER if blind else DecidedBy.NOBODY,
        nearest=[[number, 0.9] for number in near],
        mode=DecisionMode.BLIND if blind else DecisionMode.ACTED,
    )
    viewer = Actor("asa", frozenset({Role.EMPLOYEE, role}))

    shown = {one.ticket_id for one in similar_to(Unit(), viewer, 77, [said])}  # type: ignore[arg-type]  # what it reads of a unit

    readable = {n for n in near if n < len(owners) and n not in erased}
    own = {n for n in readable if owners[n] == "asa"}
    expected = own if role is Role.EMPLOYEE else readable
    assert shown == (set() if blind else expected)


# One-tap hints ---------------------------------------------------------------------------------


def test_a_tapped_hint_sets_it_and_is_an_event_without_words(desk: Any) -> None:
    let_say(desk, HINTING)
    desk.say("vpn nere")
    assert taps(card(desk, 1)) == {"ticket_priority": "Hög", "ticket_team": "Nätverk"}

    tap(desk, "priority", "Hög")
    tap(desk, "team", "Nätverk", seconds=61)

    (ticket,) = desk.tickets()
    assert (ticket.priority, ticket.team) == ("Hög", "Nätverk")
    assert taps(card(desk, 1)) == {}
    (fields,) = [part for part in card(desk, 1).parts if isinstance(part, Fields)]
    facts = {name: "".join(run.text for run in runs) for name, runs in fields.pairs}
    assert (facts["Prioritet"], facts["Team"]) == ("Hög", "Nätverk")
    first, second = desk.events()[-2:]
    assert (first.kind.value, second.kind.value) == ("prioritised", "routed")
    assert (first.detail, second.detail) == ({}, {})
    assert first.actor == second.actor != ""
    assert desk.replies() == []


def test_a_hint_taught_by_a_tap_is_learned_from(desk: Any) -> None:
    let_say(desk, HINTING)
    desk.say("vpn nere")
    tap(desk, "priority", "Hög")
    desk.choose("vpn")

    with desk.lotsen.store.snapshot() as unit:
        (row,) = unit.oversight.labelled()
    assert (row.priority, row.team) == ("Hög", "")


def test_the_same_tap_twice_and_two_taps_count_once(desk: Any) -> None:
    let_say(desk, HINTING)
    desk.say("vpn nere")

    tap(desk, "priority", "Hög", id="one")
    tap(desk, "priority", "Hög", id="one")
    tap(desk, "priority", "Hög", user="ULENA", seconds=61)

    assert [event.kind.value for event in desk.events()].count("prioritised") == 1
    assert len(desk.replies()) == 1
    assert "Hög" in desk.replies()[0]


def test_two_people_who_tap_at_once_set_it_once(
    migrated_url: str, new_desk: Callable[[Store], Any]
) -> None:
    store = Store(migrated_url)
    desk = new_desk(store)
    let_say(desk, HINTING)
    desk.say("vpn nere")
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda user: tap(desk, "team", "Nätverk", user=user), (KIM, "ULENA")))

    assert desk.tickets()[0].team == "Nätverk"
    assert [event.kind.value for event in desk.events()].count("routed") == 1
    assert len(desk.replies()) == 1
    store.close()


@pytest.mark.parametrize("user", [ASA, OLA])
def test_an_employee_cannot_tap(desk: Any, user: str) -> None:
    let_say(desk, HINTING)
    desk.say("vpn nere")

    tap(desk, "priority", "Hög", user=user)

    assert desk.tickets()[0].priority == ""
    assert "supporten" in desk.replies()[0].lower()


@pytest.mark.parametrize(
    ("kind", "value"), [("priority", "Akut"), ("team", "Hög"), ("priority", "")]
)
def test_what_was_never_suggested_is_not_set(desk: Any, kind: str, value: str) -> None:
    let_say(desk, HINTING)
    desk.say("vpn nere")

    tap(desk, kind, value)

    assert (desk.tickets()[0].priority, desk.tickets()[0].team) == ("", "")
    assert "any more" in desk.replies()[0]


def test_a_tap_on_an_old_card_does_not_overrule_or_reopen(desk: Any) -> None:
    let_say(desk, HINTING)
    desk.say("vpn nere")
    desk.move("resolve", note="Omstart.")

    tap(desk, "priority", "Hög")
    tap(desk, "priority", "Hög", ticket=404, seconds=61)

    assert desk.tickets()[0].priority == ""
    assert "resolved already" in desk.replies()[0]
    assert "404" in desk.replies()[1]
    assert taps(card(desk, 1)) == {}


def test_a_blind_sample_shows_none_of_it(desk: Any) -> None:
    old = imported(desk, "VPN drops")
    sure = replace(HINTING, category="vpn", confidence=0.99, decided_by=DecidedBy.CLASSIFIER)
    let_say(desk, replace(sure, nearest=((old, 0.9),)))
    object.__setattr__(desk.lotsen.desk, "blind_share", 1.0)

    desk.say("vpn nere")
    tap(desk, "priority", "Hög", ticket=old + 1)

    assert desk.tickets()[-1].priority == ""
    for chosen in (False, True):
        if chosen:
            desk.do(_category(old + 1), 90)
        shown = card(desk, old + 1)
        assert taps(shown) == {}
        assert "Liknar" not in told(shown)
        assert "VPN drops" not in desk.why(str(old + 1), user=KIM).to_json()


def _category(ticket: int) -> Any:
    from models.commands import SetCategory

    return SetCategory(id="chosen", user=KIM, ticket_id=ticket, category="vpn", at=at(90))


def test_more_words_that_leave_it_unsure_keep_a_blind_sample_blind(desk: Any) -> None:
    object.__setattr__(desk.lotsen.desk, "blind_share", 1.0)
    sure = replace(UNSURE, category="vpn", confidence=0.99, decided_by=DecidedBy.CLASSIFIER)
    let_say(desk, sure)
    desk.say("vpn nere")
    let_say(desk, UNSURE)

    desk.say("eller skrivaren", 10)
    desk.choose("mail")

    with desk.lotsen.store.snapshot() as unit:
        (label,) = labels_of(unit, 1)
    assert (label.kind.value, label.suggested) == ("blind", "vpn")


def test_the_latest_decision_is_on_the_latest_words(desk: Any) -> None:
    sure = replace(UNSURE, category="vpn", confidence=0.97, decided_by=DecidedBy.CLASSIFIER)
    let_say(desk, sure)
    desk.say("vpn nere")
    let_say(desk, replace(sure, confidence=0.98, reasons=("gateway",)))

    desk.say("vpn-felet är i gateway", 10)

    with desk.lotsen.store.snapshot() as unit:
        latest, first = unit.tickets.decisions_of(1)
    assert (latest.confidence, first.confidence) == (0.98, 0.97)
    assert "gateway" in desk.card()
    assert [event.kind.value for event in desk.events()].count("categorised") == 1


def test_a_decision_keeps_what_it_takes_to_explain_and_replay_it(desk: Any) -> None:
    let_say(
        desk,
        replace(HINTING, nearest=((7, 0.5),), in_scope=False, threshold=0.9, latency_ms=3.5),
    )
    desk.say("vpn nere")

    with desk.lotsen.store.snapshot() as unit:
        (row,) = unit.tickets.decisions_of(1)
    assert (row.nearest, row.in_scope, row.threshold) == ([[7, 0.5]], False, 0.9)
    assert row.hints == {"priority": ["Hög", 0.82], "team": ["Nätverk", 0.91]}
    assert row.latency_ms == 3.5


def test_the_team_may_see_what_the_support_channel_shows(desk: Any) -> None:
    old = imported(desk, "VPN drops")
    store: Store = desk.lotsen.store
    said = Decision(ticket_id=9, at=START, decided_by=DecidedBy.NOBODY, nearest=[[old, 0.9]])
    with store.snapshot() as unit:
        assert [one.ticket_id for one in similar_to(unit, THE_TEAM, 9, [said])] == [old]
        assert similar_to(unit, THE_TEAM, old, [said]) == ()
    assert (
        words_for("de").ngettext("Looks like ticket", "Looks like tickets", 2).startswith("Ähnelt")
    )
