"""Answers on a community's wall: put there once, found, checked, and refused in words that help."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from service.networks.platforms.port import (
    Ability,
    Answer,
    Fault,
    File,
    Key,
    NetworkRefusalError,
    Published,
    Stands,
)
from service.networks.platforms.vkontakte.adapter import VkontakteAdapter
from settings import Settings
from tests.networks.served import Said
from tests.networks.vkontakte import stand_in

TEXT = "Анна Сергеевна, яму на ул. Ленина заделают до 1 декабря. С уважением, Департамент дорог & транспорта"


@pytest.fixture
async def vk() -> AsyncIterator[stand_in.Vkontakte]:
    async with stand_in.Vkontakte().running() as vk:
        yield vk


@pytest.fixture
def adapter(vk: stand_in.Vkontakte) -> VkontakteAdapter:
    return VkontakteAdapter(Settings(vkontakte_url=vk.base))


@pytest.fixture
def key(vk: stand_in.Vkontakte) -> Key:
    return Key("account-1", vk.page, vk.credentials)


def answer(url: str, text: str = TEXT, name: str = "draft-1") -> Answer:
    return Answer(url, text, name, datetime.now(UTC) - timedelta(seconds=5))


async def refused(adapter: VkontakteAdapter, to: Answer, key: Key) -> NetworkRefusalError:
    with pytest.raises(NetworkRefusalError) as refusal:
        await adapter.publish(to, key)
    return refusal.value


async def test_an_answer_stands_under_the_comment_and_is_seen_there(
    vk: stand_in.Vkontakte, adapter: VkontakteAdapter, key: Key
) -> None:
    comment = vk.write_comment(vk.write_post("О дорогах", -vk.group), "У нас <яма> & лужа")
    published = await adapter.publish(answer(vk.link(comment)), key)
    (there,) = vk.answers()
    assert (there.text, there.answers, published.url) == (TEXT, comment.id, vk.link(there))
    assert (await adapter.verify(published.url, TEXT, key)).state is Stands.STANDS


async def test_of_one_name_one_answer_stands(
    vk: stand_in.Vkontakte, adapter: VkontakteAdapter, key: Key
) -> None:
    assert adapter.traits.names_answers
    to = answer(vk.link(vk.write_post("Яма")))
    assert await adapter.publish(to, key) == await adapter.publish(to, key)
    assert len(vk.answers()) == 1


@pytest.mark.parametrize("before", [True, False])
async def test_a_connection_that_is_lost_leaves_one_answer(
    vk: stand_in.Vkontakte, adapter: VkontakteAdapter, key: Key, before: bool
) -> None:
    to = answer(vk.link(vk.write_comment(vk.write_post("О дорогах"), "Яма")))
    if before:
        vk.hang_up_next()
    else:
        vk.hang_up_after_storing()
    assert (await refused(adapter, to, key)).fault is Fault.UNKNOWN
    found = await adapter.find_own(to, key)
    assert (found is None) is before
    published = await adapter.publish(to, key)
    assert [vk.link(it) for it in vk.answers()] == [published.url]
    assert found is None or found.url == published.url


async def test_an_answer_of_the_same_words_to_somebody_else_is_not_taken_for_ours(
    vk: stand_in.Vkontakte, adapter: VkontakteAdapter, key: Key
) -> None:
    post = vk.write_post("О дорогах")
    one, other = (vk.write_comment(post, "Яма") for _ in range(2))
    await adapter.publish(answer(vk.link(one)), key)
    assert await adapter.find_own(answer(vk.link(other)), key) is None
    assert await adapter.find_own(answer(vk.link(post)), key) is None
    assert isinstance(await adapter.find_own(answer(vk.link(one)), key), Published)


async def test_an_answer_is_found_and_checked_among_many_comments(
    vk: stand_in.Vkontakte, adapter: VkontakteAdapter, key: Key
) -> None:
    post = vk.write_post("О дорогах")
    comment = vk.write_comment(post, "Яма")
    for number in range(12):
        vk.write_comment(post, f"И у нас {number}", answers=comment)
    published = await adapter.publish(answer(vk.link(comment)), key)
    for number in range(150):
        vk.write_comment(post, f"Другое {number}")
    found = await adapter.find_own(answer(vk.link(comment)), key)
    assert found and found.url == published.url
    vk.forget_pace()
    assert (await adapter.verify(published.url, TEXT, key)).state is Stands.STANDS
    without_thread = published.url.partition("&")[0]
    assert (await adapter.verify(without_thread, TEXT, key)).state is Stands.STANDS


async def test_deleted_edited_and_closed_are_told_apart(
    vk: stand_in.Vkontakte, adapter: VkontakteAdapter, key: Key
) -> None:
    post = vk.write_post("Яма")
    url = (await adapter.publish(answer(vk.link(post)), key)).url
    (there,) = vk.answers()

    async def seen() -> tuple[Stands, str | None]:
        vk.forget_pace()
        check = await adapter.verify(url, TEXT, key)
        return check.state, check.text

    assert await seen() == (Stands.STANDS, TEXT)
    there.text = "Решайте сами"
    assert await seen() == (Stands.EDITED, "Решайте сами")
    post.comments_closed = True
    assert (await seen())[0] is Stands.UNKNOWN
    post.comments_closed, post.deleted = False, True
    assert (await seen())[0] is Stands.DELETED
    post.deleted = False
    vk.closed.add(post.owner)
    check = await adapter.verify(url, TEXT, key)
    assert check.state is Stands.UNKNOWN and check.why
    vk.closed.clear()
    there.deleted = True
    assert (await seen())[0] is Stands.DELETED
    vk.lists_deleted = False
    assert (await seen())[0] is Stands.DELETED


@pytest.mark.parametrize(
    ("code", "fault"),
    [
        *((code, Fault.LATER) for code in (1, 6, 9, 10, 29, 32, 36)),
        *((code, Fault.PERSON) for code in (219, 223)),
        *(
            (code, Fault.PERSON)
            for code in (4, 5, 7, 14, 15, 17, 19, 20, 23, 27, 28, 30, 37, 203, 211, 212, 213, 801)
        ),
        *((code, Fault.DATA) for code in (3, 8, 100, 113, 222)),
        *((code, Fault.GONE) for code in (18, 104)),
        (9999, Fault.PERSON),
    ],
)
async def test_an_error_says_what_to_do(
    vk: stand_in.Vkontakte, adapter: VkontakteAdapter, key: Key, code: int, fault: Fault
) -> None:
    vk.fail_next(code)
    refusal = await refused(adapter, answer(vk.link(vk.write_post("Яма"))), key)
    assert (refusal.fault, refusal.code) == (fault, str(code))
    assert not vk.answers()


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        (Said(200, b"<html>"), Fault.UNKNOWN),
        (Said.of_json({"odd": 1}), Fault.UNKNOWN),
        (Said(502), Fault.UNKNOWN),
        (Said(429), Fault.LATER),
        (Said(404), Fault.PERSON),
        (Said(302, b"", {"Location": "http://127.0.0.1:1/"}), Fault.LATER),
    ],
)
async def test_what_is_not_of_the_interface_is_judged_too(
    vk: stand_in.Vkontakte, adapter: VkontakteAdapter, key: Key, said: Said, fault: Fault
) -> None:
    vk.refuse_next(said)
    assert (await refused(adapter, answer(vk.link(vk.write_post("Яма"))), key)).fault is fault


async def test_nobody_there_is_no_answer_that_may_have_been_given(key: Key) -> None:
    to = answer(f"https://vk.com/wall-{218861756}_1")
    assert (
        await refused(VkontakteAdapter(Settings(vkontakte_url="http://127.0.0.1:9")), to, key)
    ).fault is Fault.LATER


async def test_photos_and_videos_go_with_the_text_as_documents(
    vk: stand_in.Vkontakte, adapter: VkontakteAdapter, key: Key
) -> None:
    files = (File("яма.png", "image/png", b"\x89PNG\r\n\x1a\n"), File("ролик.mp4", "video/mp4", b"\x00\x01"))
    to = replace(answer(vk.link(vk.write_post("Яма"))), files=files)
    published = await adapter.publish(to, key)
    (there,) = vk.answers()
    assert (there.text, published.url) == (TEXT, vk.link(there))
    assert [(part.file, part.content) for part in vk.files.values()] == [
        (it.name, it.content) for it in files
    ]
    assert len(there.attachments) == 2
    # A second try uploads once more, and leaves one answer.
    assert await adapter.publish(to, key) == published
    assert len(vk.answers()) == 1


async def test_a_file_that_is_not_taken_leaves_the_text_to_be_published_alone(
    vk: stand_in.Vkontakte, adapter: VkontakteAdapter, key: Key
) -> None:
    vk.takes_no_files = True
    to = replace(answer(vk.link(vk.write_post("Яма"))), files=(File("яма.png", "image/png", b"1"),))
    refusal = await refused(adapter, to, key)
    assert refusal.fault is Fault.PERSON and "без вложений" in refusal.advice
    assert vk.answers() == []


async def test_what_a_community_may_not_is_never_asked(
    vk: stand_in.Vkontakte, adapter: VkontakteAdapter, key: Key
) -> None:
    own = vk.link(vk.write_post("Яма"))
    elsewhere = [
        answer("https://vk.com/wall-1_2"),
        answer("https://vk.com/photo-1_2"),
        answer("https://ok.ru/topic/1"),
    ]
    for to in elsewhere:
        refusal = await refused(adapter, to, key)
        assert refusal.fault is Fault.PERSON and "вручную" in refusal.advice
    person = Key("account-1", "https://vk.com/id7", vk.credentials)
    assert (await refused(adapter, answer(own), person)).fault is Fault.PERSON
    assert vk.asked == []
    assert Ability.PUBLISH_ELSEWHERE not in adapter.traits.abilities


async def test_keys_of_the_wrong_kind_are_told_by_the_network(
    vk: stand_in.Vkontakte, adapter: VkontakteAdapter
) -> None:
    own = vk.link(vk.write_post("Яма"))
    swapped = {**vk.credentials, "community_key": vk.service_key, "service_key": vk.community_key}
    key = Key("account-1", vk.page, swapped)
    assert (await refused(adapter, answer(own), key)).code == "28"
    with pytest.raises(NetworkRefusalError) as refusal:
        await adapter.verify(f"{own}?reply=1", TEXT, key)
    assert (refusal.value.fault, refusal.value.code) == (Fault.PERSON, "27")
    none = Key("account-1", vk.page, {"service_key": vk.service_key})
    assert (await refused(adapter, answer(own), none)).fault is Fault.PERSON


async def test_a_community_that_may_not_comment_is_told_which_key_to_try_once(
    vk: stand_in.Vkontakte, adapter: VkontakteAdapter, key: Key
) -> None:
    vk.fail_next(27)
    refusal = await refused(adapter, answer(vk.link(vk.write_post("Яма"))), key)
    assert refusal.fault is Fault.PERSON
    assert all(it in refusal.advice for it in ("вручную", "один раз", "с правом wall", "больше не нужно"))
    assert "указывает ключ сообщества" not in refusal.advice


async def test_vk_is_asked_for_the_number_of_a_community_that_goes_by_a_name(
    vk: stand_in.Vkontakte, adapter: VkontakteAdapter
) -> None:
    vk.named["ivanovo_region"] = vk.group
    named = Key("account-1", "https://vk.com/Ivanovo_region", vk.credentials)
    assert (await adapter.publish(answer(vk.link(vk.write_post("Яма"))), named)).url


async def test_a_key_stands_in_no_text_of_a_refusal(vk: stand_in.Vkontakte, key: Key) -> None:
    refusal = await refused(
        VkontakteAdapter(Settings(vkontakte_url="http://127.0.0.1:9")),
        answer(vk.link(vk.write_post("Яма"))),
        key,
    )
    told = f"{refusal} {refusal.advice} {refusal!r} {key!r}"
    assert not any(part in told for part in vk.credentials.values())
