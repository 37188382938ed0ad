"""The installation's keys: made at the first start, kept in a directory of their own, found by their ids.

A new key takes over what is sealed from then on; the older ones stay for what they have sealed. Every use derives a key
of its own, so what is sealed for one purpose opens for no other.
"""

import base64
import binascii
import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from service.keys import key_files
from service.keys.key_files import KeyFormatError, KeysError
from settings import Settings

__all__ = ["Key", "KeyRing", "KeysError", "UnsealError", "load", "new_key", "rotate"]

_SIZE = 32
_NONCE = 12
_SUFFIX = ".key"


class UnsealError(Exception):
    """It was sealed by a key that is not there, for something else, or altered since."""


@dataclass(frozen=True, slots=True)
class Key:
    """A secret of 32 bytes; `id` is made of it, so another key never has the same."""

    id: str
    secret: bytes = field(repr=False)

    @classmethod
    def of(cls, secret: bytes) -> "Key":
        return cls(hashlib.sha256(b"otklik key id\n" + secret).hexdigest()[:12], secret)

    def derived(self, purpose: str) -> bytes:
        """32 bytes for one purpose, from which neither the key nor those of other purposes can be had."""
        return HKDF(SHA256(), _SIZE, salt=None, info=f"otklik {purpose}".encode()).derive(self.secret)

    @property
    def written(self) -> str:
        """As it stands in its file, and in the setting after `id:`."""
        return base64.urlsafe_b64encode(self.secret).decode()


@dataclass(frozen=True)
class KeyRing:
    """The key in use and the older ones, the newest first."""

    current: Key
    older: tuple[Key, ...] = ()

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
    """The keys of an installation: those of the setting `keys`, else of its directory, where the first one is made.

    Processes that start together end up with the same. Raises KeysError.
    """
    if settings.keys is not None:
        return _of_setting(settings.keys)
    directory = settings.keys_directory
    found = _read(directory)
    if not found:
        _make(directory, 1)
        found = _read(directory)
    return KeyRing(found[0], tuple(found[1:]))


def rotate(settings: Settings) -> Key:
    """Make a new key in the directory, which processes use once they are started again. Raises KeysError."""
    if settings.keys is not None:
        raise KeysError(
            "Ключи заданы настройкой OTKLIK_KEYS: добавьте новый ключ первым в неё (otklik storage-keys make)."
        )
    return _make(settings.keys_directory, len(_read(settings.keys_directory)) + 1)


def new_key() -> Key:
    """A key that is kept nowhere yet."""
    return Key.of(secrets.token_bytes(_SIZE))


def _of_setting(text: str) -> KeyRing:
    keys = [
        key_files.parsed(part.rpartition(":")[2], "Настройка OTKLIK_KEYS", _key_of) for part in text.split()
    ]
    for key, part in zip(keys, text.split(), strict=True):
        if ":" in part and part.partition(":")[0] != key.id:
            raise KeysError(f"Настройка OTKLIK_KEYS: ключ {part.partition(':')[0]} записан с ошибкой.")
    if not keys:
        raise KeysError("Настройка OTKLIK_KEYS пуста: укажите ключ или уберите её.")
    return KeyRing(keys[0], tuple(keys[1:]))


def _key_of(text: str) -> Key:
    try:
        secret = base64.b64decode(text.strip(), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        secret = b""
    if len(secret) != _SIZE:
        raise KeyFormatError("нужен ключ из 32 байт в записи base64")
    return Key.of(secret)


def _read(directory: Path) -> Sequence[Key]:
    """The keys of a directory, the newest first; names are numbers."""
    try:
        if not directory.is_dir():
            return []
        key_files.tighten(directory)
        files = sorted(
            (file for file in directory.glob(f"*{_SUFFIX}") if file.stem.isdecimal()),
            key=lambda file: int(file.stem),
            reverse=True,
        )
    except OSError as error:
        raise KeysError(f"Не удалось прочитать ключи в каталоге {directory} ({error}).") from None
    return [key_files.read(file, _key_of) for file in files]


def _make(directory: Path, number: int) -> Key:
    """Write a key under a number; where another process was first, theirs stays."""
    key = new_key()
    if key_files.write_first(directory / f"{number}{_SUFFIX}", key.written, "OTKLIK_KEYS_DIRECTORY"):
        return key
    return _read(directory)[0]
