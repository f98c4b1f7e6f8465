"""A run that names a post becomes a link to it, where Slack shows it and says where."""

from typing import Any

from bot.slack.blocks import render, text_of
from bot.slack.links import Links
from models.message import Message, Note, Paragraph, Quote, Run

PLACES = {"ticket:7:card": ("C1", "1764000000.000200"), "ticket:8:card": ("", "")}


class Workspace:
    """Slack, which says its address, or nothing; it counts how often it was asked."""

    def __init__(self, *, silent: bool = False) -> None:
        self.silent, self.asked = silent, 0

    def auth_test(self) -> dict[str, str]:
        self.asked += 1
        if self.silent:
            raise OSError("away")
        return {"url": "https://office.slack.com/"}


def links(workspace: Workspace) -> Links:
    client: Any = workspace
    return Links(client, lambda key: PLACES.get(key, ("", "")))


def message(*keys: str) -> Message:
    runs = tuple(Run(str(n), post=key) for n, key in enumerate(keys))
    return Message("x", (Quote("q"), Note(runs), Paragraph((Run("<p>"), *runs))))


def test_a_post_that_is_shown_is_linked_and_others_stay_words() -> None:
    drawn = links(Workspace()).put_into(message("ticket:7:card", "ticket:8:card", "nothing", ""))

    _, blocks = render(drawn)
    said = text_of(blocks)
    assert "<https://office.slack.com/archives/C1/p1764000000000200|0>123" in said
    assert said.count("<https://") == 2


def test_the_address_is_asked_for_once_and_only_where_it_is_needed() -> None:
    workspace = Workspace()
    one = links(workspace)

    assert one.put_into(message("", "")) == message("", "")
    assert workspace.asked == 0
    for _ in range(3):
        one.put_into(message("ticket:7:card", "ticket:7:card"))
    assert workspace.asked == 1


def test_while_slack_is_silent_the_post_goes_without_links() -> None:
    workspace = Workspace(silent=True)
    one = links(workspace)

    assert one.put_into(message("ticket:7:card")) == message("ticket:7:card")
    workspace.silent = False
    assert one.put_into(message("ticket:7:card")) != message("ticket:7:card")
