"""Idempotency-Keys of commands whose message was erased: kept as what only this installation can make of them again.

A client may make its keys of what they are for, a link for one. So they do not stay as they came; a request that is
repeated under its key is still known by it, until the term of requests is over.
"""

import hmac

from service.keys.ring import KeyRing
from store.commands.kept_requests import MASKED

_PURPOSE = "request keys"


class MaskedKeys:
    """Masks keys by the installation's own key, which is not in the database."""

    def __init__(self, keys: KeyRing) -> None:
        self._secrets = [key.derived(_PURPOSE) for key in (keys.current, *keys.older)]

    def mask(self, person: str, key: str) -> str:
        """What is kept of a person's key."""
        return _masked(self._secrets[0], person, key)

    def spellings(self, person: str, key: str) -> list[str]:
        """Everything by which the key may be kept."""
        return [key, *(_masked(secret, person, key) for secret in self._secrets)]


def _masked(secret: bytes, person: str, key: str) -> str:
    return MASKED + hmac.digest(secret, f"{person}\n{key}".encode(), "sha256").hex()
