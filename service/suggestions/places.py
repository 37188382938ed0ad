"""The settlement that a text names, as past routings write it (service/messages/localities.py)."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from service.language.lemmas import lemma
from service.language.morphology import readings
from service.language.reading import reads_texts
from service.messages.localities import IN_WORDS, locality

_WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
_IN_WORDS = "|".join(word.replace("посел", "пос[её]л") for word in IN_WORDS)
_MARKED = re.compile(
    rf"(?<!\w)(?:г|гор|пос|пгт|рп|с|д|дер|(?i:{_IN_WORDS}))\.?\s{{1,3}}"
    r"((?:[А-ЯЁ][а-яё]+|[А-ЯЁ]{3,})(?:[- ](?:на|над|под)[- ])?"
    # «с. Решма Кинешемского района»: the district is no part of the name
    r"(?:[- ]?(?![А-ЯЁ][а-яё-]*[сц]кого\b)[А-ЯЁ][а-яё]+){0,2})"
)
"""«г. Заречный», «в деревне Малые Ключи»: after these words stands a name, as it is called or in their case."""
_OF_A_BODY = re.compile(r"(?:город|округа|города|поселения)\s+([А-ЯЁ][\w-]+(?: [А-ЯЁ][\w-]+){0,2})$")
_MOST_WORDS = 3
_LOOKED_AT = 5_000


@dataclass(frozen=True, slots=True)
class Places:
    """Names of settlements by the lemmas of their words."""

    by_lemmas: Mapping[Sequence[str], str]

    @classmethod
    def of(cls, names: Iterable[str]) -> "Places":
        """Of these names, the first of two that read the same."""
        found: dict[Sequence[str], str] = {}
        for name in names:
            found.setdefault(tuple(lemma(word.lower()) for word in _WORD.findall(name)), name)
        return cls(found)

    @reads_texts(self=lambda: Places.of(["Шуя"]))
    def named(self, text: str) -> str | None:
        """The settlement that the text names first, whatever case it stands in; None where it names none.

        One that is not known is taken only where the text says what it is: «д. Малые Ключи».
        """
        text = text[:_LOOKED_AT]
        words = [(match[0], match.start()) for match in _WORD.finditer(text)]
        lemmas = [lemma(word.lower()) for word, _ in words]
        for place, (word, start) in enumerate(words):
            if not word[:1].isupper():
                continue
            marked = _MARKED.match(text, _marker(words, place, start))
            for count in range(_MOST_WORDS, 0, -1):
                known = self.by_lemmas.get(tuple(lemmas[place : place + count]))
                if known is not None:
                    return known
            if marked is not None and marked.start(1) == start:
                return locality(_as_called(marked[1]))
        return None


def _marker(words: Sequence[tuple[str, int]], place: int, start: int) -> int:
    return words[place - 1][1] if place else start


def _as_called(name: str) -> str:
    """A name in the nominative: «Малые Ключи» as it stands, «Решма» for «Решме»."""
    parts = name.split(" ")
    read = [readings(part.lower()) for part in parts]
    # Some names stand as they are called whatever the case of the word before them.
    if not all(read) or any("nomn" in reading.tag for reading in read[-1]):
        return name
    called: list[str] = []
    for part, possible in zip(parts, read, strict=True):
        likely = next((it for it in possible if "Geox" in it.tag), possible[0])
        form = likely.inflect({"nomn"})
        called.append(form.word if form is not None else part)
    return " ".join(called)


def of_bodies(titles: Iterable[str]) -> list[str]:
    """The towns whose own bodies these are: «Администрация городского округа Заречный»."""
    return [match[1] for title in titles if (match := _OF_A_BODY.search(title)) is not None]


def usual(places: Iterable[str | None]) -> list[str]:
    """The settlements of past places, those named at least twice, the most usual first: another may be a home."""
    counted = Counter(name for place in places if place and (name := locality(place)) is not None)
    return [name for name, count in sorted(counted.items(), key=lambda one: (-one[1], one[0])) if count > 1]
