"""All tables, what makes some of them append-only, and the views that other programs read.

Until the schema is tagged this one step is made from `models.tables`: a change of tables needs
no step, and a database of before is made anew. At the tagging the step is frozen as explicit
operations, and each change from then on is a step of its own that first expands and only in a
later version contracts (docs/decisions/0022-one-first-migration.md).

Revision: 0001
Follows: nothing
"""

from typing import NamedTuple

from alembic import op
from sqlmodel import SQLModel

import models.tables  # noqa: F401  # fills the metadata

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


class AppendOnly(NamedTuple):
    """A table that the database itself refuses to change.

    Attributes
    ----------
    columns : those that are never updated; empty for all
    kept : condition of the rows that are never deleted; empty for all
    """

    table: str
    refusal: str
    columns: str = ""
    kept: str = ""


APPEND_ONLY = (
    # A figure that was published must stay true. Only what happened in the sandbox may go, and
    # no row ever changes sides, for none is updated.
    AppendOnly("ticket_event", "ticket events are append-only", kept="NOT OLD.sandbox"),
    # Erasing a person empties ``told``, and nothing else.
    AppendOnly(
        "register_line",
        "registers are append-only",
        columns='"id", "kind", "number", "version", "change", "content", "about", "origin", "by", "at"',
    ),
    AppendOnly("draw_key", "the key of the hold-out stays: by another one no draw can be repeated"),
    AppendOnly("plan_change", "the plan is amended, not changed"),
    # What the proof rests on; of the ledger one entry grows until its day is over.
    AppendOnly("audit_entry", "the audit is append-only"),
    AppendOnly("baseline", "a baseline is frozen"),
    AppendOnly("baseline_choice", "choices are append-only"),
    AppendOnly("issued_statement", "issued statements are append-only"),
    AppendOnly("freed_declaration", "declarations are append-only"),
    AppendOnly("money_decision", "decisions of the finance team are append-only"),
    AppendOnly("assumption", "assumptions are append-only"),
    AppendOnly("value_choice", "choices are append-only"),
    AppendOnly("budget_entry", "budgets are append-only"),
    AppendOnly("vendor_change", "changes of vendor are append-only"),
    AppendOnly(
        "cost_entry",
        "the ledger is append-only",
        columns='"id", "kind", "description", "booked_on"',
    ),
)

