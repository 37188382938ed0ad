"""Rutube's comments: read without a key, and gone through to see whether an answer stands."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from service.networks.platforms.port import Fault, NetworkRefusalError, SourceKind, Stands, Where
from service.networks.platforms.rutube.adapter import RutubeAdapter
from settings import Settings
from tests.networks.rutube.stand_in import CHANNEL, VIDEO, RutubeStandIn
from tests.networks.served import Said, served

WHERE = Where(SourceKind.CHANNEL, f"https://rutube.ru/channel/{CHANNEL}/", None, {})
PAGE = f"https://rutube.ru/video/{VIDEO}/"


@pytest.fixture
def rutube() -> RutubeStandIn:
    return RutubeStandIn()


@pytest.fixture
async def adapter(rutube: RutubeStandIn, tmp_path: Path) -> AsyncIterator[RutubeAdapter]:
    async with served(rutube) as base:
        yield RutubeAdapter(Settings.load(data=tmp_path, rutube_url=base))


@pytest.mark.parametrize("address", [WHERE.address, PAGE])
async def test_comments_of_a_channel_or_a_video_are_read_once(
    rutube: RutubeStandIn, adapter: RutubeAdapter, address: str
) -> None:
    rutube.say("Когда откроют дорогу?")
    rutube.say("Присоединяюсь", under=1, created_ts="2099-11-26T10:00:00")
    where = replace(WHERE, address=address)
    reading = await adapter.read(where, None)
    first, second = reading.found
    assert (first.url, first.author) == (f"{PAGE}?comment=1", "Анна С.")
    assert (first.text, first.parent_url) == ("Когда откроют дорогу?", PAGE)
    assert second.parent_url == first.url
    # Without a zone it is Moscow's.
    assert second.posted_at == datetime(2099, 11, 26, 7, tzinfo=UTC)
    again = await adapter.read(replace(where, cursor=reading.cursor), None)
    assert again.found == []
    rutube.say("А мост?")
    (third,) = (await adapter.read(replace(where, cursor=again.cursor), None)).found
    assert third.text == "А мост?"


async def test_what_is_old_deleted_or_of_other_words_is_left(
    rutube: RutubeStandIn, adapter: RutubeAdapter
) -> None:
    rutube.say("Дорога", created_ts=(datetime.now(UTC) - timedelta(days=30)).isoformat())
    rutube.say("Дорога", is_deleted=True)
    rutube.say("Мост")
    assert (await adapter.read(replace(WHERE, query="дорога"), None)).found == []


async def test_an_answer_is_looked_for_by_its_number_or_its_text(
    rutube: RutubeStandIn, adapter: RutubeAdapter
) -> None:
    for number in range(5):
        rutube.say(f"Вопрос {number}")
    made = rutube.say("Дорогу откроют  в декабре.", under=1)
    url = f"{PAGE}?comment={made['id']}"
    assert (await adapter.verify(url, "Дорогу откроют в декабре.", None)).state is Stands.STANDS
    assert (await adapter.verify(PAGE, "Дорогу откроют в декабре.", None)).state is Stands.STANDS
    assert (await adapter.verify(url, "Дорогу откроют в январе.", None)).state is Stands.EDITED
    seen = await adapter.verify(PAGE, "Дорогу откроют в январе.", None)
    assert (seen.state, seen.text) == (Stands.UNKNOWN, "")
    rutube.comments.pop()
    assert (await adapter.verify(url, "Дорогу откроют в декабре.", None)).state is Stands.DELETED
    other = "https://rutube.ru/video/11111111111111111111111111111111/?comment=1"
    assert (await adapter.verify(other, "Дорогу", None)).state is Stands.DELETED


@pytest.mark.parametrize(
    ("said", "fault", "state"),
    [
        (Said(400), Fault.DATA, Stands.UNKNOWN),
        (Said(403), Fault.PERSON, Stands.UNKNOWN),
        (Said(404), Fault.GONE, Stands.DELETED),
        (Said(429, headers={"Retry-After": "30"}), Fault.LATER, Stands.UNKNOWN),
        (Said(502), Fault.LATER, Stands.UNKNOWN),
        (Said(200, b"<html>"), Fault.LATER, Stands.UNKNOWN),
        (None, Fault.LATER, Stands.UNKNOWN),
    ],
)
async def test_every_refusal_says_what_to_do(
    rutube: RutubeStandIn, adapter: RutubeAdapter, said: Said | None, fault: Fault, state: Stands
) -> None:
    rutube.next = [said, said]
    with pytest.raises(NetworkRefusalError) as refusal:
        await adapter.read(WHERE, None)
    assert refusal.value.fault is fault
    assert refusal.value.advice
    seen = await adapter.verify(f"{PAGE}?comment=1", "Текст", None)
    assert seen.state is state
    assert (state is Stands.UNKNOWN) == bool(seen.why)


@pytest.mark.parametrize("address", ["https://rutube.ru/feeds/top/", "https://rutube.ru/u/ivanovo/"])
async def test_what_is_neither_a_channel_nor_a_video_is_refused(adapter: RutubeAdapter, address: str) -> None:
    with pytest.raises(NetworkRefusalError) as refusal:
        await adapter.read(replace(WHERE, address=address), None)
    assert refusal.value.fault is Fault.DATA
