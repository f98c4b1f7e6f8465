"""What people's verdicts on answers change: candidates, drafts, reviews.

Revision: 0007
Follows: 0006
"""

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_TEXT = sqlmodel.sql.sqltypes.AutoString
_MOMENT = sqlmodel.sql.sqltypes.UTCDateTime
_INDEXES = (
    ("answer_verdict", "case_id"),
    ("answer_verdict", "article_id"),
    ("question_candidate", "article_id"),
    ("question_candidate", "case_id"),
    ("question_candidate", "state"),
    ("article_draft", "article_id"),
    ("article_review", "article_id"),
    ("article_review", "asked_on"),
)


def upgrade() -> None:
    with op.batch_alter_table("article", schema=None) as batch_op:
        batch_op.add_column(sa.Column("reviewed_on", sa.Date(), nullable=True))
    _verdicts()
    _candidates()
    _drafts()
    _reviews()
    for table, column in _INDEXES:
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.create_index(batch_op.f(f"ix_{table}_{column}"), [column], unique=False)


def _of_article() -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["article_id"], ["article.id"], ondelete="CASCADE")


def _verdicts() -> None:
    op.create_table(
        "answer_verdict",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("article_id", sa.Integer(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("solved", sa.Boolean(), nullable=False),
        sa.Column("answer_sha256", _TEXT(length=64), nullable=False),
        sa.Column("at", _MOMENT(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["help_case.id"]),
        _of_article(),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("case_id", "article_id", name="uq_answer_verdict"),
    )


def _candidates() -> None:
    op.create_table(
        "question_candidate",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("article_id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("offered_on", sa.Date(), nullable=True),
        sa.Column("created_at", _MOMENT(), nullable=False),
        sa.Column("decided_by", _TEXT(length=32), nullable=False),
        sa.Column("decided_at", _MOMENT(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["help_case.id"]),
        _of_article(),
        sa.PrimaryKeyConstraint("id"),
    )


def _drafts() -> None:
    op.create_table(
        "article_draft",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("language", _TEXT(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("article_id", sa.Integer(), nullable=True),
        sa.Column("created_at", _MOMENT(), nullable=False),
        sa.Column("decided_by", _TEXT(length=32), nullable=False),
        sa.Column("decided_at", _MOMENT(), nullable=True),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"]),
        _of_article(),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("ticket_id"),
    )


def _reviews() -> None:
    op.create_table(
        "article_review",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("article_id", sa.Integer(), nullable=False),
        sa.Column("deadline", sa.Date(), nullable=False),
        sa.Column("owner", _TEXT(length=32), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("verdict", sa.String(24), nullable=False),
        sa.Column("decided_by", _TEXT(length=32), nullable=False),
        sa.Column("decided_at", _MOMENT(), nullable=True),
        _of_article(),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("article_id", "deadline", name="uq_article_review"),
    )


def downgrade() -> None:
    for table, column in reversed(_INDEXES):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.drop_index(batch_op.f(f"ix_{table}_{column}"))
    for table in ("article_review", "article_draft", "question_candidate", "answer_verdict"):
        op.drop_table(table)
    with op.batch_alter_table("article", schema=None) as batch_op:
        batch_op.drop_column("reviewed_on")
