"""What ``lotsen doctor`` looks at in Slack: a method a check."""

from collections.abc import Iterator

from bot.cli.database_checks import Check
from bot.clock import Clock
from bot.slack.account import Account, app_account, bot_account, channel_facts
from bot.slack.scopes import NEEDED
from models.errors import InvalidError, LotsenError
from models.language import Translator
from models.settings import Settings

MOST_SKEW_S = 60.0


class SlackChecks:
    """The tokens, what they may do, the channels, and who works there."""

    def __init__(self, settings: Settings, words: Translator, clock: Clock) -> None:
        self._settings, self._words, self._clock = settings, words, clock

    def checks(self) -> Iterator[Check]:
        yield from self._staff()
        gettext = self._words.gettext
        if not self._settings.slack_bot_token.get_secret_value():
            fix = gettext("Set SLACK_BOT_TOKEN (xoxb-…, Slack app page: OAuth & Permissions).")
            detail = gettext("There is no token, so Slack was not asked.")
            for name in ("slack_bot_token", "slack_scopes", "clock", "channels"):
                yield Check(name, ok=False, detail=detail, fix=fix)
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
        fix = self._words.gettext("Copy the token again from the Slack app's page.")
        if not isinstance(error, InvalidError):
            fix = self._words.gettext("Check the network, the proxy and SLACK_API_URL.")
        return Check(name, ok=False, detail=str(error), fix=fix)

    def _scopes(self, scopes: frozenset[str]) -> Check:
        gettext, missing = self._words.gettext, sorted(NEEDED - scopes)
        if not missing:
            return Check("slack_scopes", ok=True, detail=gettext("All are there."))
        detail = gettext("missing: {scopes}", scopes=", ".join(missing))
        fix = gettext(
            "Add them (OAuth & Permissions), or use deploy/slack-manifest.yaml; reinstall."
        )
        return Check("slack_scopes", ok=False, detail=detail, fix=fix)

    def _skew(self, skew: float | None) -> Check:
        gettext = self._words.gettext
        if skew is None:
            return Check("clock", ok=True, detail=gettext("Slack did not say its time."))
        fine = abs(skew) <= MOST_SKEW_S
        detail = gettext("{n} s from Slack's", n=self._words.number(abs(skew)))
        fix = "" if fine else gettext("Let the computer's clock follow a time server (NTP).")
        return Check("clock", ok=fine, detail=detail, fix=fix)

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
                fix = self._words.gettext("Set {variable} to a channel's id.", variable=variable)
                yield Check(name, ok=False, detail=self._words.gettext("None is named."), fix=fix)
            for channel in chosen:
                yield self._channel(name, variable, channel)
        if settings.lotsen_sandbox_channel:  # it is no fault to have none
            sandbox = settings.lotsen_sandbox_channel
            yield self._channel("sandbox_channel", "LOTSEN_SANDBOX_CHANNEL", sandbox)

    def _channel(self, name: str, variable: str, channel: str) -> Check:
        gettext = self._words.gettext
        try:
            facts = channel_facts(self._settings, channel)
        except LotsenError as error:
            fix = gettext("Check the id in {variable}; invite the bot there.", variable=variable)
            return Check(name, ok=False, detail=str(error), fix=fix)
        if facts.archived:
            fix = gettext("Name another channel in {variable}.", variable=variable)
            return Check(
                name, ok=False, detail=gettext("#{name} is archived", name=facts.name), fix=fix
            )
        if not facts.member:
            detail = gettext("the bot is no member of #{name}", name=facts.name)
            fix = gettext("Write /invite @lotsen in #{name}.", name=facts.name)
            return Check(name, ok=False, detail=detail, fix=fix)
        return Check(name, ok=True, detail=f"#{facts.name}")

    def _events(self) -> Check:
        """Either way by which events come will do."""
        gettext, settings = self._words.gettext, self._settings
        if settings.slack_app_token.get_secret_value():
            try:
                app_account(settings, self._clock)
            except LotsenError as error:
                return self._refused("slack_events", error)
            return Check("slack_events", ok=True, detail="Socket Mode")
        if settings.slack_signing_secret.get_secret_value():
            return Check("slack_events", ok=True, detail="HTTP (lotsen run --mode http)")
        fix = gettext("Set SLACK_APP_TOKEN (xapp-…), or SLACK_SIGNING_SECRET for --mode http.")
        return Check("slack_events", ok=False, detail=gettext("No way is set up."), fix=fix)

    def _staff(self) -> Iterator[Check]:
        gettext = self._words.gettext
        for name, ids in (
            ("agents", self._settings.lotsen_agents),
            ("leads", self._settings.lotsen_leads),
        ):
            variable = f"LOTSEN_{name.upper()}"
            detail = gettext("{n} named", n=len(ids)) if ids else gettext("Nobody is named.")
            fix = "" if ids else gettext("Set {variable} to user or group ids.", variable=variable)
            yield Check(name, ok=bool(ids), detail=detail, fix=fix)
