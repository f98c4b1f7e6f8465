"""A scripted conversation: lines that a person reads, as steps that a desk runs. Pure.

A file has `[[conversation]]` tables: a ``name``, the ``steps`` and the state at the ``end``. A
conversation whose right outcome the product does not reach yet says why in ``known``; it must
fail then, so that the word goes when it is mended.

Steps, a line each; each is followed by a line ``= …`` with what people see:

    Åsa: vpn funkar inte                        in the help channel, five minutes later
    Åsa (+20s, below 1, file): hemma            20 seconds later, in the thread of message 1
    Åsa (direct): hej                           in a direct message
    Åsa edits 1: vpn funkar inte hemma          and ``Åsa deletes 1``
    Åsa taps solved                             not solved, person, none, not needed, me too, or
                                                the id of an article among titles; ``on 2`` names
                                                a message other than the last one
    Kim claims 1, Kim asks 1, Kim resolves 1    the ticket; to ask is to pause it for the asker
    Kim confirms 1, Kim ends 1 (+1min)          the outage
    20 min pass

What people see at the message, several with a comma, ``/`` between what is as right:

    answer ID, titles ID    a stored answer; titles to choose from that have it among them
    helps ID                either of both
    titles                  whichever titles
    step                    a sentence of the answer that was shown
    ticket, added           a ticket's line; "added to ticket"
    progress                the ticket's line says something new: who has it, that it is done
    reopened, closed        the ticket is open again; the asker's words closed it
    solved, handed          the buttons of answer or titles are gone: solved, a person takes over
    seen, thanked, waved    an emoji: read, you are welcome, hello
    greeting, who, not for desk   the line that says hello, what Lotsen is, that it is no matter of ours
    private, warning        for few eyes; that the message shows a number or a password
    page, outage            somebody on duty is told; an outage is proposed to the staff
    known, notice, over     it is a known outage; the notice in the channel; that it is over
    told                    a reply to a click
    taken back              the question was deleted before it was answered
    nothing                 as people talk with each other, or nothing changed

"elsewhere" after one of them: it stands in another thread than the message.
"""

import re
from dataclasses import dataclass

_HEAD = re.compile(
    r"(?P<who>[^\W\d_]+)(?: \((?P<where>[^)]*)\))?"
    r"(?: (?P<act>edits|deletes|taps|claims|asks|resolves|confirms|ends)(?: (?P<of>[^:(]*?))?)?"
    r"(?: \((?P<later>[^)]*)\))?"
    r"(?P<says>: ?(?P<text>.*))?"
)
_PASSES = re.compile(r"(\d+) min pass")
_LATER = re.compile(r"\+(\d+) ?(s|min|h)")
_SECONDS = {"s": 1, "min": 60, "h": 3600}
_USUAL = 300
"""Seconds between two steps where nothing else is written."""


@dataclass(frozen=True, slots=True)
class Step:
    """What somebody does, and what people see afterwards.

    Attributes
    ----------
    act
        "says", or the word of the line; "passes" where only time does.
    number
        Of the message, ticket or outage that is meant; 0: the last message.
    below
        Number of the message in whose thread it is written; 0: none.
    seen
        For each mark, the ones that are as right.
    """

    line: str
    who: str
    act: str
    text: str = ""
    number: int = 0
    seconds: int = _USUAL
    below: int = 0
    direct: bool = False
    files: int = 0
    seen: tuple[frozenset[str], ...] = ()


@dataclass(frozen=True, slots=True)
class Script:
    """A conversation; ``end`` is how many tickets are open and closed."""

    name: str
    steps: tuple[Step, ...]
    end: tuple[int, int]
    known: str = ""


def script_of(table: dict[str, object]) -> Script:
    """Return a conversation as it stands in a file.

    Raises
    ------
    ValueError
        When a line says nothing that is known.
    """
    lines = [line.strip() for line in str(table["steps"]).splitlines() if line.strip()]
    steps = []
    for line, seen in zip(lines[::2], lines[1::2], strict=True):
        if not seen.startswith("= "):
            raise ValueError(f"{table['name']}: {line!r} has no line of what people see")
        steps.append(_step(line, _seen(seen[2:])))
    return Script(
        name=str(table["name"]),
        steps=tuple(steps),
        end=_end(str(table["end"])),
        known=str(table.get("known", "")),
    )


def _seen(text: str) -> tuple[frozenset[str], ...]:
    marks = [frozenset(one.strip() for one in mark.split("/")) for mark in text.split(",")]
    return () if marks == [frozenset({"nothing"})] else tuple(marks)


def _end(text: str) -> tuple[int, int]:
    counts = {state: int(n) for n, state in re.findall(r"(\d+) (open|closed)", text)}
    if not counts and text != "no ticket":
        raise ValueError(f"{text!r}: write '1 open, 1 closed' or 'no ticket'")
    return counts.get("open", 0), counts.get("closed", 0)


def _step(line: str, seen: tuple[frozenset[str], ...]) -> Step:
    if passing := _PASSES.fullmatch(line):
        return Step(line, "", "passes", seconds=60 * int(passing[1]), seen=seen)
    head = _HEAD.fullmatch(line)
    if head is None or not (head["act"] or head["says"]):
        raise ValueError(f"{line!r}: nobody does anything")
    where, of = head["where"] or head["later"] or "", head["of"] or ""
    later, below = _LATER.search(where), re.search(r"below (\d+)", where)
    number = re.search(r"(?:on )?(\d+)$", of)
    text = of.split(" on ")[0] if head["act"] == "taps" else head["text"] or ""
    return Step(
        line=line,
        who=head["who"],
        act=head["act"] or "says",
        text=text.replace(r"\n", "\n"),
        number=int(number[1]) if number else 0,
        seconds=int(later[1]) * _SECONDS[later[2]] if later else _USUAL,
        below=int(below[1]) if below else 0,
        direct="direct" in where,
        files=int("file" in where),
        seen=seen,
    )
