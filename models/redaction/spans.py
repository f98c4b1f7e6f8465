"""What a detector finds: where, and of what kind."""

from enum import StrEnum


class PersonalDataKind(StrEnum):
    """A kind of personal data."""

    EMAIL = "email"
    PHONE = "phone"
    PERSONNUMMER = "personnummer"
    IBAN = "iban"
    CARD = "card"
    URL = "url"
    TOKEN = "token"  # noqa: S105  # the name of a kind, no token
    USER = "user"
    NAME = "name"
    PASSWORD = "password"  # noqa: S105  # the name of a kind, no password
    ACCOUNT = "account"
    ADDRESS = "address"


Span = tuple[int, int, PersonalDataKind]
"""Start, end and kind of a piece of text."""
