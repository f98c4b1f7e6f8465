"""Choosing a figure in Slack, cutting figures, and the card that is for one person alone."""

from datetime import timedelta

import pytest
from sqlmodel import select

from models.commands import Ask, ShowDrilldown
from models.desk.programme.personal_summary import SummaryFacts, summary_message
from models.language import LANGUAGES, Language, words_for
from models.lotsen import open_lotsen
from models.mailbox import Outgoing
from models.message import Heading, Message, Note, Paragraph, Run, Select, Table, plain
from models.statistics.estimates import Estimate
from models.tables import Article, InboxRow, OutboxRow
from tests.models.desk.conftest import ASA, KIM, LENA, OLA, START, Desk, at, settings_of

DAY = 86_400.0
MORE = tuple(f"U{n}" for n in range(5))


@pytest.fixture
def large(desk: Desk) -> Desk:
    """The same desk with seven people at it."""
    store = desk.lotsen.store
    settings = settings_of(store.url).model_copy(update={"lotsen_agents": (KIM, *MORE)})
    return Desk(open_lotsen(settings, migrate=False, store=store))


def chosen(desk: Desk, figure: str, user: str = LENA, seconds: float = DAY) -> Message:
    command = ShowDrilldown(
        id=desk._id(), user=user, figure=figure, at=at(seconds), channel="CLEAD"
    )
    desk.do(command, seconds)
    return desk.reply(command)


def text_of(message: Message) -> str:
    """All that a message says, line by line."""
    lines = [message.text]
    for part in message.parts:
        if isinstance(part, Paragraph | Note):
            lines.append(plain(part.runs))
        elif isinstance(part, Heading):
            lines.append(part.text)
    return "\n".join(lines)


def runs_of(message: Message) -> list[Run]:
    return [run for part in message.parts if isinstance(part, Paragraph) for run in part.runs]


class TestChoosingAFigure:
    def test_shows_its_tickets_each_a_link_to_its_card(self, large: Desk) -> None:
        large.say("The printer eats paper", 0)
        large.say("The screen is dark", 4000, OLA)

        reply = chosen(large, "open_tickets@2026-W48")

        linked = [(run.text, run.post) for run in runs_of(reply) if run.post]
        assert linked == [("#1", "ticket:1:card"), ("#2", "ticket:2:card")]
        assert "n = 2" in text_of(reply)

    def test_is_answered_in_the_readers_language_for_their_eyes_only(self, large: Desk) -> None:
        large.say("The printer eats paper")

        swedish, english = (chosen(large, "handling_time@2026-W48", user) for user in (LENA, KIM))

        assert "Vad ligger bakom: Handläggningstid" in text_of(swedish)
        assert "What is behind: Handling time" in text_of(english)
        row = next(row for row in reversed(large.posts()) if row.key.startswith("reply:"))
        assert (row.kind.value, row.slack_user) == ("ephemeral", KIM)

    def test_is_for_the_support_team_and_the_lead(self, large: Desk) -> None:
        large.say("The printer eats paper")

        refused = text_of(chosen(large, "open_tickets@2026-W48", ASA))

        assert "#1" not in refused
        assert "IT-chefen" in refused

    def test_of_a_small_desk_shows_sums(self, desk: Desk) -> None:
        desk.say("The printer eats paper")

        reply = chosen(desk, "open_tickets@2026-W48")

        assert "Veckosummor" in text_of(reply)
        assert not [run for run in runs_of(reply) if run.post or run.text.startswith("#")]

    @pytest.mark.parametrize(
        "figure", ["", "x", "@", "speed@2026-W48", "csat@soon", "roi.cost@2026"]
    )
    def test_that_is_gone_says_so(self, desk: Desk, figure: str) -> None:
        assert "finns inte längre" in text_of(chosen(desk, figure))

    def test_twice_is_answered_once(self, desk: Desk) -> None:
        command = ShowDrilldown(id="E1", user=LENA, figure="csat@2026-W48", at=START)
        desk.do(command)
        desk.lotsen.handle(command, START)

        assert len([row for row in desk.posts() if row.key == "reply:E1"]) == 1

    def test_begins_below_the_key_figures(self, desk: Desk) -> None:
        (select_,) = (p for p in desk.ask("kpi", user=LENA).parts if isinstance(p, Select))

        assert select_.action == "figure_behind"
        assert ("handling_time@2026-W48", "Handläggningstid") in select_.options

    def test_is_not_offered_to_those_who_may_not(self, desk: Desk) -> None:
        assert not [p for p in desk.ask("kpi", user=ASA).parts if isinstance(p, Select)]


