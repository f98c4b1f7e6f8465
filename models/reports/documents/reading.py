"""A document as it is now: read what is known, then fill it in."""

from datetime import date

from models.language import Language, words_for
from models.reports.documents.catalogue import document_of
from models.reports.documents.company import own_wording
from models.reports.documents.facts import facts_of, read_known
from models.reports.documents.writing import FilledDocument, write
from models.settings import Settings
from models.store.transaction import Store


def read_document(
    store: Store, settings: Settings, kind: str, language: Language, day: date
) -> FilledDocument:
    """Return a document filled in on a day.

    Raises
    ------
    NotFoundError
        When there is no such document.
    InvalidError
        When a file of the company's own is wrong, naming what to do.
    """
    document = document_of(kind)
    own = own_wording(settings.lotsen_home, document, language)
    words = words_for(language)
    return write(document, facts_of(read_known(store, settings), words), words, day, own)
