"""Drafts and starter articles → rows of the store."""

from collections.abc import Sequence
from datetime import datetime

from models import starter
from models.knowledge.documents import About, Draft
from models.knowledge.passages import BETWEEN, words_in
from models.language import Language, words_for
from models.language.detection import detect
from models.tables import Article, ArticleKind

SUPPORT = "support-team"
"""Name of the document that the articles stand in which the support team published."""

_PASSAGES_TO_TELL, _SIGNS_TO_TELL = 20, 5_000
_WORDS_TO_TELL = 30
"""A shorter passage is in the language of its document."""


def language_of(drafts: Sequence[Draft], fallback: Language) -> Language:
    """Return the language of a document as a whole."""
    start = " ".join(draft.answer for draft in drafts[:_PASSAGES_TO_TELL])
    return detect(start[:_SIGNS_TO_TELL], fallback)


def article(
    draft: Draft, document: str, about: About, usual: Language, now: datetime, *, position: int
) -> Article:
    """Return the row of a draft.

    Parameters
    ----------
    about
        Holds where the draft itself does not say.
    usual
        The language of the document as a whole.
    """
    described = draft.about.completed_by(about)
    language = described.language or _language(draft, usual)
    return Article(
        document=document,
        external_id=draft.external_id,
        language=language,
        title=draft.title,
        questions=list(draft.questions),
        answer=draft.answer,
        url=described.url,
        owner=described.owner,
        verified_on=described.verified_on,
        expires_on=described.expires_on,
        audience=list(described.audience),
        kind=draft.kind,
        address=_address(draft, language),
        page=draft.page,
        position=position,
        imported_at=now,
        sha256="",
    )


def _language(draft: Draft, usual: Language) -> Language:
    if draft.kind is ArticleKind.PASSAGE and words_in(draft.answer) < _WORDS_TO_TELL:
        return usual
    return detect(f"{draft.title} {draft.answer}"[:_SIGNS_TO_TELL], usual)


def _address(draft: Draft, language: Language) -> str:
    page = words_for(language).gettext("page {n}", n=draft.page) if draft.page else ""
    return BETWEEN.join(part for part in (draft.address, page) if part)


def from_starter(one: starter.StarterArticle, now: datetime) -> Article:
    """Return the row of an article of day one."""
    return Article(
        document=starter.DOCUMENT,
        external_id=one.id,
        language=one.language,
        category=one.category,
        title=one.title,
        questions=list(one.questions),
        answer=one.answer,
        owner=one.owner,
        verified_on=one.verified_on,
        imported_at=now,
        sha256="",
    )
