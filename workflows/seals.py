"""Seals: a MAC over the whole of what is handed to Temporal, by keys that only the program's processes hold.

Whoever reaches the Temporal server can send a signal or start a workflow; only who holds a key can seal it
(docs/change/decisions.md, 13). Nothing here reads a file: the keys are given.
"""

import hashlib
import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property, lru_cache
from typing import Self

KEY_BYTES = 32
_IDENTITY = "id"
_RETIRED = "retired"
_TAG_LENGTH = 16  # of 64 hexadecimal digits
_AT_ONCE = 2047  # bytes: for more, hashlib lets other threads run, and waits for them longer than it computes


class Flaw(StrEnum):
    """Why something is not believed."""

    UNSEALED = "unsealed"
    FORGED = "forged"
    """By no key of the installation, or altered, or sealed for another message or command."""
    RETIRED_KEY = "retired_key"
    SUPERSEDED = "superseded"
    """Rightly sealed, in a run that does not lead its message, or does so no more."""
    OTHER_CONTENT = "other_content"
    """Of what is on record already, and says something else."""
    UNREADABLE = "unreadable"
    """Sealed, and yet not what its name says."""


class MissingKeyError(Exception):
    """Sealed by a key of this installation that this process was not given; `key` is its id."""

    def __init__(self, key: str) -> None:
        super().__init__(f"this process was not given the key {key}: see docs/run/security.md")
        self.key = key


@dataclass(frozen=True)
class CommandKeys:
    """The keys of an installation by their numbers: the highest seals, all of them check.

    `identity` is made once and stays when keys change. It marks the ids of keys, so that a process can tell a
    key it was not given from one that somebody has invented.
    """

    identity: bytes = field(repr=False)
    keys: Mapping[int, bytes] = field(repr=False)
    retired: frozenset[int] = frozenset()

    @classmethod
    def read(cls, text: str) -> Self:
        """From its written form: `id:HEX 2:HEX 1:HEX 0:retired`, parted by any white space. Raises ValueError."""
        parts = dict(part.split(":", 1) for part in text.split())
        identity = _secret(parts.pop(_IDENTITY, ""))
        keys = {int(number): _secret(part) for number, part in parts.items() if part != _RETIRED}
        if not keys:
            raise ValueError("no key")
        retired = frozenset(int(number) for number, part in parts.items() if part == _RETIRED)
        return cls(identity, keys, retired)

    def written(self) -> str:
        """What `read` takes, a key a line; a secret."""
        lines = [f"{_IDENTITY}:{self.identity.hex()}"]
        lines += [f"{number}:{self.keys[number].hex()}" for number in sorted(self.keys, reverse=True)]
        lines += [f"{number}:{_RETIRED}" for number in sorted(self.retired, reverse=True)]
        return "\n".join(lines)

    @cached_property
    def current(self) -> int:
        """The number of the key that seals."""
        return max(self.keys)

    @cached_property
    def current_id(self) -> str:
        """The id of the key that seals."""
        return self.id_of(self.current)

    def id_of(self, number: int) -> str:
        """The id of a key, which seals name: public, and not to be invented."""
        return (
            f"{number}-{hmac.digest(self.identity, f'key {number}'.encode(), 'sha256').hex()[:_TAG_LENGTH]}"
        )

    @cached_property
    def _secrets(self) -> Mapping[str, bytes]:
        """The keys that check, by their ids: an id costs a MAC of its own, and every seal names one."""
        return {self.id_of(number): key for number, key in self.keys.items() if number not in self.retired}

    def seal(self, content: Iterable[bytes], *, by: str | None = None) -> str:
        """The seal of the content by the current key; `by`: the id of the key that is asked for, where it is here."""
        key = by if by and by in self._secrets else self.current_id
        return f"{key}.{_mac(self._secrets[key], key, content)}"

    def flaw(self, seal: str | None, content: Iterable[bytes]) -> Flaw | None:
        """What is wrong with the seal of the content; None where it is right.

        Raises MissingKeyError: a good command must not be dropped because this process lacks its key.
        """
        if seal is None:
            return Flaw.UNSEALED
        key, _, mac = seal.partition(".")
        secret = self._secrets.get(key)
        if secret is None:
            return self._flaw_of_key(key)
        right = _mac(secret, key, content)
        return None if hmac.compare_digest(right.encode(), mac.encode()) else Flaw.FORGED

    def _flaw_of_key(self, key: str) -> Flaw:
        """What is wrong with the id of a key that does not check. Raises MissingKeyError."""
        number = key.partition("-")[0]
        # An id of another length or alphabet was not made here, and need not be a number that can be read.
        if not (number.isascii() and number.isdecimal() and len(number) < _TAG_LENGTH):
            return Flaw.FORGED
        if not hmac.compare_digest(self.id_of(int(number)).encode(), key.encode()):
            return Flaw.FORGED
        if int(number) in self.retired:
            return Flaw.RETIRED_KEY
        raise MissingKeyError(key)


def _mac(secret: bytes, key: str, content: Iterable[bytes]) -> str:
    """Each part goes in with its length: no two contents have the same bytes."""
    mac = _begun(secret, key).copy()
    whole = b"".join([framed for part in content for framed in (len(part).to_bytes(8, "big"), part)])
    for start in range(0, len(whole), _AT_ONCE):
        mac.update(whole[start : start + _AT_ONCE])
    return mac.hexdigest()


@lru_cache
def _begun(secret: bytes, key: str) -> hmac.HMAC:
    """The MAC that has taken in the id of its key and nothing else: to be copied, never to be added to."""
    part = key.encode()
    return hmac.new(secret, len(part).to_bytes(8, "big") + part, hashlib.sha256)


def _secret(text: str) -> bytes:
    secret = bytes.fromhex(text)
    if len(secret) != KEY_BYTES:
        raise ValueError(f"not {KEY_BYTES} bytes")
    return secret
