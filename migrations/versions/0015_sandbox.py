"""The sandbox: its rows are marked, no view shows them, and of events they alone may go.

Revision: 0015
Follows: 0014
"""

from collections.abc import Callable
from importlib import import_module

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

MARKED = (
    *("help_case", "case_message", "ticket_text", "ticket_event", "decision", "label"),
    *("outbox", "answer_verdict", "question_candidate"),
)
# What happened in earnest is kept for ever; no row ever changes sides, for none is updated.
SQLITE_GUARD = """
CREATE TRIGGER ticket_event_no_DELETE BEFORE DELETE ON ticket_event {when}
BEGIN SELECT RAISE(ABORT, 'ticket events are append-only'); END
"""
POSTGRES_GUARD = """
CREATE TRIGGER ticket_event_append_only BEFORE {verbs} ON ticket_event
FOR EACH STATEMENT EXECUTE FUNCTION ticket_event_refuse()
"""
POSTGRES_GUARD_OF_ROWS = """
CREATE TRIGGER ticket_event_kept BEFORE DELETE ON ticket_event
FOR EACH ROW WHEN (NOT OLD.sandbox) EXECUTE FUNCTION ticket_event_refuse()
"""
_EARNEST = "source <> 'sandbox'"


def upgrade() -> None:
    for table in MARKED:
        op.add_column(
            table,
            sa.Column("sandbox", sa.Boolean(), server_default=sa.false(), nullable=False),
        )
    if _postgres():
        op.execute("DROP TRIGGER ticket_event_append_only ON ticket_event")
        op.execute(POSTGRES_GUARD.format(verbs="UPDATE OR TRUNCATE"))
        op.execute(POSTGRES_GUARD_OF_ROWS)
    else:
        op.execute("DROP TRIGGER ticket_event_no_DELETE")
        op.execute(SQLITE_GUARD.format(when="WHEN NOT OLD.sandbox"))
    _draw_views(_without_sandbox)


def downgrade() -> None:
    _draw_views(lambda body: body)
    if _postgres():
        op.execute("DROP TRIGGER ticket_event_kept ON ticket_event")
        op.execute("DROP TRIGGER ticket_event_append_only ON ticket_event")
        op.execute(POSTGRES_GUARD.format(verbs="UPDATE OR DELETE OR TRUNCATE"))
    else:
        op.execute("DROP TRIGGER ticket_event_no_DELETE")
    # Without the mark an experiment would count as real work.
    _empty_sandbox()
    if not _postgres():
        op.execute(SQLITE_GUARD.format(when=""))
    for table in reversed(MARKED):
        op.drop_column(table, "sandbox")


def _postgres() -> bool:
    return op.get_bind().dialect.name == "postgresql"


def _without_sandbox(body: str) -> str:
    body = body.replace("ticket.source <> 'demo'", f"ticket.source <> 'demo' AND ticket.{_EARNEST}")
    body = body.replace("ticket_times WHERE ", f"ticket_times WHERE {_EARNEST} AND ")
    return body.replace("FROM ticket_times\n", f"FROM ticket_times WHERE {_EARNEST}\n")


def _draw_views(changed: Callable[[str], str]) -> None:
    surveys = import_module("migrations.versions.0012_surveys")
    holes = surveys._holes(_postgres())
    for name in ("v_tickets", "v_weeks", "v_categories", "v_teams"):
        body = changed(surveys.VIEWS[name]).format(**holes)
        if _postgres():  # keeps the trigger that makes a view read-only
            op.execute(f"CREATE OR REPLACE VIEW {name} AS {body}")
        else:
            op.execute(f"DROP VIEW {name}")
            op.execute(f"CREATE VIEW {name} AS {body}")


def _empty_sandbox() -> None:
    if _postgres():
        op.execute("ALTER TABLE ticket_event DISABLE TRIGGER USER")
    for table in ("label", "decision", "ticket_text", "answer_verdict", "question_candidate"):
        _delete(table, sa.column("sandbox").is_(sa.true()))
    ticket, sandbox = sa.table("ticket", sa.column("id"), sa.column("source")), "sandbox"
    theirs = sa.select(ticket.c.id).where(ticket.c.source == sandbox)
    _delete("ticket_times", sa.column("ticket_id").in_(theirs))
    _delete("ticket_event", sa.column("sandbox").is_(sa.true()))
    _delete("ticket", sa.column("source") == sandbox)
    for table in ("case_message", "help_case", "outbox"):
        _delete(table, sa.column("sandbox").is_(sa.true()))
    if _postgres():
        op.execute("ALTER TABLE ticket_event ENABLE TRIGGER USER")


def _delete(table: str, condition: sa.ColumnElement[bool]) -> None:
    op.execute(sa.delete(sa.table(table)).where(condition))
