"""Who the app is in the workspace, and what it may do there."""

import random
import string
from dataclasses import dataclass

MANIFEST_SCOPES = frozenset(
    {
        "chat:write", "app_mentions:read", "im:history", "im:write", "channels:history",
        "channels:read", "channels:join", "groups:history", "groups:read", "im:read", "commands",
        "files:write", "users:read", "usergroups:read", "assistant:write", "reactions:read",
        "reactions:write", "metadata.message:read",
    }
)  # fmt: skip
"""What the app's manifest asks for, the optional scopes too."""

EVENT_SCOPES = {
    "message.channel": "channels:history",
    "message.group": "groups:history",
    "message.im": "im:history",
    "app_mention": "app_mentions:read",
    "reaction_added": "reactions:read",
    "user_change": "users:read",
}
"""Without the scope Slack does not send the event."""

ALPHABET = string.ascii_uppercase + string.digits


class IdGenerator:
    """Makes ids that look like Slack's, the same ones for the same seed."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)  # noqa: S311 - ids of a stand-in, not secrets

    def __call__(self, prefix: str, length: int = 10) -> str:
        return prefix + "".join(self._chance.choices(ALPHABET, k=length))


@dataclass(slots=True, kw_only=True)
class Identity:
    """The app's names and tokens; ``address`` is set when the double listens."""

    bot_token: str
    app_token: str
    signing_secret: str
    verification_token: str
    scopes: frozenset[str] = MANIFEST_SCOPES
    team_id: str = "T0HARBOUR"
    team_name: str = "Hamnen"
    team_domain: str = "hamnen"
    app_id: str = "A0LOTSEN"
    bot_id: str = "B0LOTSEN"
    bot_user_id: str = "U0LOTSEN"
    bot_name: str = "lotsen"
    address: str = "http://127.0.0.1/"
    revoked: bool = False

    @classmethod
    def from_seed(cls, new_id: IdGenerator, scopes: frozenset[str]) -> "Identity":
        return cls(
            bot_token=new_id("xoxb-double-", 24),
            app_token=new_id("xapp-1-double-", 24),
            signing_secret=new_id("", 32).lower(),
            verification_token=new_id("", 24),
            scopes=scopes,
        )
