"""Words of the directory in a text: those of titles, and those that an administrator has given topics besides.

That is all while nothing is learnt, and counts the less, the more there is.
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from pydantic import BaseModel, ConfigDict

from service.language.lemmas import lemmas
from service.suggestions.certainty import Certainty
from service.suggestions.model import Scored

_SHORTEST = 3
"""Letters of a word that says something."""
_OF_A_TITLE, _BESIDE_IT = 0.5, 1.0
"""What a word weighs: those beside a title were chosen because they tell."""
_MORE_IN_ONE = 0.5
"""What each further word of a turn of speech («горячая вода») adds to its weight."""
SURE_BY_WORDS: Final = Certainty(slope=0.6, shift=-1.55)
"""How likely what the words tell first is right, by how far it is ahead: of 150 invented complaints and the words of
the demo, and not otherwise of 2,000 public ones and titles alone (docs/use/suggestions.md)."""
_AT_MOST = 0.5
_WORTH = 50.0
"""Words are worth this many routings: with more of them they count less. So they told most right of 40 to 1,600."""


class Titled(BaseModel):
    """A topic or a body, with the words that tell of it besides its title's."""

    model_config = ConfigDict(frozen=True)

    key: str
    title: str
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Titles:
    """What tells of each, as lemmas that stand in a text together; it weighs the more, the fewer others have it."""

    terms: Mapping[str, Mapping[frozenset[str], float]]
    spelled: Mapping[frozenset[str], str]

    @classmethod
    def of(cls, titled: Sequence[Titled]) -> "Titles":
        """Slow, so for a thread of its own."""
        terms = {one.key: _terms(one) for one in titled}
        spelled = {_lemmas(words): words for one in titled for words in one.words}
        having = Counter(term for own in terms.values() for term in own)
        return cls(
            {
                key: {term: weight * math.log(1 + len(terms) / having[term]) for term, weight in own.items()}
                for key, own in terms.items()
            },
            spelled,
        )

    def told(self, lemmas: str) -> list[Scored]:
        """Those whose words a text of these lemmas has, likeliest first, each as likely as it is right; often none."""
        said = set(lemmas.split())
        found = {key: score for key in self.terms if (score := sum(self._heard(key, said).values()))}
        first, second, *_ = [*sorted(found.values(), reverse=True), 0.0, 0.0]
        told = [
            Scored(key=key, share=SURE_BY_WORDS.of(score - (second if score == first else first)))
            for key, score in found.items()
        ]
        return sorted(told, key=lambda one: (-one.share, one.key))

    def telling(self, lemmas: str, key: str) -> list[str]:
        """The words of a text that tell of this one, as the directory spells them, those that weigh most first."""
        heard = self._heard(key, set(lemmas.split()))
        weighty = sorted(heard, key=lambda term: (-heard[term], sorted(term)))
        return [self.spelled.get(term) or " ".join(sorted(term)) for term in weighty]

    def _heard(self, key: str, said: set[str]) -> Mapping[frozenset[str], float]:
        """What of it a text has; a word that stands in a turn of speech there counts with that."""
        heard = {term: weight for term, weight in self.terms.get(key, {}).items() if term <= said}
        return {term: weight for term, weight in heard.items() if not any(term < other for other in heard)}


def with_titles(learnt: Sequence[Scored], by_titles: Sequence[Scored], routings: int) -> list[Scored]:
    """What was learnt from so many routings, and beside it what words of the directory tell."""
    weight = min(_AT_MOST, _WORTH / max(routings, 1))
    found = {one.key: one.share for one in learnt}
    for one in by_titles:
        found[one.key] = found.get(one.key, 0.0) + weight * one.share
    total = sum(found.values())
    return [
        Scored(key=key, share=score / total)
        for key, score in sorted(found.items(), key=lambda one: (-one[1], one[0]))
    ]


def _terms(titled: Titled) -> dict[frozenset[str], float]:
    found = {
        frozenset({word}): _OF_A_TITLE for word in lemmas(titled.title).split() if len(word) >= _SHORTEST
    }
    for words in titled.words:
        if term := _lemmas(words):
            found[term] = _BESIDE_IT * (1 + _MORE_IN_ONE * (len(term) - 1))
    return found


def _lemmas(words: str) -> frozenset[str]:
    return frozenset(lemmas(words).split())
