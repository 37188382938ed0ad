"""One look at a source: what it brings and how far it was read; what it does where it is refused."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from calendar_rules.vocabulary import Network, NoticeKind
from service.messages.networks import given
from service.messages.posts import url_key
from service.networks import polling
from service.networks.accounts import NetworkAccounts
from service.networks.answer_notices import AnswerNotices
from service.networks.platforms.port import (
    Ability,
    Adapter,
    Fault,
    Found,
    Key,
    NetworkRefusalError,
    Platform,
    Rate,
    Reading,
    SourceKind,
    Together,
    Traits,
    Where,
)
from service.networks.platforms.rates import Rates
from service.networks.polling import Polling
from service.networks.seal import NetworkSeal
from service.suggestions.candidates import CandidateSuggestions
from store.database.engines import Database
from store.directory import edits as directory_edits
from store.messages.tables import NetworkRow
from store.networks import candidates, sources
from store.networks.candidates import Sought
from store.networks.tables import NetworkKeyRow, SourceRow
from store.notices.tables import NoticeRow
from store.people.tables import BodyRow, PersonRow
from tests.databases import on_both, without_files
from tests.message_row import message_row
from tests.rows import all_of, network_key_row, put, source_row
from tests.rules_given import plain
from workflows.polling import Look

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
POST = "https://vk.com/wall-1_2"


class Scripted(Together):
    """An adapter that answers what the test says, and remembers how it was asked."""

    platform = Platform.VKONTAKTE

    def __init__(
        self,
        *answers: Reading | Exception,
        rate: int = 99,
        meanwhile: Callable[[], Awaitable[None]] | None = None,
        **traits: Any,
    ) -> None:
        """`meanwhile`: what happens while it reads."""
        self.answers = list(answers)
        self.asked: list[tuple[Where, Key | None]] = []
        self._meanwhile = meanwhile
        self._traits = Traits(
            network=Network.VKONTAKTE,
            abilities=frozenset({Ability.READ}),
            kinds=frozenset({SourceKind.COMMUNITY, SourceKind.SEARCH}),
            max_length=100,
            rate=Rate(rate, timedelta(seconds=1)),
            **{"credentials": (), **traits},
        )

    @property
    def traits(self) -> Traits:
        return self._traits

    async def read(self, where: Where, key: Key | None) -> Reading:
        self.asked.append((where, key))
        if self._meanwhile is not None:
            await self._meanwhile()
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def read_together(
        self, sources: Sequence[tuple[Where, Key]]
    ) -> Sequence[Reading | NetworkRefusalError]:
        self.asked += sources
        if self._meanwhile is not None:
            await self._meanwhile()
        given = [self.answers.pop(0) for _ in sources]
        return [it for it in given if isinstance(it, Reading | NetworkRefusalError)]


def read(*urls: str, **rest: Any) -> Reading:
    return Reading(
        [Found(url, "Житель", "Яма", NOW) for url in urls], rest.pop("cursor", {"last": 1}), **rest
    )


@pytest.fixture
async def database(database: Database) -> Database:
    await put(
        database,
        *(
            NetworkRow(key=item.key, title=item.title, publication="manual", hosts=list(item.hosts))
            for item in given().networks
        ),
        BodyRow(key="roads", title="Дороги", short_title="Дороги", kind="executive"),
        source_row("https://vk.com/club1", NOW, look_at=NOW),
    )
    return database


class _OpenSeal(NetworkSeal):
    def __init__(self) -> None:
        pass

    def opened(self, row: NetworkKeyRow) -> Key:
        return Key(row.id, row.url, {"access_token": "k", "token": row.credentials})


Poll = Callable[..., Polling]


@pytest.fixture
def poll(database: Database) -> Poll:
    """Polling by an adapter, with the clock at a moment; the rates are the installation's."""
    rates = Rates(database, NOW.timestamp)  # time stands still

    def polled(adapter: Scripted, now: datetime = NOW) -> Polling:
        known: dict[Platform, Adapter] = {Platform.VKONTAKTE: adapter}
        settings = without_files(database)
        accounts = NetworkAccounts(database, _OpenSeal())
        suggestions, notices = CandidateSuggestions(database), AnswerNotices(plain())
        return Polling(database, settings, known, rates, accounts, suggestions, notices, lambda: now)

    return polled


