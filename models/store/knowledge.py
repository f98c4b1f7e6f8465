"""Stored answers, and the documents that they came from."""

import hashlib
import json
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from sqlmodel import col, delete, func, select, update

from models.store.numbers import keep_highest
from models.store.repository import Repository
from models.tables import Article, ArticleKind, Case, CaseState, Document, Quarantine

_CONTENT = (
    *("category", "title", "questions", "answer", "url", "owner", "verified_on"),
    *("kind", "address", "page", "position", "audience", "expires_on"),
)


@dataclass(frozen=True, slots=True)
class ArticleChanges:
    """What a put did to the stored articles."""

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    removed: int = 0


@dataclass(frozen=True, slots=True)
class KeptOut:
    """What incidents keep from everybody: rows, names in a document, and very words."""

    ids: frozenset[int]
    names: frozenset[tuple[str, str, str]]
    words: frozenset[str]

    def has(self, article: Article) -> bool:
        name = (article.document, article.external_id, article.language)
        return article.id in self.ids or name in self.names or self.has_words(article.answer)

    def has_words(self, answer: str) -> bool:
        return bool(self.words) and words_sha256(answer) in self.words

    def has_name(self, document: str, external_id: str) -> bool:
        """Return whether an article of that name is kept out, in whatever language."""
        return any(name[:2] == (document, external_id) for name in self.names)

    @property
    def version(self) -> str:
        return repr((sorted(self.ids), sorted(self.names), sorted(self.words)))


def words_sha256(answer: str) -> str:
    """Return what tells an answer's very words."""
    return hashlib.sha256(answer.encode()).hexdigest()


# Asked for each question, so built once.
_HASHES: Final = select(Article.id, Article.sha256).order_by(col(Article.id))
_QUARANTINED: Final = (
    select(Quarantine).where(col(Quarantine.lifted_at).is_(None)).order_by(col(Quarantine.id))
)


class ArticleRepository(Repository):
    """The table article."""

    def put(self, articles: Iterable[Article]) -> ArticleChanges:
        """Store articles by (document, external_id, language); equal ones stay untouched."""
        added = updated = unchanged = 0
        for article in articles:
            found = self._same(article)
            _keep_review(found, article)
            article.sha256 = _sha256(article)
            if found is None:
                self._session.add(article)
                added += 1
            elif found.sha256 == article.sha256:
                unchanged += 1
            else:
                _overwrite(found, article)
                self._session.add(found)
                updated += 1
        self._session.flush()
        return ArticleChanges(added=added, updated=updated, unchanged=unchanged)

    def replace(self, document: str, articles: Sequence[Article]) -> ArticleChanges:
        """Make ``articles`` all that stands in ``document``: others of it are removed.

        A passage that moved keeps its row, so that answers given with it keep their source.
        """
        pairs = _paired(self.of_document(document), articles)
        kept = {id(old) for old, _ in pairs}
        gone = [row for row in self.of_document(document) if id(row) not in kept]
        self._forget(row.id or 0 for row in gone)
        for row in gone:
            self._session.delete(row)
        # Passages may change places: their names have to be free before others take them.
        for old, new in pairs:
            if old is not None and _name(old) != _name(new):
                old.external_id = f"~{old.id}"
        self._session.flush()
        changes = self._written(pairs)
        return ArticleChanges(changes.added, changes.updated, changes.unchanged, len(gone))

    def _written(self, pairs: Sequence[tuple[Article | None, Article]]) -> ArticleChanges:
        added = updated = unchanged = 0
        for old, new in pairs:
            _keep_review(old, new)
            new.sha256 = _sha256(new)
            if old is None:
                self._session.add(new)
                added += 1
            elif old.sha256 == new.sha256 and _name(old) == _name(new):
                unchanged += 1
            else:
                old.external_id, old.language = new.external_id, new.language
                _overwrite(old, new)
                updated += 1
        self._session.flush()
        return ArticleChanges(added=added, updated=updated, unchanged=unchanged)

    def reviewed(self, article: Article) -> None:
        """Store an article whose days somebody moved."""
        article.sha256 = _sha256(article)
        self.save(article)

    def delete_document(self, document: str) -> int:
        """Remove a document with its articles and return how many there were."""
        rows = self.of_document(document)
        self._forget(row.id or 0 for row in rows)
        self._session.exec(delete(Article).where(col(Article.document) == document))
        self._session.exec(delete(Document).where(col(Document.name) == document))
        return len(rows)

    def _forget(self, article_ids: Iterable[int]) -> None:
        """Let questions that wait for a verdict forget their article, whose number is not given again."""
        keep_highest(self._session, Article)
        ids = list(article_ids)
        for at in range(0, len(ids), 500):
            theirs = update(Case).where(col(Case.article_id).in_(ids[at : at + 500]))
            waits = col(Case.state) == CaseState.ANSWERED
            self._session.execute(theirs.where(waits).values(article_id=None))

    def answers_given(self, document: str) -> int:
        """Return how many questions were answered from a document."""
        articles = select(Article.id).where(Article.document == document)
        query = select(func.count()).select_from(Case)
        return self._session.exec(query.where(col(Case.article_id).in_(articles))).one()

    def of_document(self, document: str) -> Sequence[Article]:
        """Return a document's articles in the order they stand in it."""
        query = select(Article).where(Article.document == document)
        return self._session.exec(query.order_by(col(Article.position), col(Article.id))).all()

    def document(self, name: str) -> Document | None:
        return self._session.get(Document, name)

    def keep_document(self, document: Document) -> None:
        """Store or renew what is known of a document."""
        self._session.merge(document)
        self._session.flush()

    def documents_in(self, folder: str) -> Sequence[str]:
        """Return the names of the documents that came from a folder."""
        query = select(Document.name).where(Document.folder == folder)
        return self._session.exec(query.order_by(Document.name)).all()

    def get(self, article_id: int) -> Article | None:
        return self._session.get(Article, article_id)

    def shown(self, article_id: int) -> Article | None:
        """Return an article that may be shown; None where an incident keeps it out."""
        found = self.get(article_id)
        return found if found is not None and not self.kept_out().has(found) else None

    def shown_in(self, document: str) -> Sequence[Article]:
        """Return a document's articles but those that an incident keeps out."""
        kept_out = self.kept_out()
        return [row for row in self.of_document(document) if not kept_out.has(row)]

    def may_be_shown(self) -> Sequence[Article]:
        """Return every article but those that an incident keeps out."""
        kept_out = self.kept_out()
        return [article for article in self.all() if not kept_out.has(article)]

    def kept_out(self) -> KeptOut:
        """Return what open incidents and confirmed ones keep from everybody."""
        rows = self._session.exec(_QUARANTINED).all()
        return KeptOut(
            frozenset(row.article_id for row in rows),
            frozenset((row.document, row.external_id, row.language) for row in rows),
            frozenset(row.answer_sha256 for row in rows),
        )

    def all(self) -> Sequence[Article]:
        """Return every article, in the order they came in."""
        return self._session.exec(select(Article).order_by(col(Article.id))).all()

    def documents(self) -> Sequence[tuple[str, int]]:
        """Return each document and how many articles stand in it."""
        query = select(Article.document, func.count()).group_by(Article.document)
        return self._session.exec(query.order_by(Article.document)).all()

    def version(self) -> str:
        """Return a text that differs whenever any article was added, changed or removed."""
        rows = self._session.exec(_HASHES)
        digest = hashlib.sha256()
        for article_id, sha256 in rows.all():
            digest.update(f"{article_id}:{sha256};".encode())
        digest.update(self.kept_out().version.encode())
        return digest.hexdigest()

    def _same(self, article: Article) -> Article | None:
        query = select(Article).where(
            Article.document == article.document,
            Article.external_id == article.external_id,
            Article.language == article.language,
        )
        return self._session.exec(query).first()


