"""What somebody switched off, for all processes at once."""

from datetime import datetime

from models.store.repository import Repository
from models.tables import Switch


class SwitchRepository(Repository):
    """The table switch; what nobody touched is on."""

    def is_on(self, name: str) -> bool:
        row = self._session.get(Switch, name)
        return row is None or row.is_on

    def set(self, name: str, on: bool, now: datetime) -> None:
        self._put(Switch(name=name, is_on=on, changed_at=now))
