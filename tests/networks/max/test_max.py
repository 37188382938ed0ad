"""MAX by its bot API: what only this network does."""

from dataclasses import replace
from datetime import timedelta

from service.networks.platforms.port import Fault, Stands
from tests.networks.benches import OfMax, bench_of
from tests.networks.max.stand_in import CHAT, TOKEN, refusal
from tests.networks.served import Said

POST = "https://max.ru/ivanovo/post1"


bench = bench_of("max")


async def test_what_is_said_in_the_name_of_the_channel_is_nothing_new(bench: OfMax) -> None:
    bench.network.say("От имени канала", sender=None)
    assert await bench.look() == []


async def test_comments_of_another_channel_are_not_taken_for_this_ones(bench: OfMax) -> None:
    bench.network.channels = {CHAT: "drugoi"}
    bench.network.say("Не вывозят мусор")
    assert (await bench.unread()).fault is Fault.PERSON


async def test_a_link_copied_by_hand_is_known_among_the_newest_posts(bench: OfMax) -> None:
    published = await bench.published(POST)
    assert "link" not in bench.network.asked[-1].json()
    assert published.url.startswith(f"{POST}?post=mid.post1&comment=")
    assert await bench.seen(POST) is Stands.STANDS
    seen = await bench.adapter.verify(POST, "Другое", bench.key)
    assert (seen.state, seen.text) == (Stands.UNKNOWN, None)
    assert (await bench.refused(bench.answer("https://max.ru/ivanovo/post9"))).fault is Fault.PERSON


async def test_a_refusal_says_what_to_do(bench: OfMax) -> None:
    for said, fault, after in (
        (refusal(404, "not.found"), Fault.GONE, None),
        (Said.of_json({}, 429, Retry_After="9"), Fault.LATER, timedelta(seconds=9)),
    ):
        bench.network.refuse_next(said)
        error = await bench.refused(bench.answer(f"{POST}?post=mid.post1"))
        assert (error.fault, error.after) == (fault, after)


async def test_a_channel_that_is_no_number_is_asked_of_a_person(bench: OfMax) -> None:
    for credentials in ({"token": TOKEN}, {"token": TOKEN, "chat_id": "ivanovo"}):
        refusal = await bench.unread(key=replace(bench.key, credentials=credentials))
        assert refusal.fault is Fault.PERSON
