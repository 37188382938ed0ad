"""Answers on a community's wall: put there once, found, checked, and refused in words that help."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from functools import cached_property

import pytest

from service.networks.platforms.port import (
    Ability,
    Fault,
    File,
    Key,
    NetworkRefusalError,
    Published,
    Stands,
)
from service.networks.platforms.vkontakte.adapter import VkontakteAdapter
from settings import Settings
from tests.networks.bench import Bench as Working
from tests.networks.vkontakte import stand_in

TEXT = "Анна Сергеевна, яму на ул. Ленина заделают до 1 декабря. С уважением, Департамент дорог & транспорта"


@dataclass
class Bench(Working[stand_in.Vkontakte]):
    """The adapter with its stand-in."""

    text = TEXT

    @cached_property
    def adapter(self) -> VkontakteAdapter:
        return VkontakteAdapter(Settings(vkontakte_url=self.network.base))


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    async with stand_in.Vkontakte().running() as vk:
        yield Bench(network=vk)


async def test_an_answer_stands_under_the_comment_and_is_seen_there(bench: Bench) -> None:
    comment = bench.network.write_comment(
        bench.network.write_post("О дорогах", -bench.network.group), "У нас <яма> & лужа"
    )
    published = await bench.published(bench.network.link(comment))
    (there,) = bench.network.answers()
    assert (there.text, there.answers, published.url) == (TEXT, comment.id, bench.network.link(there))
    assert await bench.seen(published.url) is Stands.STANDS


async def test_of_one_name_one_answer_stands(bench: Bench) -> None:
    assert bench.adapter.traits.names_answers
    to = bench.answer(bench.network.link(bench.network.write_post("Яма")))
    assert await bench.adapter.publish(to, bench.key) == await bench.adapter.publish(to, bench.key)
    assert len(bench.network.answers()) == 1


async def test_an_answer_of_the_same_words_to_somebody_else_is_not_taken_for_ours(bench: Bench) -> None:
    post = bench.network.write_post("О дорогах")
    one, other = (bench.network.write_comment(post, "Яма") for _ in range(2))
    await bench.published(bench.network.link(one))
    assert await bench.own(bench.network.link(other)) is None
    assert await bench.own(bench.network.link(post)) is None
    assert isinstance(await bench.own(bench.network.link(one)), Published)


async def test_an_answer_is_found_and_checked_among_many_comments(bench: Bench) -> None:
    post = bench.network.write_post("О дорогах")
    comment = bench.network.write_comment(post, "Яма")
    for number in range(12):
        bench.network.write_comment(post, f"И у нас {number}", answers=comment)
    published = await bench.published(bench.network.link(comment))
    for number in range(150):
        bench.network.write_comment(post, f"Другое {number}")
    found = await bench.own(bench.network.link(comment))
    assert found and found.url == published.url
    bench.network.forget_pace()
    assert await bench.seen(published.url) is Stands.STANDS
    without_thread = published.url.partition("&")[0]
    assert await bench.seen(without_thread) is Stands.STANDS


async def test_deleted_edited_and_closed_are_told_apart(bench: Bench) -> None:
    post = bench.network.write_post("Яма")
    url = (await bench.published(bench.network.link(post))).url
    (there,) = bench.network.answers()

    async def seen() -> tuple[Stands, str | None]:
        bench.network.forget_pace()
        check = await bench.adapter.verify(url, TEXT, bench.key)
        return check.state, check.text

    assert await seen() == (Stands.STANDS, TEXT)
    there.text = "Решайте сами"
    assert await seen() == (Stands.EDITED, "Решайте сами")
    post.comments_closed = True
    assert (await seen())[0] is Stands.UNKNOWN
    post.comments_closed, post.deleted = False, True
    assert (await seen())[0] is Stands.DELETED
    post.deleted = False
    bench.network.closed.add(post.owner)
    check = await bench.adapter.verify(url, TEXT, bench.key)
    assert check.state is Stands.UNKNOWN and check.why
    bench.network.closed.clear()
    there.deleted = True
    assert (await seen())[0] is Stands.DELETED
    bench.network.lists_deleted = False
    assert (await seen())[0] is Stands.DELETED


async def test_photos_and_videos_go_with_the_text_as_documents(bench: Bench) -> None:
    files = (File("яма.png", "image/png", b"\x89PNG\r\n\x1a\n"), File("ролик.mp4", "video/mp4", b"\x00\x01"))
    to = replace(bench.answer(bench.network.link(bench.network.write_post("Яма"))), files=files)
    published = await bench.adapter.publish(to, bench.key)
    (there,) = bench.network.answers()
    assert (there.text, published.url) == (TEXT, bench.network.link(there))
    assert [(part.file, part.content) for part in bench.network.files.values()] == [
        (it.name, it.content) for it in files
    ]
    assert len(there.attachments) == 2
    # A second try uploads once more, and leaves one answer.
    assert await bench.adapter.publish(to, bench.key) == published
    assert len(bench.network.answers()) == 1


async def test_a_file_that_is_not_taken_leaves_the_text_to_be_published_alone(bench: Bench) -> None:
    bench.network.takes_no_files = True
    to = replace(
        bench.answer(bench.network.link(bench.network.write_post("Яма"))),
        files=(File("яма.png", "image/png", b"1"),),
    )
    refusal = await bench.refused(to)
    assert refusal.fault is Fault.PERSON and "без вложений" in refusal.advice
    assert bench.network.answers() == []


async def test_what_a_community_may_not_is_never_asked(bench: Bench) -> None:
    own = bench.network.link(bench.network.write_post("Яма"))
    elsewhere = [
        bench.answer("https://vk.com/wall-1_2"),
        bench.answer("https://vk.com/photo-1_2"),
        bench.answer("https://ok.ru/topic/1"),
    ]
    for to in elsewhere:
        refusal = await bench.refused(to)
        assert refusal.fault is Fault.PERSON and "вручную" in refusal.advice
    person = Key("account-1", "https://vk.com/id7", bench.network.credentials)
    assert (await bench.refused(bench.answer(own), person)).fault is Fault.PERSON
    assert bench.network.asked == []
    assert Ability.PUBLISH_ELSEWHERE not in bench.adapter.traits.abilities


async def test_keys_of_the_wrong_kind_are_told_by_the_network(bench: Bench) -> None:
    own = bench.network.link(bench.network.write_post("Яма"))
    swapped = {
        **bench.network.credentials,
        "community_key": bench.network.service_key,
        "service_key": bench.network.community_key,
    }
    key = Key("account-1", bench.network.page, swapped)
    assert (await bench.refused(bench.answer(own), key)).code == "28"
    with pytest.raises(NetworkRefusalError) as refusal:
        await bench.adapter.verify(f"{own}?reply=1", TEXT, key)
    assert (refusal.value.fault, refusal.value.code) == (Fault.PERSON, "27")
    none = Key("account-1", bench.network.page, {"service_key": bench.network.service_key})
    assert (await bench.refused(bench.answer(own), none)).fault is Fault.PERSON


async def test_a_community_that_may_not_comment_is_told_which_key_to_try_once(bench: Bench) -> None:
    bench.network.fail_next(27)
    refusal = await bench.refused(bench.answer(bench.network.link(bench.network.write_post("Яма"))))
    assert refusal.fault is Fault.PERSON
    assert all(it in refusal.advice for it in ("вручную", "один раз", "с правом wall", "больше не нужно"))
    assert "указывает ключ сообщества" not in refusal.advice


async def test_vk_is_asked_for_the_number_of_a_community_that_goes_by_a_name(bench: Bench) -> None:
    bench.network.named["ivanovo_region"] = bench.network.group
    named = Key("account-1", "https://vk.com/Ivanovo_region", bench.network.credentials)
    assert (
        await bench.adapter.publish(bench.answer(bench.network.link(bench.network.write_post("Яма"))), named)
    ).url


async def test_where_nobody_is_there_it_comes_later_and_no_key_stands_in_the_refusal(bench: Bench) -> None:
    bench.network.base = "http://127.0.0.1:9"
    refusal = await bench.refused(bench.answer(bench.network.link(bench.network.write_post("Яма"))))
    assert refusal.fault is Fault.LATER
    told = f"{refusal} {refusal.advice} {refusal!r} {bench.key!r}"
    assert not any(part in told for part in bench.network.credentials.values())
