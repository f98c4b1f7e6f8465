"""Waiting times, the calendar that minutes were counted by, and whose tickets ran at once.

Revision: 0018
Follows: 0017
"""

from importlib import import_module

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_WAITS = ("requester_wait_minutes", "waiting_on_requester_minutes", "on_hold_minutes")
# At the end: PostgreSQL replaces a view only if the columns before stay where they were.
_OLD_END, _NEW_END = "reopened, reassigned\n", f"reopened, reassigned, {', '.join(_WAITS)}\n"
_READ_ONLY = """
CREATE TRIGGER v_tickets_read_only INSTEAD OF INSERT OR UPDATE OR DELETE ON v_tickets
FOR EACH ROW EXECUTE FUNCTION view_refuse()
"""


def upgrade() -> None:
    op.create_table(
        "office_calendar",
        sa.Column("version", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("version"),
    )
    # Added in place: SQLite then rebuilds no table, so that no view has to go.
    for name in _WAITS:
        op.add_column("ticket_times", sa.Column(name, sa.Float(), nullable=True))
    op.add_column(
        "ticket_times",
        sa.Column(
            "calendar",
            sqlmodel.sql.sqltypes.AutoString(length=16),
            nullable=False,
            server_default="",
        ),
    )
    acted = sa.text("actor <> ''")
    op.create_index(
        "ix_ticket_event_acts",
        "ticket_event",
        ["actor", "at"],
        unique=False,
        sqlite_where=acted,
        postgresql_where=acted,
    )
    _draw_view(_NEW_END)


def downgrade() -> None:
    _draw_view(_OLD_END)
    op.drop_index("ix_ticket_event_acts", table_name="ticket_event")
    for name in ("calendar", *reversed(_WAITS)):
        op.drop_column("ticket_times", name)
    op.drop_table("office_calendar")


def _draw_view(end: str) -> None:
    surveys = import_module("migrations.versions.0012_surveys")
    sandbox = import_module("migrations.versions.0015_sandbox")
    postgres = op.get_bind().dialect.name == "postgresql"
    body = surveys.VIEWS["v_tickets"].replace(_OLD_END, end)
    body = sandbox._without_sandbox(body).format(**surveys._holes(postgres))
    op.execute("DROP VIEW v_tickets")
    op.execute(f"CREATE VIEW v_tickets AS {body}")
    if postgres:
        op.execute(_READ_ONLY)