async def source(database: Database) -> SourceRow:
    async with database.read() as session:
        row = await sources.by_id(session, 1)
    assert row is not None
    return row


async def look_when_due(database: Database, polling: Polling) -> Look:
    """The source's next look, once its time has come."""
    async with database.write() as session:
        await sources.ask(session, [1], NOW)
    return await polling.look(1)


@on_both
async def test_what_was_found_and_how_far_it_was_read_are_kept_together(
    database: Database, poll: Poll
) -> None:
    adapter = Scripted(read(POST, f"{POST}3", cursor={"last": 3}, more=True), read(POST))
    assert await poll(adapter).look(1) == Look(new=2, more=True)
    row = await source(database)
    assert (row.cursor, row.last_polled_at, row.last_error, row.failures) == ({"last": 3}, NOW, None, 0)
    assert await poll(adapter).look(1) == Look(new=0)
    assert [where.cursor for where, _ in adapter.asked] == [{}, {"last": 3}]
    async with database.read() as session:
        found = await candidates.page(session, Sought(source=1), before=None, limit=9)
    assert {item.url for item in found} == {POST, f"{POST}3"}


async def test_refusals_put_a_source_off_for_longer_and_longer(database: Database, poll: Poll) -> None:
    busy = NetworkRefusalError(Fault.LATER, "Сеть занята.", code="6")
    now, pauses = NOW, []
    for _ in range(9):
        adapter = Scripted(busy)
        await poll(adapter, now).look(1)
        row = await source(database)
        assert row.next_at is not None and row.last_error == "Сеть занята."
        pauses.append(row.next_at - now)
        # Until then nobody asks.
        await poll(adapter, row.next_at - MINUTE).look(1)
        assert len(adapter.asked) == 1
        now = row.next_at
    assert pauses[:3] == [2 * MINUTE, 4 * MINUTE, 8 * MINUTE]
    assert pauses[-1] == polling.LONGEST_PAUSE
    await poll(Scripted(read()), now).look(1)
    row = await source(database)
    assert (row.failures, row.next_at, row.last_error) == (0, None, None)


async def test_a_network_that_asks_for_a_pause_gets_it(database: Database, poll: Poll) -> None:
    await poll(Scripted(NetworkRefusalError(Fault.LATER, "Позже.", after=8 * HOUR))).look(1)
    assert (await source(database)).next_at == NOW + 8 * HOUR
    later = NOW + 8 * HOUR
    await poll(Scripted(read(again_after=HOUR)), later).look(1)
    assert (await source(database)).next_at == later + HOUR


async def test_what_is_gone_is_switched_off(database: Database, poll: Poll) -> None:
    adapter = Scripted(NetworkRefusalError(Fault.GONE, "Сообщества больше нет."), read(POST))
    for _ in range(2):
        await look_when_due(database, poll(adapter))
    row = await source(database)
    assert not row.active
    assert row.last_error == "Сообщества больше нет. Источник отключён."
    assert len(adapter.asked) == 1


async def test_where_a_source_has_moved_it_is_read_from_then_on_and_that_is_on_record(
    database: Database, poll: Poll
) -> None:
    adapter = Scripted(read(address="https://vk.com/kineshma"), read(address="https://vk.com/kineshma"))
    for _ in range(2):
        await look_when_due(database, poll(adapter))
    assert [where.address for where, _ in adapter.asked] == [
        "https://vk.com/club1",
        "https://vk.com/kineshma",
    ]
    async with database.read() as session:
        (edit,) = await directory_edits.page(session, directory_edits.Sought(), before=None, limit=9)
    assert (edit.person, edit.part, edit.subject, edit.action) == (None, "sources", "1", "changed")
    assert edit.fields == [["Адрес", "https://vk.com/club1", "https://vk.com/kineshma"]]
    assert edit.at == NOW


async def test_a_fault_of_an_adapter_is_said_and_does_not_end_the_polling(
    database: Database, poll: Poll
) -> None:
    await poll(Scripted(RuntimeError("a surprise"))).look(1)
    row = await source(database)
    assert (row.active, row.last_error) == (True, polling.PROGRAM_FAULT)
    assert row.next_at is not None


