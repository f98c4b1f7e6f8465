"""What ``lotsen doctor`` looks at in Slack: a method a check."""

from collections.abc import Iterator

from bot.cli.database_checks import Check, Examination
from bot.slack.account import Account, app_account, bot_account, channel_facts
from bot.slack.scopes import NEEDED
from models.errors import InvalidError, LotsenError
from models.language import N_

MOST_SKEW_S = 60.0


class SlackChecks(Examination):
    """The tokens, what they may do, the channels, and who works there."""

    def checks(self) -> Iterator[Check]:
        yield from self._staff()
        if not self._settings.slack_bot_token.get_secret_value():
            fix = N_("Set SLACK_BOT_TOKEN (xoxb-…, Slack app page: OAuth & Permissions).")
            detail = N_("There is no token, so Slack was not asked.")
            for name in ("slack_bot_token", "slack_scopes", "clock", "channels"):
                yield self._wrong(name, detail, fix)
        else:
            try:
                account = bot_account(self._settings, self._clock)
            except LotsenError as error:
                yield self._refused("slack_bot_token", error)
            else:
                yield from self._known(account)
        yield self._events()

    def _known(self, account: Account) -> Iterator[Check]:
        detail = f"{account.user} @ {account.team}"
        yield Check("slack_bot_token", ok=True, detail=detail)
        yield self._scopes(account.scopes)
        yield self._skew(account.skew_s)
        yield from self._channels()

    def _refused(self, name: str, error: LotsenError) -> Check:
        fix = N_("Copy the token again from the Slack app's page.")
        if not isinstance(error, InvalidError):
            fix = N_("Check the network, the proxy and SLACK_API_URL.")
        return self._failed(name, error, fix)

    def _scopes(self, scopes: frozenset[str]) -> Check:
        missing = sorted(NEEDED - scopes)
        if not missing:
            return self._fine("slack_scopes", N_("All are there."))
        return self._wrong(
            "slack_scopes",
            N_("missing: {scopes}"),
            N_("Add them (OAuth & Permissions), or use deploy/slack-manifest.yaml; reinstall."),
            scopes=", ".join(missing),
        )

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

    def _channel(self, check: str, variable: str, channel: str) -> Check:
        try:
            facts = channel_facts(self._settings, channel)
        except LotsenError as error:
            fix = N_("Check the id in {variable}; invite the bot there.")
            return self._failed(check, error, fix, variable=variable)
        if facts.member and not facts.archived:
            return Check(check, ok=True, detail=f"#{facts.name}")
        detail = N_("the bot is no member of #{name}")
        fix = N_("Write /invite @lotsen in #{name}.")
        if facts.archived:
            detail, fix = N_("#{name} is archived"), N_("Name another channel in {variable}.")
        values = {"name": facts.name, "variable": variable}
        return self._wrong(check, detail, fix, **values)

    def _events(self) -> Check:
        """Either way by which events come will do."""
        settings = self._settings
        if settings.slack_app_token.get_secret_value():
            try:
                app_account(settings, self._clock)
            except LotsenError as error:
                return self._refused("slack_events", error)
            return Check("slack_events", ok=True, detail="Socket Mode")
        if settings.slack_signing_secret.get_secret_value():
            return Check("slack_events", ok=True, detail="HTTP (lotsen run --mode http)")
        fix = N_("Set SLACK_APP_TOKEN (xapp-…), or SLACK_SIGNING_SECRET for --mode http.")
        return self._wrong("slack_events", N_("No way is set up."), fix)

    def _staff(self) -> Iterator[Check]:
        for name, ids in (
            ("agents", self._settings.lotsen_agents),
            ("leads", self._settings.lotsen_leads),
        ):
            if ids:
                yield self._fine(name, N_("{n} named"), n=len(ids))
            else:
                fix = N_("Set {variable} to user or group ids.")
                variable = f"LOTSEN_{name.upper()}"
                yield self._wrong(name, N_("Nobody is named."), fix, variable=variable)
