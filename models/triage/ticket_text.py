"""What is known of a ticket when it is to be categorised, in any language."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from models.store.oversight import StoredText

MAX_CHARACTERS: Final = 4_000
"""A ticket's topic is clear by then; a longer text only costs time."""

_WORD = re.compile(r"\w+")
_DIRECT = re.compile(r"D[A-Z0-9]+")
"""A direct message's channel, by Slack's ids: it says who somebody is, so no model learns it."""


@dataclass(frozen=True, slots=True)
class TriageText:
    """A ticket's words, and where they come from.

    Attributes
    ----------
    team : of the requester, not of the support
    channel : where it was asked; all direct messages count as one place
    ticket_id : int
        Its number, to be named as a neighbour; 0 for none.
    """

    body: str
    title: str = ""
    team: str = ""
    channel: str = ""
    ticket_id: int = 0

    @property
    def words(self) -> str:
        """Title and body as they are counted: one Unicode form, capped."""
        title = "" if self._title_repeats else self.title
        return clean(f"{title}\n{self.body}".strip())

    @property
    def marks(self) -> list[str]:
        """Terms for where a word stands and where the ticket comes from."""
        title = "" if self._title_repeats else clean(self.title).lower()
        marks = [f"title:{word}" for word in _WORD.findall(title)]
        place = "direct" if _DIRECT.fullmatch(self.channel) else self.channel
        known = (("team", self.team), ("channel", place))
        return marks + [f"{kind}:{_one_line(value)}" for kind, value in known if value.strip()]

    @property
    def _title_repeats(self) -> bool:
        # A chat ticket's title is cut from its body: counted twice it would say nothing.
        start = self.title.strip().rstrip("…").rstrip()
        return self.body.strip().startswith(start)


Written = str | TriageText
"""A text with or without what is known of it."""


def text_of(stored: StoredText) -> TriageText:
    """Return a stored ticket as it is learned from, judged on and replayed."""
    return TriageText(
        body=stored.body,
        title=stored.title,
        team=stored.requester_team,
        channel=stored.channel,
        ticket_id=stored.ticket_id,
    )


def as_text(written: Written) -> TriageText:
    """Return plain words as a text without title or origin."""
    return written if isinstance(written, TriageText) else TriageText(written)


def clean(text: str) -> str:
    """Return the text as it is counted: one Unicode form, no broken characters, capped."""
    whole = text[:MAX_CHARACTERS].encode("utf-8", "ignore").decode("utf-8")
    return unicodedata.normalize("NFC", whole)


def _one_line(value: str) -> str:
    return " ".join(clean(value).split()).lower()
