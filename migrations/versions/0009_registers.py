"""The registers of the programme.

Revision: 0009
Follows: 0008
"""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

# A register is amended, never deleted. Erasing a person empties ``told``, and nothing else.
_KEPT = ("id", "kind", "number", "version", "change", "content", "about", "origin", "by", "at")
SQLITE_GUARDS = (
    f"""
CREATE TRIGGER register_line_no_update BEFORE UPDATE OF {", ".join(f'"{name}"' for name in _KEPT)}
ON register_line
BEGIN SELECT RAISE(ABORT, 'registers are append-only'); END
""",
    """
CREATE TRIGGER register_line_no_delete BEFORE DELETE ON register_line
BEGIN SELECT RAISE(ABORT, 'registers are append-only'); END
""",
)
POSTGRES_GUARDS = (
    """
CREATE FUNCTION register_line_refuse() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'registers are append-only'; END $$
""",
    """
CREATE TRIGGER register_line_no_delete BEFORE DELETE OR TRUNCATE ON register_line
FOR EACH STATEMENT EXECUTE FUNCTION register_line_refuse()
""",
    f"""
CREATE TRIGGER register_line_no_update BEFORE UPDATE OF {", ".join(f'"{name}"' for name in _KEPT)}
ON register_line FOR EACH STATEMENT EXECUTE FUNCTION register_line_refuse()
""",
)


def upgrade() -> None:
    op.create_table(
        "register_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("change", sa.String(length=24), nullable=False),
        sa.Column(
            "content",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"),
            nullable=False,
        ),
        sa.Column("about", sqlmodel.sql.sqltypes.AutoString(length=32), nullable=False),
        sa.Column("told", sa.Text(), nullable=False),
        sa.Column("origin", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("by", sqlmodel.sql.sqltypes.AutoString(length=32), nullable=False),
        sa.Column("at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("kind", "number", "version", name="uq_register_line_version"),
    )
    with op.batch_alter_table("register_line", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_register_line_about"), ["about"], unique=False)
    postgres = op.get_bind().dialect.name == "postgresql"
    for statement in POSTGRES_GUARDS if postgres else SQLITE_GUARDS:
        op.execute(statement)


def downgrade() -> None:
    op.drop_table("register_line")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION register_line_refuse()")
