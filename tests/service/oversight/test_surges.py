"""Looks for surges: at once in two processes, repeated, given a moment that nobody may give."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import pytest
from sqlmodel import select

from calendar_rules.vocabulary import Outcome
from service.language.lemmas import lemmas
from service.oversight import surge_text
from service.oversight.surge_watch import Surges
from service.suggestions import SuggestionsView
from service.suggestions.learnt import Suggestion
from store.database.engines import Database
from store.messages.tables import MessageRow, MessageTextRow, SurgeMessageRow, TopicRow
from store.notices.tables import NoticeRow
from store.oversight.surges import Sighted
from store.oversight.tables import SurgeRow
from store.people.tables import BodyRow
from tests.databases import on_both, without_files
from tests.message_row import message_row
from tests.rows import add_office, put, text_row
from tests.rules_given import plain

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
async def database(database: Database) -> Database:
    async with database.write() as session:
        await add_office(session, {role: [(role, None)] for role in ("head", "governor")})
    return database


async def said(texts: Sequence[str]) -> Sequence[SuggestionsView]:
    """What the tests' texts say of themselves: «water? Кинешма», or «water! Кинешма» for what is sure."""
    confidences = {"?": 0.6, "!": 0.8}
    return [
        SuggestionsView(
            topic=[
                Suggestion(key=text.split()[0][:-1], confidence=confidence)
                for sign, confidence in confidences.items()
                if sign in text.split()[0]
            ],
            location="Кинешма" if "Кинешма" in text else None,
        )
        for text in texts
    ]


def watch(database: Database, *, training: bool = False, now: datetime = NOW) -> Surges:
    settings = without_files(database, training=training)
    return Surges(database, settings, plain(leaves_after=HOUR), said, lambda: now)


async def add(database: Database, *numbers: int, at: datetime = NOW - HOUR, **fields: Any) -> None:
    """Messages in Кинешма, each detected at the same moment."""
    await put(
        database,
        *(
            message_row(number, at, **({"topic": "water", "place": f"place-{number}"} | fields))
            for number in numbers
        ),
        *(
            text_row(number, "location", f"г. Кинешма, ул. Советская, д. {number}", at, id=f"place-{number}")
            for number in numbers
        ),
    )


async def find(database: Database, *numbers: int, text: str, at: datetime = NOW - HOUR) -> None:
    """Messages that nobody has routed; `{own}` in the text are words that no other has, `{}` is the number."""
    async with database.write() as session:
        for number in numbers:
            of_it = text.format(number, own=sha256(bytes([number])).hexdigest())
            session.add(message_row(number, at, text=of_it, lemmas=lemmas(of_it)))


async def route(database: Database, *numbers: int, topic: str = "water", place: str = "г. Кинешма") -> None:
    async with database.write() as session:
        for number in numbers:
            row = await session.get_one(MessageRow, number)
            row.topic, row.stage, row.place = topic, "preparation", f"place-{number}"
            session.add(row)
            session.add(text_row(number, "location", place, NOW, id=f"place-{number}"))


async def texts(database: Database, person: str = "governor") -> list[str]:
    return [notice.text for notice in await rows(database, NoticeRow) if notice.person == person]


async def rows(database: Database, table: type[Any]) -> list[Any]:
    async with database.read() as session:
        return list((await session.exec(select(table))).all())


@on_both
async def test_two_looks_at_once_tell_once(database: Database) -> None:
    await add(database, *range(1, 8))
    await asyncio.gather(*(watch(database).portion() for _ in range(4)))
    surges = await rows(database, SurgeRow)
    assert sorted((row.location or "", row.count, row.told_at is None) for row in surges) == [
        ("", 7, True),
        ("Кинешма", 7, False),
    ]
    assert len(await rows(database, SurgeMessageRow)) == 14
    notices = await rows(database, NoticeRow)
    assert sorted(notice.person for notice in notices) == ["governor", "head"]
    assert {notice.deliver_from for notice in notices} == {NOW}
    assert "Советская" not in notices[0].text


async def test_nothing_that_comes_from_temporal_decides_the_moment(database: Database) -> None:
    await add(database, *range(1, 8), at=NOW - 3 * DAY)
    assert (await watch(database).portion(NOW - 3 * DAY)).done == 0
    assert (await watch(database, training=True).portion(NOW - 3 * DAY)).done == 2


