"""Surveys, the choice of a baseline, and the views that other programs read.

A later step that rebuilds a table of these views (SQLite rebuilds for most changes) drops
the views first and creates them again after it.

Revision: 0012
Follows: 0011
"""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

# No view holds a name, a text or a pseudonym. Times are UTC, weeks begin on Monday.
VIEWS = {
    "v_tickets": """
SELECT ticket_id, source, {moment_opened} AS opened_at, {moment_resolved} AS resolved_at,
    category AS first_category, final_category,
    CASE WHEN automatic THEN 1 ELSE 0 END AS automatic,
    ack_minutes, first_response_minutes, triage_minutes, handling_minutes,
    evidence AS handling_evidence, resolution_minutes, resolution_business_minutes,
    reopened, reassigned
FROM ticket_times
""",
    "v_weeks": """
SELECT week, source, SUM(opened) AS opened, SUM(resolved) AS resolved,
    SUM(automatic) AS automatic, SUM(reopened) AS reopened, SUM(reassigned) AS reassigned,
    COUNT(first_response) AS first_response_n, AVG(first_response) AS first_response_mean,
    COUNT(handling) AS handling_n, AVG(handling) AS handling_mean
FROM (
    SELECT {week_opened} AS week, source, 1 AS opened, 0 AS resolved,
        CASE WHEN automatic THEN 1 ELSE 0 END AS automatic, 0 AS reopened, 0 AS reassigned,
        first_response_minutes AS first_response, NULL AS handling
    FROM ticket_times
    UNION ALL
    SELECT {week_resolved}, source, 0, 1, 0, CASE WHEN reopened > 0 THEN 1 ELSE 0 END,
        CASE WHEN reassigned > 0 THEN 1 ELSE 0 END, NULL, handling_minutes
    FROM ticket_times WHERE resolved_at IS NOT NULL
) AS happened
GROUP BY week, source
""",
    "v_categories": """
SELECT {month_resolved} AS month, source, final_category AS category, COUNT(*) AS resolved,
    SUM(CASE WHEN reopened > 0 THEN 1 ELSE 0 END) AS reopened,
    COUNT(handling_minutes) AS handling_n, AVG(handling_minutes) AS handling_mean
FROM ticket_times WHERE resolved_at IS NOT NULL
GROUP BY 1, 2, 3
""",
    # A team is shown from five askers on, and a month only where those who are not shown are
    # nobody or at least five: else they could be had by subtraction from the whole.
    "v_teams": """
WITH asked AS (
    SELECT {month_asked} AS month, person.team AS team,
        COUNT(DISTINCT ticket.requester_id) AS people, COUNT(*) AS opened
    FROM ticket JOIN person ON person.id = ticket.requester_id
    WHERE ticket.source <> 'demo'
    GROUP BY 1, 2
),
hidden AS (
    SELECT month, SUM(people) AS people FROM asked WHERE people < 5 OR team = '' GROUP BY month
)
SELECT asked.month AS month, asked.team AS team, asked.people AS people, asked.opened AS opened
FROM asked LEFT JOIN hidden ON hidden.month = asked.month
WHERE asked.people >= 5 AND asked.team <> '' AND COALESCE(hidden.people, 5) >= 5
""",
    "v_costs": """
SELECT id, kind, cents / 100.0 AS eur, booked_on FROM cost_entry
""",
    "v_assumptions": """
SELECT "key", value, unit, {moment_changed} AS changed_at FROM assumption
""",
    "v_baselines": """
SELECT id, {moment_frozen} AS frozen_at, first_day, last_day, sha256 FROM baseline
""",
    "v_csat": """
SELECT month, COUNT(*) AS n, AVG(satisfied) AS satisfied, AVG(score) AS mean
FROM (
    SELECT {month_week} AS month, score, CASE WHEN score >= 4 THEN 1.0 ELSE 0.0 END AS satisfied
    FROM ticket_rating
) AS rated
GROUP BY month HAVING COUNT(*) >= 5
""",
    # While a month's key is there people still answer: a count that grows tells who said what.
    "v_pulse": """
SELECT month, SUM(n) AS n,
    SUM(CASE WHEN score >= 4 THEN n ELSE 0 END) * 1.0 / SUM(n) AS satisfied,
    SUM(score * n) * 1.0 / SUM(n) AS mean
FROM pulse_tally
WHERE NOT EXISTS (SELECT 1 FROM survey_key WHERE name = 'pulse:' || pulse_tally.month)
GROUP BY month HAVING SUM(n) >= 5
""",
}
# PostgreSQL writes through a view of one table, unless it is told otherwise.
_OF_ONE_TABLE = ("v_tickets", "v_costs", "v_assumptions", "v_baselines")
_REFUSE = """
CREATE FUNCTION view_refuse() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'a view is only read'; END $$
"""
_READ_ONLY = """
CREATE TRIGGER {view}_read_only INSTEAD OF INSERT OR UPDATE OR DELETE ON {view}
FOR EACH ROW EXECUTE FUNCTION view_refuse()
"""
_COLUMNS = {
    "opened": "opened_at",
    "resolved": "resolved_at",
    "changed": "changed_at",
    "frozen": "frozen_at",
    "asked": "ticket.opened_at",
    "week": "week",
}
_SQLITE = {
    "moment": "strftime('%Y-%m-%dT%H:%M:%SZ', {})",
    "week": "date({}, 'weekday 0', '-6 days')",
    "month": "strftime('%Y-%m', {})",
}
_POSTGRES = {
    "moment": "{}",
    "week": "CAST(date_trunc('week', {} AT TIME ZONE 'UTC') AS date)",
    "month": "to_char({} AT TIME ZONE 'UTC', 'YYYY-MM')",
}


