"""Fixtures of the tests of a restore."""

from pathlib import Path

import pytest

from tests.faults.copies import Copy, PostgresqlCopy, SqliteCopy
from tests.faults.restoring import Place


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.installation)])
def copy(request: pytest.FixtureRequest, tmp_path: Path) -> Copy:
    """Copies of a database of this kind."""
    if request.param == "sqlite":
        return SqliteCopy(tmp_path)
    return PostgresqlCopy(tmp_path, request.getfixturevalue("postgresql"))


@pytest.fixture
def place(tmp_path: Path, temporal_address: str) -> Place:
    """Installations on the server of the test."""
    return Place(tmp_path, temporal_address)