async def test_a_surge_registered_late_is_told_though_it_has_passed(database: Database) -> None:
    await add(database, *range(1, 8), at=NOW - DAY - 2 * HOUR)
    await watch(database).portion()
    assert len(await rows(database, NoticeRow)) == 2
    # And it is not told again once it is over.
    for hours in range(1, 80):
        await watch(database, now=NOW + hours * HOUR).portion()
    assert [row.over_at for row in await rows(database, SurgeRow)] == [NOW + 22 * HOUR] * 2
    assert sorted(notice.fact.partition("-2026")[0] for notice in await rows(database, NoticeRow)) == sorted(
        ["surge-1", "surge-1", "surge-1-over", "surge-1-over"]
    )


async def test_a_second_surge_is_another_one(database: Database) -> None:
    await add(database, *range(1, 6), at=NOW)
    await watch(database, now=NOW).portion()
    await watch(database, now=NOW + 2 * DAY).portion()
    await add(database, *range(11, 21), at=NOW + 4 * DAY)
    await watch(database, now=NOW + 4 * DAY).portion()
    found = [(row.location, row.count, row.over_at is None) for row in await rows(database, SurgeRow)]
    assert sorted(found, key=str) == sorted(
        [("Кинешма", 5, False), (None, 5, False), ("Кинешма", 10, True), (None, 10, True)], key=str
    )


async def test_the_largest_number_stays_when_messages_leave_the_day(database: Database) -> None:
    """Eight within some hours: told of eight, and eight it is while they leave the window one by one, and after."""
    for number in range(1, 9):
        await add(database, number, at=NOW - (10 - number) * HOUR)
    await watch(database).portion()
    for hours in range(1, 50):
        await watch(database, now=NOW + hours * HOUR).portion()
    (surge,) = (row for row in await rows(database, SurgeRow) if row.told_at is not None)
    assert (surge.location, surge.count, surge.over_at is None) == ("Кинешма", 8, False)
    behind = {row.message for row in await rows(database, SurgeMessageRow) if row.surge == surge.id}
    assert behind == set(range(1, 9))
    began, goes_on, over = await texts(database)
    assert "город Кинешма: 8 сообщений за сутки, ранее сообщений не поступало (пункт 21 Положения)" in began
    assert "город Кинешма, продолжается: 7 сообщений за сутки, наибольшее число — 8, ранее " in goes_on
    assert (
        "город Кинешма, прекратилась: в течение суток признаков повышенной активности нет (пункт 21 Положения). "
        "Началась 24.11.2026 в 04:00, наибольшее число сообщений за сутки — 8." in over
    )


async def test_what_turns_out_to_be_a_mistake_is_not_in_the_largest_number(database: Database) -> None:
    await add(database, *range(1, 9))
    await watch(database).portion()
    async with database.write() as session:
        (await session.get_one(MessageRow, 1)).outcome = Outcome.VOID
    await watch(database, now=NOW + HOUR).portion()
    assert [row.count for row in await rows(database, SurgeRow)] == [7, 7]


@on_both
async def test_found_messages_count_before_they_are_routed(database: Database) -> None:
    """Four routed and a fifth that is likely of the topic and names the settlement: five."""
    await add(database, 1, 2, 3, 4)
    await find(database, 5, text="water? в Кинешме, Кинешма {}")
    assert (await watch(database).portion()).done == 1
    (surge,) = await rows(database, SurgeRow)
    assert (surge.topic, surge.location, surge.count) == ("water", "Кинешма", 5)
    (text,) = await texts(database)
    assert "Ещё не направлено: 1, тема этих сообщений определена предварительно. Сообщения: № 1, № 2" in text
    # Once it is routed it is the same surge, of which nothing new is told on that day.
    await route(database, 5)
    await watch(database, now=NOW + HOUR).portion()
    assert [row.count for row in await rows(database, SurgeRow)] == [5, 5]
    assert len(await texts(database)) == 1


async def test_what_is_only_likely_counts_where_it_names_a_settlement(database: Database) -> None:
    await find(database, *range(1, 8), text="water? {own}")
    assert (await watch(database).portion()).done == 0
    await find(database, *range(11, 16), text="water! {own}")
    assert (await watch(database).portion()).done == 1
    (surge,) = await rows(database, SurgeRow)
    assert (surge.topic, surge.location, surge.count) == ("water", None, 5)


