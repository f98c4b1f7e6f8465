"""Embeddings, stored beside what they were made of."""

from collections.abc import Collection, Mapping

from sqlalchemy import delete
from sqlmodel import col, select

from models.store.repository import Repository
from models.tables import TextVector, TicketText, TicketVector

_AT_ONCE = 200


class VectorRepository(Repository):
    """Vectors of articles' texts, by the text's hash, and of tickets, by their number."""

    def of_texts(self, embedder: str) -> dict[str, bytes]:
        """Return hash → vector of what one embedder made."""
        query = select(TextVector.sha256, TextVector.vector)
        return dict(self._session.exec(query.where(TextVector.embedder == embedder)).all())

    def put_texts(self, embedder: str, use: str, vectors: Mapping[str, bytes]) -> None:
        """Store hash → vector; what another process stored meanwhile stays."""
        for sha256, vector in vectors.items():
            self._insert_once(TextVector, sha256=sha256, embedder=embedder, use=use, vector=vector)

    def forget_texts_but(self, use: str, hashes: Collection[str]) -> None:
        """Remove what any embedder made of texts that are used no more."""
        query = select(TextVector.sha256).where(TextVector.use == use).distinct()
        gone = sorted(set(self._session.exec(query).all()) - set(hashes))
        for at in range(0, len(gone), _AT_ONCE):
            some = col(TextVector.sha256).in_(gone[at : at + _AT_ONCE])
            self._session.execute(delete(TextVector).where(some, col(TextVector.use) == use))

    def of_tickets(self, embedder: str) -> dict[int, tuple[str, bytes]]:
        """Return number of a ticket → hash of the text, vector."""
        query = select(TicketVector.ticket_id, TicketVector.sha256, TicketVector.vector)
        found = self._session.exec(query.where(TicketVector.embedder == embedder)).all()
        return {ticket: (sha256, vector) for ticket, sha256, vector in found}

    def put_tickets(self, embedder: str, rows: Mapping[int, tuple[str, bytes]]) -> None:
        """Store vectors of tickets that have words still; those of another embedder go."""
        numbers = sorted(rows)
        for at in range(0, len(numbers), _AT_ONCE):
            some = numbers[at : at + _AT_ONCE]
            query = select(TicketText.ticket_id).where(
                col(TicketText.ticket_id).in_(some), TicketText.body + TicketText.title != ""
            )
            for ticket in self._session.exec(query).all():
                sha256, vector = rows[ticket]
                row = TicketVector(
                    ticket_id=ticket, embedder=embedder, sha256=sha256, vector=vector
                )
                self._put(row)
