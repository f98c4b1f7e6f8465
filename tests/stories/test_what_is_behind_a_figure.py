"""The lead clicks a number and sees where it comes from; an employee asks what it did for them."""

from collections.abc import Callable

from bot.slack.blocks import text_of
from models.tables import PostState
from tests.stories.conftest import ASA, HELP, KIM, LEAD, LENA, SUPPORT, Office

Open = Callable[..., Office]
STAFF = ("SAGENTS", "U1", "U2", "U3", "U4", "U5")


def a_day_at_the_desk(open_office: Open) -> Office:
    office = open_office(lotsen_agents=STAFF)
    office.double.say(ASA, HELP, "Skrivaren på plan 3 äter papper")
    office.settle()
    office.double.click(KIM, SUPPORT, office.cards()[0].ts, "ticket_claim")
    office.settle()
    return office


def test_the_lead_sees_the_tickets_behind_a_figure_each_a_link_to_its_card(
    open_office: Open,
) -> None:
    office = a_day_at_the_desk(open_office)
    double = office.double
    double.command(LENA, LEAD, "/lotsen", "kpi")
    office.settle()
    figures = double.ephemerals(LENA)[-1]
    week = office.clock().date().isocalendar()

    double.choose(
        LENA, LEAD, figures.ts, "figure_behind", f"open_tickets@{week.year}-W{week.week:02}"
    )
    office.settle()

    said = text_of(double.ephemerals(LENA)[-1].blocks)
    assert "Vad ligger bakom: Öppna ärenden" in said
    assert f"archives/{SUPPORT}/p" in said
    assert "|#1>" in said
    assert "äter papper" not in said
    assert "Kim" not in said


def test_an_employee_asks_what_it_did_for_them_and_nothing_of_it_stays(open_office: Open) -> None:
    office = a_day_at_the_desk(open_office)
    double = office.double
    double.open_home(ASA)
    office.settle()
    assert "Din egen statistik" not in str(double.home(ASA))

    double.command(ASA, HELP, "/lotsen", "mine")
    office.settle()

    said = text_of(double.ephemerals(ASA)[-1].blocks)
    assert "Din egen statistik" in said
    assert "Bara du ser det här" in said
    assert "Dina frågor:* 1" in said
    assert not double.ephemerals(LENA)
    posts = office.read(lambda unit: unit.outbox.listing(list(PostState)))
    assert posts
    assert not any("Din egen statistik" in post.message for post in posts)
