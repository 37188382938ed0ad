"""The demo's invented network: whoever comes writes there, and the program reads it, answers in it and looks again."""

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fastapi import FastAPI
from httpx import AsyncClient, Response

from calendar_rules.vocabulary import Network
from embedded.demo.data import network_posts
from embedded.demo.network import PATH, entries
from embedded.demo.network.adapter import AUTHOR, DemoAdapter, register
from embedded.demo.network.beginning import begin
from embedded.demo.network.entries import Entries
from embedded.serving import create_app
from service.keys import ring as keys
from service.networks.platforms.port import (
    Answer,
    Fault,
    Key,
    NetworkRefusalError,
    Platform,
    SourceKind,
    Stands,
    Where,
)
from service.networks.platforms.registry import adapters, platform_of
from service.networks.seal import NetworkSeal
from settings import Settings
from store.database.engines import Database
from store.directory import rows as directory_rows
from store.networks import keys as network_keys
from store.networks import sources
from tests.api.conftest import NO_TEMPORAL, assert_problem, client_of
from tests.prepared import prepare

HERE = {"Sec-Fetch-Site": "same-origin", "Accept": "text/html"}
WHERE = Where(SourceKind.COMMUNITY, f"http://otklik{PATH}", None, {})
OWN = Key("1", f"http://otklik{PATH}#roads", {AUTHOR: "Департамент дорог"})
NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings.load(
        data=tmp_path,
        temporal_address=NO_TEMPORAL,
        demo=True,
        demo_password="не для входа",
        public_url="http://otklik",
    )


@pytest.fixture
async def app(settings: Settings) -> AsyncIterator[FastAPI]:
    """The API of a demo in which nobody has written yet."""
    await prepare(settings)
    app = create_app(settings)
    async with app.router.lifespan_context(app):
        yield app


@pytest.fixture
async def http(app: FastAPI) -> AsyncIterator[AsyncClient]:
    async with client_of(app, HERE) as client:
        yield client


@pytest.fixture
def adapter(settings: Settings) -> DemoAdapter:
    register()
    made = adapters(settings)[Platform.DEMO]
    assert isinstance(made, DemoAdapter)
    return made


async def write(http: AsyncClient, text: str = "Не горит фонарь.", **more: str) -> Response:
    return await http.post(PATH, data={"author": "Сосед", "text": text, **more})


def answer(post: int, text: str = "Яма заделана.", name: str = "ответ-1") -> Answer:
    return Answer(f"http://otklik{PATH}/{post}", text, name, NOW)


async def test_a_post_stands_in_the_feed_and_alone_with_what_is_said_under_it(http: AsyncClient) -> None:
    written = await write(http, "Не горит <b>фонарь</b>\nвторой день")
    assert (written.status_code, written.headers["location"]) == (303, f"{PATH}/1")
    assert (await write(http, "Другое.")).headers["location"] == f"{PATH}/2"
    said = await write(http, "И у нас.", post="1")
    assert said.headers["location"] == f"{PATH}/3"
    feed = await http.get(PATH)
    assert feed.text.index("Другое.") < feed.text.index("фонарь")
    for address in (PATH, f"{PATH}/1", f"{PATH}/3"):
        shown = await http.get(address)
        assert shown.status_code == 200
        assert "Не горит &lt;b&gt;фонарь&lt;/b&gt;<br>второй день" in shown.text
        assert "И у нас." in shown.text
        assert ("Другое." in shown.text) == (address == PATH)
        assert "Вымышленная сеть" in shown.text
        assert "<script" not in shown.text


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ({"author": " "}, "вымышленным именем"),
        ({"author": "я" * 61}, "вымышленным именем"),
        ({"author": "Со\u200bсед"}, "вымышленным именем"),
        ({"text": " "}, "что случилось"),
        ({"text": "я" * 2001}, "что случилось"),
    ],
)
async def test_what_is_wrong_is_said_with_what_was_typed(
    http: AsyncClient, typed: dict[str, str], wrong: str
) -> None:
    await write(http)
    for post in ({}, {"post": "1"}):
        refused = await http.post(PATH, data={"author": "Сосед", "text": "Яма", **post, **typed})
        assert refused.status_code == 422
        assert re.search(rf'role="alert"[^>]*>[^<]*{wrong}', refused.text)
        assert ('value="Сосед"' in refused.text) == ("author" not in typed)
        assert (">Яма</textarea>" in refused.text) == ("text" not in typed)


