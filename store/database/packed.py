"""Values of the database that are only ever read whole, packed: a quarter of the bytes of JSON, half of a text.

A value is one byte and what follows. 0: the text itself, in UTF-8. Another one: the number of a file of words, and the
text as Deflate (RFC 1951) that begins behind those words, so that what all values have in common costs nothing. **The
files are part of what is on record and are not changed**; a better one gets the next number. No condition of SQL looks
into such a value: what is sought or counted by is a column of its own.
"""

import json
import zlib
from enum import IntEnum
from pathlib import Path
from typing import Any

from sqlalchemy import Dialect, LargeBinary, String
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler, TypeCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator

from store.database.columns import compact_json

_PLAIN = 0
_SHORT = 16
"""Bytes up to which a value is never packed: so what it is compared with, such as `[erased]`, is always the same."""
_WINDOW = -13
"""8 KB, more than all words of a file, and no header: a check of a sum is not for a column."""
_MEMORY = 6


class Words(IntEnum):
    """What a value is likely to consist of."""

    RECORDS = 1
    NOTICES = 2
    TEXTS = 3


_WORDS = {
    words: (Path(__file__).with_name("packed_words") / f"{words.name.lower()}.txt").read_bytes()
    for words in Words
}

_BEGUN = {
    words: zlib.compressobj(zlib.Z_DEFAULT_COMPRESSION, zlib.DEFLATED, _WINDOW, _MEMORY, zdict=of_them)
    for words, of_them in _WORDS.items()
}
"""What is copied for each value: to read the words again would take longer than the value itself."""


def pack(text: str, words: Words) -> bytes:
    """The text in as few bytes as it takes. Raises UnicodeEncodeError for half of a surrogate pair."""
    plain = text.encode()
    if len(plain) > _SHORT:
        packing = _BEGUN[words].copy()
        packed = packing.compress(plain) + packing.flush()
        if len(packed) < len(plain):
            return bytes((words,)) + packed
    return bytes((_PLAIN,)) + plain


def unpack(kept: bytes) -> str:
    """The text that was packed. Raises ValueError for what `pack` has not made."""
    try:
        if kept[0] == _PLAIN:
            return kept[1:].decode()
        unpacking = zlib.decompressobj(_WINDOW, zdict=_WORDS[Words(kept[0])])
        return unpacking.decompress(kept[1:]).decode()
    except (IndexError, zlib.error) as error:
        raise ValueError("no packed value") from error


class _Few(LargeBinary):
    """Bytes that SQLite takes for few: of a row with a BLOB it thinks as of a long one, and chooses other indexes."""


@compiles(_Few, "sqlite")
def _blob(_type: _Few, _compiler: TypeCompiler, **_: Any) -> str:
    return "BLOB(1)"


class PackedText(TypeDecorator[str]):
    """A text, packed; read of a column of JSON it is the JSON, not parsed."""

    impl = _Few
    cache_ok = True

    def __init__(self, words: Words = Words.TEXTS) -> None:
        super().__init__()
        self.words = words

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:
        return None if value is None else pack(value, self.words)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> str | None:
        return None if value is None else unpack(value)


class PackedJson(TypeDecorator[Any]):
    """What JSON can say, packed; None is NULL."""

    impl = _Few
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> bytes | None:
        return None if value is None else pack(compact_json(value), Words.RECORDS)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> Any:
        return None if value is None else json.loads(unpack(value))


class in_hex(FunctionElement[str]):  # noqa: N801
    """A packed value in hexadecimal digits: so several of them are one text."""

    type = String()
    inherit_cache = True


@compiles(in_hex)
def _hex(element: in_hex, compiler: SQLCompiler, **kw: Any) -> str:
    return f"hex({compiler.process(element.clauses, **kw)})"


@compiles(in_hex, "postgresql")
def _encode(element: in_hex, compiler: SQLCompiler, **kw: Any) -> str:
    return f"encode({compiler.process(element.clauses, **kw)}, 'hex')"
