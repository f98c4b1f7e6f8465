"""One message, one matter: what a message is, by its words and what was said before it."""

import csv
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.desk.base.smalltalk import Reads, read
from models.desk.conversation.matter import (
    MOST_TOGETHER,
    TOGETHER,
    Matter,
    MessageFacts,
    OpenMatter,
    Said,
    Where,
    decide,
    together,
)
from models.tables import CaseState

NINE = datetime(2026, 11, 23, 9, tzinfo=UTC)
FILE = Path(__file__).with_name("what_messages_are.csv")
LINES = list(csv.DictReader(FILE.read_text(encoding="utf-8").splitlines()))
VPN = read("VPN kopplar inte upp").topic
BEFORE = {
    "": (Where.TOP, None),
    "soon": (Where.TOP, OpenMatter(30, 1, 30, CaseState.ANSWERED, VPN)),
    "later": (Where.TOP, OpenMatter(600, 1, 600, CaseState.ANSWERED, VPN)),
    "thread": (Where.OWN_THREAD, None),
    "others": (Where.THREAD_OF_ANOTHER, None),
}


def facts_of(text: str, before: str) -> MessageFacts:
    where, matter = BEFORE[before]
    return MessageFacts(read(text), where, names_others="<@" in text, matter=matter)


@pytest.mark.parametrize("line", LINES, ids=lambda line: f"{line['before']}:{line['text']}"[:40])
def test_a_message_is_what_a_colleague_would_take_it_for(line: dict[str, str]) -> None:
    assert decide(facts_of(line["text"], line["before"])).value == line["kind"]


def test_there_are_sixty_lines_in_each_language() -> None:
    lines = Counter(line["language"] for line in LINES)
    assert set(lines) == {"sv", "en", "de"}
    assert min(lines.values()) >= 60


TEXTS = st.sampled_from([line["text"] for line in LINES]) | st.text(max_size=60)
MATTERS = st.none() | st.builds(
    OpenMatter,
    seconds=st.floats(0, 100_000),
    messages=st.integers(1, 9),
    idle_seconds=st.floats(0, 100_000),
    state=st.sampled_from(CaseState),
    topic=st.frozensets(st.sampled_from(["vpn", "809", "skrivaren"])),
)


@given(
    st.builds(
        MessageFacts,
        reading=TEXTS.map(read),
        where=st.sampled_from(Where),
        answered=st.booleans(),
        names_others=st.booleans(),
        names_us=st.booleans(),
        files=st.integers(0, 2),
        matter=MATTERS,
    )
)
def test_no_message_is_joined_to_what_is_old_long_or_missing(facts: MessageFacts) -> None:
    decided = decide(facts)
    if decided is Matter.MORE:
        assert facts.matter is not None
        assert facts.matter.seconds <= TOGETHER.total_seconds()
        assert facts.matter.messages < MOST_TOGETHER
    if decided is Matter.FOLLOW_UP and facts.where is Where.TOP:
        assert facts.matter is not None
    if decided is Matter.TALK:
        assert facts.where is not Where.TOP


@st.composite
def written(draw: st.DrawFn) -> list[Said]:
    seconds = draw(st.lists(st.integers(0, 900), max_size=12, unique=True))
    return [
        Said(
            f"{second:04}", NINE + timedelta(seconds=second), read(draw(TEXTS)), draw(st.booleans())
        )
        for second in seconds
    ]


@given(written(), st.randoms())
def test_what_belongs_together_hangs_on_when_it_was_written_not_when_it_came(
    messages: list[Said], chance: object
) -> None:
    shuffled = list(messages)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    heads = together(messages)
    assert together(shuffled) == heads
    at = {one.ts: one.at for one in messages}
    assert all(at[ts] - at[head] <= TOGETHER for ts, head in heads.items())
    beside = {one.ts for one in messages if one.reading.kind is Reads.GREETING}
    counted = (head for ts, head in heads.items() if ts == head or ts not in beside)
    assert all(size <= MOST_TOGETHER for size in Counter(counted).values())
    assert all(heads[head] == head for head in heads.values())
