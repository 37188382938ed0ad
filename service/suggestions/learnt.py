"""Topics, bodies and importance that a text suggests, by words of the directory and by what was routed before.

The constants are set on half of the demo's texts and half of 2,000 public complaints, and judged by the other halves.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from pydantic import BaseModel, ConfigDict

from calendar_rules.vocabulary import Importance
from service.language.morphology import readings
from service.suggestions.centroids import Centroids
from service.suggestions.certainty import SHOWN, Certainty, fitted, logistic
from service.suggestions.words import Titled, Words
from store.messages.routings import Routing

FEWEST: Final = 100
"""Routings from which anything is learnt; of fewer, words of the directory alone are more often right."""
_MOST: Final = 3
"""Topics and bodies that are suggested."""
_BECAUSE: Final = 3
_JUDGED: Final = 600
"""Routings, the last ones, by which certainty is fitted, each as if it were not among the others."""
_WORTH: Final = 10.0
"""Words of the directory count for this much, divided by the square root of the number of routings."""
_BY_TOPIC: Final = 0.1
"""What the usual bodies of the likely topics add to a body's score."""
_SCALE: Final = 0.6
_OF_ONE: Final = -3.5
"""Makes a share of what the words weigh together: two of those beside a title make it likely."""
_BY_WORDS: Final = Certainty(slope=_SCALE, shift=-1.55)
"""Certainty of a topic told by words of the directory alone."""
_NEVER_MORE: Final = 0.99
_TELLING: Final = frozenset({"NOUN", "ADJF", "VERB", "INFN"})

Scores = Mapping[str, float]


class Suggestion(BaseModel):
    """Ключ справочника, вероятность от 0 до 1, что он верен, и слова текста, которые за него говорят."""

    model_config = ConfigDict(frozen=True)

    key: str
    confidence: float
    because: list[str] = []


