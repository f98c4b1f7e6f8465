"""Somebody looks for something in the documents, narrows it down and finds it."""

from collections.abc import Callable
from datetime import date
from typing import Any

from bot.slack.blocks import text_of
from models.lotsen import Lotsen
from models.tables import Article, ArticleKind, CaseState, EventKind
from tests.rows import events

HELP, ASA = "CHELP", "UASA"
Open = Callable[..., Any]


def documents(lotsen: Lotsen) -> None:
    texts = {
        "hr/resor.md": "Traktamente betalas inte för resor som är kortare än fyra timmar.",
        "ekonomi/utlägg.md": "Traktamente och utlägg för resor redovisas i lönesystemet.",
    }
    rows = [
        Article(
            document=document,
            external_id=document,
            language="sv",
            title=f"Om {document}",
            answer=text,
            kind=ArticleKind.PASSAGE,
            address="Resor",
            verified_on=date(2026, 1, 1),
            sha256="",
        )
        for document, text in texts.items()
    ]
    with lotsen.store.begin() as unit:
        unit.knowledge.put(rows)


def test_a_filter_redraws_the_same_post_and_found_it_ends_it(
    open_office: Open, migrated_url: str
) -> None:
    office = open_office(migrated_url, prepare=documents)
    office.double.command(ASA, HELP, "/lotsen", "ask traktamente korta resor")
    office.settle()
    (post,) = office.double.ephemerals(ASA)
    assert "fyra timmar" in text_of(post.blocks)
    assert "lönesystemet" in text_of(post.blocks)

    source = next(
        option["value"]
        for block in post.blocks
        for element in block.get("elements", ())
        if element.get("action_id") == "search_source"
        for option in element["options"]
        if option["text"]["text"] == "hr"
    )
    office.double.choose(ASA, HELP, post.ts, "search_source", source)
    office.settle()
    (post,) = office.double.ephemerals(ASA)
    assert "fyra timmar" in text_of(post.blocks)
    assert "lönesystemet" not in text_of(post.blocks)

    office.double.click(ASA, HELP, post.ts, "search_found")
    office.settle()
    (post,) = office.double.ephemerals(ASA)
    assert "Kul att det hjälpte" in text_of(post.blocks)
    assert not [block for block in post.blocks if block["type"] == "actions"]
    assert office.read(lambda unit: unit.tickets.case(1)).state is CaseState.SOLVED
    assert office.posts(HELP) == []
    kinds = office.read(lambda unit: [row.kind for row in events(unit)])
    assert EventKind.FOUND in kinds