class TestCuttingFigures:
    def test_by_category_gives_a_table(self, desk: Desk) -> None:
        desk.say("The printer eats paper")
        desk.choose("vpn")

        reply = desk.ask("kpi", "by category", LENA)

        (table,) = (part for part in reply.parts if isinstance(part, Table))
        assert table.rows[0][:2] == ("VPN", "1")

    def test_by_team_is_of_the_month_before(self, desk: Desk) -> None:
        assert "1 oktober 2026" in text_of(desk.ask("kpi", "by team", LENA))

    def test_otherwise_says_what_to_write(self, desk: Desk) -> None:
        for wrong in ("by", "by person", "by team 2026-W48", "by category soon"):
            assert "/lotsen nyckeltal by category" in text_of(desk.ask("kpi", wrong, LENA))

    def test_a_small_desk_is_told_why_a_day_is_refused(self, desk: Desk) -> None:
        said = text_of(desk.ask("kpi", "by category 2026-11-02", LENA))
        assert "Färre än fem" in said
        assert "/lotsen nyckeltal by category 2026-10" in said

    def test_is_for_the_support_team_and_the_lead(self, desk: Desk) -> None:
        reply = desk.ask("kpi", "by category", ASA)

        assert not [part for part in reply.parts if isinstance(part, Table)]


# One's own card ----------------------------------------------------------------------------


def mine(desk: Desk, user: str = ASA, seconds: float = 10 * DAY) -> Message:
    command = Ask(id=desk._id(), user=user, topic="mine", text="", at=at(seconds))
    desk.do(command, seconds)
    (row,) = (row for row in desk.posts() if row.key == f"confided:{command.id}")
    assert (row.kind.value, row.slack_user) == ("ephemeral", user)
    return Message.from_json(row.message)


