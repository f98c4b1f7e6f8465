"""Numbers of removed cases, tickets and articles are not given again on SQLite.

What is left of clicks that are to leave no trace is removed: their names were made of the
person and the score, and the thanks stood beside the person. Those that wait are counted first.

Revision: 0021
Follows: 0020
"""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


_THEIR_REPLIES = """
DELETE FROM outbox WHERE key IN (
    SELECT 'reply:' || id FROM inbox
    WHERE kind IN ('rate_ticket', 'answer_pulse', 'read_notice') AND state <> 'waiting'
)
"""
_THEMSELVES = """
DELETE FROM inbox
WHERE kind IN ('rate_ticket', 'answer_pulse', 'read_notice') AND state <> 'waiting'
"""


def upgrade() -> None:
    op.create_table(
        "number_given",
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(length=32), nullable=False),
        sa.Column("highest", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.execute(_THEIR_REPLIES)
    op.execute(_THEMSELVES)


def downgrade() -> None:
    op.drop_table("number_given")
