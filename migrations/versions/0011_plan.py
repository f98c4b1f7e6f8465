"""What people say of the plan's tasks and gates: amended, never deleted.

Revision: 0011
Follows: 0010
"""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

SQLITE_GUARDS = (
    """
CREATE TRIGGER plan_change_no_update BEFORE UPDATE ON plan_change
BEGIN SELECT RAISE(ABORT, 'the plan is amended, not changed'); END
""",
    """
CREATE TRIGGER plan_change_no_delete BEFORE DELETE ON plan_change
BEGIN SELECT RAISE(ABORT, 'the plan is amended, not changed'); END
""",
)
POSTGRES_GUARDS = (
    """
CREATE FUNCTION plan_change_refuse() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'the plan is amended, not changed'; END $$
""",
    """
CREATE TRIGGER plan_change_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON plan_change
FOR EACH STATEMENT EXECUTE FUNCTION plan_change_refuse()
""",
)


def upgrade() -> None:
    op.create_table(
        "plan_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("key", sqlmodel.sql.sqltypes.AutoString(length=32), nullable=False),
        sa.Column("act", sa.String(length=24), nullable=False),
        sa.Column("told", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("owner", sqlmodel.sql.sqltypes.AutoString(length=32), nullable=False),
        sa.Column("by", sqlmodel.sql.sqltypes.AutoString(length=32), nullable=False),
        sa.Column("at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("plan_change", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_plan_change_plan_id"), ["plan_id"], unique=False)
    op.execute(
        'INSERT INTO plan_change (plan_id, "key", act, told, owner, "by", at) '
        "SELECT plan_id, \"key\", 'done', evidence, '', '', done_at "
        'FROM checkpoint_done ORDER BY done_at, plan_id, "key"'
    )
    op.drop_table("checkpoint_done")
    postgres = op.get_bind().dialect.name == "postgresql"
    for statement in POSTGRES_GUARDS if postgres else SQLITE_GUARDS:
        op.execute(statement)


def downgrade() -> None:
    op.create_table(
        "checkpoint_done",
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("key", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("done_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"]),
        sa.PrimaryKeyConstraint("plan_id", "key"),
    )
    # The earlier table knew whole weeks only, each with its last evidence.
    op.execute(
        'INSERT INTO checkpoint_done (plan_id, "key", done_at, evidence) '
        'SELECT plan_id, "key", at, told FROM plan_change WHERE id IN ('
        "SELECT MAX(id) FROM plan_change WHERE act = 'done' AND \"key\" LIKE 'w%' "
        'AND "key" NOT LIKE \'%.%\' GROUP BY plan_id, "key")'
    )
    op.drop_table("plan_change")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION plan_change_refuse()")
