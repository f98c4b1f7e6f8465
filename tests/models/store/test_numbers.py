"""A number is given once: what carries it may outlive the row that had it."""

from datetime import datetime

from models.store.transaction import Store
from models.tables import Article, CaseState, DecidedBy, Source, Status, Ticket, TicketText
from tests.rows import add_case


def ask(store: Store, now: datetime) -> tuple[int, int]:
    """Ask a question that becomes a ticket; return both numbers."""
    with store.begin() as unit:
        case = add_case(unit, CaseState.TICKET, now)
        ticket = Ticket(
            case_id=case.id,
            source=Source.SANDBOX if unit.in_sandbox else Source.SLACK,
            status=Status.NEW,
            decided_by=DecidedBy.NOBODY,
            opened_at=now,
        )
        unit.tickets.add_ticket(ticket, TicketText(ticket_id=0))
        return case.id or 0, ticket.id or 0


def forget(store: Store, numbers: tuple[int, int]) -> None:
    with store.sandbox().begin() as unit:
        unit.sandbox.forget(numbers[:1], numbers[1:])


def article(name: str) -> Article:
    return Article(
        document=f"{name}.md", external_id="1", language="sv", title=name, answer=name, sha256=""
    )


def test_the_number_of_a_swept_case_or_ticket_is_not_given_again(
    store: Store, now: datetime
) -> None:
    ask(store, now)
    tried = ask(store.sandbox(), now)
    forget(store, tried)

    first, second = ask(store, now), ask(store.sandbox(), now)

    assert min(first) > max(tried)
    assert min(second) > max(first)
    forget(store, second)
    forget(store, (0, 0))  # an empty sweep forgets no number
    assert min(ask(store, now)) > max(second)


def test_the_number_of_a_removed_article_is_not_given_again(store: Store) -> None:
    with store.begin() as unit:
        unit.knowledge.put([article("old"), article("older")])
    with store.begin() as unit:
        unit.knowledge.delete_document("older.md")
        unit.knowledge.replace("old.md", [])
    with store.begin() as unit:
        unit.knowledge.put([article("new"), article("newer")])
        assert [row.id for row in unit.knowledge.all()] == [3, 4]
