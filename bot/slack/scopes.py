"""What the Slack app may do: the scopes that ``deploy/slack-manifest.yaml`` asks for.

Each stands with what is lost without it, in words for whoever looks after the app.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from models.language import N_, Translator

NEEDED: Final[Mapping[str, str]] = {
    "app_mentions:read": N_("I do not hear questions that mention me elsewhere"),
    "assistant:write": N_("the agent view does not work"),
    "channels:history": N_("I do not hear questions in a help channel"),
    "channels:read": N_("I do not know whether a channel is there"),
    "chat:write": N_("I cannot write at all"),
    "commands": N_("/lotsen and the message shortcut do not work"),
    "files:write": N_("pictures, charts and PDF reports stay away"),
    "im:history": N_("I do not hear what people write to me directly"),
    "im:write": N_("I cannot write to anybody directly: no private matters, no pages"),
    "reactions:read": N_("🎫 below a message makes no ticket"),
    "reactions:write": N_("thanks get no 🙌, and words that join a ticket no 👀"),
    "usergroups:read": N_(
        "user groups are empty: staff, people on duty and those who get private matters"
    ),
    "users:read": N_("I know neither names nor languages, and ask no language model"),
}
"""Without one of these something that Lotsen does fails: scope → what."""

OPTIONAL: Final[Mapping[str, str]] = {
    "channels:join": N_("I have to be invited to each channel"),
    "groups:history": N_("I do not hear questions in a private channel"),
    "groups:read": N_("I do not see private channels"),
    "im:read": N_(
        "what somebody writes to me directly for the first time while I am away is never found"
    ),
    "metadata.message:read": N_(
        "in a few workspaces I cannot look up whether a post was shown before I send it again"
    ),
}
"""For private channels, and for convenience; a test holds the manifest against both."""


def costs(scopes: Iterable[str], words: Translator) -> str:
    """Return scopes with what is lost without each, in a person's language."""
    every = {**NEEDED, **OPTIONAL}
    return "; ".join(f"{scope} ({words.gettext(every[scope])})" for scope in sorted(scopes))
