"""Thirteen ways in which a language model's service fails, a hundred tickets each.

A ticket is a category to choose, or a question for which stored articles are read and a search is
worded anew, in turn. Each must end, answered or refused, before the deadline of 20 seconds, and
nothing from outside what was offered may come back. Run it with ``python -m benchmarks.llm_faults``.
"""

import argparse
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from pydantic import SecretStr

from models.llm import (
    ChoiceOption,
    Llm,
    LlmAnswer,
    LlmReading,
    LlmRefusal,
    Numbered,
    OfferedArticle,
    ReadingTask,
)
from models.llm.endpoint import Endpoint, Price
from models.redaction import Redacted, redact
from models.starter import articles, categories, examples
from models.store.migration import upgrade
from models.store.transaction import Store
from models.tables import RegisterChange, RegisterLine
from tests.models.llm.fault_server import THIRTEEN, FaultServer, Mode

WORKERS = 4
SLOWEST_S = 20.0


@dataclass(frozen=True, slots=True)
class Faults:
    """What became of the tickets of one mode; ``foreign`` are labels outside the list."""

    mode: str
    n: int
    answered: int
    refused: int
    lost: int
    foreign: int
    asked: int
    slowest_s: float

    @property
    def clean(self) -> bool:
        return not self.lost and not self.foreign and self.slowest_s <= SLOWEST_S


def run(n: int = 100, deadline_s: float = 20.0) -> list[Faults]:
    """Send ``n`` tickets through each mode, from four workers, and through a healthy service."""
    return [faults(mode, n, deadline_s) for mode in (*THIRTEEN, Mode.HEALTHY)]


def faults(mode: Mode, n: int, deadline_s: float) -> Faults:
    """Send ``n`` tickets through one mode, against a fresh database and breaker."""
    choices = [
        ChoiceOption(category.key, category.titles["en"], category.descriptions["en"])
        for category in categories()
    ]
    with FaultServer(mode) as service, tempfile.TemporaryDirectory() as home:
        store = Store(f"sqlite:///{Path(home) / 'lotsen.db'}")
        upgrade(store)
        with store.begin() as unit:
            unit.registers.save(_registered())
        llm = Llm(store, _endpoint(service, deadline_s), ZoneInfo("Europe/Stockholm"))
        with ThreadPoolExecutor(WORKERS) as workers:
            ended = list(workers.map(lambda at: _ask(llm, choices, at), range(n)))
        store.close()
        return _counted(mode, ended, choices, len(service.requests))


def _registered() -> RegisterLine:
    """Return the model's line in the register of AI systems: without one it is not asked."""
    return RegisterLine(
        kind="ai_systems",
        number=1,
        version=1,
        change=RegisterChange.ADDED,
        content={"models": "fault"},
        at=datetime(2026, 11, 23, tzinfo=UTC),
    )


Said = LlmAnswer | LlmReading | LlmRefusal | tuple[str, ...]
Ended = tuple[Said | None, float]


def _ask(llm: Llm, choices: list[ChoiceOption], at: int) -> Ended:
    texts = examples()
    prompt = redact(texts[at % len(texts)].text).text
    began = time.monotonic()
    try:
        said = _said(llm, choices, prompt, at)
    except Exception:  # noqa: BLE001  # whatever it is, this ticket is lost: that is counted
        return None, time.monotonic() - began
    return said, time.monotonic() - began


def _said(llm: Llm, choices: list[ChoiceOption], prompt: Redacted, at: int) -> Said:
    now, subject = datetime.now(UTC), f"ticket:{at}"
    if at % 3 == 0:
        return llm.choose(prompt, choices, purpose="category", now=now, subject=subject)
    if at % 3 == 1:
        return llm.rewrite(prompt, now=now, subject=subject)
    return llm.read(ReadingTask(prompt, _articles()), now=now, subject=subject)


@cache
def _articles() -> tuple[OfferedArticle, ...]:
    """Return eight articles of the starter, as a question would have them read."""
    return tuple(
        OfferedArticle(
            str(n),
            redact(one.title).text,
            (redact(one.title).text,),
            (Numbered(f"{n}.1", redact(one.answer).text),),
        )
        for n, one in enumerate(articles()[:8], start=1)
    )


def _counted(mode: Mode, ended: list[Ended], choices: list[ChoiceOption], asked: int) -> Faults:
    answers = [said for said, _seconds in ended if said and not isinstance(said, LlmRefusal)]
    return Faults(
        mode=mode.value,
        n=len(ended),
        answered=len(answers),
        refused=sum(isinstance(said, LlmRefusal) for said, _seconds in ended),
        lost=sum(said is None for said, _seconds in ended),
        foreign=sum(_is_foreign(said, choices) for said in answers),
        asked=asked,
        slowest_s=max(seconds for _said, seconds in ended),
    )


def _is_foreign(said: Said, choices: list[ChoiceOption]) -> bool:
    """Return whether anything in it was not offered; searches are only searched with."""
    if isinstance(said, LlmAnswer):
        return said.key not in {"", *(choice.key for choice in choices)}
    if isinstance(said, LlmReading):
        offered = {choice.key for choice in ReadingTask(Redacted(""), _articles()).choices}
        return not {*said.articles, *said.sentences} <= offered or bool(said.question)
    return False


def _endpoint(service: FaultServer, deadline_s: float) -> Endpoint:
    return Endpoint(
        base_url=service.url,
        model="fault",
        price=Price(2.0, 8.0),
        cap_micros=10**9,
        deadline_s=deadline_s,
        api_key=SecretStr("bench-key"),
    )


def main() -> int:
    """Print the table; fail when a ticket was lost, late, or got a foreign label."""
    from benchmarks.__main__ import table

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tickets", type=int, default=100)
    parser.add_argument("--deadline", type=float, default=20.0)
    options = parser.parse_args()
    rows = run(options.tickets, options.deadline)
    table([asdict(row) for row in rows])
    return 0 if all(row.clean for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
