"""Words of a reply, read as a person reads them: measured on what the rules were not made by."""

import tomllib
from collections import Counter
from pathlib import Path

import pytest

from calendar_rules.vocabulary import Verdict
from service.messages.author_words import judge

_SAMPLES = tomllib.loads(Path(__file__).with_name("author_words.toml").read_text(encoding="utf-8"))
_OPPOSITE = {(Verdict.CONTENT, Verdict.NOT_CONTENT), (Verdict.NOT_CONTENT, Verdict.CONTENT)}


def set_aside() -> list[tuple[Verdict, str]]:
    """Replies that the rules were not made by, with what they mean."""
    return [
        (verdict, text)
        for part in (_SAMPLES, _SAMPLES["later"])
        for verdict in Verdict
        for text in part[verdict][1::2]
    ]


def test_what_was_set_aside_is_read_as_a_person_reads_it() -> None:
    """The floor is what was measured: 82 of 86, and none taken for its opposite."""
    found = Counter((verdict, judge(text).value) for verdict, text in set_aside())
    assert found.total() == 86
    assert sum(count for (meant, read), count in found.items() if meant is read) >= 82
    assert not sum(found[pair] for pair in _OPPOSITE)
    assert not [text for _, text in set_aside() if judge(text).because and judge(text).value is Verdict.NONE]


def test_what_decided_is_named_as_it_is_written() -> None:
    found = judge("Спасибо за ответ, но Никто не Приехал")
    assert (found.value, found.because) == (Verdict.NOT_CONTENT, ("Никто не Приехал",))
    assert judge("Спасибо, починили!").because == ("Спасибо", "починили")


@pytest.mark.parametrize(
    "text", ["", "не", "нет", "👍" * 0, "!!!", "a" * 30_000, "не " * 10_000, "\u202eхорошо"]
)
def test_whatever_is_written_is_read_within_its_bound(text: str) -> None:
    assert judge(text).value in Verdict
