"""Passwords, kept as argon2 hashes only.

A hash takes tens of milliseconds of a core and 19 MiB on purpose. So hashes have threads of their own, half as many as
there are cores, and as many may wait as are done within the time a person waits: a burst of guesses leaves the other
half of the machine to everybody else.
"""

import asyncio
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import BoundedSemaphore
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError

T = TypeVar("T")

# The least that OWASP recommends for argon2id, and one lane: more lanes are more threads for each guess.
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_NOBODY = "$argon2id$v=19$m=19456,t=2,p=1$ezOHnXzGgQZmxn0d9Re8nQ$n2SemTWAiYMSJqD4xTGxkZCGBceRhqjf5qHXn7axrBs"
"""The hash of a password that nobody knows, made with the same work."""

_THREADS = max(1, (os.cpu_count() or 1) // 2)
AT_ONCE = 64
"""Hashes under way and waiting."""

_pool = ThreadPoolExecutor(_THREADS, thread_name_prefix="password")
_room = BoundedSemaphore(AT_ONCE)


class TooManyAtOnceError(Exception):
    """More passwords are to be checked than can be in the time that a person waits."""


async def hashed(password: str) -> str:
    """The hash to keep; takes tens of milliseconds, outside the event loop. Raises TooManyAtOnceError."""
    return await _in_pool(_hasher.hash, _encoded(password))


async def matches(password: str, kept: str | None) -> bool:
    """Whether the password is the one whose hash is kept. Raises TooManyAtOnceError.

    Without a kept hash (None, or an empty one) the work is the same, so the time taken does not tell which sign-ins
    exist or have a password.
    """
    return await _in_pool(_verify, kept or None, _encoded(password))


def is_outdated(kept: str) -> bool:
    """Whether the hash was made with other work than is done now."""
    return _hasher.check_needs_rehash(kept)


def _verify(kept: str | None, password: bytes) -> bool:
    try:
        _hasher.verify(kept or _NOBODY, password)
    except VerifyMismatchError:
        return False
    except (InvalidHashError, VerificationError):  # what is kept is not a hash
        return _verify(None, password)
    return kept is not None


def _encoded(password: str) -> bytes:
    return password.encode("utf-8", "surrogatepass")


async def _in_pool(work: Callable[..., T], *arguments: object) -> T:
    if not _room.acquire(blocking=False):
        raise TooManyAtOnceError
    future = _pool.submit(work, *arguments)
    # A request that is given up has its hash made all the same: it takes its room until then.
    future.add_done_callback(lambda _: _room.release())
    return await asyncio.shield(asyncio.wrap_future(future))
