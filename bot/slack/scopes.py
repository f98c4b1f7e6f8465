"""What the Slack app may do: the scopes that ``deploy/slack-manifest.yaml`` asks for."""

NEEDED = frozenset(
    {
        "app_mentions:read",
        "assistant:write",
        "channels:history",
        "channels:read",
        "chat:write",
        "commands",
        "files:write",
        "im:history",
        "im:write",
        "reactions:read",
        "reactions:write",
        "usergroups:read",
        "users:read",
    }
)
"""Without one of these something that Lotsen does fails."""

OPTIONAL = frozenset(
    {
        "channels:join",
        "groups:history",
        "groups:read",
        "metadata.message:read",
    }
)
"""For private channels, and for convenience; a test holds the manifest against both sets."""