def _sha256(article: Article) -> str:
    content = json.dumps([getattr(article, name) for name in _CONTENT], default=str)
    return hashlib.sha256(content.encode()).hexdigest()


def _keep_review(old: Article | None, new: Article) -> None:
    """Let what somebody said of the same words hold against an older day in the file."""
    if old is None or old.reviewed_on is None or old.answer != new.answer:
        return
    if new.verified_on is None or new.verified_on < old.reviewed_on:
        new.verified_on, new.expires_on = old.verified_on, old.expires_on
        new.reviewed_on = old.reviewed_on


def _overwrite(old: Article, new: Article) -> None:
    for name in (*_CONTENT, "sha256", "imported_at", "reviewed_on"):
        setattr(old, name, getattr(new, name))


def _name(article: Article) -> tuple[str, str]:
    return article.external_id, article.language


def _paired(old: Sequence[Article], new: Sequence[Article]) -> list[tuple[Article | None, Article]]:
    """Return each new article with the stored one that it is, or None.

    A stored answer is told by its name. A passage is told by its text first: its name is
    that of its heading or its page, and moves when something is put in above it.
    """
    found: dict[int, Article] = {}
    free = list(old)
    for passages_only, key in _LIKENESS:
        pool: dict[Hashable, list[Article]] = {}
        for row in reversed(free):
            pool.setdefault(key(row), []).append(row)
        for at, row in enumerate(new):
            if at in found or (passages_only and row.kind is ArticleKind.ANSWER):
                continue
            if pool.get(key(row)):
                found[at] = pool[key(row)].pop()
        taken = {id(row) for row in found.values()}
        free = [row for row in free if id(row) not in taken]
    return [(found.get(at), row) for at, row in enumerate(new)]


_LIKENESS: tuple[tuple[bool, Callable[[Article], Hashable]], ...] = (
    (False, lambda row: (*_name(row), row.answer)),
    # Of a few words the language is a guess, which changes with what stands around them.
    (False, lambda row: (row.external_id, row.answer)),
    (True, lambda row: (row.title, row.answer)),
    (True, lambda row: row.answer),
    (False, _name),
)
