"""Like messages are found by their words among many, and the words follow the message, on both databases."""

from datetime import UTC, datetime

import pytest
from sqlmodel import select

from service.language.lemmas import lemmas
from service.messages import likeness
from service.messages.likeness import Likeness
from store.database.engines import Database
from store.messages import likeness_index
from store.messages.finding import locked
from store.messages.tables import MessageRow, MessageWordRow
from store.personal_data import erasure
from tests.message_row import message_row
from tests.rows import put

NOW = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
PIT = "Огромная яма напротив магазина Весна на улице Текстильной, третий день объезжаем по встречной полосе"
EDITED = (
    "Напротив магазина Весна на улице Текстильной огромнная яма, третий день объезжаем по встречной полосе!!"
)
OTHERS = [
    "В подъезде четвёртую неделю не горит свет, управляющая компания молчит",
    "Расписание автобуса седьмого маршрута не соблюдается, стоим на морозе",
    "Поликлиника: талонов к неврологу нет, регистратура трубку не берёт",
]


async def stored(database: Database, *texts: str, start: int = 1) -> None:
    await put(
        database,
        *(
            message_row(number, NOW, text=text, lemmas=lemmas(text))
            for number, text in enumerate(texts, start)
        ),
    )


async def words_of(database: Database, number: int) -> list[int]:
    async with database.read() as session:
        return sorted(await session.exec(select(MessageWordRow.word).where(MessageWordRow.message == number)))


async def test_an_edited_copy_is_found_among_others(database: Database) -> None:
    await stored(database, PIT, *OTHERS)
    async with database.read() as session:
        found = await likeness.like(session, lemmas(EDITED), limit=10)
        strange = await likeness.like(session, lemmas("Прошу принять меры по уборке"), limit=10)
    assert [one.message for one in found] == [1]
    assert found[0].percent >= likeness.ALIKE
    assert strange == []


async def test_earlier_ones_alone_are_earlier(database: Database) -> None:
    await stored(database, PIT, EDITED, PIT)
    async with database.read() as session:
        row = await session.get(MessageRow, 2)
        assert row is not None
        assert [one.message for one in await likeness.earlier_like(session, row, limit=10)] == [1]


async def test_of_many_alike_the_last_ones_are_found(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(likeness_index, "_LOOKED_AT", 6)
    monkeypatch.setattr(likeness_index, "_COMPARED", 4)
    await stored(database, *[PIT] * 9)
    async with database.read() as session:
        found = await likeness.like(session, lemmas(PIT), limit=10)
    assert found == [Likeness(number, 100) for number in (9, 8, 7, 6)]


async def test_a_short_text_is_found_among_longer_ones_with_all_its_words(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(likeness_index, "_COMPARED", 4)
    short = "Не работает освещение"
    await stored(database, short, *[f"{short}: {other}" for other in OTHERS] * 3)
    async with database.read() as session:
        found = await likeness.like(session, lemmas(f"{short}!"), limit=10)
    assert found == [Likeness(1, 100)]


async def test_the_words_follow_the_message(database: Database) -> None:
    await stored(database, PIT)
    assert await words_of(database, 1) == likeness_index.words(lemmas(PIT))
    async with database.write() as session:
        row = await locked(session, 1)
        row.lemmas = lemmas(OTHERS[0])
    assert await words_of(database, 1) == likeness_index.words(lemmas(OTHERS[0]))
    async with database.write() as session:
        await erasure.erase(session, await locked(session, 1))
    assert await words_of(database, 1) == []


def test_common_words_serve_only_where_there_are_few_others() -> None:
    common = {likeness_index.digest(word) for word in likeness_index.COMMON}
    assert not common & set(likeness_index.words(lemmas(" ".join((PIT, *OTHERS)))))
    assert likeness_index.words("дорога нет") == sorted(map(likeness_index.digest, ("дорога", "нет")))
    assert likeness_index.words("") == []
