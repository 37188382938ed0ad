"""Settings of an installation without Temporal, and databases on SQLite: `tests/store` tries SQL on both."""

from pathlib import Path

import pytest

from settings import Settings
from tests.databases import migrated

migrated_once = pytest.fixture(scope="session", params=["sqlite"])(migrated)
NO_TEMPORAL = "127.0.0.1:1"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings.load(data=tmp_path, temporal_address=NO_TEMPORAL, temporal_namespace="default")
