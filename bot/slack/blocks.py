"""Message → Block Kit. With `markup`, the only place that knows Slack's limits.

Limits: https://docs.slack.dev/reference/block-kit/blocks (counts and lengths), one table
a message, and about 13,200 characters for all blocks of a message together
(`msg_blocks_too_long`). Every text is drawn in at most ``cap`` characters: where the
whole is too long the cap falls until it fits, so that the longest parts get shorter
and no button is lost.
"""

import json
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import singledispatch
from hashlib import sha256
from typing import Any

from bot.slack.markup import cut, escaped, mrkdwn
from models.message import (
    Button,
    Buttons,
    Chart,
    Divider,
    Excerpt,
    Fields,
    Heading,
    Message,
    Note,
    Paragraph,
    Part,
    Picture,
    Quote,
    Run,
    Runs,
    Select,
    Table,
    Verbatim,
    sparkline,
)

Block = dict[str, Any]

MAX_BLOCKS = 50
MAX_VIEW_BLOCKS = 100
MAX_SECTION = 3000
MAX_HEADER = 150
MAX_FIELD = 2000
MAX_FIELDS = 10
MAX_OPTION = 75
MAX_OPTIONS = 300
MAX_OPTIONS_A_GROUP = 100
MAX_BUTTON = 75
MAX_BUTTONS = 25
MAX_VALUE = 2000
MAX_QUOTE = 1500
MAX_VERBATIM = 8000
MAX_TEXT = 3000
MAX_TABLE_ROWS = 100
MAX_TABLE_COLUMNS = 20
MAX_TABLE_LINES = 20
MAX_CHART = 50
MAX_ALT = 2000
MAX_MENU = 5
MAX_TITLE = 2000
MAX_POINT = 20
MAX_POINTS = 20
MAX_MESSAGE = 13_000
MAX_WORDS = 12_000
MAX_VIEW = 100_000
# Nothing is drawn longer than this, so a cap of this size cuts nothing more.
_NO_CAP = 8000


def render(message: Message) -> tuple[str, list[Block]]:
    """Return (text, blocks) for chat.postMessage and chat.update."""

    def draw(cap: int) -> list[Block]:
        parts = _one_table(message.parts)
        return _placed((block for part in parts for block in _draw(part, cap)), MAX_BLOCKS)

    return escaped(message.text, MAX_TEXT).strip() or "–", _fitting(draw, MAX_MESSAGE)


def without_charts(message: Message) -> Message:
    """Return the message with each chart as a line, for a Slack that refuses charts."""
    parts = [
        line
        for part in message.parts
        for line in (_without_table(part) if isinstance(part, Chart) else (part,))
    ]
    return Message(message.text, tuple(parts))


def in_words(message: Message) -> str:
    """Return what the blocks say as text alone, for a Slack that refuses them; without buttons."""
    parts = (line for part in message.parts for line in _without_table(part))
    drawn = (_worded(block) for part in parts for block in _draw(part, _NO_CAP))
    whole = "\n".join(filter(None, drawn)) or escaped(message.text, MAX_TEXT)
    # Between two lines, so that no markup is cut in two.
    return whole if len(whole) <= MAX_WORDS else whole[: whole.rindex("\n", 0, MAX_WORDS)] + "\n…"


def _worded(block: Block) -> str:
    match block["type"]:
        case "header":
            return f"*{escaped(block['text']['text'], MAX_HEADER)}*"
        case "section" if "fields" in block:
            return "\n".join(field["text"].replace("\n", " ", 1) for field in block["fields"])
        case "section":
            return str(block["text"]["text"])
        case "context":
            return "\n".join(element["text"] for element in block["elements"])
        case "rich_text":
            said = "".join(run["text"] for run in block["elements"][0]["elements"])
            return escaped(said, MAX_VERBATIM)
        case _:
            return ""


