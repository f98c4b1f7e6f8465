"""The language model points at stored sentences; a post never stays at "looking"."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from models import commands
from models.commands import AnswerClarification, ReadPassages
from models.governance.model_policy import DataClass
from models.knowledge.knowledge_base import KnowledgeBase
from models.llm import LlmReading, LlmRefusal, ReadingTask, RefusalReason
from models.message import Buttons, Message, Verbatim
from models.tables import Article, ArticleKind, CaseState, EventKind, OutboxRow

QUESTION = "Får man ta med hunden till kontoret?"
PASSAGE = (
    "Kontoret är öppet för alla på plan två. Hundar är välkomna på fredagar, om de är <lugna>.\n"
    "Övriga dagar stannar hunden hemma! Katter är aldrig välkomna. Receptionen vet mer."
)
SECRET = "Chefens hund får komma till kontoret varje dag."


@dataclass
class Model:
    """A language model that picks what the test says, and remembers what it was sent."""

    pick_: Callable[[dict[str, str]], list[str] | LlmRefusal]
    own: bool = False
    heard: list[str] = field(default_factory=list)
    classes: list[DataClass] = field(default_factory=list)
    searches: tuple[str, ...] = ()
    question: str = ""
    meanwhile: Callable[[], None] = lambda: None

    def accepts(self, data: DataClass) -> bool:
        return self.own or data is not DataClass.RESTRICTED

    def choose(self, *_: object, **__: object) -> LlmRefusal:
        return LlmRefusal(RefusalReason.OFF)

    def rewrite(self, asked: str, **_: object) -> tuple[str, ...] | LlmRefusal:
        self.heard.append(asked)
        return self.searches

    def read(self, task: ReadingTask, *, data: DataClass, **_: object) -> LlmReading | LlmRefusal:
        self.heard += task.texts
        self.classes.append(data)
        self.meanwhile()
        if self.question:
            return LlmReading((), (), self.question, "m", 0.0)
        sentences = [one for article in task.articles for one in article.sentences]
        picked = self.pick_({one.number: one.text for one in sentences})
        if isinstance(picked, LlmRefusal):
            return picked
        articles = tuple(dict.fromkeys(number.partition(".")[0] for number in picked))
        return LlmReading(articles, tuple(picked) if len(articles) == 1 else (), "", "m", 0.0)


def saying(*wanted: str) -> Callable[[dict[str, str]], list[str]]:
    return lambda offered: [key for key, text in offered.items() if text.startswith(wanted)]


def stored(desk: Any, *more: Article) -> None:
    row = Article(
        document="kontoret.md", external_id="djur", language="sv", title="Djur på kontoret",
        answer=PASSAGE, kind=ArticleKind.PASSAGE, address="Djur", sha256="",
    )  # fmt: skip
    with desk.lotsen.store.begin() as unit:
        unit.knowledge.put([row, *more])


@pytest.fixture
def with_model(desk: Any) -> Callable[[Model], Any]:
    def make(model: Model) -> Any:
        stored(desk)
        unsure = KnowledgeBase(desk.lotsen.store, target=1.0)  # no article is ever sure enough
        context = replace(desk.lotsen.desk, llm=model, knowledge=unsure, suggestion_minutes=0)
        desk.lotsen = replace(desk.lotsen, desk=context)
        return desk

    return make


def waiting(desk: Any) -> list[ReadPassages]:
    """Read what waits in the slow lane."""
    taken = []
    while (one := desk.lotsen.mailbox.take(desk_time(1), "slow")) is not None:
        taken.append(one.command)
    return [command for command in taken if isinstance(command, ReadPassages)]


def desk_time(seconds: float) -> Any:
    from datetime import UTC, datetime, timedelta

    return datetime(2026, 11, 23, 9, 0, tzinfo=UTC) + timedelta(seconds=seconds)


def read(desk: Any, seconds: float = 5) -> None:
    """Let the slow lane work."""
    for command in waiting(desk):
        desk.lotsen.handle(command, desk_time(seconds))


def thread(desk: Any) -> list[Message]:
    """What the thread shows: each post with the newest version of it."""
    rows: list[OutboxRow] = [row for row in desk.posts() if row.key.startswith("case:")]
    shown: dict[str, OutboxRow] = {}
    for row in rows:
        shown[row.target_key or row.key] = row
    return [Message.from_json(row.message) for row in shown.values()]


def sent(desk: Any) -> None:
    """Slack shows every post: a change of one is then an update of its own."""
    with desk.lotsen.store.begin() as unit:
        for row in unit.outbox.listing(("ready",)):
            row.state, row.ts, row.posted_channel = "sent", "1.0", row.channel
            unit.outbox.save(row)


def texts(message: Message) -> list[str]:
    return [part.text for part in message.parts if isinstance(part, Verbatim)]


@pytest.mark.parametrize("delivered", [True, False])
def test_looking_becomes_stored_sentences_byte_for_byte(with_model: Any, delivered: bool) -> None:
    desk = with_model(Model(saying("Hundar", "Övriga")))
    desk.say(QUESTION)
    (looking,) = thread(desk)
    assert "letar i dokumenten" in looking.text
    assert desk.tickets() == []

    if delivered:
        sent(desk)
    read(desk)
    (answer,) = thread(desk)
    (text,) = texts(answer)
    assert (
        text
        == "Hundar är välkomna på fredagar, om de är <lugna>.\nÖvriga dagar stannar hunden hemma!"
    )
    assert text in PASSAGE
    assert "kontoret.md" in answer.to_json()
    assert "Språkmodellen valde" in answer.to_json()
    assert desk.cases()[0].state is CaseState.ANSWERED
    (event,) = [one for one in desk.events() if one.kind is EventKind.ANSWERED]
    assert event.detail == {"article": 1, "by": "llm"}


def test_sentences_that_are_no_neighbours_have_a_gap_between_them(with_model: Any) -> None:
    desk = with_model(Model(saying("Receptionen", "Hundar")))
    desk.say(QUESTION)
    read(desk)
    (text,) = texts(thread(desk)[0])
    assert text.split("\n…\n") == [
        "Hundar är välkomna på fredagar, om de är <lugna>.", "Receptionen vet mer.",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "outcome",
    [[], *(LlmRefusal(reason) for reason in RefusalReason)],
    ids=lambda one: one.reason.value if isinstance(one, LlmRefusal) else "none",
)
def test_without_a_pick_looking_becomes_the_ticket(with_model: Any, outcome: Any) -> None:
    desk = with_model(Model(lambda _: outcome))
    desk.say(QUESTION)
    sent(desk)
    read(desk)
    (shown,) = thread(desk)
    assert "ärende 1" in shown.text
    assert desk.tickets()[0].opened_at == desk.cases()[0].opened_at
    desk.move("claim")
    (shown,) = thread(desk)
    assert "Kim Ek" in shown.to_json()


def test_a_question_that_waited_too_long_is_not_read_any_more(with_model: Any) -> None:
    model = Model(saying("Hundar"))
    desk = with_model(model)
    desk.say(QUESTION)
    read(desk, seconds=121)
    assert model.heard == []
    assert "ärende 1" in thread(desk)[0].text


def test_a_process_that_dies_while_it_reads_leaves_the_question_in_the_inbox(
    with_model: Any,
) -> None:
    def dies(_: dict[str, str]) -> list[str]:
        raise MemoryError

    model = Model(dies)
    desk = with_model(model)
    desk.say(QUESTION)
    with pytest.raises(MemoryError):
        read(desk)
    assert desk.tickets() == []

    later = desk_time(200)
    again = desk.lotsen.mailbox.take(later, "slow").command
    desk.lotsen.handle(again, later)
    assert "ärende 1" in thread(desk)[0].text
    desk.lotsen.handle(again, later)
    assert len(desk.tickets()) == 1


def test_what_is_sent_is_redacted_and_public(with_model: Any) -> None:
    model = Model(saying("Hundar"))
    desk = with_model(model)
    stored(desk, Article(
        document="chef.md", external_id="1", language="sv", title="Chefens hund", answer=SECRET,
        kind=ArticleKind.PASSAGE, audience=["UASA"], sha256="",
    ))  # fmt: skip
    desk.say(f"{QUESTION} Ring Ola Berg på 070-123 45 67")
    read(desk)
    assert not any("070" in text or "Berg" in text for text in model.heard)
    assert SECRET not in model.heard
    assert model.classes == [DataClass.REDACTED]


@pytest.mark.parametrize(
    ("own", "alone", "goes"), [(True, True, True), (False, True, False), (True, False, False)]
)
def test_a_private_passage_goes_to_an_own_model_for_its_reader_alone(
    with_model: Any, own: bool, alone: bool, goes: bool
) -> None:
    model = Model(saying("Chefens"), own=own)
    desk = with_model(model)
    stored(desk, Article(
        document="chef.md", external_id="1", language="sv", title="Chefens hund", answer=SECRET,
        kind=ArticleKind.PASSAGE, audience=["UASA"], sha256="",
    ))  # fmt: skip
    place = {"where": "direct", "channel": "D1"} if alone else {}
    desk.say(QUESTION, **place)
    read(desk)
    assert (SECRET in model.heard) is goes
    assert (SECRET in thread(desk)[0].to_json()) is goes
    if goes:
        assert model.classes == [DataClass.RESTRICTED]


def test_an_article_that_is_deleted_while_it_is_read_is_not_shown(with_model: Any) -> None:
    model = Model(saying("Hundar"))
    desk = with_model(model)

    def delete() -> None:
        with desk.lotsen.store.begin() as unit:
            unit.knowledge.delete_document("kontoret.md")

    model.meanwhile = delete
    desk.say(QUESTION)
    read(desk)
    assert "ärende 1" in thread(desk)[0].text


def test_an_article_that_is_written_anew_while_it_is_read_is_not_shown_as_it_was(
    with_model: Any,
) -> None:
    model = Model(saying("Hundar"))
    desk = with_model(model)

    def rewrite() -> None:
        with desk.lotsen.store.begin() as unit:
            row = unit.knowledge.get(1)
            row.answer = "Hundar är inte välkomna. De stannar hemma varje dag."
            unit.knowledge.put([row])

    model.meanwhile = rewrite
    desk.say(QUESTION)
    read(desk)
    assert "välkomna på fredagar" not in str([one.to_json() for one in thread(desk)])
    assert "ärende 1" in thread(desk)[0].text


def test_an_earlier_reading_under_the_same_number_leaves_nobody_waiting(with_model: Any) -> None:
    desk = with_model(Model(lambda _: []))
    command = ReadPassages(id="read:1", case_id=1, at=desk_time(0))
    desk.do(command)  # of a case that is gone since, when it was a name of that number alone

    desk.say(QUESTION)
    read(desk)

    assert "ärende 1" in thread(desk)[0].text


def test_where_the_reading_cannot_be_queued_a_person_gets_the_question(with_model: Any) -> None:
    desk = with_model(Model(lambda _: []))
    message = desk.said(QUESTION)
    desk.do(ReadPassages(id=f"read:1:{message.id}", case_id=1, at=desk_time(0)))

    desk.do(message)

    assert "ärende 1" in thread(desk)[0].text


def test_a_question_taken_back_is_not_looked_for_any_more(with_model: Any) -> None:
    model = Model(saying("Hundar"))
    desk = with_model(model)
    desk.say(QUESTION)
    sent(desk)
    desk.delete(0)
    read(desk)
    assert model.heard == []
    assert "togs tillbaka" in thread(desk)[0].text
    assert desk.tickets() == []


def test_a_ticket_made_meanwhile_stays_the_only_one(with_model: Any) -> None:
    model = Model(saying("Hundar"))
    desk = with_model(model)
    desk.say(QUESTION)
    model.meanwhile = lambda: desk.react(0, QUESTION)
    read(desk)
    assert len(desk.tickets()) == 1
    assert "ärende 1" in thread(desk)[0].text


def test_more_words_while_it_looks_ask_no_second_time(with_model: Any) -> None:
    desk = with_model(Model(saying("Hundar")))
    desk.say(QUESTION)
    desk.say("Den är snäll, hunden.", 20)
    assert len(waiting(desk)) == 1
    assert len(thread(desk)) == 1


def test_a_verdict_takes_the_buttons_off_and_not_solved_brings_a_person(with_model: Any) -> None:
    desk = with_model(Model(saying("Hundar")))
    desk.say(QUESTION)
    sent(desk)
    read(desk)
    sent(desk)
    desk.judge("not_solved")
    answer, progress = thread(desk)
    assert not [part for part in answer.parts if isinstance(part, Buttons)]
    assert "ärende 1" in progress.text
    (packet,) = [row for row in desk.posts() if row.key == "ticket:1:handed"]
    assert "Djur på kontoret" in packet.message


def test_a_switched_off_model_is_not_waited_for(with_model: Any) -> None:
    desk = with_model(Model(saying("Hundar")))
    with desk.lotsen.store.begin() as unit:
        unit.switches.set("llm", False, desk_time(0))
    desk.say(QUESTION)
    assert len(desk.tickets()) == 1
    assert waiting(desk) == []


def test_a_question_far_from_all_documents_is_worded_anew_and_read_too(with_model: Any) -> None:
    model = Model(saying("Hundar"), searches=("hund på kontoret",))
    desk = with_model(model)
    desk.say("Får Fido hänga med?")
    read(desk)
    (shown,) = thread(desk)
    assert texts(shown) == ["Hundar är välkomna på fredagar, om de är <lugna>."]
    assert model.heard[0] == "Får Fido hänga med?"


def offering(with_model: Any, model: Model) -> Any:
    """A desk where titles and questions are offered."""
    desk = with_model(model)
    context = replace(desk.lotsen.desk, suggestion_minutes=10)
    desk.lotsen = replace(desk.lotsen, desk=context)
    other = Article(
        document="hundar.md", external_id="2", language="sv", title="Hundägare",
        answer="Hunden ska ha koppel på kontoret.", sha256="",
    )  # fmt: skip
    with desk.lotsen.store.begin() as unit:
        unit.knowledge.put([other])
    return desk


def labels(message: Message) -> list[str]:
    return [
        button.label
        for part in message.parts
        if isinstance(part, Buttons)
        for button in part.buttons
    ]


def test_several_articles_are_titles_to_choose_from(with_model: Any) -> None:
    desk = offering(with_model, Model(list))
    desk.say(QUESTION)
    read(desk)
    (shown,) = thread(desk)
    assert {"Djur på kontoret", "Hundägare"} <= set(labels(shown))
    assert desk.cases()[0].state is CaseState.SUGGESTED
    assert desk.tickets() == []


def test_a_question_back_is_one_of_the_list_and_its_answer_is_searched_with(
    with_model: Any,
) -> None:
    model = Model(list, question="place")
    desk = offering(with_model, model)
    desk.say("Vad gäller för Fido?")
    read(desk)
    (shown,) = thread(desk)
    assert shown.text == "Var är du?"
    assert labels(shown)[:3] == ["På kontoret", "Hemma", "På resa"]

    clarify(desk, "place", 0, user="UOLA")  # not the asker
    clarify(desk, "device", 0)  # was not asked
    clarify(desk, "place", 9)  # no such answer
    assert desk.cases()[0].state is CaseState.SUGGESTED

    clarify(desk, "place", 0)
    with desk.lotsen.store.snapshot() as unit:
        said = [row.text for row in unit.tickets.messages_of(1)]
    assert said == ["Vad gäller för Fido?", "På kontoret"]
    assert desk.cases()[0].state is not CaseState.OPEN
    clarify(desk, "place", 1)  # a second click is late
    with desk.lotsen.store.snapshot() as unit:
        assert len(unit.tickets.messages_of(1)) == 2


def clarify(desk: Any, question: str, option: int, user: str = "UASA") -> None:
    number = next(desk.numbers)
    command = AnswerClarification(
        id=f"clarify{number}", user=user, at=desk_time(20), case_id=1,
        question=question, option=option,
    )  # fmt: skip
    desk.do(command, 20)


def test_what_is_for_few_eyes_is_not_read(with_model: Any) -> None:
    model = Model(saying("Hundar"))
    desk = with_model(model)
    desk.say("Min chef trakasserar mig och hunden")
    read(desk)
    assert model.heard == []


def test_the_command_survives_the_inbox() -> None:
    command = ReadPassages(id="read:1", case_id=1, at=desk_time(0))
    assert commands.from_json(commands.to_json(command)) == command
    assert command.type in commands.SLOW
