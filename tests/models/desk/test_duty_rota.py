"""The staff keep who is on duty in which week; what presses pages that week's people."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from models.commands import ChangeRota
from models.desk.privacy.persons import copy_of, erase
from models.desk.setup.rota_changes import RotaRefusedError
from models.desk.setup.rota_posts import tell_week
from models.desk.setup.rota_requests import (
    change_at_terminal,
    duty_weeks,
    edit_in,
    rota_form_for,
)
from models.language import words_for
from models.lotsen import open_lotsen
from models.message import Message, Note, Paragraph, plain
from models.tables import OutboxRow
from tests.models.desk.conftest import ASA, KIM, LENA, OLA, START, Desk, at, settings_of
from tests.models.desk.test_erasing_what_others_read import show_all

THIS, NEXT, THIRD = "2026-W48", "2026-W49", "2026-W50"
WEEK_S = 7 * 24 * 3600
URGENT = "AKUT!! hela ekonomi har tappat nätet"


@pytest.fixture
def two(desk: Desk) -> Desk:
    """A desk whose staff are Kim, Lena and Ola."""
    store = desk.lotsen.store
    settings = settings_of(store.url).model_copy(update={"lotsen_agents": (KIM, OLA)})
    return Desk(open_lotsen(settings, migrate=False, store=store))


def with_group(desk: Desk, *group: str, **more: Any) -> None:
    context = replace(desk.lotsen.desk, duty_group=group, **more)
    desk.lotsen = replace(desk.lotsen, desk=context)


def change(desk: Desk, user: str = LENA, seconds: float = 0, **more: Any) -> Message:
    fields: dict[str, Any] = {"act": "week", "week": THIS, **more}
    command = ChangeRota(id=f"rota:{seconds}:{more}", user=user, at=at(seconds), **fields)
    desk.do(command, seconds)
    return desk.reply(command)


def order(desk: Desk, *people: str, **more: Any) -> Message:
    return change(desk, act="order", people=people, **more)


def people(desk: Desk, weeks: int = 3, now: datetime = START) -> list[list[str | None]]:
    found = duty_weeks(desk.lotsen.desk, now, weeks)
    return [[person.slack_id for person in one.people] for one in found]


def pages(desk: Desk) -> list[OutboxRow]:
    return [row for row in desk.posts() if row.key.startswith("ticket:") and ":duty:" in row.key]


def told(desk: Desk, user: str) -> str:
    """What somebody read last of their week, as it is now."""
    with desk.lotsen.store.snapshot() as unit:
        row = [row for row in unit.outbox.begun_with("duty:") if row.channel == user][-1]
        shown = unit.outbox.newest(row.key)
    return "\n".join(plain(part.runs) for part in shown.parts if isinstance(part, Paragraph | Note))


# Who is paged -------------------------------------------------------------------------------


def test_an_urgent_ticket_pages_who_is_on_duty_this_week_and_not_the_group(two: Desk) -> None:
    with_group(two, KIM)
    order(two, OLA, LENA)

    two.say(URGENT)
    two.say("AKUT kassan fungerar inte", WEEK_S, user="UEVA")

    assert [row.channel for row in pages(two)] == [OLA, LENA]


def test_without_an_entry_the_group_is_paged_as_before(two: Desk) -> None:
    with_group(two, KIM)
    change(two, week=NEXT, people=(OLA,))
    two.say(URGENT)
    assert [row.channel for row in pages(two)] == [KIM]


def test_with_neither_only_the_support_channel_reads_it(two: Desk) -> None:
    two.say(URGENT)
    assert pages(two) == []
    assert "🚨" in two.card()


def test_a_page_stays_with_its_reader_when_the_week_ends(two: Desk) -> None:
    order(two, OLA, LENA)
    two.say(URGENT)
    two.move("claim", KIM, seconds=WEEK_S)
    assert {row.channel for row in pages(two)} == {OLA}
    assert "Kim Ek" in str(Message.from_json(pages(two)[-1].message))


def test_weeks_are_those_of_the_office(two: Desk) -> None:
    """On Sunday at 23:30 UTC it is Monday in Stockholm."""
    order(two, OLA, LENA)
    sunday = datetime.fromisoformat("2026-11-29T22:30:00+00:00")
    assert people(two, 1, sunday) == [[OLA]]
    assert people(two, 1, sunday + timedelta(hours=1)) == [[LENA]]


# Changes -------------------------------------------------------------------------------------


def test_an_order_fills_the_weeks_ahead_and_one_week_may_differ(two: Desk) -> None:
    order(two, KIM, OLA, LENA, KIM, size=2)
    assert people(two) == [[KIM, OLA], [LENA, KIM], [KIM, OLA]]

    change(two, week=NEXT, people=(OLA,))
    assert people(two)[1] == [OLA]
    change(two, week=NEXT)
    assert people(two)[1] == [LENA, KIM]


def test_two_weeks_are_swapped_and_the_history_stays(two: Desk) -> None:
    order(two, KIM, OLA, LENA)
    answer = change(two, KIM, week=NEXT, swap=THIRD)

    assert people(two, 5) == [[KIM], [LENA], [OLA], [KIM], [OLA]]
    shown = str(answer)
    assert "Lena Falk (this week only)" in shown
    assert "23 Nov, Lena Falk: in turn from week 48, 23 Nov–29 Nov on: Kim Ek; Ola" in shown
    assert "23 Nov, Kim Ek: week 50, 7 Dec–13 Dec: Ola Berg" in shown
    with two.lotsen.store.snapshot() as unit:
        assert [row.change for row in unit.duty.entries()] == [1, 1, 1, 2, 3]


@pytest.mark.parametrize(
    ("edit", "place", "reason"),
    [
        ({"week": "2026-W47", "people": (KIM,)}, "week", "2026-W47 is over"),
        ({"week": THIS, "people": (ASA,)}, "people", "Åsa Lind is not one of the support team"),
        ({"week": THIS, "people": ("UNEW",)}, "people", "UNEW is not one"),
        ({"week": THIS, "swap": THIS}, "swap", "another week"),
        ({"week": THIS, "swap": NEXT}, "swap", "nobody for week 2026-W49"),
        ({"week": THIS, "swap": NEXT, "people": (KIM,)}, "swap", "either people or a week"),
        ({"act": "order", "week": THIS, "people": (KIM, OLA, LENA), "size": 2}, "people", "3 people"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_where_it_is_mended(
    two: Desk, edit: dict[str, Any], place: str, reason: str
) -> None:
    change(two, people=(KIM,), seconds=1)
    command = ChangeRota(id="1", user=KIM, at=at(60), **{"act": "week", **edit})
    before = people(two)
    with pytest.raises(RotaRefusedError, match=reason) as refused:
        change_at_terminal(two.lotsen.desk, edit_in(command), at(60))

    assert refused.value.field == place
    assert people(two) == before
    for language in ("sv", "de"):
        assert refused.value.explain(words_for(language)) != str(refused.value)


def test_only_the_staff_change_it(two: Desk) -> None:
    reply = change(two, ASA, people=(ASA,))
    assert "supporten" in reply.text
    assert people(two) == [[], [], []]
    assert "supporten" in two.ask("duty", user=ASA).text
    assert change(two, KIM, people=(KIM,), seconds=1).text == "On duty: Kim Ek"


# Monday --------------------------------------------------------------------------------------


def test_who_is_on_duty_is_told_once(two: Desk) -> None:
    order(two, OLA, LENA, KIM, OLA, size=2, week=NEXT)
    assert not [row for row in two.posts() if row.key.startswith("duty:")]

    for _ in range(2):
        tell_week(two.lotsen.desk, NEXT, at(WEEK_S))

    rows = [row for row in two.posts() if row.key.startswith("duty:")]
    assert [row.channel for row in rows] == [OLA, LENA]
    assert "Du har jour: vecka 49, 30 nov.–6 dec." in told(two, OLA)
    assert "Lena Falk" in told(two, OLA)


def test_a_swap_within_the_week_tells_both_at_once(two: Desk) -> None:
    change(two, people=(OLA,))
    change(two, people=(LENA,), seconds=60)
    assert "Du har jour" in told(two, LENA)
    assert "Du har inte jour längre" in told(two, OLA)
    assert "Lena Falk" in told(two, OLA)


def test_each_change_of_ones_week_is_a_post_that_slack_tells_of(two: Desk) -> None:
    def posts() -> list[str]:
        with two.lotsen.store.snapshot() as unit:
            return [row.channel for row in unit.outbox.begun_with("duty:")]

    for number, user in enumerate((OLA, LENA, OLA)):
        change(two, people=(user,), seconds=60 * number)
    assert "Du har jour" in told(two, OLA)
    assert "Du har inte jour längre" in told(two, LENA)
    assert (posts().count(OLA), posts().count(LENA)) == (3, 2)

    change(two, people=(OLA, KIM), seconds=300)
    assert (posts().count(OLA), posts().count(KIM)) == (3, 1)
    assert "Kim Ek" in told(two, OLA), "edited in place: Ola is on duty as before"


# Those who leave -------------------------------------------------------------------------------


def test_who_left_the_staff_is_on_duty_no_more(two: Desk) -> None:
    order(two, OLA, LENA)
    with_group(two, KIM, agents=frozenset({KIM}))
    assert people(two) == [[], [LENA], []]
    two.say(URGENT)
    assert [row.channel for row in pages(two)] == [KIM]


def test_a_copy_names_ones_weeks_and_erasing_takes_one_out_of_them(two: Desk) -> None:
    order(two, OLA, LENA)
    rows = copy_of(two.lotsen.store, OLA).rows["duty_entry"]
    assert [(row["act"], str(row["first_day"])) for row in rows] == [("order", "2026-11-23")]

    erased = erase(two.lotsen.desk, OLA, at(60))

    assert erased.rows["duty_entry"] == 1
    assert people(two) == [[], [LENA], []]
    with two.lotsen.store.snapshot() as unit:
        kept = [(row.change, row.slot, bool(row.person_id)) for row in unit.duty.entries()]
    assert kept == [(1, 0, False), (1, 1, True)]


def test_the_lead_sees_it_on_app_home(two: Desk) -> None:
    order(two, OLA, LENA)
    shown = two.lotsen.home(LENA, START).to_json()
    assert "Ola Berg" in shown
    assert "duty_week" in shown
    assert "duty_week" not in two.lotsen.home(ASA, START).to_json()


def test_whoever_is_erased_leaves_no_name_at_those_who_shared_their_week(two: Desk) -> None:
    """In a week that is over, in the running one, and where they came in somebody's place."""
    change(two, people=(KIM, LENA))
    change(two, week=NEXT, people=(OLA,), seconds=60)
    tell_week(two.lotsen.desk, NEXT, at(WEEK_S))
    change(two, week=NEXT, people=(KIM, LENA), seconds=WEEK_S + 30)
    show_all(two)
    notes = [row for row in two.posts() if row.key.startswith("duty:") and "Kim Ek" in row.message]
    assert {row.channel for row in notes} == {LENA, OLA}

    erase(two.lotsen.desk, KIM, at(WEEK_S + 60))

    assert not [row for row in two.posts() if row.key.startswith("duty:") and "Kim" in row.message]
    with two.lotsen.store.snapshot() as unit:
        rows = unit.outbox.begun_with("duty:")
        shown = [unit.outbox.newest(row.key).text for row in rows if row.channel]
    assert [row.channel for row in rows if row.channel] == [LENA, OLA, LENA, OLA]
    assert shown[0] == shown[2] == "Du har jour den här veckan"
    assert "Nu: Lena Falk" in shown[1]
    assert shown[3] == shown[1]


def test_two_who_agreed_to_swap_do_not_swap_back_what_the_other_swapped(two: Desk) -> None:
    order(two, KIM, OLA, LENA)
    forms = [rota_form_for(two.lotsen.desk, user, START) for user in (OLA, LENA)]
    seen = [form.seen for form in forms if form is not None]

    change(two, OLA, week=NEXT, swap=THIRD, seen=seen[0], seconds=60)
    answer = change(two, week=NEXT, swap=THIRD, seen=seen[1], seconds=61)

    assert people(two) == [[KIM], [LENA], [OLA]]
    assert "har redan ändrat" in answer.text
    assert "2026-W49: Lena Falk, 2026-W50: Ola Berg" in answer.text
    other = change(two, week=THIS, swap="2026-W51", seen=seen[1], seconds=62)
    assert "ändrat" not in other.text, "weeks that nobody changed are swapped"
