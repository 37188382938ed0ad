"""Russian word forms by `pymorphy3`: one analyzer for the whole process, loaded when it is first needed.

What is not in its dictionary it takes for a prefix and a word, for a word and an ending, and so on within the rest: a
word made for it takes seconds at forty letters, and ends the stack at two thousand. So only short words are guessed.
"""

from collections.abc import Sequence
from functools import cache
from threading import Lock
from typing import Any

_LOADING = Lock()


def analyzer() -> Any:
    """The shared analyzer; the first call takes half a second, so not on the event loop."""
    with _LOADING:  # two threads at once must not load its dictionary twice
        return _load()


LONGEST_GUESSED = 16
"""Letters of a word, or of a part of a compound, that is guessed: two milliseconds at worst."""

_MOST_PARTS = 3


def is_known(word: str) -> bool:
    """Whether the dictionary has the word; takes no longer for a long one."""
    return bool(analyzer().word_is_known(word))


def readings(word: str) -> Sequence[Any]:
    """How the word may be read, likeliest first; nothing for a word that is long and unknown."""
    found: Sequence[Any] = analyzer().parse(word) if _may_be_guessed(word) or is_known(word) else ()
    return found


def _may_be_guessed(word: str) -> bool:
    """Parts of a compound are read each by itself: «контрольно-счётная»."""
    parts = word.split("-", maxsplit=_MOST_PARTS)
    return len(parts) <= _MOST_PARTS and all(len(part) <= LONGEST_GUESSED for part in parts)


@cache
def _load() -> Any:
    import pymorphy3  # noqa: PLC0415  half a second that most processes never need to spend

    return pymorphy3.MorphAnalyzer(lang="ru")
