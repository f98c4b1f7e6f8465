"""What all cabinets of a unit share: the session of their transaction."""

from sqlmodel import Session


class Cabinet:
    """A set of queries about one kind of thing, inside one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    @property
    def _locks(self) -> bool:
        """Whether rows are read in order to change them; a snapshot locks nothing."""
        bind = self._session.get_bind()
        return not bind.get_execution_options().get("lotsen_reads", False)

    @property
    def _postgres(self) -> bool:
        return self._session.get_bind().dialect.name == "postgresql"
