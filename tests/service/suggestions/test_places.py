"""The settlement that a text names, in whatever case."""

import pytest

from service.suggestions.places import Places, of_bodies, usual

PLACES = Places.of(["Кинешма", "Родники", "Верхний Ландех", "Гаврилов Посад"])


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("Улица Заречная в Кинешме третий день не чищена", "Кинешма"),
        ("из Верхнего Ландеха в Иваново не ходит автобус", "Верхний Ландех"),
        ("Живём в Родниках", "Родники"),
        ("засорились родники в парке", None),
        ("деревня Малые Ключи, дорога до неё", "Малые Ключи"),
        ("г. Кохма, ул. Ивановская", "Кохма"),
        ("Третий день нет света в деревне Малые Ключи", "Малые Ключи"),
        ("из посёлка Новое Горшково не уехать", "Новое Горшково"),
        ("за селом Решма Кинешемского района свалка", "Решма"),
        ("в городе Иванове темно", "Иваново"),
        ("по деревне Лужки не проехать", "Лужки"),
        ("в городе темно, Иван", None),
        ("село совсем пустое", None),
        ("", None),
    ],
)
def test_a_settlement_is_found_in_a_text(text: str, place: str | None) -> None:
    assert PLACES.named(text) == place


def test_a_place_that_was_named_once_is_not_kept() -> None:
    places = ["г. Кинешма, ул. Советская", "КИНЕШМА", "д. Одинокая, дом 1", None, "ул. Мира"]
    assert usual(places) == ["Кинешма"]


def test_towns_are_known_by_their_bodies() -> None:
    titles = ["Администрация городского округа Кинешма", "Администрация Шуйского муниципального района"]
    assert of_bodies(titles) == ["Кинешма"]
