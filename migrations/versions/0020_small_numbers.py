"""Views that tell no figure of fewer than five ratings, not even by subtraction.

Revision: 0020
Follows: 0018
"""

from importlib import import_module

from alembic import op

revision = "0020"
down_revision = "0018"
branch_labels = None
depends_on = None

VIEWS = {
    # The blocks of models.kpis.felt.told, one week more cautious: without a clock a week is
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
}


def upgrade() -> None:
    _draw(VIEWS)


def downgrade() -> None:
    _draw({name: import_module("migrations.versions.0012_surveys").VIEWS[name] for name in VIEWS})


def _draw(views: dict[str, str]) -> None:
    postgres = op.get_bind().dialect.name == "postgresql"
    holes = import_module("migrations.versions.0012_surveys")._holes(postgres)
    # PostgreSQL sums whole numbers up to a wider type than the view had.
    whole = {
        f"whole_{name}": f"CAST(SUM({name}) AS bigint)" for name in ("n", "satisfied", "scores")
    }
    for name, body in views.items():
        op.execute(f"DROP VIEW {name}")
        op.execute(f"CREATE VIEW {name} AS {body.format(**holes, **whole)}")
