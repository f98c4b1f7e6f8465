"""The rules that the company writes, and what a new one is tried on."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, func, select

from models.errors import NotFoundError
from models.store.repository import Repository
from models.tables import DecidedBy, Decision, Person, Ticket, TicketText, TriageRule

RULE = "rule-"
"""With a rule's id behind it, its name in decisions."""
_BATCH = 1_000


@dataclass(frozen=True, slots=True)
class StoredTicket:
    """A ticket as a rule sees it, with the category that it has.

    Attributes
    ----------
    sender : pseudonym of who wrote; empty where nobody knows
    team : the sender's team
    by_person : whether a person gave the category, here or in another system
    """

    id: int
    text: str
    sender: str
    team: str
    category: str
    by_person: bool


class TriageRuleRepository(Repository):
    """The table triage_rule."""

    def active(self) -> Sequence[TriageRule]:
        """Return the rules in use, in the order in which they are asked."""
        return [rule for rule in self.all() if rule.active]

    def all(self) -> Sequence[TriageRule]:
        """Return all rules, the removed ones too."""
        query = select(TriageRule).order_by(col(TriageRule.position), col(TriageRule.id))
        return self._session.exec(query).all()

    def remove(self, rule_id: int) -> TriageRule:
        """Take a rule out of use; it stays, so that its decisions can be explained.

        Raises
        ------
        NotFoundError
            When there is no such rule in use.
        """
        rule = self._session.get(TriageRule, rule_id)
        if rule is None or not rule.active:
            raise NotFoundError(f"there is no rule {rule_id} in use; see: lotsen rules list")
        rule.active = False
        return self.save(rule)

    def hits(self) -> dict[int, tuple[int, datetime]]:
        """Return how many tickets each rule decided, and when it last did, by its id."""
        tickets = func.count(func.distinct(Decision.ticket_id))
        query = (
            select(Decision.model, tickets, func.max(Decision.at))
            .where(col(Decision.model).like(RULE + "%"))
            .group_by(col(Decision.model))
        )
        counts = self._session.exec(query).all()
        return {
            int(model.removeprefix(RULE)): (n, last)
            for model, n, last in counts
            if model.removeprefix(RULE).isdecimal()
        }

    def people_called(self, name: str) -> Sequence[Person]:
        """Return the people of exactly this name."""
        query = select(Person).where(Person.name == name.strip(), Person.name != "")
        return self._session.exec(query).all()

    def stored_tickets(self) -> Iterator[StoredTicket]:
        """Yield every ticket that has words, a batch in memory at a time."""
        last = 0
        while True:
            query = (
                select(Ticket, TicketText, Person)
                .join(TicketText, col(TicketText.ticket_id) == col(Ticket.id))
                .join(Person, col(Person.id) == col(Ticket.requester_id), isouter=True)
                .where(col(Ticket.id) > last)
                .order_by(col(Ticket.id))
                .limit(_BATCH)
            )
            rows = self._session.exec(query).all()
            for ticket, text, person in rows:
                yield _stored(ticket, text, person)
            if len(rows) < _BATCH:
                return
            last = rows[-1][0].id or 0
            self._session.expunge_all()


def _stored(ticket: Ticket, text: TicketText, person: Person | None) -> StoredTicket:
    return StoredTicket(
        id=ticket.id or 0,
        text=f"{text.title}\n{text.body}".strip(),
        sender=ticket.requester_id or "",
        team=person.team if person else "",
        category=ticket.category,
        by_person=ticket.decided_by in (DecidedBy.IMPORTED, DecidedBy.PERSON),
    )
