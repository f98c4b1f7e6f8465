"""Files in image blocks: which ones Slack shows, and to whom.

https://docs.slack.dev/reference/block-kit/composition-objects/slack-file-object
"""

from collections.abc import Iterator, Sequence
from typing import Any

from bot.demo.double.people import Json
from bot.demo.double.refusal import Refusal
from bot.demo.double.shapes import as_object
from bot.demo.double.slack_platform import Platform

_SHOWN = {"image/png", "image/jpeg", "image/gif"}


def check_pictures(
    slack: Platform, blocks: Sequence[Json], refusal: str = "invalid_blocks", *, alone: bool = False
) -> None:
    """Refuse pictures that are unknown, no pictures, or not worked on yet.

    ``alone``: shown to one person in a channel. There Slack shows no file that is shared
    nowhere: node-slack-sdk, issue 1790; java-slack-sdk, issue 1349.
    """
    wrong = [
        f"[ERROR] invalid slack file [json-pointer:/blocks/{at}]"
        for at, wanted in _wanted(blocks)
        if not _may_show(slack, wanted, alone=alone)
    ]
    refused = slack.faults.refused_blocks
    wrong += [
        f"[ERROR] unsupported type: {block['type']} [json-pointer:/blocks/{at}/type]"
        for at, block in enumerate(blocks)
        if block.get("type") in refused
    ]
    if wrong:
        raise Refusal(refusal, wrong)


def _wanted(blocks: Sequence[Json]) -> Iterator[tuple[str, Json]]:
    for at, block in enumerate(blocks):
        for place, holder in _holders(block):
            if holder.get("slack_file") is not None:
                yield f"{at}{place}/slack_file", as_object(holder["slack_file"])


def _holders(block: Json) -> Iterator[tuple[str, Json]]:
    yield "", block
    yield "/accessory", as_object(block.get("accessory"))
    elements: Any = block.get("elements")
    for at, one in enumerate(elements if isinstance(elements, list) else ()):
        yield f"/elements/{at}", as_object(one)


def _may_show(slack: Platform, wanted: Json, *, alone: bool) -> bool:
    stored = slack.workspace.files.get(str(wanted.get("id") or "")) or next(
        (
            one
            for one in slack.workspace.files.values()
            if wanted.get("url") == one.as_slack(slack.identity.address)["url_private"]
        ),
        None,
    )
    if stored is None or stored.mimetype not in _SHOWN or not stored.is_ready(slack.clock()):
        return False
    return bool(stored.channels) or not alone
