"""Passwords hashed with little work: people of tests sign in at once, as the work to verify is kept in the hash."""

import pytest
from argon2 import PasswordHasher

from service.people import passwords

HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
_OF_THE_PROGRAM = passwords._hasher


def use() -> None:
    """From here on this process hashes so."""
    passwords._hasher = HASHER


@pytest.fixture
def full_work(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hashes are made as the program makes them: for tests of the work itself."""
    monkeypatch.setattr(passwords, "_hasher", _OF_THE_PROGRAM)
