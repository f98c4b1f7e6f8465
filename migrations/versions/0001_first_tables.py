"""All tables, what makes some of them append-only, and the views that other programs read.

This step never changes again: a change of `models.tables` is a step of its own, which first
expands and only in a later version contracts (docs/decisions/0022-one-first-migration.md).

Revision: 0001
Follows: nothing
"""

from typing import Final, NamedTuple

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None
oldest = "0001"

_JSON: Final = sa.JSON().with_variant(JSONB(), "postgresql")
_MOMENT: Final = sa.DateTime(timezone=True)


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
    _create_tables()
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
    made = sa.MetaData()
    made.reflect(op.get_bind())
    made.drop_all(
        op.get_bind(), [made.tables[name] for name in made.tables if name != "alembic_version"]
    )
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


def _create_tables() -> None:
    op.create_table(
        "article",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("document", sa.String(), nullable=False),
        sa.Column("external_id", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("questions", _JSON, nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("verified_on", sa.Date(), nullable=True),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("page", sa.Integer(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("audience", _JSON, nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("imported_at", _MOMENT, nullable=True),
        sa.Column("reviewed_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("document", "external_id", "language", name="uq_article_source"),
    )
    op.create_index("ix_article_document", "article", ["document"])
    op.create_table(
        "assumption",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("value", sa.Float(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("changed_at", _MOMENT, nullable=False),
        sa.Column("holds_from", sa.Date(), nullable=False, server_default="2000-01-01"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_assumption_key", "assumption", ["key"])
    op.create_table(
        "audit_entry",
        sa.Column("number", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("chain", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("number"),
    )
    op.create_table(
        "baseline",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("frozen_at", _MOMENT, nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("last_event", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "baseline_choice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(24), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=True),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by", sa.String(32), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "budget_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("period", sa.String(7), nullable=False),
        sa.Column("cents", sa.BigInteger(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("recorded_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_budget_entry_period", "budget_entry", ["period"])
    op.create_table(
        "category",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("titles", _JSON, nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("merged_into", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_table(
        "category_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("act", sa.String(24), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("into", sa.String(), nullable=False),
        sa.Column("titles", _JSON, nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "change_notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("document", sa.String(32), nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("posted_on", sa.Date(), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "channel_pace",
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("next_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("channel"),
    )
    op.create_table(
        "company_kpi",
        sa.Column("key", sa.String(40), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("unit", sa.String(8), nullable=False),
        sa.Column("better", sa.String(8), nullable=False),
        sa.Column("measure", sa.String(40), nullable=False),
        sa.Column("categories", _JSON, nullable=False),
        sa.Column("baseline_first", sa.Date(), nullable=False),
        sa.Column("baseline_last", sa.Date(), nullable=False),
        sa.Column("goal", sa.Float(), nullable=True),
        sa.Column("cut", sa.Float(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("added_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_table(
        "cost_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("description", sa.String(), nullable=False),
        sa.Column("cents", sa.Integer(), nullable=False),
        sa.Column("booked_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "document",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("folder", sa.String(), nullable=False),
        sa.Column("imported_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_index("ix_document_folder", "document", ["folder"])
    op.create_table(
        "draw_key",
        sa.Column("id", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("secret", sa.String(64), nullable=False),
        sa.Column("made_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "duty_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("change", sa.Integer(), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("act", sa.String(24), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("slot", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.String(32), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_duty_entry_change", "duty_entry", ["change"])
    op.create_table(
        "freed_declaration",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("quarter", sa.String(6), nullable=False),
        sa.Column("uses", sa.String(100), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("by", sa.String(32), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_freed_declaration_quarter", "freed_declaration", ["quarter"])
    op.create_table(
        "group_member",
        sa.Column("group_id", sa.String(), nullable=False),
        sa.Column("slack_id", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("group_id", "slack_id"),
    )
    op.create_table(
        "history_watch",
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("since", _MOMENT, nullable=False),
        sa.Column("checked_at", _MOMENT, nullable=True),
        sa.Column("complete_until", _MOMENT, nullable=True),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("lease_until", _MOMENT, nullable=True),
        sa.Column("found", sa.Integer(), nullable=False),
        sa.Column("found_at", _MOMENT, nullable=True),
        sa.Column("deaf_at", _MOMENT, nullable=True),
        sa.Column("error", sa.String(255), nullable=False),
        sa.PrimaryKeyConstraint("channel"),
    )
    op.create_table(
        "inbox",
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("message_key", sa.String(64), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("received_at", _MOMENT, nullable=False),
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("awaits", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("not_before", _MOMENT, nullable=False),
        sa.Column("done_at", _MOMENT, nullable=True),
        sa.Column("error", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("seq"),
        sa.UniqueConstraint("id"),
        sa.UniqueConstraint("message_key"),
    )
    op.create_index("ix_inbox_awaits", "inbox", ["awaits"])
    op.create_index("ix_inbox_state", "inbox", ["state"])
    op.create_table(
        "incident",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(32), nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("post", sa.String(), nullable=False),
        sa.Column("owner", sa.String(32), nullable=False),
        sa.Column("opened_at", _MOMENT, nullable=False),
        sa.Column("closed_by", sa.String(32), nullable=False),
        sa.Column("closed_at", _MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_incident_opened_at", "incident", ["opened_at"])
    op.create_index("ix_incident_state", "incident", ["state"])
    op.create_index("ix_incident_subject", "incident", ["subject"])
    op.create_table(
        "issued_statement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("quarter", sa.String(6), nullable=False),
        sa.Column("issued_at", _MOMENT, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("baseline_id", sa.Integer(), nullable=True),
        sa.Column("last_event", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_issued_statement_quarter", "issued_statement", ["quarter"])
    op.create_table(
        "job_run",
        sa.Column("job", sa.String(), nullable=False),
        sa.Column("period", sa.String(), nullable=False),
        sa.Column("due_at", _MOMENT, nullable=False),
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("started_at", _MOMENT, nullable=False),
        sa.Column("lease_until", _MOMENT, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("error", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("job", "period"),
    )
    op.create_table(
        "llm_call",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("month", sa.String(7), nullable=False),
        sa.Column("person", sa.String(32), nullable=False),
        sa.Column("in_sandbox", sa.Boolean(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("model", sa.String(), nullable=False),
        sa.Column("prompt_version", sa.String(), nullable=False),
        sa.Column("policy", sa.String(32), nullable=False, server_default=""),
        sa.Column("redacted", _JSON, nullable=False),
        sa.Column("outcome", sa.String(24), nullable=False),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("detail", sa.String(), nullable=False),
        sa.Column("tokens_in", sa.Integer(), nullable=False),
        sa.Column("tokens_out", sa.Integer(), nullable=False),
        sa.Column("reserved_micros", sa.BigInteger(), nullable=False),
        sa.Column("cost_micros", sa.BigInteger(), nullable=False),
        sa.Column("latency_ms", sa.Float(), nullable=False),
        sa.Column("lease_until", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_llm_call_at", "llm_call", ["at"])
    op.create_index("ix_llm_call_month", "llm_call", ["month"])
    op.create_index("ix_llm_call_outcome", "llm_call", ["outcome"])
    op.create_index("ix_llm_call_person", "llm_call", ["person"])
    op.create_index("ix_llm_call_subject", "llm_call", ["subject"])
    op.create_table(
        "llm_month",
        sa.Column("month", sa.String(7), nullable=False),
        sa.Column("taken_micros", sa.BigInteger(), nullable=False),
        sa.Column("spent_micros", sa.BigInteger(), nullable=False),
        sa.Column("booked_cents", sa.Integer(), nullable=False),
        sa.Column("per_euro", sa.Float(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=True),
        sa.Column("entry_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("month"),
    )
    op.create_table(
        "model_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("recipe", sa.String(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("accuracy", sa.Float(), nullable=False),
        sa.Column("macro_f1", sa.Float(), nullable=False),
        sa.Column("promoted", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("low", sa.Float(), nullable=True),
        sa.Column("high", sa.Float(), nullable=True),
        sa.Column("figures", _JSON, nullable=False),
        sa.Column("card", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "money_decision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("statement_id", sa.Integer(), nullable=False),
        sa.Column("quarter", sa.String(6), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("act", sa.String(24), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by", sa.String(32), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_money_decision_quarter", "money_decision", ["quarter"])
    op.create_index("ix_money_decision_statement_id", "money_decision", ["statement_id"])
    op.create_table(
        "name_hashes",
        sa.Column("key_hash", sa.String(32), nullable=False),
        sa.Column("read_at", _MOMENT, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("key_hash"),
    )
    op.create_table(
        "number_given",
        sa.Column("name", sa.String(32), nullable=False),
        sa.Column("highest", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "office_calendar",
        sa.Column("version", sa.String(16), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("version"),
    )
    op.create_table(
        "outage",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("topic", _JSON, nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("told", sa.Text(), nullable=False),
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("opened_at", _MOMENT, nullable=False),
        sa.Column("decided_by", sa.String(32), nullable=False),
        sa.Column("closed_at", _MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_outage_state", "outage", ["state"])
    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("slack_user", sa.String(), nullable=False),
        sa.Column("thread_ts", sa.String(), nullable=False),
        sa.Column("target_key", sa.String(), nullable=False),
        sa.Column("reply_url", sa.String(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("not_before", _MOMENT, nullable=False),
        sa.Column("lease_until", _MOMENT, nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("error", sa.String(), nullable=False),
        sa.Column("posted_channel", sa.String(), nullable=False),
        sa.Column("ts", sa.String(), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("sent_at", _MOMENT, nullable=True),
        sa.Column("sandbox", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key"),
    )
    op.create_index("ix_outbox_state", "outbox", ["state"])
    op.create_index("ix_outbox_target_key", "outbox", ["target_key"])
    op.create_table(
        "outbox_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("post_key", sa.String(), nullable=False),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("alt", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("step", sa.String(24), nullable=False),
        sa.Column("slack_id", sa.String(32), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("post_key", "name", name="uq_outbox_file_name"),
    )
    op.create_index("ix_outbox_file_post_key", "outbox_file", ["post_key"])
    op.create_table(
        "person",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("slack_id", sa.String(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("locale", sa.String(), nullable=False),
        sa.Column("team", sa.String(), nullable=False),
        sa.Column("membership", sa.String(24), nullable=False, server_default="member"),
        sa.Column("seen_at", _MOMENT, nullable=True),
        sa.Column("erased_at", _MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("slack_id"),
    )
    op.create_table(
        "plan",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", _MOMENT, nullable=False),
        sa.Column("ended_at", _MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "pulse_ballot",
        sa.Column("token", sa.String(64), nullable=False),
        sa.Column("month", sa.String(7), nullable=False),
        sa.PrimaryKeyConstraint("token"),
    )
    op.create_index("ix_pulse_ballot_month", "pulse_ballot", ["month"])
    op.create_table(
        "pulse_tally",
        sa.Column("month", sa.String(7), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("month", "score"),
    )
    op.create_table(
        "register_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("change", sa.String(24), nullable=False),
        sa.Column("content", _JSON, nullable=False),
        sa.Column("about", sa.String(32), nullable=False),
        sa.Column("told", sa.Text(), nullable=False),
        sa.Column("origin", sa.String(64), nullable=False),
        sa.Column("by", sa.String(32), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("kind", "number", "version", name="uq_register_line_version"),
    )
    op.create_index("ix_register_line_about", "register_line", ["about"])
    op.create_table(
        "schema_support",
        sa.Column("oldest", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("oldest"),
    )
    op.create_table(
        "survey_key",
        sa.Column("name", sa.String(16), nullable=False),
        sa.Column("secret", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "switch",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("changed_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "text_vector",
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("embedder", sa.String(), nullable=False),
        sa.Column("use", sa.String(16), nullable=False),
        sa.Column("vector", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", "embedder", "use"),
    )
    op.create_table(
        "ticket_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.Column("ticket_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("actor", sa.String(32), nullable=False),
        sa.Column("detail", _JSON, nullable=False),
        sa.Column("command_id", sa.String(), nullable=False),
        sa.Column("sandbox", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "ix_ticket_event_acts",
        "ticket_event",
        ["actor", "at"],
        sqlite_where=sa.text("actor <> ''"),
        postgresql_where=sa.text("actor <> ''"),
    )
    op.create_index("ix_ticket_event_at", "ticket_event", ["at", "kind", "case_id"])
    op.create_index("ix_ticket_event_case_id", "ticket_event", ["case_id"])
    op.create_index(
        "ix_ticket_event_drawn",
        "ticket_event",
        ["case_id", "at"],
        sqlite_where=sa.text("kind = 'randomised'"),
        postgresql_where=sa.text("kind = 'randomised'"),
    )
    op.create_index("ix_ticket_event_ticket_id", "ticket_event", ["ticket_id"])
    op.create_table(
        "ticket_rating",
        sa.Column("token", sa.String(64), nullable=False),
        sa.Column("week", sa.Date(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("token"),
    )
    op.create_index("ix_ticket_rating_week", "ticket_rating", ["week"])
    op.create_table(
        "triage_mode",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("suggest_only", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("correct", sa.Integer(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "triage_rule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("pattern", sa.Text(), nullable=False),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "value_choice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(24), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("recorded_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_value_choice_key", "value_choice", ["key"])
    op.create_table(
        "article_review",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("article_id", sa.Integer(), nullable=False),
        sa.Column("deadline", sa.Date(), nullable=False),
        sa.Column("owner", sa.String(32), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("verdict", sa.String(24), nullable=False),
        sa.Column("decided_by", sa.String(32), nullable=False),
        sa.Column("decided_at", _MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("article_id", "deadline", name="uq_article_review"),
    )
    op.create_index("ix_article_review_article_id", "article_review", ["article_id"])
    op.create_index("ix_article_review_asked_on", "article_review", ["asked_on"])
    op.create_table(
        "help_case",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("thread_ts", sa.String(), nullable=False),
        sa.Column("entrance", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("opened_at", _MOMENT, nullable=False),
        sa.Column("last_message_at", _MOMENT, nullable=False),
        sa.Column("article_id", sa.Integer(), nullable=True),
        sa.Column("nearest", _JSON, nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=True),
        sa.Column("sandbox", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_case_burst", "help_case", ["person_id", "channel", "last_message_at"])
    op.create_index("ix_case_thread", "help_case", ["channel", "thread_ts"])
    op.create_index("ix_help_case_person_id", "help_case", ["person_id"])
    op.create_table(
        "incident_report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("incident_id", sa.Integer(), nullable=False),
        sa.Column("reporter", sa.String(32), nullable=False),
        sa.Column("subject", sa.String(32), nullable=False),
        sa.Column("said_sha256", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("told", sa.Text(), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("reporter", "subject", "said_sha256", name="uq_incident_report"),
    )
    op.create_index("ix_incident_report_incident_id", "incident_report", ["incident_id"])
    op.create_index("ix_incident_report_reporter_at", "incident_report", ["reporter", "at"])
    op.create_table(
        "kpi_reading",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kpi_key", sa.String(40), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("value", sa.Float(), nullable=False),
        sa.Column("recorded_at", _MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["kpi_key"], ["company_kpi.key"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_kpi_reading_kpi_key", "kpi_reading", ["kpi_key"])
    op.create_table(
        "model_rollback",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("from_version", sa.Integer(), nullable=False),
        sa.Column("to_version", sa.Integer(), nullable=False),
        sa.Column("newest_version", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["from_version"], ["model_version.id"]),
        sa.ForeignKeyConstraint(["newest_version"], ["model_version.id"]),
        sa.ForeignKeyConstraint(["to_version"], ["model_version.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "notice_receipt",
        sa.Column("token", sa.String(64), nullable=False),
        sa.Column("notice_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["notice_id"], ["change_notice.id"]),
        sa.PrimaryKeyConstraint("token"),
    )
    op.create_index("ix_notice_receipt_notice_id", "notice_receipt", ["notice_id"])
    op.create_table(
        "outage_report",
        sa.Column("outage_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.String(32), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.Column("at", _MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["outage_id"], ["outage.id"]),
        sa.PrimaryKeyConstraint("outage_id", "person_id"),
    )
    op.create_table(
        "plan_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(32), nullable=False),
        sa.Column("act", sa.String(24), nullable=False),
        sa.Column("told", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("owner", sa.String(32), nullable=False),
        sa.Column("by", sa.String(32), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_plan_change_plan_id", "plan_change", ["plan_id"])
    op.create_table(
        "private_matter",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("taken_by", sa.String(32), nullable=False),
        sa.Column("opened_at", _MOMENT, nullable=False),
        sa.Column("last_message_at", _MOMENT, nullable=False),
        sa.Column("closed_at", _MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_private_matter_person_id", "private_matter", ["person_id"])
    op.create_table(
        "quarantine",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("incident_id", sa.Integer(), nullable=False),
        sa.Column("article_id", sa.Integer(), nullable=False),
        sa.Column("document", sa.String(), nullable=False),
        sa.Column("external_id", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("answer_sha256", sa.String(64), nullable=False),
        sa.Column("likeness", sa.Float(), nullable=False),
        sa.Column("lifted_at", _MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_quarantine_incident_id", "quarantine", ["incident_id"])
    op.create_index("ix_quarantine_lifted_at", "quarantine", ["lifted_at"])
    op.create_table(
        "vendor_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("before", sa.String(), nullable=False),
        sa.Column("after", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("changed_on", sa.Date(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=True),
        sa.Column("withdraws", sa.Integer(), nullable=True),
        sa.Column("recorded_at", _MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["cost_entry.id"]),
        sa.ForeignKeyConstraint(["withdraws"], ["vendor_change.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("withdraws"),
    )
    op.create_table(
        "answer_verdict",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("article_id", sa.Integer(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("solved", sa.Boolean(), nullable=False),
        sa.Column("answer_sha256", sa.String(64), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("sandbox", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["case_id"], ["help_case.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("case_id", "article_id", name="uq_answer_verdict"),
    )
    op.create_index("ix_answer_verdict_article_id", "answer_verdict", ["article_id"])
    op.create_index("ix_answer_verdict_case_id", "answer_verdict", ["case_id"])
    op.create_table(
        "case_message",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("ts", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("thread_ts", sa.String(), nullable=False),
        sa.Column("answered", sa.Boolean(), nullable=False),
        sa.Column("closes", sa.Boolean(), nullable=False),
        sa.Column("files", _JSON, nullable=False),
        sa.Column("posted_at", _MOMENT, nullable=True),
        sa.Column("edited_at", _MOMENT, nullable=True),
        sa.Column("deleted_at", _MOMENT, nullable=True),
        sa.Column("sandbox", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.ForeignKeyConstraint(["case_id"], ["help_case.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("channel", "ts", name="uq_case_message_place"),
    )
    op.create_index("ix_case_message_case_id", "case_message", ["case_id"])
    op.create_index("ix_case_message_person_id", "case_message", ["person_id"])
    op.create_table(
        "judgement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("article_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.String(32), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("sureness", sa.Float(), nullable=False),
        sa.Column("ranker", sa.String(64), nullable=False),
        sa.Column("outcome", sa.String(24), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("sandbox", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["case_id"], ["help_case.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("case_id", "article_id", name="uq_judgement"),
    )
    op.create_index("ix_judgement_article_id", "judgement", ["article_id"])
    op.create_index("ix_judgement_case_id", "judgement", ["case_id"])
    op.create_table(
        "private_message",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("matter_id", sa.Integer(), nullable=True),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("ts", sa.String(), nullable=False),
        sa.Column("thread_ts", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("posted_at", _MOMENT, nullable=True),
        sa.Column("edited_at", _MOMENT, nullable=True),
        sa.Column("deleted_at", _MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["matter_id"], ["private_matter.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("channel", "ts", name="uq_private_message_place"),
    )
    op.create_index("ix_private_message_matter_id", "private_message", ["matter_id"])
    op.create_table(
        "question_candidate",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("article_id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("offered_on", sa.Date(), nullable=True),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("decided_by", sa.String(32), nullable=False),
        sa.Column("decided_at", _MOMENT, nullable=True),
        sa.Column("seconded", sa.Boolean(), nullable=False),
        sa.Column("sandbox", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["case_id"], ["help_case.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_question_candidate_article_id", "question_candidate", ["article_id"])
    op.create_index("ix_question_candidate_case_id", "question_candidate", ["case_id"])
    op.create_index("ix_question_candidate_state", "question_candidate", ["state"])
    op.create_table(
        "ticket",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.Column("source", sa.String(24), nullable=False),
        sa.Column("external_id", sa.String(), nullable=True),
        sa.Column("status", sa.String(24), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("decided_by", sa.String(24), nullable=False),
        sa.Column("confidence", sa.Float(), nullable=True),
        sa.Column("priority", sa.String(), nullable=False),
        sa.Column("team", sa.String(), nullable=False),
        sa.Column("requester_id", sa.String(), nullable=True),
        sa.Column("assignee_id", sa.String(), nullable=True),
        sa.Column("opened_at", _MOMENT, nullable=False),
        sa.Column("joined_to", sa.Integer(), nullable=True),
        sa.Column("alike", _JSON, nullable=False, server_default=sa.text("'[]'")),
        sa.ForeignKeyConstraint(["assignee_id"], ["person.id"]),
        sa.ForeignKeyConstraint(["case_id"], ["help_case.id"]),
        sa.ForeignKeyConstraint(["requester_id"], ["person.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("source", "external_id", name="uq_ticket_external"),
    )
    op.create_index("ix_ticket_case_id", "ticket", ["case_id"])
    op.create_index("ix_ticket_category", "ticket", ["category"])
    op.create_index("ix_ticket_joined_to", "ticket", ["joined_to"])
    op.create_index("ix_ticket_opened_at", "ticket", ["opened_at"])
    op.create_index("ix_ticket_requester_id", "ticket", ["requester_id"])
    op.create_index("ix_ticket_status", "ticket", ["status"])
    op.create_table(
        "article_draft",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("article_id", sa.Integer(), nullable=True),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("decided_by", sa.String(32), nullable=False),
        sa.Column("decided_at", _MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("ticket_id"),
    )
    op.create_index("ix_article_draft_article_id", "article_draft", ["article_id"])
    op.create_table(
        "decision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("decided_by", sa.String(24), nullable=False),
        sa.Column("model", sa.String(), nullable=False),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("confidence", sa.Float(), nullable=True),
        sa.Column("reasons", _JSON, nullable=False),
        sa.Column("alternatives", _JSON, nullable=False),
        sa.Column("mode", sa.String(24), nullable=False),
        sa.Column("in_scope", sa.Boolean(), nullable=False),
        sa.Column("threshold", sa.Float(), nullable=True),
        sa.Column("nearest", _JSON, nullable=False),
        sa.Column("hints", _JSON, nullable=False),
        sa.Column("embedder", sa.String(), nullable=False),
        sa.Column("latency_ms", sa.Float(), nullable=True),
        sa.Column("llm_call_id", sa.Integer(), nullable=True),
        sa.Column("sandbox", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_decision_ticket_id", "decision", ["ticket_id"])
    op.create_table(
        "label",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("suggested", sa.String(), nullable=False),
        sa.Column("model_version", sa.String(), nullable=False),
        sa.Column("by", sa.String(32), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("sandbox", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_label_at", "label", ["at"])
    op.create_index("ix_label_ticket_id", "label", ["ticket_id"])
    op.create_table(
        "ticket_text",
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("sandbox", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"]),
        sa.PrimaryKeyConstraint("ticket_id"),
    )
    op.create_table(
        "ticket_times",
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(24), nullable=False),
        sa.Column("opened_at", _MOMENT, nullable=False),
        sa.Column("resolved_at", _MOMENT, nullable=True),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("final_category", sa.String(), nullable=False),
        sa.Column("automatic", sa.Boolean(), nullable=False),
        sa.Column("ack_minutes", sa.Float(), nullable=True),
        sa.Column("first_response_minutes", sa.Float(), nullable=True),
        sa.Column("triage_minutes", sa.Float(), nullable=True),
        sa.Column("handling_minutes", sa.Float(), nullable=True),
        sa.Column("resolution_minutes", sa.Float(), nullable=True),
        sa.Column("resolution_business_minutes", sa.Float(), nullable=True),
        sa.Column("evidence", sa.String(), nullable=False),
        sa.Column("reopened", sa.Integer(), nullable=False),
        sa.Column("reassigned", sa.Integer(), nullable=False),
        sa.Column("requester_wait_minutes", sa.Float(), nullable=True),
        sa.Column("waiting_on_requester_minutes", sa.Float(), nullable=True),
        sa.Column("on_hold_minutes", sa.Float(), nullable=True),
        sa.Column("calendar", sa.String(16), nullable=False, server_default=""),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"]),
        sa.PrimaryKeyConstraint("ticket_id"),
    )
    op.create_index(
        "ix_ticket_times_opened",
        "ticket_times",
        [
            "opened_at",
            "source",
            "final_category",
            "automatic",
            "ack_minutes",
            "first_response_minutes",
            "triage_minutes",
            "resolution_minutes",
            "resolution_business_minutes",
        ],
    )
    op.create_index(
        "ix_ticket_times_resolved",
        "ticket_times",
        [
            "resolved_at",
            "source",
            "final_category",
            "handling_minutes",
            "reopened",
            "reassigned",
            "resolution_minutes",
            "resolution_business_minutes",
        ],
    )
    op.create_table(
        "ticket_vector",
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("embedder", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("vector", sa.LargeBinary(), nullable=False),
        sa.Column("sandbox", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"]),
        sa.PrimaryKeyConstraint("ticket_id"),
    )
