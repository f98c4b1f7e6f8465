"""What ``lotsen doctor`` looks at in Slack: a method a check."""

import re
from collections.abc import Iterator

from bot.cli.examination import Check, Examination
from bot.cli.group_checks import GroupChecks
from bot.slack.account import (
    Account,
    ChannelFacts,
    app_account,
    bot_account,
    channel_facts,
    open_a_socket,
)
from bot.slack.scopes import NEEDED, OPTIONAL, costs
from models.errors import InvalidError, LotsenError
from models.language import N_

MOST_SKEW_S = 60.0
_CHANNEL_ID = re.compile("[CGD][A-Z0-9]+")
_FOR_GUESTS = ("help_channel", "guest_channels")


class SlackChecks(Examination):
    """The tokens, what they may do, the channels, and who works there."""

    def checks(self) -> Iterator[Check]:
        if not self._settings.slack_bot_token.get_secret_value():
            fix = N_("Set SLACK_BOT_TOKEN (xoxb-…, Slack app page: OAuth & Permissions).")
            detail = N_("There is no token, so Slack was not asked.")
            yield from self._staff()
            for name in ("slack_bot_token", "slack_scopes", "clock", "channels"):
                yield self._wrong(name, detail, fix)
        else:
            try:
                account = bot_account(self._settings, self._clock)
            except LotsenError as error:
                yield self._refused("slack_bot_token", error)
                yield from self._staff()
            else:
                yield from self._known(account)
        yield self._events()

    def _known(self, account: Account) -> Iterator[Check]:
        detail = f"{account.user} @ {account.team}"
        yield Check("slack_bot_token", ok=True, detail=detail)
        yield from self._scopes(account.scopes)
        yield self._skew(account.skew_s)
        yield from self._channels()
        yield from self._nobody()
        yield from GroupChecks(self._settings, self._words, self._clock).checks()

    def _refused(self, name: str, error: LotsenError) -> Check:
        fix = N_("Copy the token again from the Slack app's page.")
        if not isinstance(error, InvalidError):
            fix = N_("Check the network, the proxy and SLACK_API_URL.")
        return self._failed(name, error, fix)

    def _scopes(self, scopes: frozenset[str]) -> Iterator[Check]:
        """Hold what Slack granted against what the manifest asks for."""
        fix = N_("Add them (OAuth & Permissions), or use deploy/slack-manifest.yaml; reinstall.")
        missing, spare = NEEDED.keys() - scopes, OPTIONAL.keys() - scopes
        more = sorted(scopes - NEEDED.keys() - OPTIONAL.keys())
        if missing:
            told = costs(missing, self._words)
            yield self._wrong("slack_scopes", N_("missing: {scopes}"), fix, scopes=told)
        else:
            yield self._fine("slack_scopes", N_("All are there."))
        if spare:
            fix = N_("Add those that you want; nothing else depends on them.")
            told = costs(spare, self._words)
            yield self._hint("slack_scopes_optional", N_("missing: {scopes}"), fix, scopes=told)
        if more:
            detail = N_("Slack allows more than the manifest asks for: {scopes}")
            fix = N_("I use none of them. Take them away (OAuth & Permissions) and reinstall.")
            yield self._hint("slack_scopes_unused", detail, fix, scopes=", ".join(more))

    def _skew(self, skew: float | None) -> Check:
        if skew is None:
            return self._fine("clock", N_("Slack did not say its time."))
        detail, n = N_("{n} s from Slack's"), self._words.number(abs(skew))
        if abs(skew) <= MOST_SKEW_S:
            return self._fine("clock", detail, n=n)
        fix = N_("Let the computer's clock follow a time server (NTP).")
        return self._wrong("clock", detail, fix, n=n)

    def _channels(self) -> Iterator[Check]:
        settings = self._settings
        named = (
            ("help_channel", settings.lotsen_help_channel),
            ("support_channel", (settings.lotsen_support_channel,)),
            ("lead_channel", (settings.lotsen_lead_channel,)),
            ("management_channel", (settings.lotsen_management_channel,)),
        )
        for name, channels in named:
            variable = f"LOTSEN_{name.upper()}"
            chosen = [channel for channel in channels if channel]
            if not chosen:
                fix = N_("Set {variable} to a channel's id.")
                yield self._wrong(name, N_("None is named."), fix, variable=variable)
            for channel in chosen:
                yield self._channel(name, variable, channel)
        if settings.lotsen_sandbox_channel:  # it is no fault to have none
            sandbox = settings.lotsen_sandbox_channel
            yield self._channel("sandbox_channel", "LOTSEN_SANDBOX_CHANNEL", sandbox)
        for channel in settings.lotsen_guest_channels:
            yield self._channel("guest_channels", "LOTSEN_GUEST_CHANNELS", channel)

        yield from self._twice()

    def _twice(self) -> Iterator[Check]:
        """Name a channel of questions that is also one where Lotsen posts what staff reads."""
        settings = self._settings
        others = {
            "support_channel": settings.lotsen_support_channel,
            "lead_channel": settings.lotsen_lead_channel,
            "management_channel": settings.lotsen_management_channel,
        }
        for name, channel in others.items():
            if channel and channel in settings.question_channels:
                detail = N_(
                    "{id} is also a channel where people ask, so they read what I post to it."
                )
                fix = N_("Name another channel in {variable}.")
                variable = f"LOTSEN_{name.upper()}"
                yield self._wrong("same_channel", detail, fix, id=channel, variable=variable)
        management = settings.lotsen_management_channel
        if management and management == settings.lotsen_support_channel:
            detail = N_("{id} is the support's channel and the management's too.")
            fix = N_("If not everybody there is to read costs, name another in {variable}.")
            variable = "LOTSEN_MANAGEMENT_CHANNEL"
            yield self._hint("same_channel", detail, fix, id=management, variable=variable)

    def _channel(self, check: str, variable: str, channel: str) -> Check:
        if not _CHANNEL_ID.fullmatch(channel):
            detail = N_("{name} is no id of a channel (C…), but perhaps its name.")
            fix = N_(
                "Copy the id into {variable}: in Slack, click the channel's name; it stands last "
                "under About."
            )
            return self._wrong(check, detail, fix, name=channel, variable=variable)
        try:
            facts = channel_facts(self._settings, channel)
        except LotsenError as error:
            fix = N_("Check the id in {variable}; invite the bot there.")
            return self._failed(check, error, fix, variable=variable)
        if facts.member and not facts.archived:
            meant = channel in self._settings.lotsen_guest_channels and check in _FOR_GUESTS
            if facts.shared and not meant:
                return self._shared(check, variable, facts)
            return Check(check, ok=True, detail=f"#{facts.name}")
        detail = N_("the bot is no member of #{name}")
        fix = N_("Write /invite @lotsen in #{name}.")
        if facts.archived:
            detail, fix = N_("#{name} is archived"), N_("Name another channel in {variable}.")
        values = {"name": facts.name, "variable": variable}
        return self._wrong(check, detail, fix, **values)

    def _shared(self, check: str, variable: str, facts: ChannelFacts) -> Check:
        """Say what it means that another company is in a channel (Slack Connect)."""
        values = {"name": facts.name, "variable": variable}
        if check == "help_channel":
            detail = N_(
                "#{name} is shared with another company (Slack Connect): its people read the answers "
                "that colleagues get there, and get a ticket instead of an answer themselves."
            )
            fix = N_(
                "If they may be answered too, add the channel to LOTSEN_GUEST_CHANNELS; if they "
                "should not read it, name another one in {variable}."
            )
            return self._hint(check, detail, fix, **values)
        detail = N_(
            "#{name} is shared with another company (Slack Connect): its people read all that I "
            "post there, with names and words of those who asked."
        )
        fix = N_("Name a channel in {variable} that only your company is in.")
        return self._wrong(check, detail, fix, **values)

    def _events(self) -> Check:
        """Either way by which events come will do."""
        settings = self._settings
        if settings.slack_app_token.get_secret_value():
            try:
                app_account(settings, self._clock)
            except LotsenError as error:
                return self._refused("slack_events", error)
            try:
                open_a_socket(settings)
            except LotsenError as error:
                fix = N_(
                    "Switch Socket Mode on, and give the app-level token the scope "
                    "connections:write (Basic Information)."
                )
                return self._failed("slack_events", error, fix)
            return Check("slack_events", ok=True, detail="Socket Mode")
        if settings.slack_signing_secret.get_secret_value():
            return Check("slack_events", ok=True, detail="HTTP (lotsen run --mode http)")
        fix = N_("Set SLACK_APP_TOKEN (xapp-…), or SLACK_SIGNING_SECRET for --mode http.")
        return self._wrong("slack_events", N_("No way is set up."), fix)

    def _staff(self) -> Iterator[Check]:
        """Say how many are named, where Slack cannot be asked about them."""
        yield from self._nobody()
        for name, ids in self._named():
            if ids:
                yield self._fine(name, N_("{n} named"), n=len(ids))

    def _nobody(self) -> Iterator[Check]:
        for name, ids in self._named():
            if not ids:
                fix = N_("Set {variable} to user or group ids.")
                variable = f"LOTSEN_{name.upper()}"
                yield self._wrong(name, N_("Nobody is named."), fix, variable=variable)

    def _named(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        return (("agents", self._settings.lotsen_agents), ("leads", self._settings.lotsen_leads))
