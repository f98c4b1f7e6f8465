"""The AI notice goes along with the first answer that a person gets, once (AI Act, art. 50).

That somebody was told is known from the answer's event: no further trace is kept.
"""

from dataclasses import replace

from models.language import language_of, words_for
from models.message import Message
from models.reports.documents.notice import first_contact
from models.store.transaction import UnitOfWork
from models.tables import Case


def with_notice(unit: UnitOfWork, case: Case, message: Message) -> Message:
    """Return an answer with the notice, if its asker never got an answer before.

    Call it before the answer's event is recorded.
    """
    if unit.tickets.was_answered(case.person_id):
        return message
    words = words_for(language_of(case.language, "en"))
    return replace(message, parts=(*message.parts, first_contact(words)))
