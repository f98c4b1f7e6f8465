"""Views that tell no figure of fewer than five ratings or tickets.

Revision: 0020
Follows: 0019
"""

from importlib import import_module

from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

VIEWS = {
    # The blocks of models.kpis.ratings.told, one week more cautious: without a clock a week is
    # known to be over once there is a rating of a later one.
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
SELECT {month_week} AS month, {whole_n} AS n, {whole_satisfied} * 1.0 / {whole_n} AS satisfied,
    {whole_scores} * 1.0 / {whole_n} AS mean
FROM blocks WHERE n >= 5
GROUP BY 1
""",
    # A value is told from five tickets on, and what is not told is of nobody or of five: from
    # the smallest category on, those before it are summed up (models.kpis.small_desks).
    "v_categories": """
WITH found AS (
    SELECT {month_resolved} AS month, source, final_category AS category, COUNT(*) AS resolved,
        SUM(CASE WHEN reopened > 0 THEN 1 ELSE 0 END) AS reopened,
        COUNT(handling_minutes) AS handling_n, AVG(handling_minutes) AS handling_mean
    FROM ticket_times WHERE source <> 'sandbox' AND resolved_at IS NOT NULL
    GROUP BY 1, 2, 3
),
summed AS (
    SELECT month, source, category, resolved, reopened, handling_n, handling_mean,
        SUM(resolved) OVER (
            PARTITION BY month, source ORDER BY resolved, category
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS fewer_resolved,
        SUM(handling_n) OVER (
            PARTITION BY month, source ORDER BY handling_n, category
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS fewer_handled
    FROM found
)
SELECT month, source, category, resolved,
    CASE WHEN resolved >= 5 AND COALESCE(fewer_resolved, 0) NOT IN (1, 2, 3, 4) THEN reopened END
        AS reopened,
    handling_n,
    CASE WHEN handling_n >= 5 AND COALESCE(fewer_handled, 0) NOT IN (1, 2, 3, 4)
        THEN handling_mean END AS handling_mean
FROM summed
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
}


def upgrade() -> None:
    _draw(VIEWS)


def downgrade() -> None:
    surveys = import_module("migrations.versions.0012_surveys")
    sandbox = import_module("migrations.versions.0015_sandbox")
    _draw({name: sandbox._without_sandbox(surveys.VIEWS[name]) for name in VIEWS})


def _draw(views: dict[str, str]) -> None:
    postgres = op.get_bind().dialect.name == "postgresql"
    holes = import_module("migrations.versions.0012_surveys")._holes(postgres)
    # PostgreSQL sums whole numbers up to a wider type than the view had.
    whole = {
        f"whole_{name}": f"CAST(SUM({name}) AS bigint)" for name in ("n", "satisfied", "scores")
    }
    for name, body in views.items():
        drawn = f"VIEW {name} AS {body.format(**holes, **whole)}"
        if postgres:  # keeps who was granted the view
            op.execute(f"CREATE OR REPLACE {drawn}")
        else:
            op.execute(f"DROP VIEW {name}")
            op.execute(f"CREATE {drawn}")
