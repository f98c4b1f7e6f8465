"""What changes is told to everybody before it does; how many read it is counted, not who."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from sqlmodel import select

from models.commands import ReadNotice
from models.desk.surveys.notices import notice_counts, publish
from models.errors import InvalidError
from models.message import Buttons, Message
from models.programme.change_requests import PlanChangeRequest
from models.reports.documents.writing import FilledDocument
from models.settings import Settings
from models.store.transaction import Store
from models.tables import ChangeNotice, NoticeReceipt, PlanAct, SurveyKey
from models.upkeep.nightly import Nightly
from tests.models.desk.conftest import ASA, KIM, OLA, START, Desk, open_desk
from tests.models.reports.test_documents import BARE, written

TODAY = date(2026, 11, 23)


@pytest.fixture
def both(migrated_url: str) -> Iterator[Desk]:
    """A desk on each kind of database."""
    store = Store(migrated_url)
    yield open_desk(store)
    store.close()


def posted(desk: Desk, found: FilledDocument | None = None) -> int:
    notice = ChangeNotice(document="change_notice", language="en", posted_on=TODAY, at=START)
    return publish(desk.lotsen.store, found or written("change_notice"), notice, "CHELP")


def read(desk: Desk, notice: int, user: str) -> str:
    command = ReadNotice(
        id=f"Ev{next(desk.numbers)}", user=user, notice_id=notice, at=START, channel="CHELP"
    )
    desk.do(command)
    return desk.reply(command).text


def test_everybody_gets_the_whole_notice_with_a_button(both: Desk) -> None:
    number = posted(both)

    (post,) = [row for row in both.posts() if row.key == f"notice:{number}"]
    assert post.channel == "CHELP"
    message = Message.from_json(post.message)
    (buttons,) = [part for part in message.parts if isinstance(part, Buttons)]
    assert [(one.action, one.value) for one in buttons.buttons] == [("notice_read", str(number))]
    assert "Which tasks change" in post.message
    assert "draft" not in post.message  # what a draft ends with is for whoever writes it


def test_each_reader_is_counted_once_and_nobody_is_named(both: Desk) -> None:
    number = posted(both)

    assert "räknad" in read(both, number, ASA)
    assert "redan räknad" in read(both, number, ASA)
    read(both, number, OLA)

    (found,) = notice_counts(both.lotsen.store)
    assert (found.id, found.document, found.read) == (number, "change_notice", 2)
    with both.lotsen.store.snapshot() as unit:
        tokens = unit._session.exec(select(NoticeReceipt)).all()
        people = [unit.people.find(user) for user in (ASA, OLA)]
    assert not any(one.id in token.token for one in people if one for token in tokens)


def test_a_notice_that_has_gaps_is_not_posted(both: Desk) -> None:
    with pytest.raises(InvalidError, match="fill in first"):
        posted(both, written("change_notice", BARE))

    assert notice_counts(both.lotsen.store) == []
    assert both.posts() == []


def test_after_a_year_nobody_can_tell_any_more_who_read_it(both: Desk) -> None:
    number = posted(both)
    read(both, number, ASA)

    Nightly(Settings.load(_env_file=None), both.lotsen.store).forget(START + timedelta(days=330))
    with both.lotsen.store.snapshot() as unit:
        assert unit._session.exec(select(SurveyKey)).all()
    Nightly(Settings.load(_env_file=None), both.lotsen.store).forget(START + timedelta(days=400))

    with both.lotsen.store.snapshot() as unit:
        assert unit._session.exec(select(SurveyKey)).all() == []
    assert "avslutad" in read(both, number, OLA)
    assert [one.read for one in notice_counts(both.lotsen.store)] == [1]


def test_a_notice_that_nobody_posted_is_closed(both: Desk) -> None:
    assert "avslutad" in read(both, 99, ASA)


def test_a_posted_notice_attests_the_plans_task(both: Desk) -> None:
    plan = both.lotsen.plan
    plan.start(TODAY, START)
    later = START + timedelta(hours=1)
    before = plan.status(later, "en").task("w8.notice")
    assert before is not None
    assert before.is_open
    number = posted(both)
    for user in (ASA, OLA, KIM):
        read(both, number, user)

    after = plan.status(later, "en").task("w8.notice")

    assert after is not None
    assert not after.is_open
    assert after.evidence == "change notice posted on 23 November 2026, 3 have read it"
    with pytest.raises(InvalidError, match="done already"):
        plan.change(PlanChangeRequest("w8.notice", PlanAct.BLOCKED, "no"), later)
