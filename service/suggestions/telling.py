"""Topics, bodies and importance that a text tells, and how surely, by what is learnt and words of the directory."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from pydantic import BaseModel, ConfigDict, Field

from service.language.morphology import readings
from service.suggestions.certainty import SHOWN, SURE, odds
from service.suggestions.model import BODIES, TOPIC, Model, Scored
from service.suggestions.titles import Titles, with_titles

MOST: Final = 3
"""Topics and bodies that are suggested."""
_NEVER_MORE = 0.99
_LOOKED_AT = 9
_WORDS = 3
"""Words by which it is said why something is suggested."""


_TELLING = frozenset({"NOUN", "ADJF", "VERB", "INFN"})


class Told(BaseModel):
    """Ключ справочника, вероятность от 0 до 1, что он верен, и слова текста, которые за него говорят."""

    model_config = ConfigDict(frozen=True)

    key: str
    confidence: float
    because: list[str] = []
    proved: bool = Field(
        default=False,
        description="На проверочных сообщениях такие подсказки верны не реже, чем обещают: можно подставить.",
    )


def with_habit(
    told: Sequence[Told], topics: Sequence[Told], usual: Iterable[tuple[str, float]]
) -> list[Told]:
    """Bodies that are told, and those that usually answer the topic told first: as surely as that, and as usually."""
    found = {one.key: one for one in told}
    for key, share in usual if topics else ():
        sure = round(topics[0].confidence * share, 2)
        if sure >= SHOWN and (key not in found or found[key].confidence < sure):
            found[key] = Told(key=key, confidence=sure, because=topics[0].because)
    return sorted(found.values(), key=lambda one: (-one.confidence, one.key))[:MOST]


@dataclass(frozen=True, slots=True)
class Telling:
    """The model in place, None while nothing is learnt, beside the words of the directory as it is."""

    model: Model | None
    topics: Titles
    bodies: Titles

    def likely(self, head: str, lemmas: str) -> list[Scored]:
        """What a head tells, however unlikely it is, likeliest first; of topics and bodies those of the directory.

        While nothing is learnt no body: the name of a town tells of whatever is named after it.
        """
        scores = self.model.scores(lemmas).get(head, []) if self.model is not None else []
        titles = self._titles(head)
        if titles is None or (self.model is None and head == BODIES):
            return scores[:MOST]
        by_words = titles.told(lemmas)
        learnt = self.model.header.learnt if self.model is not None else 0
        found = with_titles(scores, by_words, learnt) if learnt else by_words
        return [one for one in found if one.key in titles.terms][:MOST]

    def told(self, head: str, lemmas: str) -> list[Told]:
        """Of that what is more likely right than wrong, with the words of the text that speak for it."""
        return [
            Told(
                key=one.key,
                confidence=min(round(sure, 2), _NEVER_MORE),
                because=self._because(head, lemmas, one.key),
                proved=self._is_proved(head) and sure >= SURE,
            )
            for one in self.likely(head, lemmas)
            if (sure := self._certainty(head, one.share)) >= SHOWN
        ]

    def _certainty(self, head: str, share: float) -> float:
        if self.model is None:
            return share
        certainty = self.model.header.certainty.get(head)
        return certainty.of(odds(share)) if certainty is not None else 0.0

    def _is_proved(self, head: str) -> bool:
        return self.model is not None and head in self.model.header.proved

    def _because(self, head: str, lemmas: str, key: str) -> list[str]:
        titles = self._titles(head)
        words = titles.telling(lemmas, key) if titles is not None else []
        if self.model is not None:
            learnt = self.model.telling(lemmas, head, key, _LOOKED_AT)
            words += [word for word in learnt if _says_something(word)]
        return list(dict.fromkeys(words))[:_WORDS]

    def _titles(self, head: str) -> Titles | None:
        return {TOPIC: self.topics, BODIES: self.bodies}.get(head)


def _says_something(word: str) -> bool:
    """Whether a reader sees why: «фонарь» and «гореть», and not «от» or «опять», which tell a model as well."""
    found = readings(word)
    return not found or found[0].tag.POS in _TELLING
