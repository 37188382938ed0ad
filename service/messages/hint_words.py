"""The words by which a text is looked at for clause 18: what `hints.toml` says, read once."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

_FILE = Path(__file__).with_name("hints.toml")


class ObsceneWords(BaseModel):
    """Part `obscene` of the file; patterns are for whole words."""

    model_config = ConfigDict(frozen=True)

    words: tuple[str, ...]
    ordinary: tuple[str, ...] = Field(alias="except")
    latin: tuple[str, ...]
    ambiguous: re.Pattern[str]
    near: tuple[str, ...]
    forms: tuple[str, ...]
    first_letters: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class BadWords:
    """Patterns for whole words, but `near` for what stands near by."""

    bad: re.Pattern[str]
    ordinary: re.Pattern[str]
    latin: re.Pattern[str]
    near: re.Pattern[str]


@cache
def _data() -> Mapping[str, Mapping[str, object]]:
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))


@cache
def obscene_words() -> ObsceneWords:
    return ObsceneWords.model_validate(_data()["obscene"])


@cache
def bad_words() -> BadWords:
    words, insulting = obscene_words(), _data()["insulting"]["words"]
    assert isinstance(insulting, list)  # noqa: S101
    return BadWords(
        bad=_any_of([*words.words, *insulting]),
        ordinary=_any_of(words.ordinary),
        latin=_any_of(words.latin),
        near=_any_of(words.near),
    )


def _any_of(patterns: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns))


class ThreatWords(BaseModel):
    """Part `threats` of the file: words, or beginnings of words."""

    model_config = ConfigDict(frozen=True)

    verbs: frozenset[str]
    intent: frozenset[str]
    infinitives: frozenset[str]
    harming: frozenset[str]
    parts: re.Pattern[str]
    whom: frozenset[str]
    coming: frozenset[str]
    you: frozenset[str]
    others: frozenset[str]
    oneself: frozenset[str]
    speech: frozenset[str]
    negation: frozenset[str]
    officials: tuple[str, ...]
    not_officials: tuple[str, ...]
    people: tuple[str, ...]
    not_people: tuple[str, ...]
    things: tuple[str, ...]
    sayings: tuple[str, ...]


@cache
def threat_words() -> ThreatWords:
    return ThreatWords.model_validate(_data()["threats"])
