"""The starter's articles, ready to be looked up in: made once."""

from datetime import UTC, datetime

import pytest

from models.desk.answers.answering import tier_before_search
from models.history.answerable import Shelf, shelf_of


@pytest.fixture(scope="session")
def shelf() -> Shelf:
    now = datetime(2026, 11, 30, tzinfo=UTC)
    return shelf_of(None, now, target=0.95, before=tier_before_search, language="en")
