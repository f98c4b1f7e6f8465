"""Trained models and their files."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import update
from sqlalchemy.orm import QueryableAttribute, defer
from sqlalchemy.orm.interfaces import ORMOption
from sqlmodel import col, select

from models.errors import NotFoundError
from models.store.promotion_history import serving_versions
from models.store.repository import Repository
from models.tables import ModelRollback, ModelVersion


@dataclass(frozen=True, slots=True)
class ModelLine:
    """A model version without its file."""

    id: int
    created_at: datetime
    recipe: str
    n: int
    accuracy: float
    macro_f1: float
    promoted: bool
    reason: str
    low: float | None = None
    high: float | None = None


class ModelRepository(Repository):
    """The table model_version."""

    def add(self, version: ModelVersion) -> int:
        """Store a version and return its id."""
        self.save(version)
        if version.id is None:
            raise NotFoundError("the model version has no id after it is stored")
        return version.id

    def get(self, version_id: int) -> ModelVersion | None:
        return self._session.get(ModelVersion, version_id)

    def newest_promoted(self) -> int | None:
        """Return the champion's id, without reading its file."""
        return next(iter(self.promoted()), None)

    def promoted(self) -> Sequence[int]:
        """Return the ids of the versions that may serve, the champion first.

        Those that a roll-back put aside are left out.
        """
        query = select(ModelVersion.id).where(col(ModelVersion.promoted).is_(True))
        rows = self._session.exec(query.order_by(col(ModelVersion.id))).all()
        return serving_versions([row for row in rows if row is not None], self.rollbacks())

    def rollbacks(self) -> Sequence[ModelRollback]:
        """Return every roll-back, the oldest first."""
        query = select(ModelRollback).order_by(col(ModelRollback.id))
        return self._session.exec(query).all()

    def drop_files(self, refused: int = 3, promoted: int = 20) -> None:
        """Empty the files of all versions but the newest; rows, figures and cards stay."""
        kept = [*self.promoted()[:promoted], *self._newest_refused(refused)]
        self._session.execute(
            update(ModelVersion).where(col(ModelVersion.id).not_in(kept)).values(content=b"")
        )

    def _newest_refused(self, n: int) -> Sequence[int | None]:
        query = select(ModelVersion.id).where(col(ModelVersion.promoted).is_(False))
        return self._session.exec(query.order_by(col(ModelVersion.id).desc()).limit(n)).all()

    def champion(self) -> ModelVersion | None:
        """Return the version that serves, with its file."""
        version_id = self.newest_promoted()
        return None if version_id is None else self.get(version_id)

    def listing(self, limit: int = 50) -> Sequence[ModelLine]:
        """Return the versions without their files, the newest first."""
        query = select(ModelVersion).options(_without_file())
        rows = self._session.exec(query.order_by(col(ModelVersion.id).desc()).limit(limit)).all()
        return [_line(row) for row in rows]


def _without_file() -> ORMOption:
    # SQLModel types a column as its value; on the class it is an attribute of SQLAlchemy.
    return defer(cast("QueryableAttribute[bytes]", ModelVersion.content), raiseload=True)


def _line(row: ModelVersion) -> ModelLine:
    return ModelLine(
        id=row.id or 0,
        created_at=row.created_at,
        recipe=row.recipe,
        n=row.n,
        accuracy=row.accuracy,
        macro_f1=row.macro_f1,
        promoted=row.promoted,
        reason=row.reason,
        low=row.low,
        high=row.high,
    )
