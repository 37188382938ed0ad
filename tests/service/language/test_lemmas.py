"""Any text has lemmas, and in a time that its length alone decides."""

import time

import pytest

from service.language import lemmas as made
from service.language.lemmas import lemmas
from service.language.morphology import LONGEST_GUESSED, analyzer, readings
from store.messages.finding import searchable

LONGEST = 20_000
PLAIN = "На улице Советской перед домом пять провалился асфальт, машины объезжают яму по тротуару. "


def filled(part: str) -> str:
    return (part * (LONGEST // len(part) + 1))[:LONGEST]


def seconds(text: str) -> float:
    made._lemma_by_dictionary.cache_clear()
    made._lemma_by_guess.cache_clear()
    began = time.thread_time()
    lemmas(text)
    return time.thread_time() - began


def different(prefix: str) -> str:
    """Different words of the longest kind that is guessed, all with the same beginning."""
    width = LONGEST_GUESSED - 4
    letters = "абвгдежзиклмнопр"
    return " ".join(
        f"{(prefix * LONGEST_GUESSED)[:width]}"
        + "".join(letters[number >> shift & 15] for shift in (12, 8, 4, 0))
        for number in range(LONGEST // (LONGEST_GUESSED + 1))
    )


HOSTILE = {
    "one word of prefixes": "пере" * 500,
    "the longest such word": filled("пере"),
    "prefixes within prefixes": filled("недо" * 10 + " "),
    "different words of prefixes": different("недо"),
    "different words of nothing": different("щжыфь"),
    "one letter": filled("ы"),
    "hyphens": filled("по-"),
    "nothing": filled(" "),
    "numbers": filled("1"),
    "no character": "\x00\ud800\udfff\u202e",
    "other writing": filled("字"),
    "marks": filled("а\u0301"),
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_any_text_has_lemmas_soon(text: str) -> None:
    analyzer()
    plain = max(seconds(different("")[: len(filled(PLAIN))]), seconds(filled(PLAIN)))
    assert min(seconds(text) for _ in range(2)) < 20 * plain + 0.05


def test_the_lemmas_of_an_ordinary_text_are_those_of_all_its_words() -> None:
    assert lemmas("Яма на Советской улице, ЯМА у дома") == "дом на советский у улица яма яма"


def test_unknown_words_are_guessed_too() -> None:
    assert lemmas("бутявками") == "бутявка"


def test_signs_nobody_sees_make_no_other_word() -> None:
    hidden = "я\u200bма\u202e на\u00ad ули\ufeffце"
    assert lemmas(hidden) == lemmas("яма на улице")
    assert searchable(hidden) == "яма на улице"


def test_a_long_word_of_the_dictionary_is_read() -> None:
    assert readings("электрокардиографического")[0].normal_form == "электрокардиографический"
    assert not readings("недо" * 10)
