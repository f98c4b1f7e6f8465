"""Change notices, and how many people said that they read them."""

from collections.abc import Sequence

from sqlmodel import col, func, select

from models.store.repository import Repository
from models.tables import ChangeNotice, NoticeReceipt


class NoticeRepository(Repository):
    """The tables change_notice and notice_receipt."""

    def add(self, notice: ChangeNotice) -> int:
        """Write a notice; return its number."""
        self.save(notice)
        return notice.id or 0

    def get(self, notice_id: int) -> ChangeNotice | None:
        return self._session.get(ChangeNotice, notice_id)

    def receive(self, notice_id: int, token: str) -> bool:
        """Count somebody who read it; False when they were counted before."""
        return self._insert_once(NoticeReceipt, token=token, notice_id=notice_id)

    def counted(self) -> Sequence[tuple[ChangeNotice, int]]:
        """Return every notice with how many read it, the newest first."""
        n = func.count(col(NoticeReceipt.token))
        query = (
            select(ChangeNotice, n)
            .join(NoticeReceipt, isouter=True)
            .group_by(col(ChangeNotice.id))
            .order_by(col(ChangeNotice.id).desc())
        )
        return [(notice, read) for notice, read in self._session.exec(query).all()]