async def test_what_somebody_changed_meanwhile_was_another_source(database: Database, poll: Poll) -> None:
    async def change() -> None:
        async with database.write() as session:
            await sources.change(session, 1, {"address": "https://vk.com/club2", "cursor": {}})

    assert await poll(Scripted(read(POST, cursor={"last": 9}), meanwhile=change)).look(1) == Look()
    row = await source(database)
    assert (row.address, row.cursor, row.last_polled_at) == ("https://vk.com/club2", {}, None)


async def test_no_room_for_a_key_is_waited_for_outside(database: Database, poll: Poll) -> None:
    adapter = Scripted(*[read() for _ in range(9)], rate=3)
    looks = [await look_when_due(database, poll(adapter)) for _ in range(5)]
    waits = [look.after for look in looks if look.after is not None]
    assert waits
    assert all(timedelta(0) < wait < timedelta(seconds=1) for wait in waits)
    assert len(adapter.asked) == len(looks) - len(waits)


@pytest.mark.parametrize(("reads_any_page", "used"), [(False, ["own"]), (True, ["own", "other"])])
async def test_a_source_is_read_with_the_key_of_its_own_page_and_with_anothers_only_where_that_reads_all(
    database: Database, poll: Poll, reads_any_page: bool, used: list[str]
) -> None:
    adapter = Scripted(read(), read(), credentials=("access_token",), reads_any_page=reads_any_page)
    await look_when_due(database, poll(adapter))
    assert "Нет ключа" in ((await source(database)).last_error or "")
    async with database.write() as session:
        session.add(network_key_row("own", "https://m.vk.com/club1", NOW))
        session.add(network_key_row("other", "https://vk.com/other", NOW + MINUTE))
        session.add(network_key_row("over", "https://vk.com/over", NOW + HOUR, expires_at=NOW))
        await sources.asked_again(session, ["vkontakte"])
    await look_when_due(database, poll(adapter))
    async with database.write() as session:
        await sources.change(session, 1, {"address": "https://vk.com/club9"})
    await look_when_due(database, poll(adapter))
    assert [key.id for _, key in adapter.asked if key] == used
    said = (await source(database)).last_error
    assert said is None if reads_any_page else "Нет ключа этого сообщества" in (said or "")


OF_A_BOT: dict[str, Any] = {"credentials": ("token",), "read_together": "token"}


