"""Guesses at passwords and codes, slowed down by the source they come from, never for an owner elsewhere.

A stranger's guesses count against the source that they come from. Where somebody has signed in before, from that source
or by that device, only what was tried there for them counts, so nobody else's guesses hold them up.
"""

import asyncio
import secrets
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from weakref import WeakValueDictionary

from service.access.errors import TooManyGuessesError
from service.access.request_source import Origin
from service.keys.ring import KeyRing, UnsealError
from store.database.engines import Database
from store.database.session import Session
from store.people import known_sources, wrong_passwords

ALLOWED = 10
"""Wrong ones within the window, after which each further one has to be waited for."""
FIRST_WAIT = timedelta(minutes=1)
"""After that many; it doubles with each further one."""
LONGEST_WAIT = timedelta(minutes=30)

_WAITING_OF_ONE_SOURCE = 24
_WAITING = 48
"""Tries of sources that are not known to whom they try; others wait for their hash alone."""
_A_MOMENT = timedelta(seconds=1)

_DEVICE = "device"
_CODES = "second factor"
"""The source of all wrong codes from where the person has never signed in: whoever is asked for one has known the
password, and may come from many places. From a source or a device that is known for them they count by it."""


@dataclass(frozen=True, slots=True)
class Tried:
    """A try to sign in: what it counts against. `sign_in` alone matters where the source is known for it."""

    source: str
    sign_in: str
    known: bool

    @property
    def line(self) -> str:
        """Tries of one line are made one after another."""
        return f"{self.source}\n{self.sign_in}" if self.known else self.source


class Guesses:
    """Lets tries through one by one, counts wrong ones, and refuses those that come too soon."""

    def __init__(self, database: Database, keys: KeyRing) -> None:
        self._db = database
        self._keys = keys
        self._lines: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._waiting: Counter[str] = Counter()

    @asynccontextmanager
    async def turn(self, origin: Origin, sign_in: str, device: str | None) -> AsyncIterator[Tried]:
        """The turn of a try, during which no other of its source is made; `device` is what `device_for` made once.

        One at a time, or a burst of guesses would be through before the first of them is counted. Raises
        TooManyGuessesError.
        """
        tried = await self._tried(origin, sign_in, device)
        if not tried.known and (
            self._waiting[tried.line] >= _WAITING_OF_ONE_SOURCE or self._waiting.total() >= _WAITING
        ):
            raise TooManyGuessesError(_A_MOMENT)
        self._waiting[tried.line] += 1
        try:
            async with self._lines.setdefault(tried.line, asyncio.Lock()):
                await self._refuse_too_soon(tried.source, tried.sign_in if tried.known else None)
                yield tried
        finally:
            self._waiting[tried.line] -= 1
            if not self._waiting[tried.line]:
                del self._waiting[tried.line]

    @asynccontextmanager
    async def turn_of_codes(self, person: str, of: Tried | None = None) -> AsyncIterator[Tried]:
        """The turn of a code of the person's second factor, at the sign-in that is tried. Raises TooManyGuessesError.

        Somebody else who knows the password holds up nobody where the owner has signed in before.
        """
        tried = Tried(f"{_CODES} {of.source}" if of is not None and of.known else _CODES, person, known=True)
        async with self._lines.setdefault(tried.line, asyncio.Lock()):
            await self._refuse_too_soon(tried.source, tried.sign_in)
            yield tried

    async def right_code(self, session: Session, tried: Tried) -> None:
        """It was the right code."""
        await wrong_passwords.forget(session, tried.sign_in, tried.source)

    async def wrong(self, tried: Tried) -> None:
        """It was a wrong one."""
        async with self._db.write() as session:
            await wrong_passwords.note(session, tried.source, tried.sign_in, datetime.now(UTC))

    async def right(self, session: Session, tried: Tried, origin: Origin) -> None:
        """It was the right one: earlier ones from there were slips, and the source is known from now on."""
        await wrong_passwords.forget(session, tried.sign_in, tried.source)
        await known_sources.note(session, tried.sign_in, origin.source, datetime.now(UTC))

    def device_for(self, tried: Tried) -> str:
        """What the device keeps, by which it is known for this sign-in; it opens nothing."""
        number = tried.source.partition(" ")[2] if tried.source.startswith(f"{_DEVICE} ") else ""
        return self._keys.seal(_DEVICE, number or secrets.token_hex(16), tried.sign_in)

    async def _tried(self, origin: Origin, sign_in: str, device: str | None) -> Tried:
        if device is not None:
            try:
                return Tried(f"{_DEVICE} {self._keys.unseal(_DEVICE, device, sign_in)}", sign_in, known=True)
            except UnsealError:
                pass  # of another sign-in, or made up
        async with self._db.lookup() as session:
            known = await known_sources.knows(session, sign_in, origin.source, datetime.now(UTC))
        return Tried(origin.source, sign_in, known)

    async def _refuse_too_soon(self, source: str, sign_in: str | None) -> None:
        async with self._db.lookup() as session:
            now = datetime.now(UTC)
            wrong, last = await wrong_passwords.counted(session, source, sign_in, now)
        if (wait := wait_after(wrong, last, now)) is not None:
            raise TooManyGuessesError(wait)


def wait_after(wrong: int, last: datetime | None, now: datetime) -> timedelta | None:
    """How long after so many wrong ones, the last at `last`, the next may be tried; None if it may be now."""
    if wrong < ALLOWED or last is None:
        return None
    doubled = min(wrong - ALLOWED, 16)  # longer than the longest by far
    wait = min(FIRST_WAIT * 2**doubled, LONGEST_WAIT)
    return last + wait - now if last + wait > now else None
