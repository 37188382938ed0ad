"""Centroids of past texts by key, in the space of TF-IDF of lemmas, and how like them another text is."""

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

_TEXTS_WITH_A_WORD: Final = 2
"""A word of fewer texts tells nothing of another one, and may be somebody's name."""

Vector = Mapping[str, float]
"""Weights of the words of a text, of length one together."""


@dataclass(frozen=True, slots=True)
class Centroids:
    """Sums of the vectors of texts by word and key; a centroid is such a sum, brought to length one."""

    rarity: Mapping[str, float]
    sums: Mapping[str, Mapping[str, float]]
    squares: Mapping[str, float]
    """The squared length of each key's sum."""
    texts: Mapping[str, int]

    @classmethod
    def of(cls, texts: Sequence[tuple[str, str]]) -> "Centroids":
        """Of texts, each as its lemmas and key. Slow, so for a thread of its own."""
        having = Counter(word for lemmas, _ in texts for word in set(lemmas.split()))
        rarity = {
            word: math.log((1 + len(texts)) / (1 + count)) + 1
            for word, count in having.items()
            if count >= _TEXTS_WITH_A_WORD
        }
        sums: defaultdict[str, defaultdict[str, float]] = defaultdict(lambda: defaultdict(float))
        for lemmas, key in texts:
            for word, weight in _vector(lemmas, rarity).items():
                sums[word][key] += weight
        squares: defaultdict[str, float] = defaultdict(float)
        for by_key in sums.values():
            for key, weight in by_key.items():
                squares[key] += weight**2
        return cls(rarity, sums, squares, Counter(key for _, key in texts))

    def likeness(self, lemmas: str, own: str | None = None) -> dict[str, float]:
        """By key the cosine of a text and the centroid, where they share a word.

        `own`: the key of a text that is among these; it is judged as if it were not.
        """
        products: defaultdict[str, float] = defaultdict(float)
        for word, weight in _vector(lemmas, self.rarity).items():
            for key, other in self.sums[word].items():
                products[key] += weight * other
        squares = {key: self.squares[key] for key in products}
        if own is not None and own in products:
            squares[own] += 1 - 2 * products[own]
            products[own] = products[own] - 1 if self.texts[own] > 1 else 0.0
        return {key: product / math.sqrt(squares[key]) for key, product in products.items() if product > 0}

    def telling(self, lemmas: str, key: str) -> list[str]:
        """The words that a text shares with a centroid, those that make them most alike first."""
        vector = _vector(lemmas, self.rarity)
        shared = {word: vector[word] * self.sums[word].get(key, 0.0) for word in vector}
        return sorted((word for word in shared if shared[word]), key=lambda word: (-shared[word], word))


def _vector(lemmas: str, rarity: Mapping[str, float]) -> Vector:
    counted = Counter(lemmas.split())
    weights = {
        word: (1 + math.log(count)) * rarity[word] for word, count in counted.items() if word in rarity
    }
    length = math.hypot(*weights.values())
    return {word: weight / length for word, weight in weights.items()}
