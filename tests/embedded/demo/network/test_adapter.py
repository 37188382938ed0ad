"""The demo's network as a network: read by numbers, answered once, checked."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from calendar_rules.vocabulary import Network
from embedded.demo.network.adapter import DemoAdapter, register
from service.networks.platforms.placing import Attached, against_files
from service.networks.platforms.port import (
    Answer,
    Fault,
    File,
    Key,
    NetworkRefusalError,
    Platform,
    SourceKind,
    Stands,
    Where,
)
from service.networks.platforms.registry import adapters, platform_of
from settings import Settings
from store.database.engines import Database
from tests.api.messages.pictures import MP4, PNG
from tests.embedded.demo.network.stand_in import KEY, DemoStandIn
from tests.networks.served import Said, served

WHERE = Where(SourceKind.COMMUNITY, "http://otklik/demo-network", None, {})
OWN = Key("1", "http://otklik/demo-network/accounts/roads", {"token": KEY})


@pytest.fixture
def town() -> DemoStandIn:
    return DemoStandIn()


@pytest.fixture
async def adapter(town: DemoStandIn, tmp_path: Path) -> AsyncIterator[DemoAdapter]:
    async with served(town) as base:
        settings = Settings.load(data=tmp_path, demo=True, port=int(base.rpartition(":")[2]))
        register()
        made = adapters(settings, Database(settings.database_url))[Platform.DEMO]
        assert isinstance(made, DemoAdapter)
        yield made


def answer(post: int, text: str = "Яма заделана.", name: str = "ответ-1") -> Answer:
    return Answer(f"http://otklik/demo-network/entries/{post}", text, name, datetime.now(UTC))


def test_there_is_none_without_the_demo(tmp_path: Path) -> None:
    register()
    settings = Settings.load(data=tmp_path)
    assert Platform.DEMO not in adapters(settings, Database(settings.database_url))


@pytest.mark.parametrize(
    ("network", "address", "kind", "platform"),
    [
        (Network.BLOG, "http://127.0.0.1:8000/demo-network/entries/3#comment-4", None, Platform.DEMO),
        (Network.BLOG, "http://127.0.0.1:8000/demo-network", SourceKind.PAGE, Platform.DEMO),
        (Network.BLOG, "https://blog.example/demo-network-news", None, None),
    ],
)
def test_its_links_are_known_wherever_it_is_served(
    network: Network, address: str, kind: SourceKind | None, platform: Platform | None
) -> None:
    register()
    assert platform_of(network, address, kind) is platform


async def test_posts_are_read_in_portions_and_once(town: DemoStandIn, adapter: DemoAdapter) -> None:
    for number in range(3):
        town.write(f"Яма {number}")
    first = await adapter.read(WHERE, None)
    assert ([found.text for found in first.found], first.more) == (["Яма 0", "Яма 1"], True)
    second = await adapter.read(replace(WHERE, cursor=first.cursor), None)
    assert ([found.text for found in second.found], second.more) == (["Яма 2"], False)
    third = await adapter.read(replace(WHERE, cursor=second.cursor), None)
    assert (third.found, third.cursor) == ([], second.cursor)


async def test_a_query_picks_posts_and_a_comment_names_what_it_answers(
    town: DemoStandIn, adapter: DemoAdapter
) -> None:
    town.write("Автобус не пришёл")
    town.write("Яма", under=1)
    (found,) = (await adapter.read(replace(WHERE, query="яма"), None)).found
    assert found.parent_url == "http://otklik/demo-network/entries/1"
    assert found.url == "http://otklik/demo-network/entries/1#comment-2"


async def test_an_answer_is_published_once_found_and_checked(town: DemoStandIn, adapter: DemoAdapter) -> None:
    town.write("Яма")
    assert await adapter.find_own(answer(1), OWN) is None
    made = [await adapter.publish(answer(1), OWN) for _ in range(2)]
    assert made[0] == made[1]
    assert await adapter.find_own(answer(1), OWN) == made[0]
    seen = await adapter.verify(made[0].url, "Яма  заделана.", None)
    assert seen.state is Stands.STANDS
    town.posts[2]["text"] = "Яма не заделана."
    seen = await adapter.verify(made[0].url, "Яма заделана.", None)
    assert (seen.state, seen.text) == (Stands.EDITED, "Яма не заделана.")
    del town.posts[2]
    assert (await adapter.verify(made[0].url, "Яма заделана.", None)).state is Stands.DELETED


async def test_photos_and_videos_go_with_an_answer_in_their_order_and_once(
    town: DemoStandIn, adapter: DemoAdapter
) -> None:
    town.write("Яма")
    files = [File("после ремонта.png", "image/png", PNG), File("ремонт.mp4", "video/mp4", MP4)]
    given = replace(answer(1, "Яма\nзаделана."), files=files)
    made = [await adapter.publish(given, OWN) for _ in range(2)]
    assert made[0] == made[1]
    assert town.files == {
        2: [("file0", "после ремонта.png", "image/png", PNG), ("file1", "ремонт.mp4", "video/mp4", MP4)]
    }
    assert town.posts[2]["text"] == "Яма\nзаделана."


@pytest.mark.parametrize(
    ("files", "fit"),
    [
        ([Attached("image/png", 20 * 2**20), Attached("video/mp4", 20 * 2**20)], True),
        ([Attached("image/png", 1)] * 10, True),
        ([Attached("image/png", 1)] * 11, False),
        ([Attached("image/png", 20 * 2**20 + 1)], False),
        ([Attached("application/pdf", 1)], False),
    ],
)
def test_it_says_which_files_it_takes(files: list[Attached], fit: bool) -> None:
    assert (against_files(DemoAdapter.traits, files, 100) is None) is fit


async def test_an_answer_that_was_stored_before_the_line_broke_is_found_and_not_doubled(
    town: DemoStandIn, adapter: DemoAdapter
) -> None:
    town.write("Яма")
    town.loses_answers = True
    with pytest.raises(NetworkRefusalError) as refusal:
        await adapter.publish(answer(1), OWN)
    assert refusal.value.fault is Fault.UNKNOWN
    assert await adapter.find_own(answer(1), OWN) is not None
    town.loses_answers = False
    await adapter.publish(answer(1), OWN)
    assert len(town.posts) == 2


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        (Said(401), Fault.PERSON),
        (Said(404), Fault.GONE),
        (Said(409), Fault.PERSON),
        (Said(422), Fault.DATA),
        (Said(429), Fault.LATER),
        (Said(503), Fault.LATER),
        (Said(500), Fault.UNKNOWN),
        (Said(201, b"?"), Fault.UNKNOWN),
        (None, Fault.UNKNOWN),
    ],
)
async def test_every_refusal_says_what_to_do(
    town: DemoStandIn, adapter: DemoAdapter, said: Said | None, fault: Fault
) -> None:
    town.write("Яма")
    town.next = [said]
    with pytest.raises(NetworkRefusalError) as refusal:
        await adapter.publish(answer(1), OWN)
    assert refusal.value.fault is fault
    assert refusal.value.advice
    assert KEY not in refusal.value.advice + str(refusal.value)


@pytest.mark.parametrize("said", [Said(503), Said(500), Said(200, b"?"), None])
async def test_what_cannot_be_read_is_read_later_and_what_cannot_be_seen_is_unknown(
    town: DemoStandIn, adapter: DemoAdapter, said: Said | None
) -> None:
    town.next = [said, said]
    with pytest.raises(NetworkRefusalError) as refusal:
        await adapter.read(WHERE, None)
    assert refusal.value.fault is Fault.LATER
    seen = await adapter.verify("http://otklik/demo-network/entries/1#comment-2", "Яма", None)
    assert seen.state is Stands.UNKNOWN
    assert seen.why


async def test_a_wrong_link_or_a_wrong_key_is_refused(town: DemoStandIn, adapter: DemoAdapter) -> None:
    town.write("Яма")
    with pytest.raises(NetworkRefusalError) as refusal:
        await adapter.publish(replace(answer(1), post_url="http://otklik/messages/1"), OWN)
    assert refusal.value.fault is Fault.DATA
    with pytest.raises(NetworkRefusalError) as refusal:
        await adapter.publish(answer(1), replace(OWN, credentials={"token": "roads.x"}))
    assert refusal.value.fault is Fault.PERSON
