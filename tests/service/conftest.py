"""Settings of an installation of its own, without Temporal."""

from pathlib import Path

import pytest

from settings import Settings

NO_TEMPORAL = "127.0.0.1:1"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings.load(data=tmp_path, temporal_address=NO_TEMPORAL, temporal_namespace="default")