async def test_a_surge_of_another_topic_than_was_suggested_is_no_second_one(database: Database) -> None:
    await find(database, *range(1, 7), text="water! Кинешма {}")
    await watch(database).portion()
    await route(database, *range(1, 7), topic="heating")
    await watch(database, now=NOW + HOUR).portion()
    told = [row for row in await rows(database, SurgeRow) if row.told_at is not None]
    assert [(row.topic, row.location, row.count) for row in told] == [("heating", "Кинешма", 6)]
    assert len(await texts(database)) == 1


async def test_what_is_closed_before_it_was_routed_does_not_count(database: Database) -> None:
    await find(database, *range(1, 6), text="water! Кинешма {}")
    async with database.write() as session:
        (await session.get_one(MessageRow, 1)).outcome = Outcome.DECLINED
    assert (await watch(database).portion()).done == 0


async def test_a_town_that_has_its_own_body_is_called_one(database: Database) -> None:
    async with database.write() as session:
        title = "Администрация городского округа Кинешма"
        session.add(BodyRow(key="kineshma", title=title, short_title=title, kind="municipality"))
        session.add(TopicRow(key="water", title="Вода", group="ЖКХ"))
    await find(database, *range(1, 6), text="water! Кинешма {}")
    await watch(database).portion()
    assert (await texts(database))[0].startswith("Повышенная активность по теме «Вода», город Кинешма: 5 ")


async def test_mistakes_and_what_nobody_can_tell_the_topic_of_do_not_count(database: Database) -> None:
    await add(database, *range(1, 5))
    await add(database, 5, outcome=Outcome.VOID)
    await find(database, 6, text="none {own}")
    assert (await watch(database).portion()).done == 0
    await add(database, 7, outcome=Outcome.ANSWERED, repeats=1)
    assert (await watch(database).portion()).done == 2


async def test_an_erased_place_names_no_settlement(database: Database) -> None:
    await add(database, *range(1, 8))
    async with database.write() as session:
        for place in await session.exec(select(MessageTextRow)):
            place.content = "[erased]"
            session.add(place)
    await watch(database).portion()
    assert [row.location for row in await rows(database, SurgeRow)] == [None]


@pytest.mark.parametrize(
    ("place", "said_of_it"),
    [
        ("г. Кинешма, ул. Советская", "город Кинешма"),
        ("Кинешемский р-н, с.Решма", "село Решма"),
        ("пгт Лух", "посёлок городского типа Лух"),
        ("посёлок  Верхний Ландех", "посёлок Верхний Ландех"),
        ("Решма", "населённый пункт Решма"),
        ("Иваново", "город Иваново"),
    ],
)
def test_a_settlement_is_named_with_its_kind(place: str, said_of_it: str) -> None:
    name = said_of_it.removeprefix("посёлок городского типа ").removeprefix("населённый пункт ")
    name = name.removeprefix("город ").removeprefix("село ").removeprefix("посёлок ")
    message = Sighted(1, "water", NOW, place)
    assert surge_text.where(name, [message], ["Администрация города Иванова"]) == said_of_it


async def test_a_look_is_due_where_it_would_change_something_and_nowhere_else(database: Database) -> None:
    async def looked(now: datetime) -> list[bool]:
        """Whether a look is due, whether it did something, and whether another is due right after it."""
        due = await watch(database, now=now).is_due()
        done = (await watch(database, now=now).portion()).done
        return [due, done > 0, await watch(database, now=now).is_due()]

    assert await looked(NOW) == [False, False, False]
    # Enough messages for the rule to be asked, and too few of them at once for it to hold.
    for number in range(1, 7):
        await add(database, number, at=NOW - (30 + 3 * number) * HOUR)
    quiet = await looked(NOW)
    assert quiet[0] == quiet[1]
    await add(database, *range(11, 31))
    began = await looked(NOW)
    assert began[:2] == [True, True]
    rows = await surges_of(database)
    for hours in range(1, 200, 7):
        due, did, _ = await looked(NOW + hours * HOUR)
        assert due == did, hours
    assert rows and all(row.over_at for row in await surges_of(database))
    assert await looked(NOW + 300 * HOUR) == [False, False, False]


async def surges_of(database: Database) -> list[SurgeRow]:
    async with database.read() as session:
        return list((await session.exec(select(SurgeRow))).all())
