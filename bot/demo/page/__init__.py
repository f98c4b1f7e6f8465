"""The playground's page: the Slack double in a browser, on this machine only."""

from bot.demo.page.screen import Stage
from bot.demo.page.server import PageServer
from bot.demo.page.site import Happened, Site

__all__ = ["Happened", "PageServer", "Site", "Stage"]
