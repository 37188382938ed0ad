"""Suggestions of an installation: by titles and habit at first, by what was learnt later; on both databases."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from calendar_rules.vocabulary import Network
from service.language.lemmas import lemmas
from service.networks import found_posts
from service.networks.platforms.port import Found
from service.suggestions import Suggestions, suggesting, training
from service.suggestions.candidates import CandidateSuggestions, suggestions_of
from service.suggestions.examples import Given, Learnt
from service.suggestions.learning import learn
from service.suggestions.training import SuggestionTraining
from store.database.engines import Database
from store.messages.tables import MessageTextRow, TopicRow
from store.networks import candidates
from store.people.tables import BodyRow
from store.suggestions import models as suggestion_models
from tests.message_row import message_row

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
        place = MessageTextRow(
            id=f"place-{number}",
            message=number,
            field="location",
            content="г. Кинешма",
            written_at=NOW,
        )
        session.add(place)


async def past(database: Database) -> None:
    """A hundred and twenty routings, the words of which come again and again."""
    for number in range(1, 121):
        topic = list(MATTERS)[number % 2]
        body, words = MATTERS[topic]
        chosen = [word for place, word in enumerate(words.split()) if (number // 2 + place) % 3]
        await routed(database, number, topic, body, " ".join(sorted(chosen)))


async def in_this_process(given: Given) -> Learnt:
    return learn(given)


async def test_with_nothing_learnt_titles_and_habit_suggest(database: Database) -> None:
    await directory(database)
    for number in range(1, 10):
        await routed(database, number, "potholes", "roads", "старый")
    await routed(database, 10, "potholes", "gone", "прежний")
    await routed(database, 11, "potholes", "housing", "ошибочный", stage="routing")
    (told,) = await Suggestions(database).of([PIT])
    assert [(one.key, one.because, one.proved) for one in told.topic] == [
        ("potholes", ["пробить колесо", "яма", "дорога"], False)
    ]
    # One is no more, and one was sent back: the others are nine of ten, and one more is counted.
    assert [one.key for one in told.bodies] == ["roads"]
    assert told.bodies[0].confidence == pytest.approx(told.topic[0].confidence * 9 / 11, abs=0.01)
    assert (told.location, told.importance, told.repeats) == ("Кинешма", None, [])
    assert told.why.topic == "по словам «пробить колесо», «яма», «дорога»"
    assert (told.why.bodies, told.why.location, told.why.importance) == (
        "на сообщения этой темы обычно отвечает этот орган",
        "назван в тексте",
        None,
    )


async def test_what_was_learnt_suggests_from_then_on(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(suggesting, "_SERVES", 0.0)
    await directory(database)
    suggestions = Suggestions(database)
    training_now = SuggestionTraining(database, in_this_process)
    assert (await training_now.work(NOW)).again_at == NOW + timedelta(minutes=5)
    text = "Вороны растащили контейнеры, вывоза нет"
    assert (await suggestions.of([text]))[0].bodies == []
    await past(database)
    portion = await training_now.work(NOW)
    assert portion.done == 1
    (told,) = await suggestions.of([text])
    assert (told.topic[0].key, told.bodies[0].key) == ("garbage", "housing")
    for why in (told.why.topic, told.why.bodies):
        assert "так распределяли сообщения со словами «" in (why or "")
    last = await training.last(database, ZoneInfo("Europe/Moscow"))
    assert last is not None
    assert (last.learnt, last.in_place, last.at) == (96, True, NOW)
    assert last.body is not None
    assert (last.body.first, last.body.among_three, last.body.commonest) == (100, 100, 50)


async def test_candidates_that_wait_are_suggested_of_again_by_what_was_learnt(database: Database) -> None:
    await directory(database)
    texts = {
        f"https://vk.com/wall-5_{number}": f"Вороны растащили контейнеры, {number}" for number in range(45)
    }
    async with database.write() as session:
        found = [Found(url, "Житель", text, NOW) for url, text in texts.items()]
        ids = await found_posts.add(session, found, network=Network.VKONTAKTE, now=NOW)
        await candidates.dismiss(session, ids[0], "curator", "Мимо.", NOW)

    def suggesting_now() -> CandidateSuggestions:
        return CandidateSuggestions(database, suggestions_of(Suggestions(database)))

    async def bodies() -> list[list[str]]:
        async with database.read() as session:
            rows = [await candidates.by_id(session, number) for number in ids]
        kept = [(row.row.suggestions or {}).get("bodies", []) for row in rows if row is not None]
        return [[told["key"] for told in bodies] for bodies in kept]

    assert await suggesting_now().fill(ids) == 44
    assert await bodies() == [[]] * 45
    await past(database)
    worked = SuggestionTraining(database, in_this_process)
    assert (await worked.work(NOW)).done == 1
    dismissed, *waiting = await bodies()
    assert dismissed == []
    assert all(told[0] == "housing" for told in waiting)


async def test_a_worse_one_leaves_its_figures_and_no_more(database: Database) -> None:
    await directory(database)
    await past(database)

    async def worse(given: Given) -> Learnt:
        return learn(given).model_copy(update={"content": None})

    await SuggestionTraining(database, in_this_process).work(NOW)
    async with database.read() as session:
        first = await suggestion_models.in_place(session)
    await SuggestionTraining(database, worse).work(NOW + timedelta(days=1))
    await SuggestionTraining(database, in_this_process).work(NOW + timedelta(days=2))
    async with database.read() as session:
        assert await suggestion_models.in_place(session) == 3
        assert first == 1
        assert await suggestion_models.content(session, 1) is None
        newest = await suggestion_models.last(session)
    assert newest is not None
    assert newest.in_place


async def test_likely_repeats_are_suggested(database: Database) -> None:
    await directory(database)
    await routed(database, 1, "potholes", "roads", lemmas(PIT))
    (told, other) = await Suggestions(database).of([PIT + "!", "Спасибо за ремонт крыльца"])
    assert told.repeats == [1]
    assert "100 %" in (told.why.repeats or "")
    assert other.why.repeats is None
    assert other.repeats == []
