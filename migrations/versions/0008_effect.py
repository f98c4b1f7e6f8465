"""Key figures that a company adds, what people read of them; indexes for figures by week.

The arms of the hold-out need no table: they are events.

Revision: 0008
Follows: 0007
"""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_TEXT = sqlmodel.sql.sqltypes.AutoString
_MOMENT = sqlmodel.sql.sqltypes.UTCDateTime
_INDEXES = {
    "ix_ticket_times_opened": [
        "opened_at",
        "source",
        "first_response_minutes",
        "resolution_minutes",
    ],
    "ix_ticket_times_resolved": [
        "resolved_at",
        "source",
        "final_category",
        "handling_minutes",
        "reopened",
    ],
}


def upgrade() -> None:
    json = sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), "postgresql")
    with op.batch_alter_table("ticket_times", schema=None) as batch_op:
        for column in ("opened_at", "resolved_at"):
            batch_op.drop_index(batch_op.f(f"ix_ticket_times_{column}"))
        for name, columns in _INDEXES.items():
            batch_op.create_index(name, columns, unique=False)
    op.create_table(
        "company_kpi",
        sa.Column("key", _TEXT(length=40), nullable=False),
        sa.Column("title", _TEXT(), nullable=False),
        sa.Column("unit", _TEXT(length=8), nullable=False),
        sa.Column("better", _TEXT(length=8), nullable=False),
        sa.Column("measure", _TEXT(length=40), nullable=False),
        sa.Column("categories", json, nullable=False),
        sa.Column("baseline_first", sa.Date(), nullable=False),
        sa.Column("baseline_last", sa.Date(), nullable=False),
        sa.Column("goal", sa.Float(), nullable=True),
        sa.Column("cut", sa.Float(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("owner", _TEXT(), nullable=False),
        sa.Column("added_at", _MOMENT(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_table(
        "kpi_reading",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kpi_key", _TEXT(length=40), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("value", sa.Float(), nullable=False),
        sa.Column("recorded_at", _MOMENT(), nullable=False),
        sa.ForeignKeyConstraint(["kpi_key"], ["company_kpi.key"]),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("kpi_reading", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_kpi_reading_kpi_key"), ["kpi_key"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("kpi_reading", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_kpi_reading_kpi_key"))
    op.drop_table("kpi_reading")
    op.drop_table("company_kpi")
    with op.batch_alter_table("ticket_times", schema=None) as batch_op:
        for name in _INDEXES:
            batch_op.drop_index(name)
        for column in ("opened_at", "resolved_at"):
            batch_op.create_index(batch_op.f(f"ix_ticket_times_{column}"), [column], unique=False)
