"""Titles of the directory beside a text: whose words it uses. That is all while nothing is learnt, and the less,
the more there is."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict

from service.language.lemmas import lemmas
from service.suggestions.model import Scored
from store.messages.likeness_index import COMMON

_SHORTEST = 3
"""Letters of a word that says something."""
_AT_MOST = 0.5
_WORTH = 50.0
"""A title is worth this many routings: with more of them it counts less. So it told most right of 106 to 1,600."""
_OF_NO_TOPIC = COMMON - {
    *(
        "дорога",
        "вода",
        "мусор",
        "снег",
        "дерево",
        "освещение",
        "ремонт",
        "остановка",
        "переход",
        "пешеходный",
    ),
    *(
        "тротуар",
        "подъезд",
        "двор",
        "школа",
        "детский",
        "площадка",
        "люк",
        "свалка",
        "транспорт",
        "квартира",
        "связь",
    ),
    *("движение", "работа", "отсутствие", "покрытие", "свет", "аварийный", "дорожный"),
}
"""Words that most complaints may have, but for those that are what a complaint is about."""


class Titled(BaseModel):
    """A topic with its group, or a body."""

    model_config = ConfigDict(frozen=True)

    key: str
    title: str
    group: str = ""


@dataclass(frozen=True, slots=True)
class Titles:
    """Titles by their telling words: one weighs the more, the fewer titles have it; in that of a group half as much."""

    titled: Sequence[Titled]
    words: Sequence[frozenset[str]]
    of_groups: Sequence[frozenset[str]]
    weights: Mapping[str, float]

    @classmethod
    def of(cls, titled: Sequence[Titled]) -> "Titles":
        """Slow, so for a thread of its own."""
        words = [_words(one.title) for one in titled]
        groups = [_words(one.group) for one in titled]
        having = Counter(word for title in words for word in title)
        weights = {word: math.log(1 + len(titled) / count) for word, count in having.items()}
        return cls(titled, words, groups, weights)

    def told(self, lemmas: str) -> list[Scored]:
        """Those that share a telling word with a text of these lemmas, likeliest first; often none."""
        said = set(lemmas.split())
        alone = math.log(1 + len(self.titled))
        found: dict[str, float] = {}
        for one, words, groups in zip(self.titled, self.words, self.of_groups, strict=True):
            shared = sum(self.weights[word] for word in words & said)
            if shared:
                whole = math.sqrt(sum(self.weights[word] for word in words))
                found[one.key] = (shared + alone * len(groups & said) / 2) / whole
        return _shared_out(found)

    def telling(self, lemmas: str, key: str) -> list[str]:
        """The words of a text that stand in the title of this one, or of its group."""
        said = set(lemmas.split())
        return sorted(
            word
            for one, words, groups in zip(self.titled, self.words, self.of_groups, strict=True)
            if one.key == key
            for word in (words | groups) & said
        )


def with_titles(learnt: Sequence[Scored], by_titles: Sequence[Scored], routings: int) -> list[Scored]:
    """What was learnt from so many routings, and beside it what titles tell."""
    weight = min(_AT_MOST, _WORTH / routings) if routings else 1.0
    found = {one.key: one.share for one in learnt}
    for one in by_titles:
        found[one.key] = found.get(one.key, 0.0) + weight * one.share
    return _shared_out(found)


def _shared_out(found: Mapping[str, float]) -> list[Scored]:
    total = sum(found.values())
    return [
        Scored(key=key, share=score / total)
        for key, score in sorted(found.items(), key=lambda one: (-one[1], one[0]))
    ]


def _words(title: str) -> frozenset[str]:
    return frozenset(
        word for word in lemmas(title).split() if len(word) >= _SHORTEST and word not in _OF_NO_TOPIC
    )
