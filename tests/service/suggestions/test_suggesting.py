"""Suggestions of an installation: by words and habit at first, by past routings later."""

import time
from collections.abc import Mapping
from datetime import UTC, datetime

import pytest

from service.language.lemmas import lemmas
from service.suggestions import Suggestions
from store.database.engines import Database
from store.messages.tables import TopicRow
from store.people.tables import BodyRow
from tests.databases import on_both
from tests.message_row import message_row
from tests.rows import text_row

NOW = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
PIT = "Огромная яма на дороге у магазина в Кинешме, колёса пробиты"
MATTERS: Mapping[str, tuple[str, str]] = {
    "potholes": ("roads", "яма дорога колесо асфальт объезд"),
    "garbage": ("housing", "мусор контейнер вывоз площадка ворона"),
}


async def directory(database: Database) -> None:
    async with database.write() as session:
        for key, title in (
            ("roads", "Департамент дорог"),
            ("housing", "Департамент ЖКХ"),
            ("kineshma", "Администрация городского округа Кинешма"),
            ("gone", "Упразднён"),
        ):
            kind = "executive"
            session.add(BodyRow(key=key, title=title, short_title=title, kind=kind, active=key != "gone"))
        words = ["пробить колесо", "яма", "колея"]
        session.add(TopicRow(key="potholes", group="Дороги", title="Ямы и выбоины на дорогах", words=words))
        session.add(TopicRow(key="garbage", group="ЖКХ", title="Вывоз мусора"))


async def routed(
    database: Database, number: int, topic: str, body: str, lemmas: str, **fields: object
) -> None:
    async with database.write() as session:
        session.add(
            message_row(
                number,
                NOW,
                **{
                    "topic": topic,
                    "importance": "ordinary",
                    "stage": "preparation",
                    "lemmas": lemmas,
                    "routed_to": body,
                    "place": f"place-{number}",
                }
                | fields,
            )
        )
        await session.flush()
        place = text_row(number, "location", "г. Кинешма", NOW, id=f"place-{number}")
        session.add(place)


async def past(database: Database) -> None:
    """A hundred and twenty routings, the words of which come again and again."""
    for number in range(1, 121):
        topic = list(MATTERS)[number % 2]
        body, words = MATTERS[topic]
        chosen = [word for place, word in enumerate(words.split()) if (number // 2 + place) % 3]
        await routed(database, number, topic, body, " ".join(sorted(chosen)))


@on_both
async def test_with_few_routings_words_and_habit_suggest(database: Database) -> None:
    await directory(database)
    for number in range(1, 10):
        await routed(database, number, "potholes", "roads", "старый")
    await routed(database, 10, "potholes", "gone", "прежний")
    await routed(database, 11, "potholes", "housing", "ошибочный", stage="routing")
    (found,) = await Suggestions(database).of([PIT])
    assert [(one.key, one.because) for one in found.topic] == [
        ("potholes", ["пробить колесо", "яма", "дорога"])
    ]
    # One is no more, and one was sent back: the others are nine, and one more is counted.
    assert [one.key for one in found.bodies] == ["roads"]
    assert found.bodies[0].confidence == pytest.approx(found.topic[0].confidence * 9 / 10, abs=0.01)
    assert (found.location, found.importance, found.repeats) == ("Кинешма", "ordinary", [])


async def test_what_was_routed_suggests_once_there_is_enough_of_it(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await directory(database)
    suggestions = Suggestions(database)
    text = "Вороны растащили контейнеры, вывоза нет"
    assert (await suggestions.of([text]))[0].bodies == []
    await past(database)
    # What was read serves for a while.
    assert (await suggestions.of([text]))[0].bodies == []
    monkeypatch.setattr(time, "monotonic", lambda: float("inf"))
    (found,) = await suggestions.of([text])
    assert (found.topic[0].key, found.bodies[0].key) == ("garbage", "housing")
    assert {"ворона", "контейнер", "вывоз"} >= set(found.bodies[0].because) != set()


async def test_likely_repeats_are_suggested(database: Database) -> None:
    await directory(database)
    await routed(database, 1, "potholes", "roads", lemmas(PIT))
    (found, other) = await Suggestions(database).of([PIT + "!", "Спасибо за ремонт крыльца"])
    assert (found.repeats, other.repeats) == (["1"], [])
    (without,) = await Suggestions(database).of([PIT], before=1)
    assert without.repeats == []
