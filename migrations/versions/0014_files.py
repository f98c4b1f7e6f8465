"""Files that go with a post: pictures and documents, until Slack shows them.

Revision: 0014
Follows: 0013
"""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "outbox_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("post_key", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(length=255), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("alt", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("step", sa.String(length=24), nullable=False),
        sa.Column("slack_id", sqlmodel.sql.sqltypes.AutoString(length=32), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("post_key", "name", name="uq_outbox_file_name"),
    )
    with op.batch_alter_table("outbox_file", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_outbox_file_post_key"), ["post_key"], unique=False)


def downgrade() -> None:
    # Documents cannot travel without their bytes; an earlier version knows no such post.
    op.execute("DELETE FROM outbox WHERE kind = 'file'")
    op.drop_table("outbox_file")
