"""Assumptions keep their history: each has a day from which it holds.

Revision: 0019
Follows: 0018
"""

from importlib import import_module

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

# What was decided so far held for all quarters.
_ALWAYS = "2000-01-01"
_OLD = "FROM assumption"
_NEW = ", holds_from FROM assumption"
# Of a key the value in force today; where none is yet, the first that will be.
_IN_FORCE = """
SELECT "key", value, unit, source, changed_at FROM (
    SELECT *, ROW_NUMBER() OVER (
        PARTITION BY "key"
        ORDER BY
            CASE WHEN holds_from <= CURRENT_DATE THEN 0 ELSE 1 END,
            CASE WHEN holds_from <= CURRENT_DATE THEN holds_from END DESC,
            holds_from,
            id DESC
    ) AS place FROM assumption
) AS ranked WHERE place = 1 ORDER BY "key"
"""


def upgrade() -> None:
    known = _emptied('SELECT "key", value, unit, source, changed_at FROM assumption ORDER BY "key"')
    op.create_table(
        "assumption",
        sa.Column("id", sa.Integer(), nullable=False),
        *_columns(),
        sa.Column("holds_from", sa.Date(), nullable=False, server_default=_ALWAYS),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("assumption", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_assumption_key"), ["key"], unique=False)
    _filled(known)
    _draw_view(_NEW)


def downgrade() -> None:
    kept = _emptied(_IN_FORCE)
    op.create_table("assumption", *_columns(), sa.PrimaryKeyConstraint("key"))
    _filled(kept)
    _draw_view(_OLD)


def _columns() -> tuple[sa.Column[object], ...]:
    return (
        sa.Column("key", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("value", sa.Float(), nullable=False),
        sa.Column("unit", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("source", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("changed_at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    )


def _emptied(query: str) -> list[dict[str, object]]:
    """Return the rows, and take away view and table."""
    rows = [dict(row) for row in op.get_bind().execute(sa.text(query)).mappings()]
    op.execute("DROP VIEW v_assumptions")
    op.drop_table("assumption")
    return rows


def _filled(rows: list[dict[str, object]]) -> None:
    names = ("key", "value", "unit", "source", "changed_at")
    if rows:
        written = sa.table("assumption", *(sa.column(name) for name in names))
        op.get_bind().execute(sa.insert(written), rows)


def _draw_view(end: str) -> None:
    surveys = import_module("migrations.versions.0012_surveys")
    postgres = op.get_bind().dialect.name == "postgresql"
    body = surveys.VIEWS["v_assumptions"].replace(f" {_OLD}", end if end[0] == "," else f" {end}")
    op.execute(f"CREATE VIEW v_assumptions AS {body.format(**surveys._holes(postgres))}")
    if postgres:
        op.execute(surveys._READ_ONLY.format(view="v_assumptions"))
