"""Search understands words in all their forms, on both databases, and shows what it has found."""

from datetime import UTC, datetime

import pytest

from calendar_rules.vocabulary import Role
from service.language.lemmas import lemmas
from service.messages import searching
from service.messages.searching import spans, words_of
from store.database.engines import Database
from store.messages.listing import Filters, page
from store.messages.searching import Word, found_by
from tests.databases import migrated_once  # noqa: F401 - on both
from tests.message_row import message_row
from tests.rows import actor_of, ask

CURATOR = actor_of("curator", Role.CURATOR)
NOW = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
TEXTS = {
    1: "Глубокая яма на улице Текстильной, объезжаем по встречной",
    2: "Три ямы у школы № 48, дети обходят",
    3: "Фонари не горят от дома 12 до магазина",
    4: "Прямая труба, запах газа у подъезда",
    5: "Тёмный двор: освещения нет, автобус не ходит",
    6: "Магазин «Весна» шумит по ночам, дом 112",
}


@pytest.fixture
async def messages(database: Database) -> Database:
    async with database.write() as session:
        for number, text in TEXTS.items():
            sought = found_by(
                "Анна Куприянова 9", text, f"https://vk.com/wall-1_{number}77", lemmas=lemmas(text)
            )
            session.add(message_row(number, NOW, text=text, search_text=sought, lemmas=lemmas(text)))
    return database


async def found(messages: Database, typed: str) -> list[int]:
    asked = Filters(q=typed, words=words_of(typed))
    return sorted(row.number for row in (await ask(messages, page, CURATOR, asked, NOW, size=10)).rows)


FOUND: dict[str, list[int]] = {
    "яма": [1, 2],
    # What is short is found as a whole word in the author's name too.
    "Анна": [*TEXTS],
    "Куприянова 9": [*TEXTS],
    "Ямами": [1, 2],
    "фонарь": [3],
    "освещение": [5],
    "яма школа": [2],
    "яма в школе": [2],
    "яма магазин": [],
    "дом 12": [3],
    "школа № 48": [2],
    "куприян": [1, 2, 3, 4, 5, 6],
    "vk.com/wall-1_377": [3],
    "wall-1_3": [3],
    "освещ": [5],
    "«Весна»": [6],
    "весной шуметь": [6],
    "100%": [],
    # What is shorter than three letters is found as a whole word, whether the dictionary has it or not.
    "дв": [],
    "9": [*TEXTS],
    "ва": [],
}


async def test_all_the_words_are_found_in_whatever_form(messages: Database) -> None:
    assert {typed: await found(messages, typed) for typed in FOUND} == FOUND


def test_a_sentence_of_many_words_is_understood_by_its_first_ones() -> None:
    sentence = "яма дорога школа " + " ".join(f"слово{number}" for number in range(400))
    assert len(words_of(sentence)) == searching.MOST


def test_a_number_alone_is_sought_as_it_stands() -> None:
    assert words_of("№ 12") == (Word("№ 12"),)
    assert words_of(" 48113 ") == (Word("48113"),)
    assert words_of("12") == (Word(None, ("12",)),)


def test_words_that_say_nothing_are_passed_over_unless_there_are_no_others() -> None:
    assert [word.lemmas[0] for word in words_of("яма у школы и не на мосту")] == ["яма", "школы", "мосту"]
    assert [word.lemmas[0] for word in words_of("на")] == ["на"]


def test_what_was_found_is_told_by_its_place() -> None:
    for text, typed, expected in (
        ("Три ямы у дома", "яма", ["ямы"]),
        ("Прямая труба", "яма", []),
        ("Освещения нет", "освещ", ["Освещения"]),
        ("Фонари: ёлка", "фонарь елка", ["Фонари", "ёлка"]),
        ("https://vk.com/wall-1_377", "wall-1_3", ["wall-1_3"]),
        ("Ничего такого", "яма", []),
    ):
        assert [text[start:end] for start, end in spans(text, words_of(typed))] == expected


def test_an_excerpt_stands_around_the_first_word_found() -> None:
    text = f"{'Сначала о другом. ' * 20}\nЯмы у школы. {'Потом ещё долго. ' * 20}"
    excerpt = searching.excerpt(text, words_of("яма"))
    assert excerpt is not None
    assert "Ямы у школы" in excerpt
    assert excerpt.startswith("…") and excerpt.endswith("…")
    assert excerpt.index("Ямы") < 30
    assert len(excerpt) < 140
    assert searching.excerpt(text, words_of("фонарь")) is None
