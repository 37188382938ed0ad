"""News in VK: nothing twice, and nothing lost between two looks."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta

import pytest

from service.networks.platforms.port import Fault, Found, Reading, SourceKind
from service.networks.platforms.vkontakte.adapter import VkontakteAdapter
from service.networks.platforms.vkontakte.place import page_of, place_of
from settings import Settings
from tests.networks.bench import NOW, texts
from tests.networks.benches import OfVkontakte
from tests.networks.vkontakte.stand_in import METHODS, Vkontakte


@pytest.fixture
async def vk() -> AsyncIterator[Vkontakte]:
    async with Vkontakte().running() as vk:
        yield vk


@dataclass(kw_only=True)
class Search(OfVkontakte):
    """What is found by the words, from time to time."""

    kind = SourceKind.SEARCH
    words: str

    async def part(self, address: str | None = None, query: str | None = None) -> Reading:
        return await super().part(address, query or self.words)


# ---- search


async def test_a_search_finds_each_post_once_and_what_comes_into_it_late(vk: Vkontakte) -> None:
    source = Search(network=vk, words="яма ленина")
    yesterday = vk.write_post("Яма на Ленина & лужа", author=77, owner=55, at=source.ago(hours=3))
    vk.write_post("Фонарь на Ленина", owner=55, at=source.ago(hours=3))
    vk.write_post("Яма на Ленина, позавчера", owner=55, at=source.ago(hours=50))
    at = NOW - timedelta(hours=3)
    who = "Анна Иванова-77", "https://vk.com/id77"
    assert await source.look() == [Found(vk.link(yesterday), who[0], yesterday.text, at, None, who[1])]
    assert await source.look() == []
    vk.write_post("Яма у Ленина, сейчас", owner=-7, at=source.now)
    assert texts(await source.look()) == ["Яма у Ленина, сейчас"]
    vk.write_post("Яма Ленина, показана с опозданием", owner=-8, at=source.ago(minutes=10))
    assert texts(await source.look()) == ["Яма Ленина, показана с опозданием"]
    assert await source.look() == []


async def test_a_search_goes_past_the_thousand_that_are_shown(vk: Vkontakte) -> None:
    source = Search(network=vk, words="яма")
    for number in range(1_250):
        vk.write_post(f"Яма {number}", owner=55, at=source.ago(seconds=10 * number))
    found = await source.look()
    assert len(found) == len({it.url for it in found}) == 1_250
    assert source.parts == 2
    assert await source.look() == []


# ---- a community


async def test_a_wall_gives_posts_comments_and_replies_once_and_not_our_own(vk: Vkontakte) -> None:
    source = OfVkontakte(network=vk)
    announced = vk.write_post("Мы открыли дорогу", -vk.group, at=source.ago(days=5))
    asked = vk.write_post("А двор?", at=source.ago(hours=2))
    comment = vk.write_comment(announced, "У нас яма", at=source.ago(hours=1))
    vk.write_comment(announced, "Старое", at=source.ago(days=4))
    ours = vk.write_comment(announced, "Заделаем", -vk.group, answers=comment, at=source.ago(minutes=30))
    found = await source.look()
    assert texts(found) == ["А двор?", "У нас яма"]
    assert found[1].parent_url == vk.link(announced)
    assert await source.look() == []
    thanks = vk.write_comment(announced, "Спасибо", answers=ours, at=source.now)
    vk.write_comment(asked, "И наш двор", at=source.now)
    later = await source.look()
    assert sorted(texts(later)) == ["И наш двор", "Спасибо"]
    (reply,) = [it for it in later if it.text == "Спасибо"]
    assert (reply.url, reply.parent_url) == (vk.link(thanks), vk.link(ours))
    assert await source.look() == []


async def test_a_comment_behind_a_deleted_one_is_found_though_the_number_is_as_it_was(
    vk: Vkontakte,
) -> None:
    vk.lists_deleted = False
    source = OfVkontakte(network=vk)
    posts = [vk.write_post(f"Пост {number}", -vk.group, at=source.ago(hours=number)) for number in range(6)]
    comments = [vk.write_comment(post, "Первый", at=source.ago(minutes=50)) for post in posts]
    assert len(await source.look()) == 6
    for post, comment in zip(posts, comments, strict=True):
        comment.deleted = True
        vk.write_comment(post, "Второй", at=source.now)
    found = [it for _ in range(3) for it in await source.look()]
    assert texts(found) == ["Второй"] * 6


async def test_many_new_posts_between_two_looks_are_all_found(vk: Vkontakte) -> None:
    source = OfVkontakte(network=vk)
    pinned = vk.write_post("Закреплено", -vk.group, at=source.ago(days=30))
    pinned.pinned = True
    vk.write_post("Первый", at=source.ago(hours=1))
    assert texts(await source.look()) == ["Первый"]
    for number in range(250):
        vk.write_post(f"Новый {number}", at=source.ago(seconds=number % 100))
    found = await source.look()
    assert len(found) == len({it.url for it in found}) == 250
    assert await source.look() == []


async def test_posts_that_come_into_sight_again_bring_nothing_twice(vk: Vkontakte) -> None:
    source = OfVkontakte(network=vk)
    old = vk.write_post("Давно", at=source.ago(hours=20))
    vk.write_comment(old, "И тоже давно", at=source.ago(hours=19))
    assert len(await source.look()) == 2
    newer = [vk.write_post(f"Новый {number}", at=source.now) for number in range(120)]
    assert len(await source.look()) == 120
    for post in newer[:60]:
        post.deleted = True
    assert await source.look() == []
    vk.write_comment(old, "Снова", at=source.now)
    assert texts(await source.look()) == ["Снова"]


async def test_too_many_calls_within_a_look_keep_what_was_read(vk: Vkontakte) -> None:
    source = OfVkontakte(network=vk)
    post = vk.write_post("Пост", at=source.ago(hours=1))
    vk.write_comment(post, "Комментарий", at=source.now)
    for _ in range(4):
        vk.too_often(vk.service_key, 5)
    adapter = VkontakteAdapter(Settings(vkontakte_url=vk.base), lambda: NOW)
    reading = await adapter.read(source.where(), source.key)
    assert (texts(list(reading.found)), reading.more) == (["Пост"], True)
    assert reading.again_after == timedelta(seconds=1)
    source.cursor = dict(reading.cursor)
    assert texts(await source.look()) == ["Комментарий"]


async def test_a_source_that_cannot_be_read_says_why(vk: Vkontakte) -> None:
    source = OfVkontakte(network=vk)
    vk.closed.add(-vk.group)
    assert (await source.unread()).fault is Fault.PERSON
    assert (await source.unread("https://ok.ru/group/1")).fault is Fault.DATA


def test_a_page_is_known_by_its_link_name_or_number() -> None:
    for address, named in (
        ("https://vk.com/club5", {"owner_id": -5}),
        ("https://vk.ru/wall-5", {"owner_id": -5}),
        ("https://vk.com/id5", {"owner_id": 5}),
        ("https://vk.com/ivanovo_region", {"domain": "ivanovo_region"}),
        ("5", {"owner_id": -5}),
        ("@ivanovo_region", {"domain": "ivanovo_region"}),
        ("https://vk.com/", None),
        ("https://ok.ru/club5", None),
    ):
        assert page_of(address) == named


def test_a_link_to_a_comment_keeps_its_thread() -> None:
    for url in (
        "https://vk.com/wall-5_7",
        "https://vk.com/wall-5_7?reply=9",
        "https://vk.com/wall-5_7?reply=9&thread=8",
    ):
        place = place_of(url)
        assert place and place.url == url
    shown = place_of("https://m.vk.com/feed?w=wall-5_7_r9")
    assert shown and shown.url == "https://vk.com/wall-5_7?reply=9"
    assert place_of("https://vk.com/photo-5_7") is None


# ---- what has no text of its own, and what stands on no wall


async def test_a_picture_alone_and_a_repost_are_found(vk: Vkontakte) -> None:
    source = OfVkontakte(network=vk)
    post = vk.write_post("", at=source.now)
    post.attachments = ("photo", "photo", "video")
    repost = vk.write_post("", at=source.now)
    repost.reposts = vk.write_post("Яма у школы", owner=55, at=source.ago(days=3))
    comment = vk.write_comment(post, "", at=source.now)
    comment.attachments = ("photo",)
    vk.write_comment(post, "", at=source.now).attachments = ("sticker",)
    found = {it.url: (it.text, it.shows) for it in await source.look()}
    assert found == {
        vk.link(post): ("", "фотография, видео"),
        vk.link(repost): ("[репост] Яма у школы", ""),
        vk.link(comment): ("", "фотография"),
    }
    assert await source.look() == []


async def test_discussions_are_read_to_their_last_comment_and_each_is_found_once(
    vk: Vkontakte,
) -> None:
    source = OfVkontakte(network=vk)
    vk.write_post("Новости", -vk.group, at=source.now)
    topic, quiet = (
        vk.write_topic("Дороги", at=source.ago(days=90)),
        vk.write_topic("Старое", at=source.ago(days=9)),
    )
    vk.write_comment(quiet, "Давно", at=source.ago(days=8))
    vk.write_comment(topic, "Тоже давно", at=source.ago(days=2))
    said = [vk.write_comment(topic, f"Яма {number}", at=source.now) for number in range(130)]
    vk.write_comment(topic, "Ответ", -vk.group, at=source.now)
    found = await source.look()
    assert sorted(texts(found)) == sorted(it.text for it in said)
    assert found[0].url.startswith(f"https://vk.com/topic-{vk.group}_{topic.id}?post=")
    assert (found[0].parent_url, found[0].author) == (vk.link(topic), "Анна Иванова-100172")
    assert await source.look() == []
    vk.write_comment(topic, "Новая яма", at=source.now)
    vk.write_comment(quiet, "И тут", at=source.now)
    assert sorted(texts(await source.look())) == ["И тут", "Новая яма"]


async def test_a_community_without_discussions_is_read_all_the_same(
    vk: Vkontakte, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(METHODS, "board.getTopics")
    source = OfVkontakte(network=vk)
    vk.write_post("Яма", at=source.now)
    assert texts(await source.look()) == ["Яма"]
