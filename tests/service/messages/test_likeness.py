"""Messages are alike by most of their words, whatever is misspelt."""

from service.language.lemmas import lemmas
from service.messages.likeness import best

PLAIN = "На улице Советской перед домом пять провалился асфальт, машины объезжают яму по тротуару. "


def test_the_likest_come_first_wherever_they_stand() -> None:
    texts = ["яма у домах"] * 1_500 + ["яма у дома"] + ["снег на крыше"] * 500
    assert [index for _, _, index in best("яма у дома", texts, 2)] == [1_500, 0]


def test_a_short_copy_is_found_whatever_letter_is_misspelt() -> None:
    for wanted, earlier in (
        ("отсутствует уивнёвка, люк", "Отсутствует ливнёвка, люк"),
        ("Сильный едкий азапах из канализации", "Сильный едкий запах из канализации"),
    ):
        ((_, percent, place),) = best(lemmas(wanted), [lemmas(PLAIN), lemmas(earlier)], limit=10)
        assert place == 1
        assert percent < 100


def test_short_texts_are_not_alike_by_what_everybody_writes() -> None:
    for wanted, earlier in (
        ("Не работает освещение, два фонаря", "Не работает освещение на дороге"),
        ("Заросли на пешеходном переходе", "Закрытый обзор на пешеходном переходе"),
    ):
        assert best(lemmas(wanted), [lemmas(earlier)], limit=10) == []
