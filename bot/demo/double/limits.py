"""What Slack refuses in a message or a view, with its codes and complaints."""

import json
from collections.abc import Callable, Sequence
from typing import Any

from bot.demo.double.blocks import BLOCKS, IN_HOME, IN_MESSAGE, IN_MODAL, elements_of
from bot.demo.double.people import Json
from bot.demo.double.refusal import Refusal
from bot.demo.double.shapes import (
    Findings,
    Shape,
    anything,
    as_object,
    flag,
    items,
    kind,
    string,
    strings_in,
    text,
    unique,
)

TEXT_CUT = 40_000
UPDATE_TEXT = 4_000
MESSAGE_CHARACTERS = 13_200
METADATA_BYTES = 16_000
CHARTS_A_MESSAGE = 2
TABLE_CHARACTERS = 10_000

_MESSAGE_BLOCKS = items(kind(BLOCKS, IN_MESSAGE), most=50, least=0)
_VIEW_FIELDS: dict[str, Any] = {
    "callback_id": string(255),
    "private_metadata": string(3000),
    "external_id": string(255),
    "clear_on_close": flag,
    "notify_on_close": flag,
    "submit_disabled": flag,
    "title": text(24, plain=True),
    "submit": text(24, plain=True),
    "close": text(24, plain=True),
}
_MODAL = Shape(
    {"title": text(24, plain=True), "blocks": items(kind(BLOCKS, IN_MODAL), most=100)},
    _VIEW_FIELDS,
)
_HOME = Shape({"blocks": items(kind(BLOCKS, IN_HOME), most=100)}, _VIEW_FIELDS)
_VIEWS = {"modal": _MODAL, "home": _HOME}
_METADATA = Shape(
    {"event_type": string(255, least=1), "event_payload": anything}, {"entities": anything}
)


def _identities(found: Findings, blocks: list[Any], at: str) -> None:
    known = [(n, as_object(block)) for n, block in enumerate(blocks)]
    named = [
        (block["block_id"], f"{at}/{n}/block_id") for n, block in known if block.get("block_id")
    ]
    unique(found, named, "block_id")
    for n, block in known:
        actions = [one["action_id"] for one in elements_of(block) if one.get("action_id")]
        unique(found, [(action, f"{at}/{n}") for action in actions], "action_id")


def _counted(found: Findings, blocks: list[Any]) -> None:
    types = [as_object(block).get("type") for block in blocks]
    if types.count("data_visualization") > CHARTS_A_MESSAGE:
        found.add("/blocks", f"no more than {CHARTS_A_MESSAGE} data_visualization blocks allowed")
    tables = [block for block in blocks if as_object(block).get("type") == "data_table"]
    if strings_in(tables) > TABLE_CHARACTERS:
        found.add("/blocks", f"tables must be less than {TABLE_CHARACTERS + 1} characters")


def parse(value: Any, refuse: Callable[[], Refusal]) -> Any:
    """Read an argument that may be JSON in a string."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        raise refuse() from None


def check_blocks(value: Any) -> list[Json]:
    """Give the blocks of a message, or refuse them as Slack does.

    Raises
    ------
    Refusal
        ``invalid_blocks_format`` when it is no list, ``invalid_blocks`` with a message for each
        fault, ``msg_blocks_too_long`` when all is well but too much.
    """
    blocks = parse(value, lambda: Refusal("invalid_blocks_format"))
    if blocks is None:
        return []
    if not isinstance(blocks, list) or not all(isinstance(one, dict) for one in blocks):
        raise Refusal("invalid_blocks_format")
    found = Findings()
    _MESSAGE_BLOCKS(found, blocks, "/blocks")
    if not found.messages:
        _identities(found, blocks, "/blocks")
        _counted(found, blocks)
    if found.messages:
        raise Refusal("invalid_blocks", found.messages)
    if strings_in(blocks) > MESSAGE_CHARACTERS:
        raise Refusal("msg_blocks_too_long")
    return blocks


def check_view(value: Any, types: Sequence[str] = ("modal",)) -> Json:
    """Give a view, or refuse it with ``invalid_arguments`` and all complaints."""
    view = parse(value, lambda: Refusal("invalid_arguments", ["[ERROR] invalid JSON for `view`"]))
    found = Findings()
    kind(_VIEWS, types)(found, view, "/view")
    if not found.messages:
        _identities(found, view["blocks"], "/view/blocks")
        asks = any(as_object(block).get("type") == "input" for block in view["blocks"])
        if view.get("type") == "modal" and asks and not view.get("submit"):
            found.add("/view", "missing required field: submit")
    if found.messages:
        raise Refusal("invalid_arguments", found.messages)
    return as_object(view)


def check_metadata(value: Any) -> Json | None:
    """Give a message's metadata, or refuse it."""
    metadata = parse(value, lambda: Refusal("invalid_metadata_format"))
    if metadata is None:
        return None
    found = Findings()
    _METADATA(found, metadata, "/metadata")
    if found.messages or not isinstance(metadata["event_payload"], dict):
        raise Refusal("invalid_metadata_format", found.messages)
    if len(json.dumps(metadata).encode()) > METADATA_BYTES:
        raise Refusal("metadata_too_large")
    return as_object(metadata)


def complaints_about_view(value: Any) -> tuple[str, ...]:
    """Give what is wrong with a view in an acknowledgement; empty when it stands."""
    try:
        check_view(value)
    except Refusal as refusal:
        return refusal.messages or (refusal.code,)
    return ()
