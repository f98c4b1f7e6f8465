"""What people see, by the posts that wait for Slack: a few words for each kind of post. Pure."""

import re
from collections.abc import Iterator, Mapping, Sequence

from models.message import Button, Buttons, Message
from models.tables import OutboxRow, PostKind

_BY_KEY = (
    (r"case:\d+:step:", "step"),
    (r"case:\d+:added:", "added"),
    (r"case:\d+:greeting", "greeting"),
    (r"case:\d+:small_talk:", "who"),
    (r"case:\d+:not_for_desk:", "not for desk"),
    (r"case:\d+:outage", "known"),
    (r"message:.*:exposed", "warning"),
    (r"ticket:\d+:duty:", "page"),
    (r"ticket:\d+:reopened", "reopened"),
    (r"ticket:\d+:closed", "closed"),
    (r"ticket:\d+:resolved", "progress"),
    (r"outage:\d+:staff", "outage"),
    (r"outage:\d+:notice", "notice"),
    (r"outage:\d+:over", "over"),
    (r"private:\d+:person", "private"),
    (r"(?:reply|confided):", "told"),
)
_FOR_THE_STAFF = r"ticket:\d+:(?:card|handed|wrote|answered)|private:\d+:(?:to|seen)|.*CSUPPORT|outage:\d+:staff:U"
_EMOJI = {"🙌": "thanked", "👀": "seen", "👋": "waved"}


def mark_of(row: OutboxRow, before: str, articles: Mapping[int, str]) -> str:
    """Return what a new or changed post is for people; empty where only the staff see it.

    Parameters
    ----------
    before
        The post's words before the step; empty where it was not there.
    articles
        Names of the articles by their numbers.
    """
    if re.match(_FOR_THE_STAFF, row.key):
        return ""
    message = Message.from_json(row.message)
    if row.kind is PostKind.REACTION:
        return _EMOJI.get(message.text[:1], message.text)
    for pattern, mark in _BY_KEY:
        if re.match(pattern, row.key):
            return mark
    return _of_case(row, message, before, articles)


def _of_case(row: OutboxRow, message: Message, before: str, articles: Mapping[int, str]) -> str:
    buttons = list(_buttons(message))
    actions = {one.action for one in buttons}
    if "suggestion_take" in actions:
        offered = (one.value for one in buttons if one.action == "suggestion_take")
        return " ".join(["titles", *(articles[int(number)] for number in offered)])
    if "answer_not_solved" in actions:
        return f"answer {articles[_article(buttons)]}"
    if "answer_not_solved" in before:
        return "handed" if "🎫" in row.message else "solved"
    if "suggestion_take" in before and "✅" in row.message:
        return "solved"
    if row.key.endswith(":looking") and not actions and "🎫" not in row.message:
        return "progress" if "ticket_add" in before else "taken back"
    return "ticket" if not before or "suggestion_take" in before else "progress"


def _article(buttons: Sequence[Button]) -> int:
    """Return the number of the article of an answer: the button of an error report names it."""
    named = [one.value for one in buttons if re.fullmatch(r"\d+:\d+", one.value)]
    return int(named[0].partition(":")[2])


def _buttons(message: Message) -> Iterator[Button]:
    for part in message.parts:
        if isinstance(part, Buttons):
            yield from (*part.buttons, *part.more)


def fits(expected: frozenset[str], mark: str) -> bool:
    """Return whether a mark is one of those that are right."""
    return any(_is(one, mark) for one in expected)


def _is(expected: str, mark: str) -> bool:
    kind, _, names = expected.partition(" ")
    shown, _, rest = mark.partition(" ")
    if kind == "helps":
        return shown in ("answer", "titles") and names in rest.split()
    if kind == "titles" and shown == "titles":
        return set(names.split()) <= set(rest.split())
    return expected == mark
