"""Champions get a tip a week, alone and once; only those who agreed to stand there."""

import json
from datetime import timedelta
from typing import Any

from models.desk.curation import champions
from models.desk.privacy.persons import erase
from models.message import Message
from models.tables import Article, OutboxRow, RegisterChange, RegisterLine
from tests.models.desk.conftest import ASA, KIM, OLA, START, Desk


def skill(desk: Desk, slack_id: str, number: int, **values: Any) -> str:
    with desk.lotsen.store.begin() as unit:
        person = unit.people.by_slack_id(slack_id, START)
        told = {
            "person": person.id,
            "area": "Finance",
            "agreed": "yes",
            "champion": "yes",
            **values,
        }
        line = RegisterLine(
            kind="skills", number=number, version=1, change=RegisterChange.ADDED, about=person.id,
            told=json.dumps(told), at=START,
        )  # fmt: skip
        unit.registers.save(line)
        return person.id


def tips(desk: Desk) -> list[OutboxRow]:
    return [row for row in desk.posts() if row.key.startswith("champion_tip:")]


def test_each_champion_gets_one_direct_message_a_week(desk: Desk) -> None:
    skill(desk, ASA, 1)
    skill(desk, ASA, 2, area="Payroll")
    skill(desk, OLA, 3, champion="no")
    skill(desk, KIM, 4, agreed="no")
    care = desk.lotsen.knowledge_maintenance

    assert care.tip_champions("2026-W48", START) == 1
    care.tip_champions("2026-W48", START + timedelta(minutes=10))  # tried again: the same tip

    (row,) = tips(desk)
    assert row.channel == ASA
    assert "Finance; Payroll" in row.message
    care.tip_champions("2026-W49", START)
    assert len(tips(desk)) == 2


def test_the_tip_changes_from_week_to_week(desk: Desk) -> None:
    skill(desk, ASA, 1)
    for week in range(1, 9):
        desk.lotsen.knowledge_maintenance.tip_champions(f"2026-W{week:02}", START)

    said = {Message.from_json(row.message).parts[1] for row in tips(desk)}
    assert len(said) == len(champions.TIPS)


def test_a_champion_reads_how_many_answers_are_theirs(desk: Desk, article: Article) -> None:
    skill(desk, ASA, 1)
    article.owner = ASA
    with desk.lotsen.store.begin() as unit:
        unit.knowledge.reviewed(article)

    desk.lotsen.knowledge_maintenance.tip_champions("2026-W48", START)

    assert "Du ansvarar för 1 svar." in tips(desk)[0].message


def test_whoever_was_erased_gets_none(desk: Desk) -> None:
    skill(desk, ASA, 1)
    erase(desk.lotsen.desk, ASA, START)

    assert desk.lotsen.knowledge_maintenance.tip_champions("2026-W48", START) == 0
