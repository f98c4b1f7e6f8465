"""Slack's blocks and how many of what they may hold.

https://docs.slack.dev/reference/block-kit/blocks
"""

import re
from typing import Any

from bot.demo.double.elements import (
    ELEMENTS,
    IDENTIFIER,
    IN_ACTIONS,
    IN_CONTEXT_ACTIONS,
    IN_INPUT,
    IN_SECTION,
    image_source,
)
from bot.demo.double.people import Json
from bot.demo.double.shapes import (
    Findings,
    Rule,
    Shape,
    address,
    anything,
    as_object,
    flag,
    items,
    kind,
    number,
    positive,
    string,
    text,
    unique,
    whole,
    words,
)

_TEXTS: dict[str, Rule] = {"plain_text": text(3000), "mrkdwn": text(3000)}
_RICH = {"rich_text_section", "rich_text_list", "rich_text_preformatted", "rich_text_quote"}
_TASK: dict[str, Rule] = {"task_id": string(255, least=1), "title": string(3000, least=1)}
_TASK_MORE: dict[str, Rule] = {
    "status": words("pending", "in_progress", "complete", "error"),
    "details": anything,
    "output": anything,
    "sources": anything,
}


def _said_something(found: Findings, block: Any, at: str) -> None:
    if not block.get("text") and not block.get("fields"):
        found.add(at, "missing required field: text or fields")


_FILE_ID = re.compile(r"F[A-Z0-9]{1,}")


def _slack_file(found: Findings, value: Any, at: str) -> None:
    given = as_object(value)
    if (given.get("id") is None) == (given.get("url") is None):
        found.add(at, "must provide either id or url")
    elif "id" in given and not _FILE_ID.fullmatch(str(given["id"])):
        found.add(f"{at}/id", "input must match regex pattern: ^[F][A-Z0-9]{8,}$")


def _card_content(found: Findings, block: Any, at: str) -> None:
    if not any(block.get(name) for name in ("hero_image", "title", "actions", "body")):
        found.add(at, "must provide at least one of: hero_image, title, actions, body")


def _rich_text(found: Findings, part: Any, at: str) -> None:
    if str(as_object(part).get("type")) not in _RICH:
        found.add(f"{at}/type", f"unsupported type: {as_object(part).get('type')}")
    elif not isinstance(part.get("elements"), list):
        found.add(at, "missing required field: elements")


def _rows(*, cells: set[str], most: int, least: int) -> Rule:
    shapes: dict[str, Rule] = {
        "raw_text": Shape({"text": string(3000)}),
        "raw_number": Shape({"value": number}, {"text": string(3000)}),
        "rich_text": Shape({"elements": items(_rich_text, most=1000)}, {"block_id": IDENTIFIER}),
    }
    row = items(kind(shapes, cells), most=20)
    return items(row, most=most, least=least)


def _even_table(found: Findings, block: Any, at: str) -> None:
    rows = block.get("rows")
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        return
    for place, row in enumerate(rows):
        if len(row) != len(rows[0]):
            found.add(f"{at}/rows/{place}", "all rows must have the same number of cells")
    if block["type"] == "data_table":
        for place, cell in enumerate(rows[0] if rows else ()):
            if as_object(cell).get("type") == "rich_text":
                found.add(f"{at}/rows/0/{place}", "unsupported type: rich_text")


def _one_point_a_category(found: Findings, chart: Any, at: str) -> None:
    categories = as_object(chart.get("axis_config")).get("categories")
    series = chart.get("series")
    if not isinstance(categories, list) or not isinstance(series, list):
        return
    lines = [as_object(one) for one in series]
    names = [(line.get("name"), f"{at}/series/{n}/name") for n, line in enumerate(lines)]
    unique(found, names, "series")
    for place, line in enumerate(lines):
        labels = [as_object(point).get("label") for point in line.get("data") or ()]
        if sorted(map(str, labels)) != sorted(map(str, categories)):
            found.add(f"{at}/series/{place}/data", "must have one point for each category")


_SERIES = Shape(
    {
        "name": string(20, least=1),
        "data": items(Shape({"label": string(20, least=1), "value": number}), most=20),
    }
)
_AXES = Shape(
    {"categories": items(string(20, least=1), most=20)},
    {"x_label": string(50), "y_label": string(50)},
)
_LINES = Shape({"series": items(_SERIES, most=6), "axis_config": _AXES}, {}, _one_point_a_category)
_SEGMENT = Shape({"label": string(20, least=1), "value": positive})
CHARTS: dict[str, Rule] = {
    "pie": Shape({"segments": items(_SEGMENT, most=6)}),
    "bar": _LINES,
    "area": _LINES,
    "line": _LINES,
}


