"""Budgets, changes of vendors, and choices that figures of worth rest on.

Revision: 0013
Follows: 0012
"""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def _text(length: int | None = None) -> sqlmodel.sql.sqltypes.AutoString:
    return sqlmodel.sql.sqltypes.AutoString(length=length)


def upgrade() -> None:
    op.create_table(
        "budget_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("period", _text(7), nullable=False),
        sa.Column("cents", sa.BigInteger(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=True),
        sa.Column("reason", _text(), nullable=False),
        sa.Column("recorded_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("budget_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_budget_entry_period"), ["period"], unique=False)
    op.create_table(
        "vendor_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("purpose", _text(), nullable=False),
        sa.Column("before", _text(), nullable=False),
        sa.Column("after", _text(), nullable=False),
        sa.Column("reason", _text(), nullable=False),
        sa.Column("changed_on", sa.Date(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=True),
        sa.Column("withdraws", sa.Integer(), nullable=True),
        sa.Column("recorded_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["cost_entry.id"]),
        sa.ForeignKeyConstraint(["withdraws"], ["vendor_change.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("withdraws"),
    )
    op.create_table(
        "value_choice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", _text(24), nullable=False),
        sa.Column("value", _text(), nullable=False),
        sa.Column("reason", _text(), nullable=False),
        sa.Column("recorded_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("value_choice", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_value_choice_key"), ["key"], unique=False)


def downgrade() -> None:
    for table in ("value_choice", "vendor_change", "budget_entry"):
        op.drop_table(table)
