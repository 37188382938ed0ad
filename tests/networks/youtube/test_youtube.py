"""YouTube: what only this network does."""

from dataclasses import replace

import pytest

from service.networks.platforms.port import Fault, Stands
from service.networks.platforms.youtube.place import page_of, place_of
from tests.networks.bench import texts
from tests.networks.benches import OfYouTube, bench_of

bench = bench_of("youtube")


# ---- reading


async def test_many_threads_and_long_ones_are_read_in_parts_and_at_rest_one_call_is_made(
    bench: OfYouTube,
) -> None:
    yt = bench.network
    video = yt.write_video()
    yt.write_comment(yt.write_video("UCother"), "Чужое", at=bench.ago(hours=1))
    tops = [yt.write_comment(video, f"Тред {number}", at=bench.ago(minutes=number)) for number in range(230)]
    for number in range(130):
        yt.write_comment(video, f"Ответ {number}", tops[0], bench.ago(seconds=number))
    assert len(await bench.look()) == 360
    assert bench.parts > 1
    asked = len(bench.network.asked)
    assert await bench.look() == []
    assert len(bench.network.asked) == asked + 1


async def test_what_youtube_has_held_back_for_hours_is_found_when_it_is_shown(bench: OfYouTube) -> None:
    video = bench.network.write_video()
    bench.network.write_comment(video, "Показан сразу", at=bench.ago(minutes=1))
    assert texts(await bench.look()) == ["Показан сразу"]
    bench.network.write_comment(video, "Показан позже", at=bench.ago(hours=5))
    assert texts(await bench.look()) == ["Показан позже"]


async def test_one_video_can_be_a_source_and_words_choose_among_comments(bench: OfYouTube) -> None:
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
    ],
)
async def test_a_source_that_cannot_be_read_says_why(
    bench: OfYouTube, address: str | None, reason: tuple[int, str] | None, fault: Fault
) -> None:
    if reason:
        bench.network.fail_next(*reason)
    assert (await bench.unread(address)).fault is fault
    assert bench.cursor == {}


def test_a_channel_is_known_by_link_handle_or_number() -> None:
    for address, number, handle in (
        ("https://www.youtube.com/channel/UCabc-_9", "UCabc-_9", None),
        ("https://m.youtube.com/@roads37/videos", None, "roads37"),
        ("UCabc", "UCabc", None),
    ):
        page = page_of(address)
        assert page and (page.number, page.handle) == (number, handle)


def test_a_link_to_an_answer_names_its_parent() -> None:
    place = place_of("https://youtu.be/abc?lc=Ugw1.8a")
    assert place and (place.video, place.parent, place.comment) == ("abc", "Ugw1", "Ugw1.8a")
    assert place_of("https://www.youtube.com/@roads37") is None


# ---- answers


async def test_an_answer_is_put_under_a_video_of_another_channel(bench: OfYouTube) -> None:
    video = bench.network.link(bench.network.write_video("UCother"))
    published = await bench.published(video)
    assert bench.answers() == [(published.url, bench.text)]
    assert bench.at(published.url).parent is None


async def test_what_no_longer_shows_is_not_told_to_be_deleted(bench: OfYouTube) -> None:
    video = bench.network.write_video()
    url = (await bench.published(bench.network.link(video))).url
    bench.at(url).text = "Как показывает сеть"  # nobody edited it there
    assert await bench.seen(url) is Stands.STANDS
    bench.network.channels.pop(video)
    assert await bench.seen(url) is Stands.UNKNOWN
    assert await bench.seen(bench.network.link(video)) is Stands.UNKNOWN


async def test_a_consent_that_was_withdrawn_needs_a_person(bench: OfYouTube) -> None:
    to = bench.answer(bench.network.link(bench.network.write_video()))
    bench.network.revoked = True
    refusal = await bench.refused(to)
    assert (refusal.fault, refusal.code) == (Fault.PERSON, "invalid_grant")
    bench.network.client_id = "other"
    assert (await bench.refused(to)).fault is Fault.PERSON
    reader = replace(bench.key, credentials={"api_key": bench.network.api_key})
    assert (await bench.refused(to, reader)).fault is Fault.PERSON


async def test_a_link_to_no_video_is_never_asked_of(bench: OfYouTube) -> None:
    assert (await bench.refused(bench.answer("https://rutube.ru/video/1/"))).fault is Fault.PERSON
    assert bench.network.asked == []
