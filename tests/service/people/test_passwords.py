"""Passwords."""

import asyncio
from typing import Literal

import pytest
from argon2 import Parameters, PasswordHasher, Type, extract_parameters
from argon2.exceptions import VerifyMismatchError

from service.people import passwords

pytestmark = pytest.mark.usefixtures("full_work")


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


async def test_without_a_hash_the_work_is_that_of_a_real_one(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = await passwords.hashed("a")
    work: list[Parameters] = []

    class Counted(PasswordHasher):
        def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:  # noqa: A002
            try:
                return super().verify(hash, password)
            except VerifyMismatchError:
                work.append(extract_parameters(str(hash)))
                raise

    monkeypatch.setattr(passwords, "_hasher", Counted())
    for nobody in (kept, None, "", "!", "$argon2id$broken"):
        assert not await passwords.matches("b", nobody)
    assert len(work) == 5
    assert len(set(map(str, work))) == 1


async def test_no_more_are_taken_than_can_be_done_in_time() -> None:
    tried = await asyncio.gather(
        *(passwords.matches("b", None) for _ in range(passwords.AT_ONCE + 5)), return_exceptions=True
    )
    refused = [outcome for outcome in tried if isinstance(outcome, passwords.TooManyAtOnceError)]
    assert len(refused) == 5
    assert not await passwords.matches("b", None)


def test_the_work_is_no_less_than_owasp_recommends() -> None:
    hasher = passwords._hasher
    assert hasher.type is Type.ID
    assert (hasher.memory_cost, hasher.time_cost, hasher.parallelism) >= (19 * 1024, 2, 1)
