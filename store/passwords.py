"""Passwords, kept as argon2 hashes only."""

import asyncio

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_hasher = PasswordHasher()


async def hashed(password: str) -> str:
    """The hash to keep; takes tens of milliseconds, outside the event loop."""
    return await asyncio.to_thread(_hasher.hash, password)


async def matches(password: str, kept: str | None) -> bool:
    """Whether the password is the one whose hash is kept.

    Without a kept hash the work is the same, so the time taken tells nobody which sign-ins exist.
    """
    if kept is None:
        await asyncio.to_thread(_hasher.hash, password)
        return False
    try:
        return await asyncio.to_thread(_hasher.verify, kept, password)
    except (VerificationError, InvalidHashError):
        return False
