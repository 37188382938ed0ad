"""Words of the directory in a text: those of a title, and those that an administrator has added to a topic."""

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from service.language.lemmas import lemmas

_SHORTEST: Final = 3
"""Letters of a word of a title that counts."""
_OF_A_TITLE, _BESIDE_IT = 0.5, 1.0
"""Weight of a word: those beside a title were chosen because they tell."""
_MORE_IN_ONE: Final = 0.5
"""What each further word of a turn of speech («горячая вода») adds to its weight."""

Term = frozenset[str]
"""Lemmas that have to stand in a text together."""


class Titled(NamedTuple):
    """A topic or a body by its key, with the words that tell of it besides its title's."""

    key: str
    title: str
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Words:
    """Terms of topics or bodies, by one of their words; a term weighs the more, the fewer keys have it."""

    keys: frozenset[str]
    by_word: Mapping[str, Sequence[tuple[Term, str, float]]]
    spelled: Mapping[Term, str]

    @classmethod
    def of(cls, titled: Sequence[Titled]) -> "Words":
        """The words of these. Slow, so for a thread of its own."""
        terms = {one.key: _terms(one) for one in titled}
        having = Counter(term for own in terms.values() for term in own)
        by_word: defaultdict[str, list[tuple[Term, str, float]]] = defaultdict(list)
        for key, own in terms.items():
            for term, weight in own.items():
                rarity = math.log(1 + len(terms) / having[term])
                by_word[min(term)].append((term, key, weight * rarity))
        spelled = {_lemmas(words): words for one in titled for words in one.words}
        return cls(frozenset(terms), by_word, spelled)

    def found(self, text: str) -> dict[str, dict[Term, float]]:
        """By key the terms that a text of these lemmas has; a word in a longer term counts with that alone."""
        said = set(text.split())
        found: defaultdict[str, dict[Term, float]] = defaultdict(dict)
        for word in said:
            for term, key, weight in self.by_word.get(word, ()):
                if term <= said:
                    found[key][term] = weight
        return {
            key: {term: own[term] for term in own if not any(term < other for other in own)}
            for key, own in found.items()
        }

    def telling(self, text: str, key: str) -> list[str]:
        """The words of a text that tell of this key, as the directory spells them, the weightiest first."""
        found = self.found(text).get(key, {})
        weighty = sorted(found, key=lambda term: (-found[term], sorted(term)))
        return [self.spelled.get(term) or " ".join(sorted(term)) for term in weighty]


def _terms(titled: Titled) -> dict[Term, float]:
    found = {
        frozenset({word}): _OF_A_TITLE for word in lemmas(titled.title).split() if len(word) >= _SHORTEST
    }
    for words in titled.words:
        if term := _lemmas(words):
            found[term] = _BESIDE_IT * (1 + _MORE_IN_ONE * (len(term) - 1))
    return found


def _lemmas(words: str) -> Term:
    return frozenset(lemmas(words).split())
