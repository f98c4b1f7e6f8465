"""Passages of documents: address, page, audience, expiry; and the documents themselves.

Revision: 0005
Follows: 0004
"""

from typing import Any

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_TEXT = sqlmodel.sql.sqltypes.AutoString
_MOMENT = sqlmodel.sql.sqltypes.UTCDateTime
_ADDED = ("kind", "address", "page", "position", "audience", "expires_on", "imported_at")


def upgrade() -> None:
    json = sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), "postgresql")
    columns: tuple[sa.Column[Any], ...] = (
        sa.Column("kind", sa.String(24), nullable=False, server_default="answer"),
        sa.Column("address", sa.Text(), nullable=False, server_default=""),
        sa.Column("page", sa.Integer(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("audience", json, nullable=False, server_default="[]"),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("imported_at", _MOMENT(), nullable=True),
    )
    with op.batch_alter_table("article", schema=None) as batch_op:
        for column in columns:
            batch_op.add_column(column)
    op.create_table(
        "document",
        sa.Column("name", _TEXT(), nullable=False),
        sa.Column("sha256", _TEXT(length=64), nullable=False),
        sa.Column("folder", _TEXT(), nullable=False),
        sa.Column("imported_at", _MOMENT(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    with op.batch_alter_table("document", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_document_folder"), ["folder"], unique=False)


def downgrade() -> None:
    # Without its audience everybody could see it.
    op.execute("DELETE FROM article WHERE CAST(audience AS TEXT) <> '[]'")
    with op.batch_alter_table("document", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_document_folder"))
    op.drop_table("document")
    with op.batch_alter_table("article", schema=None) as batch_op:
        for name in reversed(_ADDED):
            batch_op.drop_column(name)
