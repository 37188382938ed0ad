"""Passwords."""

from typing import Literal

import pytest
from argon2 import PasswordHasher

from store import passwords


async def test_a_password_matches_its_hash_and_no_other() -> None:
    kept = await passwords.hashed("пароль")
    assert await passwords.matches("пароль", kept)
    assert not await passwords.matches("Пароль", kept)
    assert "пароль" not in kept


async def test_the_same_password_has_another_hash_each_time() -> None:
    assert await passwords.hashed("a") != await passwords.hashed("a")


async def test_what_is_no_hash_matches_nothing() -> None:
    for kept in ("", "!", "$argon2id$broken"):
        assert not await passwords.matches("a", kept)


async def test_an_unknown_sign_in_takes_the_work_of_a_known_one(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = await passwords.hashed("a")
    work: list[str] = []

    class Counted(PasswordHasher):
        def hash(self, password: str | bytes, *, salt: bytes | None = None) -> str:
            work.append("argon2")
            return super().hash(password, salt=salt)

        def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:  # noqa: A002
            work.append("argon2")
            return super().verify(hash, password)

    monkeypatch.setattr(passwords, "_hasher", Counted())
    assert not await passwords.matches("b", kept)
    assert not await passwords.matches("b", None)
    assert work == ["argon2", "argon2"]
