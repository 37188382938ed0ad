"""Fixtures of the tests of a restore."""

from pathlib import Path

import pytest
from temporalio.client import Client

from tests.faults.restoring import Restoring


@pytest.fixture
def restoring(tmp_path: Path, temporal_address: str, temporal: Client) -> Restoring:
    """On SQLite."""
    return Restoring(tmp_path, temporal_address, temporal, None)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.installation)])
def on_each(
    request: pytest.FixtureRequest, tmp_path: Path, temporal_address: str, temporal: Client
) -> Restoring:
    """On each kind of database."""
    server = request.getfixturevalue("postgresql") if request.param == "postgresql" else None
    return Restoring(tmp_path, temporal_address, temporal, server)
