"""Runs → Slack's mrkdwn: the catalogue's styles, and nothing that data could turn into markup."""

import re
from collections.abc import Iterable

from models.message import Run, Runs

MAX_ADDRESS = 1000
_MARKS = {"plain": "", "bold": "*", "italic": "_", "code": "`"}
# mrkdwn has no escape for its style marks: data shows a sign that looks like them.
_LOOKALIKES = {"*": "∗", "_": "ˍ", "~": "∼", "`": "ˋ"}
_OPENS_A_STYLE = re.compile(r"`+|(?<!\w)[*_~]+(?=\S)")
# It begins where the spaces begin: from each of a thousand spaces it would look for a break anew.
_LINE_BREAKS = re.compile(r"(?<!\s)\s*[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]\s*")
_ADDRESS = re.compile(r"(?:https?://|mailto:)[^\s<>|\x00-\x1f]+")
_PERSON = re.compile(r"[UW][A-Z0-9]+")
_CHANNEL = re.compile(r"[CG][A-Z0-9]+")


def escape(text: str) -> str:
    """Make text harmless in mrkdwn: no mention, no link, no channel call."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def cut(text: str, limit: int) -> str:
    """Return ``text``, or its beginning with an ellipsis when it is longer than ``limit``."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def escaped(text: str, limit: int) -> str:
    """Return ``text`` escaped in at most ``limit`` characters, no entity cut in two."""
    whole = escape(text[: limit + 1])
    return whole if len(text) <= limit and len(whole) <= limit else _beginning(text, limit)


def _beginning(text: str, limit: int) -> str:
    """Return as much of ``text`` as fits with an ellipsis behind it, escaped."""
    kept, length = [], 1
    for sign in text[:limit]:
        drawn = escape(sign)
        length += len(drawn)
        if length > limit:
            break
        kept.append(drawn)
    return "".join(kept).rstrip() + "…" if limit > 0 else ""


def mrkdwn(runs: Runs, limit: int) -> str:
    """Return runs as Slack's markup in at most ``limit`` characters.

    Every text in them is escaped; what is too long is cut inside a run, so that its
    style still closes.
    """
    drawn, left = list[str](), limit
    for run in _joined(runs):
        short = _shortened(run, left)
        piece = _draw(short)
        if len(piece) > left:
            drawn.append(_draw_beginning(short, left))
            break
        drawn.append(piece)
        left -= len(piece)
    return "".join(drawn)


def _joined(runs: Runs) -> Iterable[Run]:
    """Join neighbours of one style, so that a style opens and closes once."""
    waiting: Run | None = None
    for run in runs:
        if waiting is not None and _bare(run) and waiting.style == run.style:
            waiting = Run(waiting.text + run.text, run.style)
            continue
        if waiting is not None:
            yield waiting
        waiting = run if _bare(run) else None
        if waiting is None:
            yield run
    if waiting is not None:
        yield waiting


def _bare(run: Run) -> bool:
    return not (run.link or run.person or run.place)


def _shortened(run: Run, limit: int) -> Run:
    """Leave out what is never drawn of a long plain text; one sign more says that it is too long."""
    if run.style == "plain" and _bare(run) and len(run.text) > limit:
        return Run(run.text[: limit + 1])
    return run


def _draw(run: Run) -> str:
    text = _tame(run.text or run.person, run)
    if run.person and run.text in ("", run.person) and _PERSON.fullmatch(run.person):
        return f"<@{run.person}>"
    if not run.link and _CHANNEL.fullmatch(run.place):
        return f"<#{run.place}>"
    if run.link and len(run.link) <= MAX_ADDRESS and _ADDRESS.fullmatch(run.link):
        label = _LINE_BREAKS.sub(" ", text).replace("|", "¦")
        return _styled(f"<{escape(run.link)}|{escape(label.strip() or run.link)}>", run)
    return _styled(escape(text), run)


def _draw_beginning(run: Run, limit: int) -> str:
    """Draw as much of a run as fits; a link that does not fit is drawn as its text."""
    mark = _MARKS[run.style]
    text = _tame(run.text or run.person, run).strip() if mark else _tame(run.text, run)
    inner = escaped(text, limit - 2 * len(mark))
    return f"{mark}{inner}{mark}" if inner else ""


def _tame(text: str, run: Run) -> str:
    """Take from data what would open, close or break a style."""
    if run.style == "plain":
        return _OPENS_A_STYLE.sub(lambda found: _lookalike(found[0]), text)
    # A style ends with its line, and with the next of its marks.
    return _lookalike(_LINE_BREAKS.sub(" ", text))


def _lookalike(text: str) -> str:
    for mark, sign in _LOOKALIKES.items():
        text = text.replace(mark, sign)
    return text


def _styled(text: str, run: Run) -> str:
    mark, inner = _MARKS[run.style], text.strip()
    if not mark or not inner:
        return text
    # Slack opens and closes a style at word borders only; keep spaces outside of it.
    at = text.index(inner)
    return f"{text[:at]}{mark}{inner}{mark}{text[at + len(inner) :]}"