async def two_sources_of_a_bot(database: Database) -> None:
    """Two pages that are read with one bot, and a third that is read with another."""
    async with database.write() as session:
        for number in (2, 3):
            address = f"https://vk.com/club{number}"
            session.add(source_row(address, NOW, next_at=NOW + HOUR))
            session.add(network_key_row(f"bot{number}", address, NOW, credentials=str(number // 3)))
        session.add(network_key_row("bot1", "https://vk.com/club1", NOW, credentials="0"))


async def test_sources_of_one_bot_are_read_in_one_look_and_what_it_brought_is_kept_at_once(
    database: Database, poll: Poll
) -> None:
    await two_sources_of_a_bot(database)
    answers = [read(POST, cursor={"offset": 7}), read(f"{POST}2", cursor={"offset": 7}, more=True)]
    adapter = Scripted(*answers, **OF_A_BOT)
    assert await poll(adapter).look(1) == Look(new=2, more=True)
    assert [where.address for where, _ in adapter.asked] == ["https://vk.com/club1", "https://vk.com/club2"]
    async with database.read() as session:
        rows = {row.id: row for row in await sources.all_of_them(session)}
        found = await candidates.page(session, Sought(), before=None, limit=9)
    assert {number: row.cursor for number, row in rows.items()} == {1: {"offset": 7}, 2: {"offset": 7}, 3: {}}
    assert {(item.row.source, item.url) for item in found} == {(1, POST), (2, f"{POST}2")}


async def test_where_one_of_them_was_changed_meanwhile_nothing_is_kept_and_all_is_asked_again(
    database: Database, poll: Poll
) -> None:
    async def change() -> None:
        async with database.write() as session:
            await sources.change(session, 2, {"query": "яма", "cursor": {}})

    await two_sources_of_a_bot(database)
    adapter = Scripted(read(POST, cursor={"offset": 7}), read(), **OF_A_BOT, meanwhile=change)
    assert await poll(adapter).look(1) == Look(more=True)
    assert (await source(database)).cursor == {}


async def test_one_of_them_that_is_refused_says_so_alone(database: Database, poll: Poll) -> None:
    await two_sources_of_a_bot(database)
    closed = NetworkRefusalError(Fault.PERSON, "Бота не пускают.")
    adapter = Scripted(read(POST), closed, **OF_A_BOT)
    assert (await poll(adapter).look(1)).new == 1
    async with database.read() as session:
        rows = {row.id: row.last_error for row in await sources.all_of_them(session)}
    assert rows == {1: None, 2: "Бота не пускают.", 3: None}


async def test_what_was_edited_is_renewed_while_it_waits_and_told_of_once_it_is_a_message(
    database: Database, poll: Poll
) -> None:
    edited = Found(POST, "Житель", "Яма и фонарь", NOW)
    adapter = Scripted(read(POST), read(changed=[edited]), read(changed=[edited]), read(changed=[edited]))
    await look_when_due(database, poll(adapter))
    async with database.write() as session:
        await candidates.keep_suggestions(session, {1: {"topic": []}}, NOW)
    await look_when_due(database, poll(adapter))
    async with database.write() as session:
        found = await candidates.by_id(session, 1)
        assert found is not None
        assert (found.text, found.row.suggestions) == ("Яма и фонарь", None)
        session.add(PersonRow(key="curator", name="Куратор", position="Куратор", password_hash=""))
        session.add(message_row(1, NOW, url=POST, url_key=url_key(POST), text="Яма", curator="curator"))
        await session.flush()
        await candidates.became(session, {url_key(POST): 1}, "curator", NOW)
    for _ in range(2):
        await look_when_due(database, poll(adapter))
    told = await all_of(database, NoticeRow)
    assert [(it.person, it.kind, it.message) for it in told] == [("curator", NoticeKind.POST_EDITED, 1)]


async def test_what_no_program_can_read_is_said(database: Database, poll: Poll) -> None:
    adapter = Scripted(read())
    for kind, says in (("channel", polling.NO_READING), ("feed", polling.UNKNOWN_PLATFORM)):
        async with database.write() as session:
            await sources.change(session, 1, {"kind": kind, "next_at": None})
        await look_when_due(database, poll(adapter))
        assert (await source(database)).last_error == says
    assert adapter.asked == []


@on_both
async def test_a_source_is_due_at_its_own_pace_and_once_somebody_asks(database: Database, poll: Poll) -> None:
    adapter = Scripted(*[read() for _ in range(9)])
    at_first = poll(adapter)
    assert await at_first.due() == [1]
    await at_first.look(1)
    next_at = (await source(database)).look_at
    assert NOW < next_at <= NOW + 2 * MINUTE
    # Whoever begins a run too early, or once more, has nothing looked at.
    assert await at_first.due() == []
    await at_first.look(1)
    assert len(adapter.asked) == 1
    # Late or not, the looks after it keep the pace.
    late = poll(adapter, next_at + MINUTE)
    assert await late.due() == [1]
    await late.look(1)
    assert (await source(database)).look_at == next_at + 2 * MINUTE
    async with database.write() as session:
        await sources.ask(session, [1], NOW)
    assert await late.due() == [1]
    async with database.write() as session:
        await sources.change(session, 1, {"active": False})
    assert await late.due() == []


async def test_what_was_asked_for_during_a_look_is_looked_for_once_more(
    database: Database, poll: Poll
) -> None:
    asked_at = NOW + timedelta(seconds=1)

    async def ask() -> None:
        async with database.write() as session:
            await sources.ask(session, [1], asked_at)

    for answer in (read(), NetworkRefusalError(Fault.LATER, "Сеть занята.", after=timedelta(seconds=1))):
        await look_when_due(database, poll(Scripted(answer, meanwhile=ask)))
        assert (await source(database)).look_at == asked_at


async def test_in_training_a_source_is_looked_at_by_hand_whatever_its_pace(
    database: Database, poll: Poll
) -> None:
    for training, looks in ((False, 1), (True, 2)):
        adapter = Scripted(read(), read())
        driven = poll(adapter)
        driven._training = training
        await look_when_due(database, driven)
        await driven.look(1, NOW)
        assert len(adapter.asked) == looks
