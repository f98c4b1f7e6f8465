"""Below a quarter's statement: the lead says where time went, and finance confirms the money."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from models.commands import DecideMoney, DeclareFreed, IssueStatement
from models.errors import InvalidError
from models.kpis.audit import verify
from models.kpis.periods import Period
from models.lotsen import Lotsen, open_lotsen
from models.message import Buttons, Message, Note, plain
from models.tables import (
    CostEntry,
    CostKind,
    IssuedStatement,
    MoneyAct,
    OutboxRow,
    PostKind,
    PostState,
)
from models.value.issued.confirmation import MoneyState
from tests.models.desk.conftest import ASA, KIM, LENA, Desk, settings_of

Q4 = Period.parse("2026Q4")
ISSUED = datetime(2027, 1, 4, 7, tzinfo=UTC)
CFO = "UOLA"
KEY = "quarterly_roi:2026Q4:CBOSS"
WHY = "the hours are not in our books"


class Statement:
    """A statement that was posted, and what people click below it."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.n = desk, 0
        made = desk.lotsen.value.issue(Q4, ISSUED, "en")
        assert made.row is not None
        with desk.lotsen.store.begin() as unit:
            unit.issued.save(made.row)
            unit.outbox.add(
                OutboxRow(
                    key=KEY,
                    kind=PostKind.POST,
                    channel="CBOSS",
                    message=made.message.to_json(),
                    state=PostState.READY,
                    not_before=ISSUED,
                    created_at=ISSUED,
                ),
                made.message,
            )

    @property
    def digest(self) -> str:
        return self.newest().sha256[:16]

    def newest(self) -> IssuedStatement:
        with self.desk.lotsen.store.snapshot() as unit:
            row = unit.issued.of("2026Q4")
        assert row is not None
        return row

    def do(self, command: Any) -> str:
        self.desk.lotsen.mailbox.accept(command, command.at)
        self.desk.lotsen.handle(command, command.at)
        return self.desk.reply(command).text

    def common(self, user: str) -> dict[str, Any]:
        self.n += 1
        at = ISSUED + timedelta(hours=self.n)
        return {"id": f"click:{self.n}", "user": user, "at": at, "quarter": "2026Q4"}

    def declare(self, user: str = LENA, note: str = "", **shares: Any) -> str:
        return self.do(DeclareFreed(**self.common(user), shares=shares, note=note))

    def money(self, user: str = CFO, act: str = "confirmed", **more: Any) -> str:
        told = {"digest": self.digest, **self.common(user), **more}
        return self.do(DecideMoney(act=act, **told))  # type: ignore[arg-type]  # a word of the test

    def issue(self, user: str = LENA) -> str:
        return self.do(IssueStatement(**self.common(user)))

    def state(self) -> MoneyState:
        return self.desk.lotsen.value.statement(Q4, ISSUED + timedelta(days=9)).standing.state

    def book(self, cents: int = 5000) -> None:
        row = CostEntry(
            kind=CostKind.LICENCE,
            description="late",
            cents=cents,
            booked_on=Q4.last_day,
            recorded_at=ISSUED + timedelta(hours=1),
        )
        with self.desk.lotsen.store.begin() as unit:
            unit.figures.save(row)


@pytest.fixture
def lotsen_with_finance(desk: Desk) -> Lotsen:
    more = {
        "lotsen_finance": (CFO,),
        "lotsen_management_channel": "CBOSS",
        "lotsen_lead_channel": "CLEAD",
        "lotsen_language": "en",
    }
    store = desk.lotsen.store
    settings = settings_of(store.url).model_copy(update=more)
    return open_lotsen(settings, migrate=False, store=store)


@pytest.fixture
def posted(desk: Desk, lotsen_with_finance: Lotsen) -> Statement:
    return Statement(replace(desk, lotsen=lotsen_with_finance))


