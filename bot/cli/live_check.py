"""What ``lotsen doctor --live`` tries: a message in the support channel, edited and deleted."""

from collections.abc import Iterator

from bot.cli.examination import Check, Examination
from bot.slack.rehearsal import rehearse
from models.errors import LotsenError
from models.language import N_


class LiveCheck(Examination):
    """Whether the bot can do in Slack what it does all day."""

    def checks(self) -> Iterator[Check]:
        gettext, channel = self._words.gettext, self._settings.lotsen_support_channel
        if not channel or not self._settings.slack_bot_token.get_secret_value():
            fix = N_("Set SLACK_BOT_TOKEN and LOTSEN_SUPPORT_CHANNEL.")
            yield self._wrong("live", N_("Nothing was posted."), fix)
            return
        text = gettext(N_("I only try whether I can write here, and delete this at once."))
        edited = gettext(N_("I could write here and edit it; now I delete it."))
        took: list[str] = []
        try:
            for step, seconds in rehearse(self._settings, channel, text, edited):
                took.append(f"{step} {self._words.number(seconds, 1)} s")
        except LotsenError as error:
            fix = N_(
                "Invite the bot to the support channel and grant chat:write. If the message is "
                "still there, delete it by hand."
            )
            yield self._failed("live", error, fix)
        else:
            yield Check("live", ok=True, detail=", ".join(took))
