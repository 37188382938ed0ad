"""Model learnt from past routings: weights of words for each topic, body and importance, and names of settlements.

It is kept as numbers behind a header in JSON, and nothing in it is ever run: pickles, in which scikit-learn's own
objects are kept, would run whatever somebody has put into the database. Words are digests; a word is there only where
several messages have it. To apply it takes neither scikit-learn nor numpy, which the API has no other use for.
"""

import json
import math
import sys
import zlib
from array import array
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from pydantic import BaseModel, ConfigDict, Field

from service.suggestions.certainty import Certainty
from store.messages.likeness_index import digest

TOPIC: Final = "topic"
BODIES: Final = "bodies"
IMPORTANCE: Final = "importance"
HEADS: Final = (TOPIC, BODIES, IMPORTANCE)
"""What is told of a text: names of heads."""

FORMAT = 2
"""Raised when what is learnt changes: a model of another format is not used, and replaced by any."""

_SHARPNESS = 6.0
"""Makes shares of what the weights add up to: with it the shares of routings held back were likeliest."""
_HEADER_ENDS = b"\n"
_LARGEST = 64_000_000
"""Bytes of a model."""


class ModelError(Exception):
    """These are not the bytes of a model of this format."""


class Head(BaseModel):
    """One thing that is told of a text, and what it may be, by key."""

    model_config = ConfigDict(frozen=True)

    name: str
    classes: tuple[str, ...]


class Header(BaseModel):
    """What stands before the numbers; `places` are names of settlements as past routings have them.

    `certainty` says by head how sure what is told of it is; of one that is not among them nothing is suggested.
    `proved`: the heads whose surest suggestions kept their word of routings that were held back.
    """

    model_config = ConfigDict(frozen=True)

    format: int = FORMAT
    learnt: int = Field(ge=0)
    """From how many routings."""
    words: int = Field(ge=0)
    heads: tuple[Head, ...]
    places: tuple[str, ...] = ()
    certainty: Mapping[str, Certainty] = {}
    proved: tuple[str, ...] = ()


class Scored(BaseModel):
    """Ключ справочника и доля от 0 до 1: насколько он вероятен."""

    model_config = ConfigDict(frozen=True)

    key: str
    share: float


@dataclass(frozen=True, slots=True)
class _Weights:
    """`of_words` has for each word one weight a class, `bias` one a class."""

    head: Head
    bias: "array[float]"
    of_words: "array[float]"


class Model:
    """A model that can be applied. Raises ModelError for bytes that are none."""

    def __init__(self, content: bytes) -> None:
        self.header, numbers = _parsed(content)
        count = self.header.words
        self._words = {word: place for place, word in enumerate(_unsigned(numbers, count))}
        self._rarity = _floats(numbers, count)
        self._weights = [
            _Weights(head, _floats(numbers, len(head.classes)), _floats(numbers, count * len(head.classes)))
            for head in self.header.heads
        ]
        if len(self._words) != count or numbers.left:
            raise ModelError("more or fewer numbers than the header says")

    def scores(self, lemmas: str) -> Mapping[str, list[Scored]]:
        """By name of the head, every class with its share, likeliest first; of a text without a known word nothing."""
        found = self._known(lemmas)
        return {weights.head.name: _shares(weights, found) for weights in self._weights} if found else {}

    def telling(self, lemmas: str, head: str, key: str, most: int) -> list[str]:
        """The words of a text that speak most for one class of a head against the others."""
        weights = next((it for it in self._weights if it.head.name == head), None)
        if weights is None or key not in weights.head.classes:
            return []
        classes, index = len(weights.head.classes), weights.head.classes.index(key)
        words = {self._words.get(digest(word)): word for word in lemmas.split()}
        speaks: list[tuple[float, str]] = []
        for place, weight in self._known(lemmas):
            of_word = weights.of_words[place * classes : (place + 1) * classes]
            more = weight * (of_word[index] - sum(of_word) / classes)
            if more > 0:
                speaks.append((-more, words[place]))
        return [word for _, word in sorted(speaks)[:most]]

    def _known(self, lemmas: str) -> list[tuple[int, float]]:
        """Place and weight of the known words; the weights make a vector of length one, as they were learnt."""
        counted = Counter(lemmas.split())
        found = [
            (place, (1 + math.log(count)) * self._rarity[place])
            for word, count in counted.items()
            if (place := self._words.get(digest(word))) is not None
        ]
        length = math.sqrt(sum(weight * weight for _, weight in found))
        return [(place, weight / length) for place, weight in sorted(found)] if length else []


def _shares(weights: _Weights, found: Sequence[tuple[int, float]]) -> list[Scored]:
    classes = weights.head.classes
    sums = list(weights.bias)
    for place, weight in found:
        start = place * len(classes)
        for index in range(len(classes)):
            sums[index] += weight * weights.of_words[start + index]
    largest = max(sums)
    powers = [math.exp(_SHARPNESS * (value - largest)) for value in sums]
    total = sum(powers)
    scored = [Scored(key=key, share=power / total) for key, power in zip(classes, powers, strict=True)]
    return sorted(scored, key=lambda one: (-one.share, one.key))


def with_certainty(content: bytes, certainty: Mapping[str, Certainty], proved: Iterable[str]) -> bytes:
    """The bytes of the same model that says how sure it is."""
    head, _, numbers = content.partition(_HEADER_ENDS)
    header = Header.model_validate_json(head).model_copy(
        update={"certainty": dict(certainty), "proved": tuple(proved)}
    )
    return header.model_dump_json().encode() + _HEADER_ENDS + numbers


def written(
    header: Header,
    words: Sequence[int],
    rarity: Sequence[float],
    weights: Sequence[tuple[Sequence[float], Sequence[float]]],
) -> bytes:
    """The bytes of a model: `weights` are bias and weights of words of each head, in the header's order."""
    numbers = [_bytes(array("I", words)), _bytes(array("f", rarity))]
    for bias, of_words in weights:
        numbers += [_bytes(array("f", bias)), _bytes(array("f", of_words))]
    return header.model_dump_json().encode() + _HEADER_ENDS + zlib.compress(b"".join(numbers), 6)


def _bytes(numbers: "array[int] | array[float]") -> bytes:
    """Little-endian, wherever it is read."""
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers.tobytes()


class _Numbers:
    def __init__(self, content: bytes) -> None:
        self._content = content
        self._at = 0

    @property
    def left(self) -> int:
        return len(self._content) - self._at

    def take(self, count: int) -> bytes:
        if count > self.left:
            raise ModelError("fewer numbers than the header says")
        self._at += count
        return self._content[self._at - count : self._at]


def _parsed(content: bytes) -> tuple[Header, _Numbers]:
    head, _, packed = content.partition(_HEADER_ENDS)
    try:
        if json.loads(head)["format"] != FORMAT:
            raise ModelError("of another format")
        header = Header.model_validate_json(head)
        unpacking = zlib.decompressobj()
        numbers = unpacking.decompress(packed, _LARGEST)
    except (ValueError, KeyError, TypeError, zlib.error) as error:
        raise ModelError("not a model") from error
    if unpacking.unconsumed_tail:
        raise ModelError("too large")
    return header, _Numbers(numbers)


def _unsigned(numbers: _Numbers, count: int) -> "array[int]":
    found = array("I")
    found.frombytes(numbers.take(count * found.itemsize))
    if sys.byteorder == "big":
        found.byteswap()
    return found


def _floats(numbers: _Numbers, count: int) -> "array[float]":
    found = array("f")
    found.frombytes(numbers.take(count * found.itemsize))
    if sys.byteorder == "big":
        found.byteswap()
    return found
