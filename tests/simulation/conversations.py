"""Made-up conversations: who writes, edits and takes back what, by a seed."""

import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from models.commands import Command, DeleteMessage, EditMessage, Place, PostMessage

START = datetime(2026, 11, 23, 9, tzinfo=UTC)
CHANNEL = "CHELP"
ASA, OLA, KIM = "UASA", "UOLA", "UKIM"
SAID = (
    "VPN kopplar inte upp felkod 809",
    "Hur ställer jag in frånvaromeddelande i Outlook?",
    "skrivaren på plan 3 skriver bara streck",
    "min skärm blinkar",
    "jag behöver en ny mus",
    "hur byter jag lösenord?",
    "den vid fönstret",
    "på min nya dator",
    "felkod 809",
    "och på mobilen också",
    "bråttom",
    "Hej!",
    "tack för hjälpen igår",
    "är du en robot?",
    "vad är det för mat idag",
    "👍",
)
REPLIED = (
    "funkar inte",
    "hur då?",
    "hittar inte Autosvar",
    "nej jag menade mobilen",
    "sedan i går",
    "tack, det löste sig",
    "Tack!",
    "okej",
    "<@UKIM> kan du titta?",
)
BETTER = ("skrivaren på plan 4 skriver bara streck", "min skärm är svart", "på datorn hemma")


@dataclass(frozen=True)
class Conversation:
    """What was done, in the order in which it was done."""

    seed: int
    acts: tuple[Command, ...]


def converse(seed: int, most: int = 9) -> Conversation:
    """Make up a conversation."""
    chance, second = random.Random(seed), 0
    acts: list[Command] = []
    written: list[PostMessage] = []
    authors: dict[str, str] = {}
    for number in range(chance.randint(3, most)):
        second += chance.choice((2, 5, 20, 50, 130, 400))
        act = _act(
            chance, f"Ev{seed}.{number}", START + timedelta(seconds=second), written, authors
        )
        acts.append(act)
        if isinstance(act, PostMessage):
            written.append(act)
            authors[act.place.ts] = act.user
        elif isinstance(act, DeleteMessage):
            written = [one for one in written if one.place != act.place]
    return Conversation(seed, tuple(acts))


def _act(
    chance: random.Random,
    name: str,
    at: datetime,
    written: list[PostMessage],
    authors: dict[str, str],
) -> Command:
    kind = chance.choices(("say", "reply", "edit", "delete"), (6, 3, 1, 1))[0]
    if not written or kind == "say":
        user = chance.choice((ASA, ASA, ASA, OLA))
        return _said(name, user, chance.choice(SAID), at)
    one = chance.choice(written)
    if kind == "reply":
        root = one.place.thread_ts or one.place.ts
        asker = authors[root]
        user = chance.choice((asker, asker, asker, KIM, OLA))
        text = "jag tittar på det" if user == KIM else chance.choice(REPLIED)
        return _said(name, user, text, at, root)
    if kind == "edit":
        text = chance.choice(BETTER)
        return EditMessage(id=name, user=one.user, place=one.place, text=text, at=at)
    return DeleteMessage(id=name, place=one.place, at=at)


def _said(name: str, user: str, text: str, at: datetime, thread_ts: str = "") -> PostMessage:
    place = Place(CHANNEL, f"{at.timestamp():.6f}", thread_ts)
    return PostMessage(id=name, user=user, place=place, text=text, where="help", at=at)


def disorder(conversation: Conversation, seed: int) -> list[Command]:
    """Give the acts in any order, some of them twice."""
    chance = random.Random(f"{conversation.seed} {seed}")
    acts = [*conversation.acts, *chance.choices(conversation.acts, k=2)]
    chance.shuffle(acts)
    return acts
