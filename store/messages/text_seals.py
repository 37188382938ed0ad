"""Seals of texts: by the id that the journal has of a text anybody can tell that it is the one that was written.

An id is a MAC of the content by a random key of the text's own, which stands beside the content and is destroyed with
it (152-FZ): without the key nothing can be guessed from an id. Whoever replaces the content finds no key by which it
has the same id. A text out of which words were taken has another key, and the row of the journal that says so has the
MAC by it.
"""

import hmac
from collections.abc import Iterable, Mapping
from secrets import token_bytes
from typing import Any, NamedTuple

from store.messages.tables import MessageTextRow

_KEY_BYTES = 16
_DIGITS = 32
_NAMED_IN = ("texts", "texts_before", "approved")
"""Parts of a journal row that hold ids of texts by field."""
_PROMISES, _RESEALED = "promises", "resealed"
PARTS = frozenset((*_NAMED_IN, _PROMISES, _RESEALED))
"""The parts of a journal row that name texts; `resealed` has the new MACs of some by their ids."""


class Seal(NamedTuple):
    """The MAC of a text, 32 hexadecimal digits, and its key."""

    mac: str
    key: bytes


def seal(content: str) -> Seal:
    """Seal a text by a new key."""
    key = token_bytes(_KEY_BYTES)
    return Seal(mac_of(key, content), key)


def mac_of(key: bytes, content: str) -> str:
    """The MAC of a text by its key."""
    return hmac.new(key, content.encode("utf-8", "surrogatepass"), "sha256").hexdigest()[:_DIGITS]


def rewrite(text: MessageTextRow, content: str) -> dict[str, str]:
    """Put what is left of a text in its place; returns its new MAC by its id, where it is sealed."""
    text.content = content
    if text.key is None:
        return {}
    mac, text.key = seal(content)
    return {text.id: mac}


def said(rows: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """The texts that rows of a journal name, by id the MAC that each must have; `rows`: their data, in order."""
    macs: dict[str, str] = {}
    for data in rows:
        named = [text for part in _NAMED_IN for text in data.get(part, {}).values()]
        named += [promise["what"] for promise in data.get(_PROMISES, ())]
        macs = {text: text for text in named} | macs | data.get(_RESEALED, {})
    return macs
