"""Certificates of two installations: what one of them trusts, the other has not issued."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from service.keys.certificates import make


@dataclass(frozen=True)
class Certificates:
    """Directories of the parts, as `otklik certificates` leaves them."""

    ours: Path
    strangers: Path


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    folder = tmp_path_factory.mktemp("certificates")
    for name in ("ours", "strangers"):
        make(folder / name)
    return Certificates(folder / "ours", folder / "strangers")
