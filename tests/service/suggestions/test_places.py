"""The settlement that a text names, in whatever case, and the topics whose titles it uses the words of."""

import pytest

from service.language.lemmas import lemmas
from service.suggestions.model import Scored
from service.suggestions.places import Places, of_bodies, usual
from service.suggestions.titles import Titled, Titles, with_titles

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
        ("В деревне Малые Ключи нет света", "Малые Ключи"),
        ("Деревня Малые Ключи без света", "Малые Ключи"),
        ("из посёлка Новое Горшково не уехать", "Новое Горшково"),
        ("за селом Решма Кинешемского района свалка", "Решма"),
        ("в городе Иванове темно", "Иваново"),
        ("в городе Кинешме темно", "Кинешма"),
        ("по деревне Лужки не проехать", "Лужки"),
        ("в городе темно, Иван", None),
        ("село совсем пустое", None),
        ("дорога до магазина", None),
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


def test_topics_are_told_by_their_titles() -> None:
    topics = Titles.of(
        [
            Titled(key="potholes", title="Ямы и выбоины на дорогах", group="Дороги"),
            Titled(key="snow", title="Уборка снега и обработка от гололёда", group="Дороги"),
            Titled(key="doctors", title="Запись к врачам", group="Здравоохранение"),
        ]
    )
    assert topics.told(lemmas("Дорогу не чистят от снега, гололёд"))[0].key == "snow"
    assert topics.told(lemmas("Спасибо вам большое")) == []


@pytest.mark.parametrize(("routings", "likeliest"), [(0, "title"), (50, "title"), (2_000, "learnt")])
def test_titles_count_the_less_the_more_is_learnt(routings: int, likeliest: str) -> None:
    learnt = [Scored(key="learnt", share=0.55), Scored(key="title", share=0.45)]
    told = with_titles(learnt, [Scored(key="title", share=1.0)], routings)
    assert told[0].key == likeliest
    assert sum(one.share for one in told) == pytest.approx(1)
