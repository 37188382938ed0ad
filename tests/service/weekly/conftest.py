"""One maker of documents for all tests: it draws the pictures of a summary once, and keeps them."""

import pytest

from service.weekly.documents import WeeklyDocuments


@pytest.fixture(scope="session")
def documents() -> WeeklyDocuments:
    return WeeklyDocuments(None)