@dataclass(slots=True)
class Learnt:
    """Topics and bodies as the directory has them, and routings of the past. A topic with certainty None is unknown."""

    topics: Words
    bodies: Words
    by_topic: Centroids
    by_body: Centroids
    habits: Mapping[str, Counter[str]]
    """By topic how often each body answered."""
    importance: Mapping[str, Counter[str]]
    """By topic how often each was given."""
    worth: float
    """What words of the directory count for beside the centroids; zero while nothing is learnt."""
    of_topic: Certainty | None = _BY_WORDS
    of_body: Certainty | None = None

    @classmethod
    def of(cls, routings: Sequence[Routing], topics: Sequence[Titled], bodies: Sequence[Titled]) -> "Learnt":
        """From routings, the newest first. Takes about a second, so for a thread of its own."""
        of_topics, of_bodies = Words.of(topics), Words.of(bodies)
        known = [one for one in routings if one.topic in of_topics.keys and one.body in of_bodies.keys]
        habits: defaultdict[str, Counter[str]] = defaultdict(Counter)
        importance: defaultdict[str, Counter[str]] = defaultdict(Counter)
        for one in known:
            habits[one.topic][one.body] += 1
            importance[one.topic][one.importance] += 1
        is_enough = len(known) >= FEWEST
        learnt = cls(
            topics=of_topics,
            bodies=of_bodies,
            by_topic=Centroids.of([(one.lemmas, one.topic) for one in known if is_enough]),
            by_body=Centroids.of([(one.lemmas, one.body) for one in known if is_enough]),
            habits=habits,
            importance=importance,
            worth=_WORTH / math.sqrt(len(known)) if is_enough else 0.0,
        )
        if is_enough:
            learnt._fit(known[:_JUDGED])
        return learnt

    def suggested_topics(self, lemmas: str) -> list[Suggestion]:
        """The topics that are likelier right than wrong, likeliest first."""
        return self._shown(
            _certainties(self._topics(lemmas), self.of_topic), lemmas, self.topics, self.by_topic
        )

    def suggested_bodies(self, lemmas: str, topics: Sequence[Suggestion]) -> list[Suggestion]:
        """Bodies by what is like the text, and those that usually answer the topic suggested first.

        The latter are as sure as the topic is, times the body's share of its messages; one message more is counted
        that went elsewhere, so that a single one is no habit.
        """
        of_topics = _certainties(self._topics(lemmas), self.of_topic)
        sure = _certainties(self._bodies(lemmas, of_topics), self.of_body)
        found = {one.key: one for one in self._shown(sure, lemmas, self.bodies, self.by_body)}
        for topic in topics[:1]:
            for body, confidence in _by_habit(topic, self.habits).items():
                if body not in found or found[body].confidence < confidence:
                    found[body] = Suggestion(key=body, confidence=confidence, because=topic.because)
        return sorted(found.values(), key=lambda one: (-one.confidence, one.key))[:_MOST]

    def suggested_importance(self, topics: Sequence[Suggestion]) -> Importance | None:
        """The importance that messages of the topic suggested first usually have."""
        for topic in topics[:1]:
            for importance in _by_habit(topic, self.importance):
                return Importance(importance)
        return None

    def _topics(self, lemmas: str, own: str | None = None) -> Scores:
        found = self.topics.found(lemmas)
        if not self.worth:
            return {key: sum(terms.values()) for key, terms in found.items()}
        return _added(self.by_topic.likeness(lemmas, own), self._by_words(found))

    def _bodies(self, lemmas: str, topics: Scores, own: Routing | None = None) -> Scores:
        """`topics` by their certainties; `own`: the routing of the text, which is judged as if it were not there."""
        if not self.worth:
            return {}
        usual: defaultdict[str, float] = defaultdict(float)
        for topic, certainty in topics.items():
            habit = self.habits.get(topic, Counter())
            is_own = own is not None and own.topic == topic
            for body, count in habit.items():
                others = count - (is_own and own is not None and own.body == body)
                usual[body] += _BY_TOPIC * certainty * others / (habit.total() + 1 - is_own)
        likeness = self.by_body.likeness(lemmas, own.body if own else None)
        return _added(_added(likeness, self._by_words(self.bodies.found(lemmas))), usual)

    def _by_words(self, found: Mapping[str, Mapping[frozenset[str], float]]) -> Scores:
        return {
            key: self.worth * logistic(_SCALE * sum(terms.values()) + _OF_ONE) for key, terms in found.items()
        }

    def _fit(self, judged: Sequence[Routing]) -> None:
        scores = [self._topics(one.lemmas, one.topic) for one in judged]
        self.of_topic = fitted(
            [point for one, found in zip(judged, scores, strict=True) for point in _first(found, one.topic)]
        )
        of_bodies = [
            self._bodies(one.lemmas, _certainties(found, self.of_topic), one)
            for one, found in zip(judged, scores, strict=True)
        ]
        self.of_body = fitted(
            [point for one, found in zip(judged, of_bodies, strict=True) for point in _first(found, one.body)]
        )

    def _shown(self, sure: Scores, lemmas: str, words: Words, centroids: Centroids) -> list[Suggestion]:
        likeliest = sorted((key for key in sure if sure[key] >= SHOWN), key=lambda key: (-sure[key], key))
        return [
            Suggestion(
                key=key,
                confidence=min(round(sure[key], 2), _NEVER_MORE),
                because=_because(words.telling(lemmas, key), centroids.telling(lemmas, key)),
            )
            for key in likeliest[:_MOST]
        ]


def _added(one: Scores, other: Scores) -> Scores:
    return {key: one.get(key, 0.0) + other.get(key, 0.0) for key in one.keys() | other.keys()}


def _leads(scores: Scores) -> Scores:
    """How far each is ahead of the best other one."""
    first, second, *_ = [*sorted(scores.values(), reverse=True), 0.0, 0.0]
    return {key: score - (second if score == first else first) for key, score in scores.items()}


def _certainties(scores: Scores, certainty: Certainty | None) -> Scores:
    return {} if certainty is None else {key: certainty.of(lead) for key, lead in _leads(scores).items()}


def _first(scores: Scores, right: str) -> list[tuple[float, bool]]:
    """The lead of the likeliest, and whether it is right."""
    leads = _leads(scores)
    likeliest = max(leads, key=lambda key: (leads[key], key), default=None)
    return [] if likeliest is None else [(leads[likeliest], likeliest == right)]


def _by_habit(topic: Suggestion, usual: Mapping[str, Counter[str]]) -> dict[str, float]:
    """What usually goes with a topic, as surely as the topic is, the most usual first."""
    counted = usual.get(topic.key, Counter())
    sure = {
        key: round(topic.confidence * count / (counted.total() + 1), 2)
        for key, count in counted.most_common()
    }
    return {key: confidence for key, confidence in sure.items() if confidence >= SHOWN}


def _because(by_words: Sequence[str], by_texts: Sequence[str]) -> list[str]:
    return list(dict.fromkeys([*by_words, *(word for word in by_texts if _says_something(word))]))[:_BECAUSE]


def _says_something(word: str) -> bool:
    """Whether a reader sees why: «фонарь» and «гореть», and not «от» or «опять»."""
    found = readings(word)
    return not found or found[0].tag.POS in _TELLING
