"""Whose command waits and whose turn it is, so that one person's thousands delay nobody else.

A version without these columns goes on: what it accepts is of nobody and has turn 0, so it is
taken by its number, as before.

Revision: 0002
Follows: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None
oldest = "0001"


def upgrade() -> None:
    """Add the columns, and the indexes by which the next command is found among thousands."""
    op.add_column("inbox", sa.Column("person", sa.String(), nullable=False, server_default=""))
    op.add_column("inbox", sa.Column("turn", sa.Integer(), nullable=False, server_default="0"))
    op.create_index("ix_inbox_turn", "inbox", ["state", "turn", "seq"])
    op.create_index("ix_inbox_person", "inbox", ["state", "person", "turn"])


def downgrade() -> None:
    """Take them back."""
    op.drop_index("ix_inbox_person", "inbox")
    op.drop_index("ix_inbox_turn", "inbox")
    op.drop_column("inbox", "turn")
    op.drop_column("inbox", "person")
