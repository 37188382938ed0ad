"""The installation's keys as they seal what is stored: secrets of second factors, keys of accounts, addresses.

A new key takes over what is sealed from then on; the older ones stay for what they have sealed. Every use derives a key
of its own, so what is sealed for one purpose opens for no other.
"""

import base64
import binascii
import secrets
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from service.keys import command_keys
from settings import Settings
from workflows.seals import CommandKeys

_SIZE = 32
_NONCE = 12


class UnsealError(Exception):
    """It was sealed by a key that is not there, for something else, or altered since."""


@dataclass(frozen=True, slots=True)
class Key:
    """A secret of 32 bytes; `id` as in `CommandKeys.id_of`."""

    id: str
    secret: bytes = field(repr=False)

    def derived(self, purpose: str) -> bytes:
        """32 bytes for one purpose, from which neither the key nor those of other purposes can be had."""
        return HKDF(SHA256(), _SIZE, salt=None, info=f"otklik {purpose}".encode()).derive(self.secret)


@dataclass(frozen=True)
class KeyRing:
    """The key in use and the older ones, the newest first."""

    current: Key
    older: tuple[Key, ...] = ()

    @classmethod
    def of(cls, keys: CommandKeys) -> "KeyRing":
        """The keys of an installation, the newest first."""
        current, *older = (
            Key(keys.id_of(number), keys.keys[number]) for number in sorted(keys.keys, reverse=True)
        )
        return cls(current, tuple(older))

    def by_id(self, key: str) -> Key | None:
        """The key of this id; None if it is not there (any more)."""
        return next((known for known in (self.current, *self.older) if known.id == key), None)

    def seal(self, purpose: str, text: str, bound_to: str = "") -> str:
        """The text sealed by the current key (AES-256-GCM), as text; it opens only with the same `bound_to`."""
        nonce = secrets.token_bytes(_NONCE)
        sealed = AESGCM(self.current.derived(purpose)).encrypt(nonce, text.encode(), bound_to.encode())
        return f"{self.current.id}.{base64.urlsafe_b64encode(nonce + sealed).decode().rstrip('=')}"

    def unseal(self, purpose: str, sealed: str, bound_to: str = "") -> str:
        """What was sealed. Raises UnsealError."""
        id_, _, content = sealed.partition(".")
        key = self.by_id(id_)
        if key is None:
            raise UnsealError(f"no key {id_!r}")
        try:
            raw = base64.b64decode(content + "=" * (-len(content) % 4), altchars=b"-_", validate=True)
            opened = AESGCM(key.derived(purpose)).decrypt(raw[:_NONCE], raw[_NONCE:], bound_to.encode())
        except (InvalidTag, ValueError, binascii.Error) as error:
            raise UnsealError(f"not sealed for {purpose} by key {id_}") from error
        return opened.decode()

    def is_current(self, sealed: str) -> bool:
        """Whether the current key has sealed it."""
        return sealed.startswith(f"{self.current.id}.")


def load(settings: Settings) -> KeyRing:
    """The installation's keys as those that seal what is stored. Raises KeysError."""
    return KeyRing.of(command_keys.load(settings))