def home_view(message: Message) -> Block:
    """Return the view for views.publish; tables become lines, which views do allow."""

    def draw(cap: int) -> list[Block]:
        parts = (line for part in message.parts for line in _without_table(part))
        return _placed((block for part in parts for block in _draw(part, cap)), MAX_VIEW_BLOCKS)

    blocks = _fitting(draw, MAX_VIEW)
    return {"type": "home", "blocks": blocks or [_section("–", 1)]}


def _fitting(draw: Callable[[int], list[Block]], most: int) -> list[Block]:
    """Draw with the largest cap at which all texts together are no longer than ``most``."""
    blocks = draw(_NO_CAP)
    if length_of(blocks) <= most:
        return blocks
    caps = range(_NO_CAP, 0, -1)
    place = bisect_left(caps, True, key=lambda cap: length_of(draw(cap)) <= most)
    return draw(caps[min(place, len(caps) - 1)])


def _placed(drawn: Iterable[Block], most: int) -> list[Block]:
    """Keep at most ``most`` blocks, those with actions first, and make block ids unique."""
    blocks = list(drawn)
    spare = len(blocks) - most
    if spare > 0:
        quiet = [n for n, block in enumerate(blocks) if block["type"] != "actions"]
        gone = set(quiet[-spare:])
        blocks = [block for n, block in enumerate(blocks) if n not in gone][:most]
    seen = set[str]()
    for n, block in enumerate(blocks):
        if block.get("block_id") in seen:
            block["block_id"] = f"{block['block_id'][:240]}:{n}"
        seen.add(block.get("block_id", ""))
    return blocks


def _one_table(parts: Sequence[Part]) -> Iterator[Part]:
    """Turn all tables but the first into lines: Slack refuses a second one."""
    tables = 0
    for part in parts:
        tables += isinstance(part, Table)
        if isinstance(part, Table) and tables > 1:
            yield from _without_table(part)
        else:
            yield part


def _without_table(part: Part) -> Iterator[Part]:
    if isinstance(part, Chart):
        for name, values in part.lines[:1]:
            yield Note((Run(f"{part.title}, {name}: {sparkline(values)}"),))
        return
    if not isinstance(part, Table):
        yield part
        return
    for row in part.rows[:MAX_TABLE_LINES]:
        pairs = zip(part.header[1:], row[1:], strict=False)
        rest = (f" · {name}: {cell}" for name, cell in pairs if cell)
        yield Paragraph((Run("".join(row[:1]), "bold"), Run("".join(rest))))


@singledispatch
def _draw(part: Part, cap: int) -> Iterable[Block]:
    """Draw one part; a kind of part is one function below."""
    raise TypeError(f"no drawing for {type(part).__name__}")


@_draw.register
def _(part: Heading, cap: int) -> Iterable[Block]:
    return [{"type": "header", "text": _plain(part.text, min(MAX_HEADER, cap))}]


@_draw.register
def _(part: Paragraph, cap: int) -> Iterable[Block]:
    text = mrkdwn(part.runs, min(MAX_SECTION, cap))
    return [_section(text, MAX_SECTION)] if text.strip() else []


@_draw.register
def _(part: Quote, cap: int) -> Iterable[Block]:
    return [_rich("rich_text_quote", cut(part.text, min(MAX_QUOTE, cap)))]


@_draw.register
def _(part: Verbatim, cap: int) -> Iterable[Block]:
    return [_rich("rich_text_section", cut(part.text, min(MAX_VERBATIM, cap)))]


@_draw.register
def _(part: Excerpt, cap: int) -> Iterable[Block]:
    return [_rich_runs(part.runs, min(MAX_QUOTE, cap))]


@_draw.register
def _(part: Note, cap: int) -> Iterable[Block]:
    text = mrkdwn(part.runs, min(MAX_SECTION, cap))
    return [{"type": "context", "elements": [_mrkdwn(text)]}] if text.strip() else []


