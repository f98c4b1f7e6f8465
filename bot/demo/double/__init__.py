"""A strict local stand-in for Slack, for `lotsen demo` and for every test.

It refuses what Slack refuses, with Slack's words, and misbehaves on demand.
"""

from bot.demo.double.choices import Control
from bot.demo.double.faults import Faults
from bot.demo.double.people import (
    Ack,
    Call,
    Channel,
    Member,
    Reaction,
    StoredFile,
    StoredMessage,
    WorkspaceChange,
)
from bot.demo.double.slack_double import Conditions, SlackDouble

__all__ = [
    "Ack",
    "Call",
    "Channel",
    "Conditions",
    "Control",
    "Faults",
    "Member",
    "Reaction",
    "SlackDouble",
    "StoredFile",
    "StoredMessage",
    "WorkspaceChange",
]
