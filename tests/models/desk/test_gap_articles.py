"""From a gap to an article: who may, what the form begins with, and what comes of it."""

from collections.abc import Callable, Iterator
from typing import Any, cast

import pytest
from structlog.testing import capture_logs

from models.commands import PublishArticle, ReportIncident
from models.knowledge.knowledge_base import KnowledgeBase, Reply
from models.knowledge.recent_gaps import AGE, RecentGaps
from models.message import Button, Buttons, Message, Part
from models.store.transaction import Store
from models.tables import Article, ArticleDraft, Offer
from tests.models.desk.conftest import ASA, KIM, LENA, OLA, START, Desk, at
from tests.models.desk.test_drafts import work_off

TODAY = START.date()
KEY = "hej! nyckeln till förrådet på plan {n} saknas\nmvh {who}"
NOTE = (
    "Hej Ola!\nLåna reservnyckeln i receptionen, skriv upp dig i pärmen och lämna tillbaka den "
    "samma dag innan klockan fyra. Ring Ola Berg om pärmen är borta.\nMvh Kim Ek"
)


@pytest.fixture
def desk(migrated_url: str, new_desk: Callable[[Store], Desk]) -> Iterator[Desk]:
    """The desk on both databases."""
    store = Store(migrated_url)
    yield new_desk(store)
    store.close()


def ask_and_resolve(desk: Desk, text: str, note: str, number: int) -> None:
    """Somebody asks, and Kim works ten minutes on it."""
    start = 3600 * number
    desk.say(text, start, user=OLA)
    for move, later in (("claim", 60), ("resolve", 660)):
        command: Any = desk.moved(number, move, start + later, note=note)
        desk.do(command, start + later)
    work_off(desk, start + 700)


def a_gap(desk: Desk, note: str = NOTE, first: int = 1) -> None:
    for number, who in enumerate(("Ola Berg", "Åsa Lind"), first):
        ask_and_resolve(desk, KEY.format(n=number, who=who), note, number)


def buttons(parts: tuple[Part, ...]) -> list[Button]:
    rows = [part.buttons for part in parts if isinstance(part, Buttons)]
    return [button for row in rows for button in row if button.action == "gap_write"]


def home(desk: Desk, user: str, seconds: float = 9_000) -> Message:
    """App Home, as it is once all questions were looked at."""
    desk.lotsen.knowledge_maintenance.recent_gaps.renew(at(seconds))
    return desk.lotsen.home(user, at(seconds))


def form_of(desk: Desk, user: str = LENA, cases: tuple[int, ...] = (1, 2)) -> Any:
    return desk.lotsen.knowledge_maintenance.proposed_article(user, cases)


def publish(desk: Desk, user: str = LENA, **other: Any) -> None:
    found = form_of(desk)
    fields: dict[str, Any] = {
        "title": found.title if found else "T",
        "wordings": found.wordings if found else ("nyckeln saknas",),
        "answer": found.answer if found else "A",
        "language": "sv",
        "cases": (1, 2),
    }
    fields |= other
    command = PublishArticle(id=desk._id(), user=user, at=at(9_000), channel=user, **fields)
    desk.do(command, 9_000)


def test_the_lead_and_the_staff_see_the_gaps_and_nobody_else(desk: Desk) -> None:
    a_gap(desk)

    for user in (LENA, KIM):
        (button,) = buttons(home(desk, user).parts)
        assert sorted(button.value.split(".")) == ["1", "2"]
    assert buttons(home(desk, ASA).parts) == []
    assert form_of(desk, ASA) is None


def test_the_form_begins_with_what_was_asked_and_what_solved_it(desk: Desk) -> None:
    a_gap(desk)

    found = form_of(desk)

    assert found.title == "Nyckeln till förrådet på plan 1 saknas"
    assert found.wordings == ("nyckeln till förrådet på plan 1 saknas",), "two spellings of one"
    assert found.answer == (
        "Låna reservnyckeln i receptionen, skriv upp dig i pärmen och lämna tillbaka den samma "
        "dag innan klockan fyra."
    )
    assert found.language == "sv"


def test_one_tap_publishes_and_the_next_one_who_asks_is_answered(desk: Desk) -> None:
    a_gap(desk)

    publish(desk)

    rows = [row for row in desk._all(Article) if row.document == "support-team"]
    (row,) = rows
    assert (row.owner, row.verified_on, row.language) == ("Lena Falk", TODAY, "sv")
    answer = desk.lotsen.knowledge.answer(
        "nyckeln till förrådet på plan 1 saknas", "sv", today=TODAY
    )
    assert answer is not None
    assert "reservnyckeln" in answer.text
    assert "är publicerad" in desk.replies()[-1]
    assert buttons(desk.lotsen.home(LENA, at(9_100)).parts) == [], "the gap is filled"
    assert buttons(home(desk, LENA, 9_200).parts) == []


def test_the_draft_of_one_of_its_tickets_is_settled_with_it(desk: Desk) -> None:
    a_gap(desk)
    assert [row.state for row in desk._all(ArticleDraft)] == [Offer.WAITING] * 2

    publish(desk)

    assert [row.state for row in desk._all(ArticleDraft)] == [Offer.TAKEN] * 2