@_draw.register
def _(_part: Divider, _cap: int) -> Iterable[Block]:
    return [{"type": "divider"}]


@_draw.register
def _(part: Fields, cap: int) -> Iterable[Block]:
    fields = [_field(label, value, min(MAX_FIELD, cap)) for label, value in part.pairs]
    return [
        {"type": "section", "fields": fields[at : at + MAX_FIELDS]}
        for at in range(0, len(fields), MAX_FIELDS)
    ]


@_draw.register
def _(part: Table, cap: int) -> Iterable[Block]:
    rows = [row for row in (part.header, *part.rows) if row][:MAX_TABLE_ROWS]
    width = min(max(map(len, rows), default=0), MAX_TABLE_COLUMNS)
    cells = [
        [_cell(row[n] if n < len(row) else "", min(MAX_SECTION, cap)) for n in range(width)]
        for row in rows
    ]
    return [{"type": "table", "rows": cells}] if cells else []


@_draw.register
def _(part: Chart, cap: int) -> Iterable[Block]:
    labels = [cut(label, MAX_POINT) for label in part.labels[-MAX_POINTS:]]
    series = [
        {
            "name": cut(name, min(MAX_POINT, cap)),
            "data": [
                {"label": label, "value": value}
                for label, value in zip(labels, values[-MAX_POINTS:], strict=True)
            ],
        }
        for name, values in part.lines
    ]
    chart = {"type": "line", "series": series, "axis_config": {"categories": labels}}
    yield {"type": "data_visualization", "title": cut(part.title, MAX_CHART), "chart": chart}


@_draw.register
def _(part: Picture, cap: int) -> Iterable[Block]:
    """Show a picture that Slack keeps; one that it does not keep is said in words."""
    if not part.stored:
        title = (Run(f"{part.title}. ", "bold"),) if part.title else ()
        yield from _draw(Note((*title, Run(part.alt))), cap)
        return
    image: Block = {
        "type": "image",
        "slack_file": {"id": part.stored},
        "alt_text": cut(part.alt, MAX_ALT) or part.name,
    }
    yield {**image, "title": _plain(part.title, min(MAX_TITLE, cap))} if part.title else image


@_draw.register
def _(part: Buttons, cap: int) -> Iterable[Block]:
    rows = [[_button(button, cap) for button in row] for row in _rows(part.buttons)]
    if part.more and part.menu:
        rows = [*rows[:-1], [*(rows[-1] if rows else ()), _menu(part, cap)]]
    for row in rows:
        yield _actions(part.subject, row)


@_draw.register
def _(part: Select, cap: int) -> Iterable[Block]:
    labels = {
        value: label
        for value, label in reversed(part.options)
        if 0 < len(value) <= MAX_OPTION  # Slack refuses others, and the whole message with them
    }
    options = [_option(value, label, cap) for value, label in reversed(labels.items())]
    if options:
        yield _actions(part.subject, [_select(part, options[:MAX_OPTIONS], cap)])


def _rows(buttons: Sequence[Button]) -> Iterator[list[Button]]:
    """Split buttons into rows that Slack takes: at most 25, and no action twice."""
    row: list[Button] = []
    for button in buttons:
        if len(row) == MAX_BUTTONS or button.action in {known.action for known in row}:
            yield row
            row = []
        row.append(button)
    if row:
        yield row


def _actions(subject: str, elements: list[Block]) -> Block:
    block: Block = {"type": "actions", "elements": elements}
    # With other content the block has another name: else Slack keeps what was chosen in it.
    return {**block, "block_id": f"{subject[:240]}:{_digest(elements)}"} if subject else block


def _digest(elements: list[Block]) -> str:
    written = json.dumps(elements, sort_keys=True, ensure_ascii=False)
    return sha256(written.encode()).hexdigest()[:8]


def _section(text: str, limit: int) -> Block:
    return {"type": "section", "text": _mrkdwn(text[:limit])}


