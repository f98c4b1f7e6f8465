"""The learning loop: labels, blind decisions, suggest-only, roll-backs, model cards.

Revision: 0004
Follows: 0003
"""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_TEXT = sqlmodel.sql.sqltypes.AutoString
_MOMENT = sqlmodel.sql.sqltypes.UTCDateTime


def upgrade() -> None:
    json = sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), "postgresql")
    with op.batch_alter_table("decision", schema=None) as batch_op:
        mode = sa.Column("mode", sa.String(24), nullable=False, server_default="acted")
        batch_op.add_column(mode)
    with op.batch_alter_table("model_version", schema=None) as batch_op:
        batch_op.add_column(sa.Column("low", sa.Float(), nullable=True))
        batch_op.add_column(sa.Column("high", sa.Float(), nullable=True))
        batch_op.add_column(sa.Column("figures", json, nullable=False, server_default="{}"))
        batch_op.add_column(sa.Column("card", sa.Text(), nullable=False, server_default=""))
    _labels()
    _modes()
    _rollbacks()


def _labels() -> None:
    op.create_table(
        "label",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("category", _TEXT(), nullable=False),
        sa.Column("suggested", _TEXT(), nullable=False),
        sa.Column("model_version", _TEXT(), nullable=False),
        sa.Column("by", _TEXT(length=32), nullable=False),
        sa.Column("at", _MOMENT(), nullable=False),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("label", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_label_ticket_id"), ["ticket_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_label_at"), ["at"], unique=False)


def _modes() -> None:
    op.create_table(
        "triage_mode",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", _MOMENT(), nullable=False),
        sa.Column("suggest_only", sa.Boolean(), nullable=False),
        sa.Column("reason", _TEXT(), nullable=False),
        sa.Column("correct", sa.Integer(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )


def _rollbacks() -> None:
    op.create_table(
        "model_rollback",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", _MOMENT(), nullable=False),
        sa.Column("from_version", sa.Integer(), nullable=False),
        sa.Column("to_version", sa.Integer(), nullable=False),
        sa.Column("newest_version", sa.Integer(), nullable=False),
        sa.Column("reason", _TEXT(), nullable=False),
        sa.ForeignKeyConstraint(["from_version"], ["model_version.id"]),
        sa.ForeignKeyConstraint(["to_version"], ["model_version.id"]),
        sa.ForeignKeyConstraint(["newest_version"], ["model_version.id"]),
        sa.PrimaryKeyConstraint("id"),
    )


def downgrade() -> None:
    op.drop_table("model_rollback")
    op.drop_table("triage_mode")
    with op.batch_alter_table("label", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_label_at"))
        batch_op.drop_index(batch_op.f("ix_label_ticket_id"))

    op.drop_table("label")
    with op.batch_alter_table("model_version", schema=None) as batch_op:
        for name in ("card", "figures", "high", "low"):
            batch_op.drop_column(name)
    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.drop_column("mode")
