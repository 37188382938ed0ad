"""Grounds of an erasure: the words of the trade stay, and nobody's name."""

import pytest

from store.personal_data.grounds import sieved

AUTHOR = "Пелагея Редкая"
TEXT = "Лужа глубиной с ванну у дома на Соборной."


@pytest.mark.parametrize(
    "ground",
    [
        "Заявление автора от 12.01.2027.",
        "Отзыв согласия (ст. 9 152-ФЗ), вх. № 01-15/2027 от 2027-01-12.",
        "Требование Роскомнадзора № 45-12/3",
        "Истёк срок хранения (5 лет).",
        "По решению районного суда от 1 марта 2027 г.",
        "Автор отозвал согласие. Просит стереть.",
    ],
)
def test_a_ground_in_the_words_of_the_trade_stays_as_it_is(ground: str) -> None:
    assert sieved(ground, [AUTHOR], [TEXT]) == ground


@pytest.mark.parametrize(
    ("ground", "stays"),
    [
        ("По заявлению Пелагеи Редкой от 12.01.2027", "По заявлению [erased] от 12.01.2027"),
        ("Заявление Редкой П. И., ст. 9", "Заявление [erased]., ст. 9"),
        ("ЗАЯВЛЕНИЕ ПЕЛАГЕИ РЕДКОЙ", "ЗАЯВЛЕНИЕ [erased]"),
        ("Заявление редкой", "Заявление [erased]"),
        ("Заявление сестры, Кузнеца Петра Ильича", "Заявление сестры, [erased]"),
        ("Просит стереть: лужи с ванной нет", "Просит стереть: [erased] с [erased] нет"),
        ("Просит стереть https://vk.com/wall-1_2", "Просит стереть [erased]"),
        ("Заявление с pelageya@example.ru, @redkaya", "Заявление с [erased]"),
        ("тел. 8 (910) 123-45-67", "тел. [erased]"),
        ("Заявление, паспорт 2412 345678", "Заявление, паспорт [erased]"),
        ("метка-основание-7f3a", "[erased]"),
    ],
)
def test_names_words_of_the_message_addresses_and_long_numbers_do_not(ground: str, stays: str) -> None:
    assert sieved(ground, [AUTHOR], [TEXT]) == stays


def test_an_author_of_the_words_of_the_trade_is_not_named_either() -> None:
    assert sieved("Заявление автора Субъекта", ["Субъект"], []) == "Заявление автора [erased]"


def test_a_long_ground_takes_no_time() -> None:
    hostile = "пере" * 4000 + " " + "я-" * 2000
    assert sieved(hostile, [hostile], [hostile]).startswith("[erased]")
