"""What goes with a reported answer: the same one elsewhere, and what says nearly the same."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from models.commands import ReportIncident
from models.desk.base.context import DeskContext
from models.knowledge.similarity import ANSWERS, NEARLY_IDENTICAL
from models.store.knowledge import words_sha256
from models.store.transaction import UnitOfWork
from models.tables import Article, ArticleKind, Incident, Quarantine


@dataclass(frozen=True, slots=True)
class Near:
    """An answer that goes with the one reported: its row, the hash of its words, how near."""

    article_id: int
    words: str
    likeness: float


def nearly_the_same(desk: DeskContext, command: ReportIncident) -> tuple[Near, ...]:
    """Return what says nearly the same as the answer reported; slow, so outside transactions."""
    if not command.article_id:
        return ()
    with desk.store.snapshot() as unit:
        article = unit.knowledge.get(command.article_id)
        others = [row for row in unit.knowledge.all() if article and row.id != article.id]
    if article is None:
        return ()
    alike = ANSWERS.cosines(article.answer, [row.answer for row in others])
    return tuple(
        Near(row.id or 0, words_sha256(row.answer), float(cosine))
        for row, cosine in zip(others, alike, strict=True)
        if cosine >= NEARLY_IDENTICAL or _same_article(row, article)
    )


def _same_article(one: Article, other: Article) -> bool:
    """Return whether two rows are one article: its translations, or passages of one section."""
    if one.document != other.document or one.kind is not other.kind:
        return False
    if one.kind is ArticleKind.ANSWER:
        return one.external_id == other.external_id
    return bool(one.title) and one.title == other.title


def quarantine_rows(
    unit: UnitOfWork, incident: Incident, article: Article, near: Sequence[Near]
) -> Iterator[Quarantine]:
    yield _row(incident, article, 1.0)
    for one in near:
        row = unit.knowledge.get(one.article_id)
        if row is not None and words_sha256(row.answer) == one.words:
            yield _row(incident, row, round(one.likeness, 3))


def _row(incident: Incident, article: Article, near: float) -> Quarantine:
    return Quarantine(
        incident_id=incident.id or 0,
        article_id=article.id or 0,
        document=article.document,
        external_id=article.external_id,
        language=article.language,
        answer_sha256=words_sha256(article.answer),
        likeness=near,
    )
