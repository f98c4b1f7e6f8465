"""Below the quarter's statement in Slack: the lead fills in a form, finance taps once."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.slack.blocks import text_of
from jobs.runner import Runner
from jobs.timetable import discover
from models.kpis.periods import Period
from models.value.issued.confirmation import MoneyState
from tests.stories.conftest import HELP, KIM, LENA, OLA, Office

Open = Callable[..., Office]
DUE = datetime(2027, 1, 4, 7, tzinfo=UTC)
Q4 = Period.parse("2026Q4")


@pytest.fixture
def office(open_office: Open) -> Office:
    return open_office(
        start=DUE, lotsen_finance=OLA, lotsen_management_channel=HELP, lotsen_language="en"
    )


def posted(office: Office) -> Any:
    jobs = [job for job in discover() if job.name == "quarterly_roi"]
    Runner(office.lotsen, jobs).run("quarterly_roi", DUE)
    office.settle()
    return newest(office)


def newest(office: Office) -> Any:
    """Return the newest statement; its pages stand in its thread."""
    return [post for post in office.posts(HELP) if post.blocks][-1]


def told(office: Office, user: str) -> str:
    return text_of(office.double.ephemerals(user)[-1].blocks)


def test_the_lead_declares_and_finance_confirms(office: Office) -> None:
    statement = posted(office)
    assert "no benefit is shown" in text_of(statement.blocks)

    office.double.click(LENA, HELP, statement.ts, "freed_declare")
    refused = office.double.submit(LENA, {"backlog": {"value": "80"}, "project": {"value": "40"}})
    assert list(refused.body["errors"]) == ["backlog"]
    office.double.submit(LENA, {"backlog": {"value": "60"}, "project": {"value": "40"}})
    office.settle()
    assert "60" in told(office, LENA)
    (row,) = office.lotsen.value.declarations()
    assert row.uses == "backlog=60,project=40"

    office.double.click(LENA, HELP, office.double.ephemerals(LENA)[-1].ts, "statement_issue")
    office.settle()
    anew = newest(office)
    assert anew.ts != statement.ts
    assert "backlog 60% and project work 40%" in text_of(anew.blocks)

    office.double.click(LENA, HELP, anew.ts, "money_confirmed")
    office.settle()
    assert "ekonomiavdelningen" in told(office, LENA)
    office.double.click(KIM, HELP, anew.ts, "freed_declare")
    office.settle()
    assert "Only the IT lead" in told(office, KIM)

    office.double.click(OLA, HELP, anew.ts, "money_refused")
    office.double.submit(OLA, {"reason": {"value": "no"}})
    office.double.submit(OLA, {"reason": {"value": "the hours are not in our books"}})
    office.settle()
    assert office.lotsen.value.statement(Q4, DUE).standing.state is MoneyState.REFUSED
    office.double.click(OLA, HELP, anew.ts, "money_confirmed")
    office.settle()
    assert office.lotsen.value.statement(Q4, DUE).standing.state is MoneyState.CONFIRMED
    assert "confirmed by finance" in text_of(newest(office).blocks)
