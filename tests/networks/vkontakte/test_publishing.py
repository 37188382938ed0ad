"""Answers on a community's wall: put there once, with files, and refused in words that help."""

from dataclasses import replace

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
from tests.networks.benches import OfVkontakte, bench_of

bench = bench_of("vkontakte")


async def test_of_one_name_one_answer_stands(bench: OfVkontakte) -> None:
    assert bench.adapter.traits.names_answers
    to = bench.answer(bench.network.link(bench.network.write_post("Яма")))
    assert await bench.adapter.publish(to, bench.key) == await bench.adapter.publish(to, bench.key)
    assert len(bench.network.answers()) == 1


async def test_an_answer_in_a_thread_longer_than_what_is_shown_of_it_is_found_and_checked(
    bench: OfVkontakte,
) -> None:
    post = bench.post()
    comment = bench.comment(post, "Яма")
    for number in range(12):
        bench.comment(post, f"И у нас {number}", to=comment)
    published = await bench.published(comment)
    assert isinstance(await bench.own(comment), Published)
    assert await bench.seen(published.url) is Stands.STANDS
    assert await bench.seen(published.url.partition("&")[0]) is Stands.STANDS  # without its thread


async def test_where_the_wall_or_the_post_is_gone_that_is_told_apart(bench: OfVkontakte) -> None:
    post = bench.network.write_post("Яма")
    url = (await bench.published(bench.network.link(post))).url
    assert (await bench.adapter.verify(url, bench.text, bench.key)).text == bench.text
    post.deleted = True
    assert await bench.seen(url) is Stands.DELETED
    post.deleted = False
    bench.network.closed.add(post.owner)
    assert await bench.seen(url) is Stands.UNKNOWN
    bench.network.closed.clear()
    bench.network.lists_deleted = False
    bench.delete(url)
    assert await bench.seen(url) is Stands.DELETED


async def test_photos_and_videos_go_with_the_text_as_documents(bench: OfVkontakte) -> None:
    files = (File("яма.png", "image/png", b"\x89PNG\r\n\x1a\n"), File("ролик.mp4", "video/mp4", b"\x00\x01"))
    to = replace(bench.answer(bench.network.link(bench.network.write_post("Яма"))), files=files)
    published = await bench.adapter.publish(to, bench.key)
    (there,) = bench.network.answers()
    assert (there.text, published.url) == (bench.text, bench.network.link(there))
    assert [(part.file, part.content) for part in bench.network.files.values()] == [
        (it.name, it.content) for it in files
    ]
    assert len(there.attachments) == 2
    # A second try uploads once more, and leaves one answer.
    assert await bench.adapter.publish(to, bench.key) == published
    assert len(bench.network.answers()) == 1


async def test_a_file_that_is_not_taken_leaves_the_text_to_be_published_alone(bench: OfVkontakte) -> None:
    bench.network.takes_no_files = True
    to = replace(
        bench.answer(bench.network.link(bench.network.write_post("Яма"))),
        files=(File("яма.png", "image/png", b"1"),),
    )
    refusal = await bench.refused(to)
    assert refusal.fault is Fault.PERSON and "без вложений" in refusal.advice
    assert bench.network.answers() == []


async def test_what_a_community_may_not_is_never_asked(bench: OfVkontakte) -> None:
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


async def test_keys_of_the_wrong_kind_are_told_by_the_network(bench: OfVkontakte) -> None:
    own = bench.network.link(bench.network.write_post("Яма"))
    swapped = {
        **bench.network.credentials,
        "community_key": bench.network.service_key,
        "service_key": bench.network.community_key,
    }
    key = Key("account-1", bench.network.page, swapped)
    assert (await bench.refused(bench.answer(own), key)).code == "28"
    with pytest.raises(NetworkRefusalError) as refusal:
        await bench.adapter.verify(f"{own}?reply=1", bench.text, key)
    assert (refusal.value.fault, refusal.value.code) == (Fault.PERSON, "27")
    none = Key("account-1", bench.network.page, {"service_key": bench.network.service_key})
    assert (await bench.refused(bench.answer(own), none)).fault is Fault.PERSON


async def test_a_community_that_may_not_comment_is_told_which_key_to_try_once(bench: OfVkontakte) -> None:
    bench.network.fail_next(27)
    refusal = await bench.refused(bench.answer(bench.network.link(bench.network.write_post("Яма"))))
    assert refusal.fault is Fault.PERSON
    assert all(it in refusal.advice for it in ("вручную", "один раз", "с правом wall", "больше не нужно"))
    assert "указывает ключ сообщества" not in refusal.advice


async def test_vk_is_asked_for_the_number_of_a_community_that_goes_by_a_name(bench: OfVkontakte) -> None:
    bench.network.named["ivanovo_region"] = bench.network.group
    named = Key("account-1", "https://vk.com/Ivanovo_region", bench.network.credentials)
    assert (
        await bench.adapter.publish(bench.answer(bench.network.link(bench.network.write_post("Яма"))), named)
    ).url