# No view holds a name, a text or a pseudonym. Times are UTC, weeks begin on Monday.
VIEWS = {
    "v_tickets": """
SELECT ticket_id, source, {moment_opened} AS opened_at, {moment_resolved} AS resolved_at,
    category AS first_category, final_category,
    CASE WHEN automatic THEN 1 ELSE 0 END AS automatic,
    ack_minutes, first_response_minutes, triage_minutes, handling_minutes,
    evidence AS handling_evidence, resolution_minutes, resolution_business_minutes,
    reopened, reassigned,
    requester_wait_minutes, waiting_on_requester_minutes, on_hold_minutes
FROM ticket_times WHERE source <> 'sandbox'
""",
    "v_weeks": """
SELECT week, source, SUM(opened) AS opened, SUM(resolved) AS resolved,
    SUM(automatic) AS automatic,
    CASE WHEN SUM(resolved) >= 5 THEN SUM(reopened) END AS reopened,
    CASE WHEN SUM(resolved) >= 5 THEN SUM(reassigned) END AS reassigned,
    COUNT(first_response) AS first_response_n,
    CASE WHEN COUNT(first_response) >= 5 THEN AVG(first_response) END AS first_response_mean,
    COUNT(handling) AS handling_n,
    CASE WHEN COUNT(handling) >= 5 THEN AVG(handling) END AS handling_mean
FROM (
    SELECT {week_opened} AS week, source, 1 AS opened, 0 AS resolved,
        CASE WHEN automatic THEN 1 ELSE 0 END AS automatic, 0 AS reopened, 0 AS reassigned,
        first_response_minutes AS first_response, NULL AS handling
    FROM ticket_times WHERE source <> 'sandbox'
    UNION ALL
    SELECT {week_resolved}, source, 0, 1, 0, CASE WHEN reopened > 0 THEN 1 ELSE 0 END,
        CASE WHEN reassigned > 0 THEN 1 ELSE 0 END, NULL, handling_minutes
    FROM ticket_times WHERE source <> 'sandbox' AND resolved_at IS NOT NULL
) AS happened
GROUP BY week, source
""",
    # Numbers only: one person may handle all that is about a category (models.kpis.cuts).
    "v_categories": """
SELECT {month_resolved} AS month, source, final_category AS category, COUNT(*) AS resolved,
    COUNT(handling_minutes) AS handling_n
FROM ticket_times WHERE source <> 'sandbox' AND resolved_at IS NOT NULL
GROUP BY 1, 2, 3
""",
    # A team is shown from five askers on, and a month only where those who are not shown are
    # nobody or at least five: else they could be had by subtraction from the whole.
    "v_teams": """
WITH asked AS (
    SELECT {month_asked} AS month, person.team AS team,
        COUNT(DISTINCT ticket.requester_id) AS people, COUNT(*) AS opened
    FROM ticket JOIN person ON person.id = ticket.requester_id
    WHERE ticket.source <> 'demo' AND ticket.source <> 'sandbox'
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
SELECT "key", value, unit, {moment_changed} AS changed_at, holds_from FROM assumption
""",
    "v_baselines": """
SELECT id, {moment_frozen} AS frozen_at, first_day, last_day, sha256 FROM baseline
""",
    # The blocks of models.kpis.ratings, one week more cautious: without a clock a week is
    # known to be over once there is a rating of a later one. PostgreSQL sums whole numbers up
    # to a wider type, which the casts take back.
    "v_csat": """
WITH RECURSIVE weeks AS (
    SELECT week, ROW_NUMBER() OVER (ORDER BY week) AS place, COUNT(*) AS n,
        SUM(CASE WHEN score >= 4 THEN 1 ELSE 0 END) AS satisfied, SUM(score) AS scores
    FROM ticket_rating WHERE week < (SELECT MAX(week) FROM ticket_rating)
    GROUP BY week
),
blocks AS (
    SELECT week, place, n, satisfied, scores FROM weeks WHERE place = 1
    UNION ALL
    SELECT weeks.week, weeks.place,
        weeks.n + CASE WHEN blocks.n < 5 THEN blocks.n ELSE 0 END,
        weeks.satisfied + CASE WHEN blocks.n < 5 THEN blocks.satisfied ELSE 0 END,
        weeks.scores + CASE WHEN blocks.n < 5 THEN blocks.scores ELSE 0 END
    FROM blocks JOIN weeks ON weeks.place = blocks.place + 1
)
SELECT {month_week} AS month, CAST(SUM(n) AS bigint) AS n,
    CAST(SUM(satisfied) AS bigint) * 1.0 / CAST(SUM(n) AS bigint) AS satisfied,
    CAST(SUM(scores) AS bigint) * 1.0 / CAST(SUM(n) AS bigint) AS mean
FROM blocks WHERE n >= 5
GROUP BY 1
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
_REFUSE = """
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '%', TG_ARGV[0]; END $$
"""
# PostgreSQL writes through a view of one table, unless it is told otherwise.
_OF_ONE_TABLE = ("v_tickets", "v_costs", "v_assumptions", "v_baselines")


def upgrade() -> None:
    SQLModel.metadata.create_all(op.get_bind(), checkfirst=False)
    postgres = _is_postgres()
    if postgres:
        op.execute(_REFUSE)
    for one in APPEND_ONLY:
        _guard(one, postgres)
    expressions = _expressions(postgres)
    for name, body in VIEWS.items():
        op.execute(f"CREATE VIEW {name} AS {body.format(**expressions)}")
    for name in _OF_ONE_TABLE if postgres else ():
        op.execute(
            f"CREATE TRIGGER {name}_read_only INSTEAD OF INSERT OR UPDATE OR DELETE ON {name} "
            "FOR EACH ROW EXECUTE FUNCTION refuse('a view is only read')"
        )


def downgrade() -> None:
    for name in reversed(VIEWS):
        op.execute(f"DROP VIEW {name}")
    SQLModel.metadata.drop_all(op.get_bind(), checkfirst=False)
    if _is_postgres():
        op.execute("DROP FUNCTION refuse()")


def _is_postgres() -> bool:
    return op.get_bind().dialect.name == "postgresql"


def _guard(kept: AppendOnly, postgres: bool) -> None:
    """Let the database itself refuse to change or remove rows of a table."""
    for verb in ("UPDATE", "DELETE", "TRUNCATE") if postgres else ("UPDATE", "DELETE"):
        of = f" OF {kept.columns}" if kept.columns and verb == "UPDATE" else ""
        when = f"WHEN ({kept.kept}) " if kept.kept and verb == "DELETE" else ""
        refuse = (
            f"FOR EACH {'ROW' if when else 'STATEMENT'} {when}"
            f"EXECUTE FUNCTION refuse('{kept.refusal}')"
            if postgres
            else f"{when}BEGIN SELECT RAISE(ABORT, '{kept.refusal}'); END"
        )
        trigger = f"{kept.table}_no_{verb.lower()}"
        op.execute(f"CREATE TRIGGER {trigger} BEFORE {verb}{of} ON {kept.table} {refuse}")


def _expressions(postgres: bool) -> dict[str, str]:
    """Return what the holes of `VIEWS` are filled with: a column as a moment, a week, a month."""
    forms = _POSTGRES if postgres else _SQLITE
    expressions = {
        f"{form}_{name}": text.format(column)
        for form, text in forms.items()
        for name, column in _COLUMNS.items()
    }
    if postgres:
        expressions["month_week"] = "to_char(week, 'YYYY-MM')"  # a day already
    return expressions
