"""What the classifier suggests beside the category, and what it takes to replay a decision.

Revision: 0006
Follows: 0005
"""

from typing import Any

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_TEXT = sqlmodel.sql.sqltypes.AutoString


def upgrade() -> None:
    json = sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), "postgresql")
    columns: tuple[sa.Column[Any], ...] = (
        sa.Column("in_scope", sa.Boolean(), nullable=False, server_default=sa.true()),
        sa.Column("threshold", sa.Float(), nullable=True),
        sa.Column("nearest", json, nullable=False, server_default="[]"),
        sa.Column("hints", json, nullable=False, server_default="{}"),
        sa.Column("embedder", _TEXT(), nullable=False, server_default=""),
        sa.Column("latency_ms", sa.Float(), nullable=True),
        sa.Column("llm_call_id", sa.Integer(), nullable=True),
    )
    with op.batch_alter_table("decision", schema=None) as batch_op:
        for column in columns:
            batch_op.add_column(column)


def downgrade() -> None:
    added = ("in_scope", "threshold", "nearest", "hints", "embedder", "latency_ms", "llm_call_id")
    with op.batch_alter_table("decision", schema=None) as batch_op:
        for name in reversed(added):
            batch_op.drop_column(name)
