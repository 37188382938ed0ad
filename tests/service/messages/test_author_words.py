"""How often the words of a reply are read as a person reads them."""

import tomllib
from pathlib import Path

from calendar_rules.vocabulary import Verdict
from service.messages.author_words import judge

SAMPLES = tomllib.loads(Path(__file__).with_name("author_words.toml").read_text(encoding="utf-8"))


def test_what_decided_is_named_as_it_is_written() -> None:
    found = judge("Спасибо за ответ, но Никто не Приехал")
    assert (found.value, found.because) == (Verdict.NOT_CONTENT, ("Никто не Приехал",))
    assert judge("Спасибо, починили!").because == ("Спасибо", "починили")
    assert judge("").value is Verdict.NONE
