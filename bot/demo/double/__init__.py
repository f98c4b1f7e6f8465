"""A strict local stand-in for Slack, for `lotsen demo` and for every test.

It refuses what Slack refuses, with Slack's words, and misbehaves on demand.
"""

from bot.demo.double.faults import Faults
from bot.demo.double.people import (
    Ack,
    Call,
    Change,
    Channel,
    Message,
    Person,
    Reaction,
    StoredFile,
)
from bot.demo.double.slack_double import SlackDouble

__all__ = [
    "Ack",
    "Call",
    "Change",
    "Channel",
    "Faults",
    "Message",
    "Person",
    "Reaction",
    "SlackDouble",
    "StoredFile",
]
