"""The network fails for everybody, and among the many a few need a person for something else.

The clock is moved by hand, and Slack's limits run by it: 0.6 seconds from message to message, as
500 in five minutes.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from bot.slack.blocks import text_of

HELP, SUPPORT = "CHELP", "CSUPPORT"
KIM = "UKIM"
STEP = timedelta(seconds=0.6)
TELL = ("nätet är nere", "inget nät här", "nätet funkar inte", "vi har tappat nätet igen")
TILLS = ("kassan", "hissen", "larmet", "porten", "vågen", "truckladdaren", "kylen", "dörren")


@dataclass
class Moving:
    """An office whose time is moved on after each act."""

    office: Any
    last: dict[str, float] = field(default_factory=dict)

    def settle(self) -> None:
        """Handle what came, and show what may be shown now."""
        office = self.office
        office.double.wait_until(lambda: not office.double.pending_events(), 20)
        office.double.wait_until(lambda: not office.read(lambda unit: unit.inbox.waiting()), 20)
        while office.service._delivery.step():
            pass

    def step(self, by: timedelta = STEP, *, wait: bool = True) -> None:
        if wait:
            self.settle()
        self.office.clock.forward(by)

    def until_shown(self, seconds: int) -> None:
        for _ in range(seconds):
            self.step(timedelta(seconds=1))
            if not self.office.read(lambda unit: unit.outbox.waiting()):
                return


@pytest.mark.parametrize(
    ("many", "urgent"),
    [
        (40, 4),
        pytest.param(
            500, 20, marks=[pytest.mark.long, pytest.mark.faults, pytest.mark.timeout(600)]
        ),
    ],
)
def test_few_urgent_ones_among_many_alike_get_a_person(
    open_office: Callable[..., Any], many: int, urgent: int
) -> None:
    clock: list[Any] = []

    def slack_time() -> float:
        return clock[0]().timestamp() if clock else 0.0

    office = open_office(
        double_options={"rate_limits": True, "monotonic": slack_time},
        lotsen_channel_interval_seconds=1.0,
        lotsen_duty_group=(KIM,),
    )
    clock.append(office.clock)
    time = Moving(office)
    for number in range(3):
        office.double.say(f"UASA{number}", HELP, TELL[number])
        time.step()
    time.until_shown(60)
    proposal = next(post for post in office.posts(SUPPORT) if "outage_confirm" in str(post.blocks))
    office.double.click(KIM, SUPPORT, proposal.ts, "outage_confirm")
    time.until_shown(60)
    (notice,) = [post for post in office.posts(HELP) if "outage_me_too" in str(post.blocks)]
    tickets = office.read(lambda unit: unit.tickets.count())

    every = many // urgent
    asked: dict[str, float] = {}
    for number in range(many):
        who = f"UASA{number % 40}"
        if number % every == 0:
            what = f"AKUT {TILLS[number // every % len(TILLS)]} {number} fungerar inte"
            asked[what] = float(office.double.say(f"UASA{40 + number // every}", HELP, what))
            time.step(wait=False)
        office.double.say(who, HELP, f"{TELL[number % len(TELL)]} {number}")
        time.step(wait=number % 8 == 7)
    time.until_shown(600)

    pages = office.posts(office.double.im(KIM))
    waits = []
    for what, at in asked.items():
        (page,) = [post for post in pages if what in text_of(post.blocks)]
        waits.append(float(page.ts) - at)
    assert max(waits) <= 60
    assert office.read(lambda unit: unit.tickets.count()) == tickets + urgent
    marks = [one for user in range(40) for one in office.double.ephemerals(f"UASA{user}")]
    assert len(marks) == many
    span = float(max(mark.ts for mark in marks)) - float(min(mark.ts for mark in marks))
    assert span <= 600
    assert len([post for post in office.posts(HELP) if "outage_me_too" in str(post.blocks)]) == 1
    # Slack says "wait" now and then, and is heeded; the one notice stays where it is.
    refused = [call for call in office.double.calls if call.status == 429]
    assert len(refused) <= many / 10
    assert notice.ts in {post.ts for post in office.posts(HELP)}