def _field(label: str, value: Runs, limit: int) -> Block:
    head = mrkdwn((Run(label, "bold"),), limit // 2)
    return _mrkdwn(f"{head}\n{mrkdwn(value, limit - len(head) - 1).strip() or '–'}")


def _mrkdwn(text: str) -> Block:
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def _plain(text: str, limit: int) -> Block:
    return {"type": "plain_text", "text": cut(text, limit).strip() or "–", "emoji": True}


def _cell(text: str, limit: int) -> Block:
    return {"type": "raw_text", "text": cut(text, limit) or "–"}


def _rich_runs(runs: Runs, limit: int) -> Block:
    elements: list[Block] = []
    for run in runs:
        text = cut(run.text, limit) if limit > 0 else ""
        limit -= len(text)
        style = {"style": {run.style: True}} if run.style != "plain" else {}
        elements += [{"type": "text", "text": text, **style}] if text else []
    inner = {"type": "rich_text_section", "elements": elements or [{"type": "text", "text": "–"}]}
    return {"type": "rich_text", "elements": [inner]}


def _rich(kind: str, text: str) -> Block:
    # Rich text is structure, not markup: nothing in it can become a mention or a link.
    inner = {"type": kind, "elements": [{"type": "text", "text": text or "–"}]}
    return {"type": "rich_text", "elements": [inner]}


def _button(button: Button, cap: int) -> Block:
    drawn: Block = {
        "type": "button",
        "action_id": button.action,
        "text": _plain(button.label, min(MAX_BUTTON, cap)),
        "value": button.value[:MAX_VALUE],
    }
    return {**drawn, "style": button.style} if button.style else drawn


def _menu(part: Buttons, cap: int) -> Block:
    """Return the menu at a row's end: an entry's value is the action of its button."""
    options = [_option(one.action, one.label, cap) for one in part.more[:MAX_MENU]]
    return {"type": "overflow", "action_id": part.menu, "options": options}


def _select(part: Select, options: list[Block], cap: int) -> Block:
    element: Block = {
        "type": "static_select",
        "action_id": part.action,
        "placeholder": _plain(part.label, min(MAX_HEADER, cap)),
        **_grouped(options, cap),
    }
    chosen = next((option for option in options if option["value"] == part.chosen), None)
    if chosen is not None:
        element["initial_option"] = chosen
    return element


def _grouped(options: list[Block], cap: int) -> Block:
    """Put more options than one list may hold into groups."""
    if len(options) <= MAX_OPTIONS_A_GROUP:
        return {"options": options}
    groups = [
        options[at : at + MAX_OPTIONS_A_GROUP] for at in range(0, len(options), MAX_OPTIONS_A_GROUP)
    ]
    return {"option_groups": [{"label": _span(group, cap), "options": group} for group in groups]}


def _span(group: list[Block], cap: int) -> Block:
    first, last = (cut(option["text"]["text"], 30) for option in (group[0], group[-1]))
    return _plain(f"{first} – {last}", min(MAX_OPTION, cap))


def _option(value: str, label: str, cap: int) -> Block:
    return {"text": _plain(label, min(MAX_OPTION, cap)), "value": value}


def length_of(node: object) -> int:
    """Return how many characters Slack counts: those of all texts."""
    if isinstance(node, list):
        return sum(map(length_of, node))
    if not isinstance(node, dict):
        return 0
    return sum(
        len(value) if name == "text" and isinstance(value, str) else length_of(value)
        for name, value in node.items()
    )


def text_of(blocks: Sequence[Block]) -> str:
    """Return all text in blocks: what tests read of a post."""
    found: list[str] = []

    def walk(node: object) -> None:
        if isinstance(node, dict):
            if isinstance(node.get("text"), str):
                found.append(node["text"])
            for value in node.values():
                walk(value)
        elif isinstance(node, list):
            for value in node:
                walk(value)

    walk(list(blocks))
    return "\n".join(found)
