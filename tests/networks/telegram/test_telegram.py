"""Telegram by its Bot API: what only this network does."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from service.networks.platforms.placing import Attached, against_files
from service.networks.platforms.port import (
    Fault,
    File,
    NetworkRefusalError,
    Reading,
    SourceKind,
    Stands,
    Where,
)
from service.networks.platforms.telegram.messages import Place, place_of
from tests.networks.benches import OfTelegram, bench_of
from tests.networks.served import Part, Said
from tests.networks.telegram.stand_in import (
    CHANNEL,
    GROUP,
    OTHER,
    PHOTO,
    POST,
    in_a_message,
    refusal,
)

WHERE = Where(SourceKind.CHANNEL, "https://t.me/ivanovo_news", None, {})


bench = bench_of("telegram")


def test_a_link_names_a_message_of_a_chat() -> None:
    assert place_of("https://t.me/ivanovo_chat/3/15?single") == Place("@ivanovo_chat", 15)
    assert place_of("https://t.me/c/1000000002/15") == Place(GROUP, 15)
    assert place_of("https://t.me/Ivanovo_news/10?comment=15") == Place("@ivanovo_news", 10, 15)


async def test_what_is_no_word_of_a_person_is_not_heard(bench: OfTelegram) -> None:
    bench.network.hear("Вторая новость", is_automatic_forward=True)
    bench.network.hear("Бот", **{"from": {"id": 6, "first_name": "Бот", "is_bot": True}})
    bench.network.hear("", photo=[PHOTO])
    assert await bench.look() == []


async def test_what_was_written_elsewhere_is_not_found_here(bench: OfTelegram) -> None:
    bench.network.hear("У нас", bench.network.forwarded_post())
    bench.network.hear("У соседей", chat=OTHER)
    assert [it.text for it in (await bench.part()).found] == ["У нас"]
    elsewhere, bench.cursor = "https://t.me/net_takogo", {}
    key = replace(bench.key, own_page=elsewhere)
    assert (await bench.unread(elsewhere, key)).fault is Fault.PERSON


async def test_two_sources_of_a_bot_get_each_its_own_and_nothing_is_forgotten_before_both_have_it(
    bench: OfTelegram,
) -> None:
    neighbours = replace(WHERE, address="https://t.me/Sosedi_chat", kind=SourceKind.COMMUNITY)
    keys = [bench.key, replace(bench.key, id="2", own_page=neighbours.address)]
    bench.network.hear("У нас")
    bench.network.hear("У соседей", chat=OTHER)
    for _ in range(2):  # the first look was lost before it was kept
        read = await bench.adapter.read_together(list(zip((WHERE, neighbours), keys, strict=True)))
        readings = [it for it in read if isinstance(it, Reading)]
        assert [[it.text for it in reading.found] for reading in readings] == [["У нас"], ["У соседей"]]
    bench.network.hear("Ещё", chat=OTHER)
    later = [replace(WHERE, cursor=readings[0].cursor), replace(neighbours, cursor={})]
    ours, theirs = await bench.adapter.read_together(list(zip(later, keys, strict=True)))
    assert isinstance(ours, Reading)
    assert isinstance(theirs, Reading)
    assert ([*ours.found], [it.text for it in theirs.found]) == ([], ["Ещё"])


async def test_a_source_that_is_refused_keeps_none_of_the_others_from_theirs(bench: OfTelegram) -> None:
    closed = replace(WHERE, address="https://t.me/net_takogo")
    bench.network.hear("У нас")
    refusal, ours = await bench.adapter.read_together([(closed, bench.key), (WHERE, bench.key)])
    assert isinstance(refusal, NetworkRefusalError)
    assert isinstance(ours, Reading)
    assert [it.text for it in ours.found] == ["У нас"]


async def test_a_new_bot_counts_its_updates_anew(bench: OfTelegram) -> None:
    bench.network.hear("Не горит фонарь")
    of_another = {"bot": "999", "offset": 500_000_000}
    assert len((await bench.adapter.read(replace(WHERE, cursor=of_another), bench.key)).found) == 1


async def test_what_its_author_edits_reads_as_it_does_now(bench: OfTelegram) -> None:
    now = int(datetime.now(UTC).timestamp())
    said = bench.network.hear("Яма", date=now)
    bench.network.tell("edited_message", {**said, "text": "Яма и фонарь", "edit_date": now})
    old = {**said, "message_id": 7, "date": now - 8 * 24 * 3600, "text": "Давно", "edit_date": now}
    bench.network.tell("edited_message", old)
    post = {
        "message_id": POST,
        "date": now,
        "chat": in_a_message(bench.network.chats[CHANNEL]),
        "text": "Новости, исправлено",
    }
    bench.network.tell("edited_channel_post", post)
    reading = await bench.part()
    # What was edited may never have been heard of before; what is older than a week is no find.
    assert [it.text for it in reading.found] == ["Яма", "Яма и фонарь"]
    assert [(it.url, it.text) for it in reading.changed] == [
        (reading.found[0].url, "Яма и фонарь"),
        ("https://t.me/ivanovo_chat/7", "Давно"),
        (f"https://t.me/ivanovo_news/{POST}", "Новости, исправлено"),
    ]


async def test_in_a_group_without_a_name_comments_are_known_by_their_channel_and_the_post_of_their_thread(
    bench: OfTelegram,
) -> None:
    bench.network.group_name = None
    page = f"https://t.me/ivanovo_news/{POST}"
    said = bench.network.hear("Не горит фонарь", bench.network.forwarded_post(), message_thread_id=100)
    (found,) = (await bench.part()).found
    assert found.url == f"{page}?comment={said['message_id']}"
    published = await bench.published(found.url)
    (number,) = bench.network.sent
    assert published.url == f"{page}?comment={number}"
    assert bench.network.sent[number]["reply_parameters"]["message_id"] == said["message_id"]
    assert await bench.seen(published.url) is Stands.STANDS
    reply = bench.network.hear("И у нас", said, message_thread_id=100)
    deeper = bench.network.hear("Везде", reply, message_thread_id=100)
    assert [(it.url, it.parent_url) for it in (await bench.part()).found] == [
        (f"{page}?comment={reply['message_id']}", found.url),
        (f"{page}?comment={deeper['message_id']}", f"{page}?comment={reply['message_id']}"),
    ]


@pytest.mark.parametrize(
    ("types", "method"),
    [
        (["image/png"], "photo"),
        (["video/mp4"], "video"),
        (["image/jpeg", "video/mp4", "image/png"], "media"),
    ],
)
async def test_photos_and_videos_go_with_the_text_in_one_call(
    bench: OfTelegram, types: list[str], method: str
) -> None:
    said = bench.network.hear("Не горит фонарь")
    files = tuple(
        File(f"фото {n}.bin", kind, bytes(range(256)) * 3 + b"\r\n") for n, kind in enumerate(types)
    )
    to = replace(bench.answer(f"https://t.me/ivanovo_chat/{said['message_id']}"), files=files)
    published = await bench.adapter.publish(to, bench.key)
    ((number, given),) = bench.network.sent.items()
    assert published.url == f"https://t.me/ivanovo_chat/{number}"
    assert method in given
    assert given.get("caption", given.get("media", [{}])[0].get("caption")) == bench.text
    sent = [part for part in given.values() if isinstance(part, Part)]
    assert [part.content for part in sent] == [file.content for file in files]
    assert await bench.seen(published.url) is Stands.STANDS


async def test_what_telegram_does_not_take_with_a_file_is_known_beforehand(bench: OfTelegram) -> None:
    photo = Attached("image/png", 10 * 2**20)
    assert against_files(bench.adapter.traits, [photo], 1024) is None
    assert "1024" in (against_files(bench.adapter.traits, [photo], 1025) or "")
    assert against_files(bench.adapter.traits, [], 4096) is None
    assert "больше" in (against_files(bench.adapter.traits, [photo._replace(size=photo.size + 1)], 1) or "")
    assert "вместе" in (against_files(bench.adapter.traits, [photo] * 5, 1) or "")
    assert against_files(bench.adapter.traits, [photo._replace(size=1)] * 11, 1)
    assert against_files(bench.adapter.traits, [Attached("audio/ogg", 1)], 1)


async def test_a_channels_own_post_is_never_answered_in_the_channel(bench: OfTelegram) -> None:
    assert (await bench.refused(bench.answer(f"https://t.me/ivanovo_news/{POST}"))).fault is Fault.PERSON
    assert bench.network.sent == {}


async def test_after_a_lost_reply_a_person_looks_and_nothing_is_sent_again(bench: OfTelegram) -> None:
    said = bench.network.hear("Не горит фонарь")
    to = bench.answer(f"https://t.me/ivanovo_chat/{said['message_id']}")
    bench.network.refuse_next(Said.of_json({"ok": True, "result": bench.network.chats[GROUP]}))
    bench.network.refuse_next(None)
    assert (await bench.refused(to)).fault is Fault.UNKNOWN
    assert not bench.adapter.traits.finds_own
    with pytest.raises(NetworkRefusalError) as refusal:
        await bench.adapter.find_own(to, bench.key)
    assert refusal.value.fault is Fault.PERSON
    assert bench.network.sent == {}


@pytest.mark.parametrize(
    ("said", "fault", "after"),
    [
        (refusal(429, "Too Many Requests: retry after 7", retry_after=7), Fault.LATER, timedelta(seconds=7)),
        (refusal(409, "Conflict: can't use getUpdates method while webhook is active"), Fault.PERSON, None),
        (Said(502, b"<html>"), Fault.LATER, None),
    ],
)
async def test_a_refusal_before_anything_is_sent_says_what_to_do(
    bench: OfTelegram, said: Said, fault: Fault, after: timedelta | None
) -> None:
    bench.network.refuse_next(said)
    error = await bench.refused(bench.answer("https://t.me/ivanovo_chat/1"))
    assert (error.fault, error.after) == (fault, after)


async def test_keys_and_links_written_amiss_are_refused_before_anything_is_asked(bench: OfTelegram) -> None:
    to = bench.answer("https://t.me/ivanovo_chat/1")
    for credentials in ({"bot_token": "../getMe"}, {"bot_token": ""}):
        assert (await bench.refused(to, replace(bench.key, credentials=credentials))).fault is Fault.PERSON
    assert (await bench.refused(bench.answer("https://t.me/ivanovo_chat"))).fault is Fault.DATA