def test_a_draft_opens_the_same_form_with_the_wordings_of_its_gap(desk: Desk) -> None:
    a_gap(desk)
    ask_and_resolve(desk, "förrådsnyckeln saknas, nyckeln till förrådet är borta", "Se ovan.", 3)

    found = desk.lotsen.knowledge_maintenance.editable(KIM, 1, at(12_000))

    assert found is not None
    assert found.draft_id == 1
    assert found.wordings[0] == "nyckeln till förrådet på plan 1 saknas"


def test_a_forged_form_is_refused(desk: Desk) -> None:
    a_gap(desk)

    publish(desk, user=OLA)

    assert "Bara supporten" in desk.replies()[-1]
    assert desk._all(Article) == []


def test_a_gap_is_filled_once(desk: Desk) -> None:
    a_gap(desk)
    publish(desk)

    publish(desk, user=KIM, title="En annan titel")

    assert "decided this already" in desk.replies()[-1]
    assert len(desk._all(Article)) == 1


@pytest.mark.parametrize("where", ["question", "note"])
def test_a_gap_with_anything_for_few_eyes_never_appears(desk: Desk, where: str) -> None:
    a_gap(desk)
    told = "min chef trakasserar mig och jag vill inte leva längre"
    with desk.lotsen.store.begin() as unit:
        if where == "note":
            text = unit.tickets.text(2)
            text.note = told
            unit.tickets.save(text)
        else:
            (row,) = unit.tickets.messages_of(2)
            row.text = f"{row.text}\n{told}"
            unit.tickets.save(row)

    assert buttons(home(desk, LENA).parts) == []
    assert form_of(desk) is None
    publish(desk)
    assert desk._all(Article) == []


def test_what_was_taken_back_since_leaves_the_page_at_once(desk: Desk) -> None:
    a_gap(desk)
    assert buttons(home(desk, LENA).parts)
    with desk.lotsen.store.begin() as unit:
        (row,) = unit.tickets.messages_of(1)
        row.text = ""
        unit.tickets.save(row)

    assert buttons(desk.lotsen.home(LENA, at(9_001)).parts) == []


def report(desk: Desk, article: int = 1) -> None:
    """Ola is shown the article that filled the gap, and reports it as wrong."""
    desk.say("nyckeln till förrådet på plan 1 saknas", 9_100, user=OLA)
    case = max(row.id or 0 for row in desk.cases())
    command = ReportIncident(
        id=desk._id(),
        user=OLA,
        kind="wrong",
        at=at(9_200),
        case_id=case,
        article_id=article,
        channel="CHELP",
    )
    desk.do(command, 9_200)


def test_a_gap_whose_article_was_reported_as_wrong_can_be_filled_again(desk: Desk) -> None:
    a_gap(desk)
    publish(desk)
    report(desk)
    assert buttons(home(desk, LENA, 9_300).parts), "nothing answers it any more"

    publish(desk)
    assert "anmält" in desk.replies()[-1], "the words that were reported stay out"
    publish(desk, answer="Hämta reservnyckeln hos vaktmästaren i entrén.")

    assert "är publicerad" in desk.replies()[-1]
    question = "nyckeln till förrådet på plan 1 saknas"
    answer = desk.lotsen.knowledge.answer(question, "sv", today=TODAY)
    assert answer is not None
    assert "vaktmästaren" in answer.text
    assert buttons(desk.lotsen.home(LENA, at(9_400)).parts) == []
    publish(desk, user=KIM, title="En annan titel", answer="Ring växeln.")
    assert "decided this already" in desk.replies()[-1], "and it is filled once again"


def test_a_gap_is_filled_once_whichever_question_is_the_most_typical_one(desk: Desk) -> None:
    a_gap(desk)
    publish(desk, cases=(1, 2))

    publish(desk, user=KIM, cases=(2, 1), title="En annan titel")

    assert "decided this already" in desk.replies()[-1]
    assert len(desk._all(Article)) == 1


class Broken:
    """Knowledge that errs in an unforeseen way, and counts how often it is asked."""

    asked = 0

    def reply(self, *_: object, **__: object) -> Reply:
        self.asked += 1
        raise ZeroDivisionError


def test_what_errs_unforeseen_is_logged_and_rests(desk: Desk) -> None:
    """Nobody who opens App Home in the next minutes waits for it again."""
    a_gap(desk)
    knowledge = Broken()
    recent = RecentGaps(desk.lotsen.store, cast("KnowledgeBase", knowledge))

    with capture_logs() as lines:
        for moment in (at(9_000), at(9_001), at(9_800), at(9_000) + AGE):
            assert recent.get(moment, 5) == ()
            assert recent._builder is not None
            recent._builder.join(60)

    assert knowledge.asked == 2
    assert [line["event"] for line in lines] == ["gaps not renewed"] * 2
    assert {line["log_level"] for line in lines} == {"error"}