async def test_nothing_is_written_under_a_post_that_is_not_there_or_above_what_it_keeps(
    http: AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (await write(http, post="7")).status_code == 404
    assert_problem(await http.get(f"{PATH}/7", headers={"Accept": "*/*"}), 404)
    monkeypatch.setattr(entries, "MOST", 0)
    assert "больше она не принимает" in (await write(http)).text


async def test_what_is_written_is_looked_at_at_once(
    http: AsyncClient, app: FastAPI, settings: Settings
) -> None:
    database: Database = app.state.service.database
    async with database.write() as session:
        await begin(session, settings, NOW)
        await sources.change(session, 1, {"look_at": datetime(2100, 1, 1, tzinfo=UTC)})
    await write(http)
    async with database.read() as session:
        (source,) = await sources.all_of_them(session)
    assert sources.is_due(source, datetime.now(UTC))


async def test_a_first_start_writes_posts_a_source_and_an_account_of_every_body(
    app: FastAPI, settings: Settings, adapter: DemoAdapter
) -> None:
    async with app.state.service.database.write() as session:
        await begin(session, settings, NOW)
    async with app.state.service.database.read() as session:
        accounts = await network_keys.of_platform(session, Platform.DEMO.value)
        titles = {body.key: body.short_title for body in await directory_rows.bodies(session)}
        (source,) = await sources.all_of_them(session)
    assert platform_of(Network.BLOG, source.address, SourceKind(source.kind)) is Platform.DEMO
    seal = NetworkSeal(keys.load(settings))
    assert {it.body: seal.opened(it).credentials[AUTHOR] for it in accounts} == titles
    posts = [entry for entry in Entries(settings.data).all() if entry.post is None]
    assert [post.text for post in posts] == [post.text for post in network_posts()]
    # Something waits in what was found from the first look on.
    assert len((await adapter.read(WHERE, None)).found) >= len(posts)


def test_there_is_none_without_the_demo(tmp_path: Path) -> None:
    register()
    settings = Settings.load(data=tmp_path, temporal_address=NO_TEMPORAL)
    assert Platform.DEMO not in adapters(settings)
    app = create_app(settings)
    assert not any(PATH in getattr(route, "path", "") for route in app.routes)


@pytest.mark.parametrize(
    ("address", "kind", "platform"),
    [
        ("http://127.0.0.1:8000/demo-network/3", None, Platform.DEMO),
        ("http://127.0.0.1:8000/demo-network", SourceKind.COMMUNITY, Platform.DEMO),
        ("https://blog.example/demo-network-news", None, None),
    ],
)
def test_its_links_are_known_wherever_it_is_served(
    address: str, kind: SourceKind | None, platform: Platform | None
) -> None:
    register()
    assert platform_of(Network.BLOG, address, kind) is platform


async def test_posts_are_read_once_by_a_query_and_a_comment_names_what_it_answers(
    settings: Settings, adapter: DemoAdapter
) -> None:
    written = Entries(settings.data)
    for text, post in (("Автобус не пришёл", None), ("Яма", 1)):
        written.add("Сосед", text, NOW, post=post)
    (found,) = (await adapter.read(replace(WHERE, query="яма"), None)).found
    assert (found.url, found.parent_url) == (f"http://otklik{PATH}/2", f"http://otklik{PATH}/1")
    first = await adapter.read(WHERE, None)
    assert [found.text for found in first.found] == ["Автобус не пришёл", "Яма"]
    # What a body answers is not found, and who writes under it answers that.
    published = await adapter.publish(answer(1), OWN)
    written.add("Сосед", "Никто не приехал", NOW, post=1)
    (found,) = (await adapter.read(replace(WHERE, cursor=first.cursor), None)).found
    assert (found.text, found.parent_url) == ("Никто не приехал", published.url)


async def test_an_answer_is_published_once_shown_found_and_looked_at_again(
    settings: Settings, adapter: DemoAdapter, http: AsyncClient
) -> None:
    await write(http, "Яма")
    assert await adapter.find_own(answer(1), OWN) is None
    made = [await adapter.publish(answer(1), OWN) for _ in range(2)]
    assert made[0] == made[1] == await adapter.find_own(answer(1), OWN)
    page = (await http.get(f"{PATH}/1")).text
    assert page.count("Яма заделана.") == 1
    assert "<b>Департамент дорог</b>" in page and "официальный аккаунт" in page
    assert (await adapter.verify(made[0].url, "Яма  заделана.", None)).state is Stands.STANDS
    assert (await adapter.verify(made[0].url, "Яма не заделана.", None)).state is Stands.EDITED
    assert (await adapter.verify(f"http://otklik{PATH}/1", "Яма", None)).state is Stands.UNKNOWN


@pytest.mark.parametrize(("most", "post", "fault"), [(1000, 9, Fault.GONE), (1, 1, Fault.PERSON)])
async def test_a_refusal_says_what_to_do(
    settings: Settings,
    adapter: DemoAdapter,
    monkeypatch: pytest.MonkeyPatch,
    most: int,
    post: int,
    fault: Fault,
) -> None:
    Entries(settings.data).add("Сосед", "Яма", NOW)
    monkeypatch.setattr(entries, "MOST", most)
    with pytest.raises(NetworkRefusalError) as refusal:
        await adapter.publish(answer(post), OWN)
    assert refusal.value.fault is fault
    assert refusal.value.advice
