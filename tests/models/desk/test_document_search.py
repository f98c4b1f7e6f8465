"""`/lotsen ask` as a search: results with their source, filters, and "Found it"."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from models.commands import MarkFound, SearchAgain
from models.desk.answers.search_filters import Filters, digest_of
from models.message import Buttons, Excerpt, Message, Note, Paragraph, Select, Verbatim, plain
from models.tables import Article, ArticleKind, CaseState, EventKind

QUESTION = "hur länge får jag parkera elbilen vid laddaren"
PARKING = (
    "Garaget ligger under huset och öppnar klockan sex. Du *får* parkera elbilen vid laddaren "
    "<högst> fyra timmar. Kortet hämtas i receptionen."
)


def passage(name: str, text: str, **more: Any) -> Article:
    values: dict[str, Any] = {
        "document": "fastighet/garage.md",
        "external_id": name,
        "language": "sv",
        "title": name,
        "answer": text,
        "kind": ArticleKind.PASSAGE,
        "address": "Garage › Laddare",
        "url": "https://intranet.example/garage",
        "verified_on": date(2026, 3, 1),
        "sha256": "",
    }
    return Article(**values | more)


@pytest.fixture
def documents(desk: Any) -> list[Article]:
    rows = [
        passage("Elbilar", PARKING),
        passage(
            "Charging", "You may park an elbil at the laddare for four hours.",
            document="facilities/cars.md", language="en", verified_on=date(2025, 3, 1),
        ),
        passage("Chefernas garage", "Chefer får parkera elbilen vid laddaren hur länge som helst.",
                document="chefer/garage.md", audience=["UKIM"]),
        passage("Gammalt garage", "Förr fick man parkera elbilen vid laddaren hela dagen.",
                document="arkiv/garage.md", expires_on=date(2026, 11, 22)),
    ]  # fmt: skip
    with desk.lotsen.store.begin() as unit:
        unit.knowledge.put(rows)
    return rows


def titles(message: Message) -> list[str]:
    shown = [part.runs for part in message.parts if isinstance(part, Paragraph)]
    return [plain(runs) for runs in shown if len(runs) == 1 and runs[0].style == "bold"]


def buttons(message: Message, action: str) -> list[str]:
    rows = [part.buttons for part in message.parts if isinstance(part, Buttons)]
    return [one.value for row in rows for one in row if one.action == action]


def filtered(desk: Any, case: int = 1, user: str = "UASA", **filters: Any) -> Message:
    """Choose an entry of a filter's list and give what is shown instead."""
    command = SearchAgain(
        id=desk._id(), user=user, case_id=case, filters=Filters(**filters).key,
        at=datetime.fromisoformat("2026-11-23T09:01:00+00:00"),
    )  # fmt: skip
    desk.do(command, 60)
    message: Message = desk.reply(command)
    return message


def found(desk: Any, value: str, user: str = "UASA", seconds: float = 90) -> Message:
    case, article = value.split(":")
    command = MarkFound(
        id=desk._id(), user=user, case_id=int(case), article_id=int(article),
        at=datetime.fromisoformat("2026-11-23T09:00:00+00:00") + timedelta(seconds=seconds),
    )  # fmt: skip
    desk.do(command, seconds)
    message: Message = desk.reply(command)
    return message


def test_a_result_has_stored_words_with_what_was_found_in_bold_and_its_source(
    desk: Any, documents: list[Article]
) -> None:
    message = desk.ask("ask", QUESTION)

    excerpt = next(part for part in message.parts if isinstance(part, Excerpt))
    assert "".join(run.text for run in excerpt.runs) in PARKING
    assert {"parkera", "elbilen", "laddaren"} <= {
        run.text for run in excerpt.runs if run.style == "bold"
    }
    note = next(part for part in message.parts if isinstance(part, Note))
    said = plain(note.runs)
    assert "fastighet/garage.md" in said
    assert "Garage › Laddare" in said
    assert "1 mars 2026" in said
    assert note.runs[1].link == "https://intranet.example/garage"
    assert len(buttons(message, "answer_human")) == 1


def test_the_askers_rights_and_the_day_decide_what_there_is(
    desk: Any, documents: list[Article]
) -> None:
    shown = titles(desk.ask("ask", QUESTION))
    assert "Elbilar" in shown
    assert "Chefernas garage" not in shown
    assert "Gammalt garage" not in shown
    assert "chefer" not in desk.ask("ask", QUESTION).to_json()
    assert "Chefernas garage" in titles(desk.ask("ask", QUESTION, user="UKIM"))


