"""Bring documents in, keep them up to date, and take them out again."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from pathlib import Path

import structlog

from models import starter
from models.errors import InvalidError, NotFoundError
from models.knowledge.articles import article, from_starter, language_of
from models.knowledge.document_reader import DocumentReader
from models.knowledge.documents import About
from models.knowledge.download import Download
from models.knowledge.excerpts import BETWEEN
from models.knowledge.folders import Skipped, SourceFile, content_of, sources
from models.knowledge.readers import VERSION
from models.language import Language
from models.message import Excerpt, Message, Part, Verbatim, plain
from models.store import sqlite_file
from models.store.knowledge import ArticleChanges
from models.store.transaction import Store, UnitOfWork
from models.tables import Article, Document

log = structlog.get_logger(__name__)

NOBODY_SAID = About()


@dataclass(frozen=True, slots=True)
class ImportReport:
    """How many documents and passages are there now, and what was left out.

    Attributes
    ----------
    unchanged : int
        How many of the documents were as they had been.
    passages_added, passages_changed, passages_removed : int
        What that did to the passages; the others were there as they are.
    vanished : tuple of str
        Documents of a folder whose files are gone; they are still answered from.
    removed : tuple of str
        Those of them that were taken out.
    """

    documents: int
    passages: int
    skipped: tuple[Skipped, ...] = ()
    unchanged: int = 0
    vanished: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    passages_added: int = 0
    passages_changed: int = 0
    passages_removed: int = 0

    def and_also(self, other: "ImportReport") -> "ImportReport":
        """Return the report of both."""
        pairs = ((getattr(one, field.name) for one in (self, other)) for field in fields(self))
        return ImportReport(*(mine + theirs for mine, theirs in pairs))


@dataclass(frozen=True, slots=True)
class Listed:
    """A document in a list; of days the earliest of its passages."""

    document: str
    passages: int
    languages: tuple[str, ...]
    owner: str
    audience: tuple[str, ...]
    verified_on: date | None
    expires_on: date | None
    imported_at: datetime | None


@dataclass(frozen=True, slots=True)
class Removal:
    """What was taken out.

    Attributes
    ----------
    answers_given : int
        Questions that were answered from it; those posts are Slack's now.
    overwritten : bool
        Whether the database file was written anew, so that no byte of it is left there.
    """

    document: str
    passages: int
    answers_given: int
    overwritten: bool


class Library:
    """The documents that questions are answered from."""

    def __init__(self, store: Store, language: Language = "sv", *, urls: bool = False) -> None:
        """``language`` is that of files which do not show their own; ``urls`` allows addresses."""
        self._store = store
        self._language: Language = language
        self._urls = urls

    def import_sources(
        self,
        given: Sequence[str],
        now: datetime,
        about: About = NOBODY_SAID,
        *,
        prune: bool = False,
    ) -> ImportReport:
        """Read files, folders and addresses of the web, as somebody typed them."""
        urls = [one for one in given if _is_url(one)]
        paths = [Path(one) for one in given if not _is_url(one)]
        total = self.import_paths(paths, now, about, prune=prune)
        for url in urls:
            try:
                one = self.import_url(url, now, about)
            except InvalidError as error:
                one = ImportReport(0, 0, (Skipped(url, str(error).removeprefix(f"{url}: ")),))
            total = total.and_also(one)
        return total

    def import_paths(
        self,
        paths: Sequence[Path],
        now: datetime,
        about: About = NOBODY_SAID,
        *,
        prune: bool = False,
    ) -> ImportReport:
        """Read files and folders; of documents read before only changed ones are read again.

        One broken file is named in the report and does not keep the others out.

        Parameters
        ----------
        about
            Holds where a file itself does not say.
        prune
            Take out the documents of a folder whose files are gone; a folder without any
            file is taken for one that is not mounted.
        """
        skipped: list[Skipped] = []
        found = sources(paths, skipped)
        total = ImportReport(0, 0)
        with DocumentReader() as reading:
            for source in found:
                try:
                    content = content_of(source.file)
                    one = self._bring_in(source, content, reading, about, now)
                    total = total.and_also(one)
                except InvalidError as error:
                    skipped.append(Skipped(str(source.file), str(error)))
        vanished = self._vanished(found)
        removed = tuple(name for name in vanished if prune and self._take_out(name))
        return replace(
            total,
            skipped=tuple(skipped),
            vanished=tuple(name for name in vanished if name not in removed),
            removed=removed,
        )

    def import_url(
        self,
        url: str,
        now: datetime,
        about: About = NOBODY_SAID,
        *,
        download: Download | None = None,
    ) -> ImportReport:
        """Read a page of the public web; its address is the document's name.

        Raises
        ------
        InvalidError
            When that is switched off, or the address is refused.
        """
        if not self._urls:
            raise InvalidError(f"{url}: addresses are not read; set LOTSEN_IMPORT_URLS=true")
        page = (download or Download()).fetch(url)
        source = SourceFile(Path(page.name), document=page.url)
        with DocumentReader() as reading:
            described = about.completed_by(About(url=page.url))
            return self._bring_in(source, page.content, reading, described, now)

    def import_starter(self, now: datetime) -> ImportReport:
        """Store the articles of day one; harmless when they are there."""
        rows = [from_starter(one, now) for one in starter.articles()]
        done = self._store_document(SourceFile(Path(), starter.DOCUMENT), rows, "", now)
        with self._store.begin() as unit:
            unit.switches.set(starter.TEACHING, on=True, now=now)
        return done

    def documents(self) -> tuple[Listed, ...]:
        """Return all documents by name."""
        with self._store.snapshot() as unit:
            names = [name for name, _ in unit.knowledge.documents()]
            return tuple(_listed(name, unit.knowledge.of_document(name)) for name in names)

    def articles(self, document: str) -> Sequence[Article]:
        """Return what stands in a document, in order.

        Raises
        ------
        NotFoundError
            When there is no such document.
        """
        with self._store.snapshot() as unit:
            return _known(unit, document)

    def remove(self, document: str, now: datetime, *, vacuum: bool = False) -> Removal:
        """Take a document out of every use: search, answers, what is learned from.

        Parameters
        ----------
        vacuum
            Write the database file anew, so that no byte of the document stays in it.

        Raises
        ------
        NotFoundError
            When there is no such document.
        UnavailableError
            When others are at work in the database, so that its file cannot be rewritten;
            the document is taken out all the same.
        """
        with self._store.begin() as unit:
            _known(unit, document)
            given = unit.knowledge.answers_given(document)
            n = _without(unit, document)
            if document == starter.DOCUMENT:
                unit.switches.set(starter.TEACHING, on=False, now=now)
        log.info("knowledge removed", document=document, passages=n)
        if vacuum:
            sqlite_file.overwrite_deleted(self._store)
        return Removal(document, n, given, vacuum)

    def _bring_in(
        self,
        source: SourceFile,
        content: bytes,
        reading: DocumentReader,
        about: About,
        now: datetime,
    ) -> ImportReport:
        """Read one document, unless it is known as it is."""
        sha256 = hashlib.sha256(f"{VERSION} {about!r}\n".encode() + content).hexdigest()
        with self._store.snapshot() as unit:
            known = unit.knowledge.document(source.document)
            if known is not None and (known.sha256, known.folder) == (sha256, source.folder):
                n = len(unit.knowledge.of_document(source.document))
                return ImportReport(documents=1, passages=n, unchanged=1)
        drafts = reading.read(source.file.name, content)
        language = language_of(drafts, self._language)
        rows = [
            article(draft, source.document, about, language, now, position=position)
            for position, draft in enumerate(drafts)
        ]
        return self._store_document(source, rows, sha256, now)

    def _store_document(
        self, source: SourceFile, rows: Sequence[Article], sha256: str, now: datetime
    ) -> ImportReport:
        name = source.document
        row = Document(name=name, sha256=sha256, folder=source.folder, imported_at=now)
        with self._store.begin() as unit:
            changes: ArticleChanges = unit.knowledge.replace(name, rows)
            unit.knowledge.keep_document(row)
        log.info("knowledge read", document=name, at=now.isoformat(), changes=str(changes))
        return ImportReport(
            documents=1,
            passages=len(rows),
            passages_added=changes.added,
            passages_changed=changes.updated,
            passages_removed=changes.removed,
        )

    def _vanished(self, found: Sequence[SourceFile]) -> tuple[str, ...]:
        """Return the documents of folders in ``found`` whose files are not there any more."""
        there = {source.document for source in found}
        folders = sorted({source.folder for source in found if source.folder})
        with self._store.snapshot() as unit:
            known = [name for folder in folders for name in unit.knowledge.documents_in(folder)]
        return tuple(name for name in known if name not in there)

    def _take_out(self, document: str) -> bool:
        with self._store.begin() as unit:
            n = _without(unit, document)
        log.info("knowledge removed", document=document, passages=n)
        return True


def _without(unit: UnitOfWork, document: str) -> int:
    """Delete a document, and its words in posts that were shown; return how many passages."""
    whole = "\0".join(row.answer for row in unit.knowledge.of_document(document))
    n = unit.knowledge.delete_document(document)
    unit.outbox.empty_where(lambda message: _quotes(message, whole))
    return n


def _quotes(message: Message, whole: str) -> bool:
    """Return whether a post shows a passage of a document, or parts of one."""
    pieces = (piece for part in message.parts for piece in _shown(part))
    return any(piece and piece in whole for piece in pieces)


def _shown(part: Part) -> Sequence[str]:
    if isinstance(part, Verbatim):
        return [piece.strip() for piece in part.text.split(BETWEEN)]
    return [plain(part.runs).strip("… \n")] if isinstance(part, Excerpt) else []


def _is_url(text: str) -> bool:
    return "://" in text


def _known(unit: UnitOfWork, document: str) -> Sequence[Article]:
    rows = unit.knowledge.of_document(document)
    if not rows and unit.knowledge.document(document) is None:
        raise NotFoundError(f"there is no document {document!r}; see: lotsen knowledge list")
    return rows


def _listed(document: str, rows: Sequence[Article]) -> Listed:
    return Listed(
        document=document,
        passages=len(rows),
        languages=tuple(sorted({row.language for row in rows})),
        owner=", ".join(sorted({row.owner for row in rows if row.owner})),
        audience=tuple(sorted({one for row in rows for one in row.audience})),
        verified_on=min((row.verified_on for row in rows if row.verified_on), default=None),
        expires_on=min((row.expires_on for row in rows if row.expires_on), default=None),
        imported_at=max((row.imported_at for row in rows if row.imported_at), default=None),
    )
