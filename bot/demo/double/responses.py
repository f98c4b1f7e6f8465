"""Answers to an interaction: by its response address, or in the acknowledgement of a command."""

from dataclasses import replace
from typing import Any

from bot.demo.double.arguments import Arguments
from bot.demo.double.interactivity import ResponseAddress
from bot.demo.double.methods_chat import content
from bot.demo.double.people import Json, WorkspaceChange
from bot.demo.double.refusal import Refusal
from bot.demo.double.slack_platform import Platform


def respond(slack: Platform, name: str, body: Json) -> None:
    """Use a response address once: replace, delete, or write something new."""
    address = slack.triggers.use(name)
    given = Arguments(body)
    with slack.holding():
        if given.flag("delete_original"):
            _change(slack, address, None)
        elif given.flag("replace_original") and address.ts:
            _change(slack, address, content(slack, given, alone=address.ephemeral))
        else:
            speak(slack, address, given)


def speak(slack: Platform, address: ResponseAddress, given: Arguments) -> None:
    """Write to the channel, or only to the person, as ``response_type`` says."""
    where = slack.workspace.place(address.channel)
    to_all = given.text("response_type") == "in_channel"
    fields: dict[str, Any] = content(slack, given, alone=not to_all)
    thread_ts = given.text("thread_ts") or address.thread_ts
    if to_all:
        slack.post(where, thread_ts=thread_ts, **fields, **slack.author())
    else:
        slack.whisper(where, address.user, thread_ts=thread_ts, **fields)


def _change(slack: Platform, address: ResponseAddress, fields: dict[str, Any] | None) -> None:
    """Change the message that an address belongs to; without fields, delete it."""
    if address.ephemeral:
        shown = slack.workspace.ephemerals.get(address.user, [])
        kept = [one for one in shown if fields is not None or one.ts != address.ts]
        shown[:] = [replace(one, **fields or {}) if one.ts == address.ts else one for one in kept]
        slack.notify(WorkspaceChange("ephemeral", address.channel, address.user, address.ts))
        return
    where = slack.workspace.place(address.channel)
    message = where.get(address.ts)
    if message is None:
        raise Refusal("message_not_found")
    if fields is None:
        slack.withdraw(where, message)
    else:
        slack.revise(where, message, **fields)
