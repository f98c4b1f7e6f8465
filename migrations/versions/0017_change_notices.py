"""Change notices with how many read them, and by which policy a model was asked.

Revision: 0017
Follows: 0016
"""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "change_notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("document", sqlmodel.sql.sqltypes.AutoString(length=32), nullable=False),
        sa.Column("language", sqlmodel.sql.sqltypes.AutoString(length=8), nullable=False),
        sa.Column("posted_on", sa.Date(), nullable=False),
        sa.Column("at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "notice_receipt",
        sa.Column("token", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("notice_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["notice_id"], ["change_notice.id"]),
        sa.PrimaryKeyConstraint("token"),
    )
    op.create_index("ix_notice_receipt_notice_id", "notice_receipt", ["notice_id"], unique=False)
    # Added in place: SQLite then rebuilds no table, so that no view has to go.
    op.add_column(
        "llm_call",
        sa.Column(
            "policy",
            sqlmodel.sql.sqltypes.AutoString(length=32),
            nullable=False,
            server_default="",
        ),
    )


def downgrade() -> None:
    op.drop_column("llm_call", "policy")
    op.drop_table("notice_receipt")
    op.drop_table("change_notice")
