"""Any text has lemmas, and in a time that its length alone decides."""

import time

import pytest

from store.messages import likeness
from store.messages.finding import searchable
from store.messages.likeness import best, lemmas
from store.messages.morphology import LONGEST_GUESSED, analyzer, readings

LONGEST = 20_000
PLAIN = "На улице Советской перед домом пять провалился асфальт, машины объезжают яму по тротуару. "


def filled(part: str) -> str:
    return (part * (LONGEST // len(part) + 1))[:LONGEST]


def seconds(text: str) -> float:
    likeness._lemma_by_dictionary.cache_clear()
    likeness._lemma_by_guess.cache_clear()
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


def test_comparing_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(likeness, "_COMPARED_WITHIN", 0.0)
    texts = ["яма у дома"] * 5_000
    found = best("яма у дома", texts, 3)
    assert [index for _, _, index in found] == [0, 1, 2]


def test_the_likest_come_first_wherever_they_stand() -> None:
    texts = ["яма у домах"] * 1_500 + ["яма у дома"] + ["снег на крыше"] * 500
    assert [index for _, _, index in best("яма у дома", texts, 2)] == [1_500, 0]


@pytest.mark.parametrize(
    ("wanted", "earlier"),
    [
        ("отсутствует уивнёвка, люк", "Отсутствует ливнёвка, люк"),
        ("Сильный едкий азапах из канализации", "Сильный едкий запах из канализации"),
        (
            "выше человеческого роста нескошенная астительность",
            "Нескошенная растительность выше человеческого роста",
        ),
    ],
)
def test_a_short_copy_is_found_whatever_letter_is_misspelt(wanted: str, earlier: str) -> None:
    ((_, percent, place),) = best(lemmas(wanted), [lemmas(PLAIN), lemmas(earlier)], limit=10)
    assert place == 1
    assert percent < 100


@pytest.mark.parametrize(
    ("wanted", "earlier"),
    [
        ("Не работает освещение, два фонаря", "Не работает освещение на дороге"),
        ("Во дворе дома не работает освещение", "Не работает освещение на дороге"),
        ("Заросли на пешеходном переходе", "Закрытый обзор на пешеходном переходе"),
    ],
)
def test_short_texts_are_not_alike_by_what_everybody_writes(wanted: str, earlier: str) -> None:
    assert best(lemmas(wanted), [lemmas(earlier)], limit=10) == []
