"""A tip a week for the champions: how to bring what Lotsen can do to their area.

Champions stand in the register of skills, by their own consent. Each gets a direct message;
nobody else learns of it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from models.desk.base.context import DeskContext
from models.desk.registers.register_lines import lines_in
from models.language import N_, Translator
from models.mailbox import Envelope, post
from models.message import Heading, Message, Note, Paragraph, Run
from models.registers.catalogue import register_of
from models.store.transaction import UnitOfWork
from models.tables import Person

TIPS = (
    N_("Ask one colleague to put a question to me this week, and look at the answer together."),
    N_("Which question do you hear most? Look whether I answer it; if not, write three lines."),
    N_("Read an answer that you own. Is it still true? One tap keeps or retires it."),
    N_("Show somebody *Ask a person*: a person is one tap away, always."),
    N_("Ask who avoids me, and why. Tell the IT lead what you hear, without names."),
    N_("Try something odd in the experiment channel: nothing there is measured."),
    N_("Tell your area what is measured and what is not: never a single person."),
    N_("Collect one example where I was wrong, and press *Not solved*: that is how I learn."),
)


@dataclass(frozen=True, slots=True)
class Champion:
    """Somebody who brings others along; ``areas`` are theirs, ``owned`` the articles they own."""

    person: Person
    areas: tuple[str, ...]
    owned: int


def send_tips(desk: DeskContext, period: str, now: datetime) -> int:
    """Send each champion the tip of an ISO week, once; return how many got it."""
    with desk.store.begin() as unit:
        found = list(_champions(unit))
        for champion in found:
            message = tip_message(champion, period, desk.words_of(champion.person))
            key = f"champion_tip:{period}:{champion.person.id}"
            post(unit, key, Envelope(champion.person.slack_id or ""), message, now)
        return len(found)


def tip_message(champion: Champion, period: str, words: Translator) -> Message:
    """Write the tip of an ISO week for a champion. Pure."""
    text = TIPS[int(period[-2:]) % len(TIPS)]
    title = words.gettext("This week's tip for champions")
    owned = words.ngettext("You own {n} answer.", "You own {n} answers.", champion.owned)
    area = words.gettext("Your area: {areas}.", areas="; ".join(champion.areas))
    note = Note((Run(f"{area} {owned}"),))
    return Message(title, (Heading(title), Paragraph(words.rich(text)), note))


def _champions(unit: UnitOfWork) -> Iterator[Champion]:
    areas: dict[str, list[str]] = {}
    for line in lines_in(unit, register_of("skills")):
        if line.values.get("champion") == "yes" and line.values.get("agreed") == "yes":
            areas.setdefault(str(line.values.get("person")), []).append(str(line.values["area"]))
    articles = unit.knowledge.all()
    for key, theirs in areas.items():
        person = unit.people.get(key)
        if person is not None and person.slack_id and person.erased_at is None:
            owned = sum(_owns(person, article.owner) for article in articles)
            yield Champion(person, tuple(_distinct(theirs)), owned)


def _owns(person: Person, owner: str) -> bool:
    return bool(owner) and owner.strip("<@> ") in (person.name, person.slack_id)


def _distinct(texts: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(texts))