class TestOnesOwnCard:
    def test_tells_what_happened_to_ones_own_questions(self, desk: Desk, article: Article) -> None:
        desk.say("VPN kopplar inte upp felkod 809")
        desk.judge("solved")
        desk.say("Skrivaren äter papper", 2 * DAY)
        desk.move("claim", seconds=2 * DAY + 1800)

        said = text_of(mine(desk))

        assert "Bara du ser det här" in said
        assert "Dina frågor: 2" in said
        assert "Besvarade direkt med en artikel: 1" in said
        assert "30 min kontorstid fram till första svaret, antal ärenden: 1" in said
        assert "inte finns något fryst utgångsläge" in said

    def test_knows_nothing_of_anybody_else(self, desk: Desk, article: Article) -> None:
        desk.say("VPN kopplar inte upp felkod 809", user=ASA)
        desk.say("Skrivaren äter papper", 2 * DAY, ASA)

        assert "inte frågat något" in text_of(mine(desk, OLA))
        assert "You asked nothing" in text_of(mine(desk, KIM))

    def test_is_forgotten_once_slack_has_it(self, desk: Desk) -> None:
        desk.say("Skrivaren äter papper")
        mine(desk)
        outgoing = Outgoing(
            desk.lotsen.store, lease=timedelta(seconds=30), pause=timedelta(seconds=1)
        )

        while (parcel := outgoing.take(at(10 * DAY))) is not None:
            outgoing.sent(parcel, "C1", "1.2", at(10 * DAY))

        with desk.lotsen.store.snapshot() as unit:
            rows = unit._session.exec(select(OutboxRow)).all()
            inbox = unit._session.exec(select(InboxRow)).all()
        assert not [row for row in rows if row.key.startswith("confided:")]
        assert not any("Dina frågor" in one.message for one in rows)
        assert not any(one.payload for one in inbox), "and the wish itself is gone, too"

    @pytest.mark.parametrize("end", ["dead", "doubtful"])
    def test_is_forgotten_where_slack_refuses_it(self, desk: Desk, end: str) -> None:
        mine(desk)
        outgoing = Outgoing(
            desk.lotsen.store, lease=timedelta(seconds=30), pause=timedelta(seconds=1)
        )
        parcel = outgoing.take(at(10 * DAY))
        assert parcel is not None

        getattr(outgoing, end)(parcel, "no")

        assert desk.posts() == []

    def test_is_shown_by_nothing_but_the_wish(self, desk: Desk) -> None:
        desk.say("Skrivaren äter papper")

        home = text_of(desk.lotsen.home(ASA, at(60)))

        assert "Sparat åt dig" not in home
        assert "egen statistik" not in home

    def test_of_the_staff_is_about_their_own_questions_never_their_work(self, desk: Desk) -> None:
        desk.say("Skrivaren äter papper", user=ASA)
        desk.move("claim", KIM, 60)
        desk.move("resolve", KIM, 900, note="Klart")

        said = text_of(mine(desk, KIM))

        assert "You asked nothing in this time." in said
        assert "Your work at the desk is not measured" in said

    def test_is_named_in_help_and_privacy(self, desk: Desk) -> None:
        for topic in ("help", "privacy"):
            assert "/lotsen nytta" in text_of(desk.ask(topic))


def facts(**more: object) -> SummaryFacts:
    known: dict[str, object] = {
        "asked": 3,
        "answered": 2,
        "solved_after": (1.0, 3.0),
        "waits": (20.0, None),
        "before": Estimate(40, 50.0),
        "is_staff": False,
    }
    return SummaryFacts(**known | more)  # type: ignore[arg-type]  # each of its own type


@pytest.mark.parametrize(
    ("known", "said"),
    [
        # (50 − 1) + (50 − 3) = 96 minutes, said with both numbers and a perhaps.
        ({}, "perhaps 1 h 36 min of office time, n = 2."),
        ({"before": None}, "because no baseline is frozen"),
        ({"before": Estimate(0, None)}, "the baseline does not tell how long"),
        ({"solved_after": ()}, "nothing to compare yet"),
        ({"before": Estimate(40, 1.0)}, "no time that could be shown"),
    ],
)
def test_what_it_saved_is_said_with_care(known: dict[str, object], said: str) -> None:
    assert said in text_of(summary_message(facts(**known), words_for("en")))


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_empty_card_says_so_in_every_language(language: Language) -> None:
    nothing = facts(asked=0, answered=0, solved_after=(), waits=())

    message = summary_message(nothing, words_for(language))

    assert len([part for part in message.parts if isinstance(part, Paragraph)]) == 2


class TestTryingToBreakAStatement:
    def test_is_answered_for_the_staff_with_what_was_tried(self, desk: Desk) -> None:
        reply = chosen(desk, "challenge@2026Q4")
        assert reply.text == (
            "Försök slå hål på det här, Q4 2026. "
            "Ingen framgång hävdas, så det finns inget att slå hål på."
        )

    def test_is_refused_to_others(self, desk: Desk) -> None:
        assert "Fråga IT-chefen" in chosen(desk, "challenge@2026Q4", ASA).text

    def test_of_no_quarter_says_that_it_is_gone(self, desk: Desk) -> None:
        assert "Titta i ett nyare inlägg" in chosen(desk, "challenge@soon").text