def _block(
    required: dict[str, Rule], optional: dict[str, Rule] | None = None, extra: Rule = anything
) -> Shape:
    common: dict[str, Rule] = {"block_id": IDENTIFIER}
    return Shape(required, common | (optional or {}), extra)


_IMAGE: dict[str, Rule] = {
    "image_url": address(),
    "slack_file": _slack_file,
    "title": text(2000, plain=True),
}
_BUTTON_ROW = kind(ELEMENTS, {"button"})

BLOCKS: dict[str, Rule] = {
    "section": _block(
        {},
        {
            "text": text(3000),
            "fields": items(text(2000), most=10),
            "accessory": kind(ELEMENTS, IN_SECTION),
            "expand": flag,
        },
        _said_something,
    ),
    "header": _block({"text": text(150, plain=True)}, {"level": whole(1, 6)}),
    "divider": _block({}),
    "actions": _block({"elements": items(kind(ELEMENTS, IN_ACTIONS), most=25)}),
    "context": _block({"elements": items(kind(ELEMENTS | _TEXTS, {"image", *_TEXTS}), most=10)}),
    "context_actions": _block({"elements": items(kind(ELEMENTS, IN_CONTEXT_ACTIONS), most=5)}),
    "input": _block(
        {"label": text(2000, plain=True), "element": kind(ELEMENTS, IN_INPUT)},
        {"hint": text(2000, plain=True), "optional": flag, "dispatch_action": flag},
    ),
    "image": _block({"alt_text": string(2000, least=1)}, _IMAGE, image_source),
    "markdown": _block({"text": string(12_000, least=1)}),
    "rich_text": _block({"elements": items(_rich_text, most=1000)}),
    "file": _block({"external_id": IDENTIFIER, "source": words("remote")}),
    "video": _block(
        {
            "alt_text": string(2000),
            "title": text(200, plain=True),
            "thumbnail_url": address(),
            "video_url": address(),
        },
        {
            "author_name": string(50),
            "description": text(200, plain=True),
            "provider_icon_url": address(),
            "provider_name": string(50),
            "title_url": address(),
        },
    ),
    "alert": _block(
        {"text": text(200)},
        {"level": words("default", "info", "warning", "error", "success")},
    ),
    "table": _block(
        {"rows": _rows(cells={"raw_text", "rich_text"}, most=100, least=1)},
        {"column_settings": items(anything, most=20, least=0)},
        _even_table,
    ),
    "data_table": _block(
        {
            "rows": _rows(cells={"raw_text", "raw_number", "rich_text"}, most=101, least=2),
            "caption": string(3000, least=1),
        },
        {"page_size": whole(1, 100), "row_header_column_index": whole(0, 19)},
        _even_table,
    ),
    "data_visualization": _block(
        {"title": string(50, least=1), "chart": kind(CHARTS, set(CHARTS))}
    ),
    "card": _block(
        {},
        {
            "hero_image": ELEMENTS["image"],
            "icon": ELEMENTS["image"],
            "title": text(150),
            "subtitle": text(150),
            "body": text(200),
            "subtext": text(200),
            "actions": items(_BUTTON_ROW, most=3),
        },
        _card_content,
    ),
    "task_card": _block(_TASK, _TASK_MORE),
    "plan": _block(
        {"title": string(3000, least=1)},
        {"tasks": items(Shape(_TASK, _TASK_MORE | {"type": anything}), most=50, least=0)},
    ),
}
BLOCKS["carousel"] = _block({"elements": items(kind(BLOCKS, {"card"}), most=10)})

MESSAGE_ONLY = {
    "markdown", "table", "data_table", "data_visualization", "context_actions", "task_card",
    "plan", "card", "carousel", "file",
}  # fmt: skip
VIEW_ONLY = {"alert"}
IN_MESSAGE = set(BLOCKS) - VIEW_ONLY
IN_MODAL = set(BLOCKS) - MESSAGE_ONLY
IN_HOME = set(BLOCKS) - MESSAGE_ONLY - VIEW_ONLY

__all__ = ["BLOCKS", "IN_HOME", "IN_MESSAGE", "IN_MODAL", "elements_of"]


def elements_of(block: Json) -> list[Json]:
    """Give the interactive elements of a block."""
    found: list[Any] = [block.get("accessory"), block.get("element"), *_listed(block, "actions")]
    if block.get("type") != "context":
        found.extend(_listed(block, "elements"))
    cards = [one for one in found if as_object(one).get("type") == "card"]
    found.extend(one for card in cards for one in _listed(card, "actions"))
    return [one for one in found if as_object(one).get("type") in ELEMENTS]


def _listed(block: Json, name: str) -> list[Any]:
    value = block.get(name)
    return value if isinstance(value, list) else []