class TestTheLeadDeclares:
    def test_what_the_time_was_used_for_and_who_said_so(self, posted: Statement) -> None:
        text = posted.declare(backlog=60, project=40, note="Sommarens kö")
        said = " ".join(text.split())
        assert said == "Nedskrivet för Q4 2026: eftersläpande ärenden 60 % och projektarbete 40 %."
        (row,) = posted.desk.lotsen.value.declarations()
        with posted.desk.lotsen.store.snapshot() as unit:
            lena = unit.people.find(LENA)
        assert lena is not None
        assert (row.uses, row.note, row.by) == ("backlog=60,project=40", "Sommarens kö", lena.id)
        assert verify(posted.desk.lotsen.store).ok

    @pytest.mark.parametrize("user", [ASA, KIM, CFO])
    def test_and_nobody_else(self, posted: Statement, user: str) -> None:
        assert "IT" in posted.declare(user, backlog=100)
        assert posted.desk.lotsen.value.declarations() == []

    @pytest.mark.parametrize(
        "shares", [{}, {"backlog": 0}, {"backlog": 70, "project": 70}, {"x": 1}]
    )
    def test_shares_that_say_something(self, posted: Statement, shares: dict[str, Any]) -> None:
        assert "100 %" in posted.declare(**shares)
        assert posted.desk.lotsen.value.declarations() == []

    def test_and_may_issue_the_statement_anew(self, posted: Statement) -> None:
        first = posted.digest
        posted.declare(backlog=100)
        assert "utfärdas på nytt" in posted.issue()
        assert posted.digest != first
        (post,) = [row for row in posted.desk.posts() if row.key == f"{KEY}:1"]
        assert post.channel == "CBOSS"
        assert "Otherwise than issued" in post.message or "Changed since" in post.message

        assert "inget att utfärda på nytt" in posted.issue()
        with pytest.raises(InvalidError, match="nothing to issue anew"):
            posted.desk.lotsen.statement_requests.issue_at_terminal(Q4, ISSUED)

    def test_but_nobody_else_issues_it(self, posted: Statement) -> None:
        posted.declare(backlog=100)
        first = posted.digest
        assert "IT lead" in posted.issue(KIM)
        assert posted.digest == first


class TestFinance:
    def test_confirms_the_money_with_one_tap(self, posted: Statement) -> None:
        assert posted.state() is MoneyState.COMPUTED
        assert "bekräftat av ekonomiavdelningen den 4 januari 2027" in posted.money()
        assert posted.state() is MoneyState.CONFIRMED
        with posted.desk.lotsen.store.snapshot() as unit:
            (row,) = unit.freed.decisions("2026Q4")
            cfo = unit.people.find(CFO)
        assert cfo is not None
        assert (row.act, row.by, row.statement_id) == (
            MoneyAct.CONFIRMED,
            cfo.id,
            posted.newest().id,
        )
        assert verify(posted.desk.lotsen.store).ok

    def test_then_the_post_says_so_and_asks_no_more(self, posted: Statement) -> None:
        posted.money()
        post = [row for row in posted.desk.posts() if row.key.startswith(KEY)][-1]
        message = Message.from_json(post.message)
        (note,) = [part for part in message.parts[-1:] if isinstance(part, Note)]
        assert plain(note.runs) == "Money: confirmed by finance on 4 January 2027."
        (buttons,) = [part for part in message.parts if isinstance(part, Buttons)]
        assert [one.action for one in buttons.buttons] == ["freed_declare"]

    @pytest.mark.parametrize("user", [ASA, KIM, LENA])
    def test_is_a_right_of_its_own(self, posted: Statement, user: str) -> None:
        text = posted.money(user)
        assert "ekonomiavdelningen" in text or "finance team" in text
        assert posted.state() is MoneyState.COMPUTED

    def test_refuses_with_a_reason(self, posted: Statement) -> None:
        assert "minst tre ord" in posted.money(act="refused", reason="no")
        assert posted.state() is MoneyState.COMPUTED
        assert WHY in posted.money(act="refused", reason=WHY)
        assert posted.state() is MoneyState.REFUSED
        posted.money()
        assert posted.state() is MoneyState.CONFIRMED

    def test_says_the_same_once(self, posted: Statement) -> None:
        posted.money()
        assert "redan" in posted.money()
        with posted.desk.lotsen.store.snapshot() as unit:
            assert len(unit.freed.decisions("2026Q4")) == 1

    def test_of_a_statement_that_is_none_says_nothing(self, posted: Statement) -> None:
        assert "nyare" in posted.money(digest="0" * 16)
        assert posted.state() is MoneyState.COMPUTED

    def test_has_confirmed_no_other_figures(self, posted: Statement) -> None:
        posted.money()
        old = posted.digest
        posted.book()
        assert posted.state() is MoneyState.OTHER_FIGURES

        posted.desk.lotsen.statement_requests.issue_at_terminal(Q4, ISSUED + timedelta(days=2))
        assert posted.state() is MoneyState.OTHER_FIGURES
        assert "nyare" in posted.money(digest=old)
        posted.money()
        assert posted.state() is MoneyState.CONFIRMED

    def test_has_no_other_right_by_that(self, posted: Statement) -> None:
        assert "Fråga IT-chefen" in posted.desk.ask("kpi", user=CFO).text


def test_without_a_statement_nothing_is_issued_anew(desk: Desk) -> None:
    with pytest.raises(InvalidError, match="no statement of this quarter"):
        desk.lotsen.statement_requests.issue_at_terminal(Q4, ISSUED)
