"""Одноклассники: what is new in a group, and whether an answer stands; answers are put by hand."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta

import pytest

from service.messages.posts import key_of
from service.networks.platforms.odnoklassniki.adapter import OdnoklassnikiAdapter
from service.networks.platforms.odnoklassniki.client import signature
from service.networks.platforms.odnoklassniki.place import place_of
from service.networks.platforms.port import (
    Ability,
    Fault,
    Found,
    Key,
    NetworkRefusalError,
    SourceKind,
    Stands,
    Where,
)
from settings import Settings
from tests.networks.bench import NOW, texts
from tests.networks.bench import Bench as Working
from tests.networks.odnoklassniki import stand_in
from tests.networks.served import Said

TEXT = "Анна, лифт починят до 1 декабря."


@dataclass
class Bench(Working[stand_in.Odnoklassniki]):
    """The adapter with its stand-in."""

    text = TEXT

    @property
    def adapter(self) -> OdnoklassnikiAdapter:
        self.network.forget_pace()
        return OdnoklassnikiAdapter(Settings(odnoklassniki_url=self.network.base), lambda: self.now)

    async def look_with(self, key: Key) -> None:
        await self.adapter.read(Where(self.kind, self.network.page, None, {}), key)


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    async with stand_in.Odnoklassniki().running() as ok:
        yield Bench(network=ok)


def test_a_call_is_signed_as_the_network_computes_it() -> None:
    given = {"method": "users.getCurrentUser", "application_key": "K", "format": "json"}
    assert signature(given, "token", "secret") == "7d4f9f95ada29380a7f6839e338430fe"


# ---- reading


@pytest.mark.parametrize("newest_first", [True, False])
@pytest.mark.parametrize("has_milliseconds", [True, False])
async def test_comments_of_a_group_come_once_in_whatever_order(
    bench: Bench, newest_first: bool, has_milliseconds: bool
) -> None:
    ok = bench.network
    ok.newest_first, ok.has_milliseconds = newest_first, has_milliseconds
    topic = ok.write_topic("О лифтах")
    ok.write_comment(topic, "Давно", at=bench.ago(days=2))
    first = ok.write_comment(topic, "Не работает лифт", at=bench.ago(hours=2))
    ok.write_comment(topic, "Починим", ok.group, first, bench.ago(hours=1))
    ok.write_comment(topic, "И от человека", ok.user, first, bench.ago(hours=1))
    (found,) = await bench.look()
    assert found == Found(
        ok.link(first),
        "Анна С.",
        "Не работает лифт",
        NOW - timedelta(hours=2),
        ok.link(topic),
        "https://ok.ru/profile/574951234",
    )
    assert await bench.look() == []
    reply = ok.write_comment(topic, "Спасибо", answers=first, at=bench.now)
    (later,) = await bench.look()
    assert (later.url, later.parent_url) == (ok.link(reply), ok.link(first))


@pytest.mark.parametrize("newest_first", [True, False])
async def test_a_long_discussion_is_read_in_parts(bench: Bench, newest_first: bool) -> None:
    bench.network.newest_first = newest_first
    topics = [bench.network.write_topic(f"Тема {number}") for number in range(3)]
    for number in range(250):
        bench.network.write_comment(topics[0], f"Комментарий {number}", at=bench.ago(seconds=number))
    for topic in topics[1:]:
        bench.network.write_comment(topic, "Ещё", at=bench.ago(minutes=1))
    found = await bench.look()
    assert len(found) == len({it.url for it in found}) == 252
    assert bench.parts > 1
    assert await bench.look() == []


async def test_where_activity_is_not_shown_each_discussion_has_its_turn(bench: Bench) -> None:
    bench.network.counts = False
    topics = [bench.network.write_topic(f"Тема {number}") for number in range(4)]
    assert await bench.look() == []
    for topic in topics:
        bench.network.write_comment(topic, "Новое", at=bench.now)
    found = [it for _ in range(8) for it in await bench.look()]
    assert texts(found) == ["Новое"] * 4


async def test_a_closed_discussion_does_not_stop_the_others(bench: Bench) -> None:
    one, other = bench.network.write_topic("Открыта"), bench.network.write_topic("Закрыта")
    bench.network.write_comment(one, "Видно", at=bench.ago(minutes=1))
    bench.network.write_comment(other, "Не видно", at=bench.ago(minutes=1))
    other.closed = True
    assert texts(await bench.look()) == ["Видно"]


async def test_an_error_in_the_middle_loses_nothing(bench: Bench) -> None:
    topic = bench.network.write_topic("Тема")
    bench.network.write_comment(topic, "Раз", at=bench.ago(minutes=1))
    assert texts(await bench.look()) == ["Раз"]
    bench.network.write_comment(topic, "Два", at=bench.now)
    bench.network.fail_next(2)
    assert (await bench.unread()).fault is Fault.LATER
    assert texts(await bench.look()) == ["Два"]


@pytest.mark.parametrize(
    "address", ["https://ok.ru/ivanovo", "https://vk.com/club1", "https://ok.ru/profile/1"]
)
async def test_a_source_that_is_no_group_is_refused(bench: Bench, address: str) -> None:
    with pytest.raises(NetworkRefusalError) as refusal:
        await bench.adapter.read(Where(SourceKind.COMMUNITY, address, None, {}), bench.key)
    assert refusal.value.fault is Fault.DATA
    with pytest.raises(NetworkRefusalError, match="person"):
        await bench.adapter.read(Where(SourceKind.COMMUNITY, bench.network.page, None, {}), None)


def test_links_name_the_kind_of_a_discussion() -> None:
    for url, kind in [
        ("https://ok.ru/group/5/topic/7", "GROUP_TOPIC"),
        ("https://ok.ru/profile/5/statuses/7", "USER_STATUS"),
        ("https://ok.ru/topic/7", "GROUP_TOPIC"),
    ]:
        place = place_of(f"{url}?commentId=MTc2")
        assert place and (place.kind, place.number, place.comment) == (kind, "7", "MTc2")
        assert key_of(place.url) == key_of(f"{url}?commentId=MTc2") == "ok.ru/topic/7?comment=MTc2"
    assert place_of("https://ok.ru/video/7") is None


# ---- answers


def test_answers_are_put_by_hand() -> None:
    assert OdnoklassnikiAdapter.traits.abilities == {Ability.READ, Ability.VERIFY}


async def test_deleted_edited_and_closed_are_told_apart(bench: Bench) -> None:
    topic = bench.network.write_topic("Тема")
    there = bench.network.write_comment(topic, TEXT, author=bench.network.group)
    url = bench.network.link(there)

    async def seen() -> Stands:
        return await bench.seen(url)

    assert await seen() is Stands.STANDS
    there.text = "Решайте сами"
    assert await seen() is Stands.EDITED
    topic.closed = True
    assert await seen() is Stands.UNKNOWN
    topic.closed, there.deleted = False, True
    assert await seen() is Stands.DELETED
    bench.network.lists_deleted = True
    assert await seen() is Stands.DELETED
    topic.deleted = True
    assert await seen() is Stands.DELETED
    assert await bench.seen(bench.network.link(topic)) is Stands.UNKNOWN


async def test_the_network_refuses_what_it_would(bench: Bench) -> None:
    async def refusal(key: Key) -> NetworkRefusalError:
        with pytest.raises(NetworkRefusalError) as refused:
            await bench.look_with(key)
        return refused.value

    wrong = Key(
        "account-1", bench.network.page, {**bench.network.credentials, "application_secret_key": "other"}
    )
    assert (await refusal(wrong)).code == "104"
    for said, fault in [(Said(502), Fault.LATER), (Said(404), Fault.PERSON), (Said(200, b"?"), Fault.LATER)]:
        bench.network.refuse_next(said)
        assert (await refusal(bench.key)).fault is fault
