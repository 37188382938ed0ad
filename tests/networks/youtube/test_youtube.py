"""YouTube: what is new, answers put once and checked."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta

import pytest

from service.networks.platforms.port import (
    Fault,
    Found,
    Key,
    NetworkRefusalError,
    SourceKind,
    Stands,
)
from service.networks.platforms.youtube.adapter import YouTubeAdapter
from service.networks.platforms.youtube.place import page_of, place_of
from settings import Settings
from tests.networks.bench import NOW, texts
from tests.networks.bench import Bench as Working
from tests.networks.served import Said
from tests.networks.youtube import stand_in

TEXT = "Анна, яму на ул. Ленина заделают до 1 декабря."


@dataclass
class Bench(Working[stand_in.YouTube]):
    """The adapter with its stand-in."""

    kind = SourceKind.CHANNEL
    text = TEXT

    @property
    def adapter(self) -> YouTubeAdapter:
        settings = Settings(youtube_url=self.network.base, youtube_token_url=self.network.tokens)
        return YouTubeAdapter(settings, lambda: self.now)


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    async with stand_in.YouTube().running() as yt:
        yield Bench(network=yt)


# ---- reading


async def test_comments_and_answers_under_a_channel_come_once(bench: Bench) -> None:
    yt = bench.network
    video = yt.write_video()
    first = yt.write_comment(video, "У нас яма", at=bench.ago(hours=2))
    yt.write_comment(video, "Давно", at=bench.ago(days=3))
    yt.write_comment(video, "Заделаем", first, bench.ago(hours=1), own=True)
    yt.write_comment(yt.write_video("UCother"), "Чужое", at=bench.ago(hours=1))
    (found,) = await bench.look()
    assert found == Found(
        yt.link(first),
        "@anna",
        "У нас яма",
        NOW - timedelta(hours=2),
        yt.link(video),
        "http://www.youtube.com/@anna",
    )
    assert await bench.look() == []
    reply = yt.write_comment(video, "Спасибо", first, bench.now)
    (later,) = await bench.look()
    assert (later.url, later.parent_url) == (yt.link(reply), yt.link(first))
    assert await bench.look() == []


async def test_many_threads_and_long_ones_are_read_whole_in_parts(bench: Bench) -> None:
    yt = bench.network
    video = yt.write_video()
    tops = [yt.write_comment(video, f"Тред {number}", at=bench.ago(minutes=number)) for number in range(230)]
    for number in range(130):
        yt.write_comment(video, f"Ответ {number}", tops[0], bench.ago(seconds=number))
    found = await bench.look()
    assert len(found) == len({it.url for it in found}) == 360
    assert bench.parts > 1
    yt.write_comment(video, "Последний ответ", tops[0], bench.now)
    assert texts(await bench.look()) == ["Последний ответ"]
    asked = len(bench.network.asked)
    assert await bench.look() == []
    assert len(bench.network.asked) == asked + 1


async def test_what_youtube_has_held_back_for_hours_is_found_when_it_is_shown(bench: Bench) -> None:
    video = bench.network.write_video()
    bench.network.write_comment(video, "Показан сразу", at=bench.ago(minutes=1))
    assert texts(await bench.look()) == ["Показан сразу"]
    bench.network.write_comment(video, "Показан позже", at=bench.ago(hours=5))
    assert texts(await bench.look()) == ["Показан позже"]


async def test_one_video_can_be_a_source_and_words_choose_among_comments(bench: Bench) -> None:
    one, other = bench.network.write_video(), bench.network.write_video()
    bench.network.write_comment(one, "Яма у школы", at=bench.ago(minutes=1))
    bench.network.write_comment(one, "Спасибо", at=bench.ago(minutes=1))
    bench.network.write_comment(other, "Яма во дворе", at=bench.ago(minutes=1))
    assert texts(await bench.look(bench.network.link(one), "яма")) == ["Яма у школы"]


@pytest.mark.parametrize(
    ("address", "reason", "fault"),
    [
        ("https://www.youtube.com/@nobody", None, Fault.GONE),
        ("https://rutube.ru/channel/1/", None, Fault.DATA),
        ("https://www.youtube.com/c/roads", None, Fault.DATA),
        (None, (403, "commentsDisabled"), Fault.PERSON),
        (None, (400, "API_KEY_INVALID"), Fault.PERSON),
        (None, (403, "rateLimitExceeded"), Fault.LATER),
        (None, (503, "backendError"), Fault.LATER),
    ],
)
async def test_a_source_that_cannot_be_read_says_why(
    bench: Bench, address: str | None, reason: tuple[int, str] | None, fault: Fault
) -> None:
    if reason:
        bench.network.fail_next(*reason)
    assert (await bench.unread(address)).fault is fault
    assert bench.cursor == {}


@pytest.mark.parametrize(
    ("address", "number", "handle"),
    [
        ("https://www.youtube.com/channel/UCabc-_9", "UCabc-_9", None),
        ("https://m.youtube.com/@roads37/videos", None, "roads37"),
        ("@roads37", None, "roads37"),
        ("UCabc", "UCabc", None),
    ],
)
def test_a_channel_is_known_by_link_handle_or_number(
    address: str, number: str | None, handle: str | None
) -> None:
    page = page_of(address)
    assert page and (page.number, page.handle) == (number, handle)


def test_a_link_to_an_answer_names_its_parent() -> None:
    place = place_of("https://youtu.be/abc?lc=Ugw1.8a")
    assert place and (place.video, place.parent, place.comment) == ("abc", "Ugw1", "Ugw1.8a")
    assert place_of("https://www.youtube.com/@roads37") is None


# ---- answers


@pytest.mark.parametrize("under", ["video", "comment", "answer"])
async def test_an_answer_is_put_and_seen(bench: Bench, under: str) -> None:
    video = bench.network.write_video("UCother")
    comment = bench.network.write_comment(video, "Яма")
    reply = bench.network.write_comment(video, "Да", comment)
    places: dict[str, str | stand_in.Comment] = {"video": video, "comment": comment, "answer": reply}
    to = places[under]
    published = await bench.published(bench.network.link(to))
    (there,) = bench.network.answers()
    assert (there.text, published.url) == (TEXT, bench.network.link(there))
    assert there.parent == (None if under == "video" else comment.id)
    assert await bench.seen(published.url) is Stands.STANDS


async def test_an_answer_of_the_same_words_to_somebody_else_is_not_taken_for_ours(bench: Bench) -> None:
    video = bench.network.write_video()
    one, other = (bench.network.write_comment(video, "Яма") for _ in range(2))
    await bench.published(bench.network.link(one))
    assert await bench.own(bench.network.link(other)) is None
    assert await bench.own(bench.network.link(video)) is None


async def test_deleted_edited_and_closed_are_told_apart(bench: Bench) -> None:
    video = bench.network.write_video()
    url = (await bench.published(bench.network.link(video))).url
    (there,) = bench.network.answers()

    async def seen() -> Stands:
        return await bench.seen(url)

    there.text = "Как показывает сеть"
    assert await seen() is Stands.STANDS
    there.edited_at = there.at + timedelta(hours=1)
    assert await seen() is Stands.EDITED
    bench.network.closed.add(video)
    assert await seen() is Stands.UNKNOWN
    bench.network.closed.clear()
    channel = bench.network.channels.pop(video)
    assert await seen() is Stands.UNKNOWN
    bench.network.channels[video] = channel
    there.deleted = True
    assert await seen() is Stands.DELETED
    assert await bench.seen(bench.network.link(video)) is Stands.UNKNOWN


async def test_a_consent_that_was_withdrawn_needs_a_person(bench: Bench) -> None:
    to = bench.answer(bench.network.link(bench.network.write_video()))
    bench.network.revoked = True
    refusal = await bench.refused(to)
    assert (refusal.fault, refusal.code) == (Fault.PERSON, "invalid_grant")
    bench.network.client_id = "other"
    assert (await bench.refused(to)).fault is Fault.PERSON
    reader = Key("account-1", bench.network.page, {"api_key": bench.network.api_key})
    assert (await bench.refused(to, reader)).fault is Fault.PERSON


async def test_a_link_to_no_video_is_never_asked_of(bench: Bench) -> None:
    assert (await bench.refused(bench.answer("https://rutube.ru/video/1/"))).fault is Fault.PERSON
    assert bench.network.asked == []


@pytest.mark.parametrize("said", [None, Said(200, b"<html>")])
async def test_what_only_reads_is_asked_again_later(bench: Bench, said: Said | None) -> None:
    bench.network.refuse_next(said)
    with pytest.raises(NetworkRefusalError) as refusal:
        await bench.adapter.verify(bench.network.link("v") + "&lc=Ugw1", TEXT, bench.key)
    assert refusal.value.fault is Fault.LATER