def _holes(postgres: bool) -> dict[str, str]:
    forms = _POSTGRES if postgres else _SQLITE
    holes = {
        f"{form}_{name}": text.format(column)
        for form, text in forms.items()
        for name, column in _COLUMNS.items()
    }
    if postgres:
        holes["month_week"] = "to_char(week, 'YYYY-MM')"  # a day already
    return holes


def upgrade() -> None:
    op.create_table(
        "survey_key",
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(length=16), nullable=False),
        sa.Column("secret", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "ticket_rating",
        sa.Column("token", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("week", sa.Date(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("token"),
    )
    with op.batch_alter_table("ticket_rating", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ticket_rating_week"), ["week"], unique=False)
    op.create_table(
        "pulse_ballot",
        sa.Column("token", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("month", sqlmodel.sql.sqltypes.AutoString(length=7), nullable=False),
        sa.PrimaryKeyConstraint("token"),
    )
    with op.batch_alter_table("pulse_ballot", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_pulse_ballot_month"), ["month"], unique=False)
    op.create_table(
        "pulse_tally",
        sa.Column("month", sqlmodel.sql.sqltypes.AutoString(length=7), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("month", "score"),
    )
    op.create_table(
        "baseline_choice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(length=24), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=True),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by", sqlmodel.sql.sqltypes.AutoString(length=32), nullable=False),
        sa.Column("at", sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    postgres = op.get_bind().dialect.name == "postgresql"
    holes = _holes(postgres)
    for name, body in VIEWS.items():
        op.execute(f"CREATE VIEW {name} AS {body.format(**holes)}")
    if postgres:
        op.execute(_REFUSE)
        for name in _OF_ONE_TABLE:
            op.execute(_READ_ONLY.format(view=name))


def downgrade() -> None:
    for name in reversed(VIEWS):
        op.execute(f"DROP VIEW {name}")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION view_refuse()")
    for table in ("baseline_choice", "pulse_tally", "pulse_ballot", "ticket_rating", "survey_key"):
        op.drop_table(table)