def test_an_answer_that_is_sure_comes_first_and_is_no_result_too(desk: Any, article: Any) -> None:
    other = passage("Ny dator", "VPN kopplar inte upp förrän datorn är registrerad, felkod 809.")
    with desk.lotsen.store.begin() as unit:
        unit.knowledge.put([other])
    message = desk.ask("ask", "VPN kopplar inte upp felkod 809")
    assert next(part for part in message.parts if isinstance(part, Verbatim)).text == article.answer
    assert titles(message)[0] == article.title
    assert titles(message).count(article.title) == 1
    assert "Ny dator" in titles(message)


def test_filters_draw_the_same_post_anew(desk: Any, documents: list[Article]) -> None:
    everything = desk.ask("ask", QUESTION)
    selects = [part for part in everything.parts if isinstance(part, Select)]
    assert [one.action for one in selects] == ["search_source", "search_language", "search_age"]
    assert [label for _, label in selects[0].options][1:] == ["fastighet", "facilities"]

    assert titles(filtered(desk, language="en")) == ["Charging"]
    assert titles(filtered(desk, this_year=True)) == ["Elbilar"]
    assert titles(filtered(desk, source=digest_of("fastighet"))) == ["Elbilar"]
    nothing = filtered(desk, source=digest_of("fastighet"), language="en")
    assert titles(nothing) == []
    assert len([part for part in nothing.parts if isinstance(part, Select)]) == 3
    assert buttons(nothing, "answer_human") == ["1"]
    assert {row.target_key for row in desk.posts()} >= {"case:1:search"}
    assert titles(filtered(desk)) == titles(everything)


def test_each_entry_of_a_filter_says_all_filters(desk: Any, documents: list[Article]) -> None:
    desk.ask("ask", QUESTION)
    message = filtered(desk, language="en")
    selects = {part.action: part for part in message.parts if isinstance(part, Select)}
    for value, _ in selects["search_age"].options:
        assert Filters.read(value).language == "en"
    assert all(part.chosen == Filters(language="en").key for part in selects.values())


@pytest.mark.parametrize("key", ["", ".", "x.y.z", "a" * 75, "12345678.xx.y", "..", "1.2.3.4.5"])
def test_a_forged_filter_is_none_or_finds_nothing(
    desk: Any, documents: list[Article], key: str
) -> None:
    read = Filters.read(key)
    assert read.language in ("", "sv", "en", "de")
    assert len(read.key) <= 13


def test_found_it_ends_the_search_and_stops_its_clock(desk: Any, documents: list[Article]) -> None:
    (value, *_) = buttons(desk.ask("ask", QUESTION), "search_found")
    shown = found(desk, value)
    assert next(part for part in shown.parts if isinstance(part, Verbatim)).text == PARKING
    assert not [part for part in shown.parts if isinstance(part, Buttons | Select)]
    assert desk.cases()[0].state is CaseState.SOLVED
    (event,) = [one for one in desk.events() if one.kind is EventKind.FOUND]
    assert (event.at - desk.cases()[0].opened_at).total_seconds() == 90
    assert event.detail == {"article": int(value.split(":")[1])}

    found(desk, value, seconds=95)
    assert len([one for one in desk.events() if one.kind is EventKind.FOUND]) == 1


def test_nobody_ends_or_narrows_somebody_elses_search(desk: Any, documents: list[Article]) -> None:
    (value, *_) = buttons(desk.ask("ask", QUESTION), "search_found")
    for message in (found(desk, value, user="UOLA"), filtered(desk, user="UKIM")):
        assert "elbil" not in message.to_json()
    assert desk.cases()[0].state is CaseState.OPEN


def test_a_forged_result_shows_nothing_that_the_asker_may_not_see(
    desk: Any, documents: list[Article]
) -> None:
    desk.ask("ask", QUESTION)
    for hidden in documents[2:]:
        assert hidden.answer not in found(desk, f"1:{hidden.id}").to_json()
    assert "elbil" not in found(desk, "1:99").to_json()
    assert "elbil" not in found(desk, f"7:{documents[0].id}").to_json()
    assert desk.cases()[0].state is CaseState.OPEN


def test_a_search_that_became_a_ticket_is_with_a_person(
    desk: Any, documents: list[Article]
) -> None:
    (value, *_) = buttons(desk.ask("ask", QUESTION), "search_found")
    desk.judge("human")
    assert "1" in found(desk, value).text
    assert desk.cases()[0].state is CaseState.TICKET
    assert not [one for one in desk.events() if one.kind is EventKind.FOUND]


def test_what_has_nothing_to_do_with_it_is_no_result(desk: Any, documents: list[Article]) -> None:
    message = desk.ask("ask", "vem vann fotbollen i lördags")
    assert titles(message) == []
    assert buttons(message, "answer_human") == ["1"]
