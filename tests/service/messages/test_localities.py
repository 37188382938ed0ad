"""Settlements as people type them."""

from service.messages.localities import locality, places, settlement


def test_a_settlement_is_known_however_it_is_typed() -> None:
    for typed, name in (
        ("город  Кинешма , ул. Советская, д. 5, кв. 12", "Кинешма"),
        ("Кинешма ул. Советская 5", "Кинешма"),
        ("Ивановская обл., Кинешемский р-н, с. Решма", "Решма"),
        ("посёлок Верхний Ландех", "Верхний Ландех"),
        ("Ростов-на-Дону", "Ростов-на-Дону"),
        ("ул. Советская, д. 5", None),
        ("там же где и вчера писали", None),
    ):
        assert locality(typed) == name


def test_a_settlement_keeps_its_spelling() -> None:
    for typed, spelled, district in (
        ("с. Решма Кинешемского района", "с. Решма Кинешемского района", "Кинешемский район"),
        ("Кинешемский р-н, с. Решма", "с. Решма Кинешемского района", "Кинешемский район"),
        (
            "д. Никольское Ивановского муниципального района",
            "д. Никольское Ивановского района",
            "Ивановский район",
        ),
        ("с. Решма", "Решма", None),
        ("г. Иваново, Ленинский район, ул. Громобоя", "Иваново", None),
    ):
        found = settlement(typed)
        assert found and (found.spelled, found.district) == (spelled, district)
        assert found.name == locality(typed)


def test_a_place_whose_district_is_only_added_is_the_same_place() -> None:
    typed = ["Решма", "с. Решма Кинешемского района", "Кинешемский район, с. Решма", "Плес", "Плёс"]
    known = [found for place in typed if (found := settlement(place))]
    titles = [places(known)[one].title for one in known]
    assert titles == [*["с. Решма Кинешемского района"] * 3, *["Плёс"] * 2]


def test_places_of_one_name_in_two_districts_are_two() -> None:
    typed = ["с. Никольское Шуйского района", "Никольское, Ивановский р-н", "Никольское"]
    known = [one for place in typed if (one := settlement(place))]
    found = places(known)
    assert [found[one].title for one in known] == [
        "с. Никольское Шуйского района",
        "Никольское Ивановского района",
        "Никольское (район не указан)",
    ]
    assert {it.key for it in found.values()} == {
        "Никольское, Шуйский район",
        "Никольское, Ивановский район",
        "Никольское, район не указан",
    }
