"""MAX by its bot API: comments under a channel's posts, answers to them, and whether these stand."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property

import pytest

from service.networks.platforms.max.adapter import MaxAdapter
from service.networks.platforms.port import Fault, NetworkRefusalError, SourceKind, Stands, Where
from settings import Settings
from tests.networks.bench import Bench as Working
from tests.networks.max.stand_in import CHAT, TOKEN, MaxStandIn, refusal
from tests.networks.served import Said

POST = "https://max.ru/ivanovo/post1"
TEXT = "Здравствуйте! Мусор вывезли."


@dataclass
class Bench(Working[MaxStandIn]):
    """The adapter with its stand-in."""

    kind = SourceKind.CHANNEL
    text = TEXT

    @cached_property
    def adapter(self) -> MaxAdapter:
        return MaxAdapter(Settings(max_url=self.network.base), lambda: datetime.now(UTC) + timedelta(hours=1))


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    async with MaxStandIn(now=int(datetime.now(UTC).timestamp() * 1000)).running() as network:
        yield Bench(network=network)


async def test_comments_of_people_are_read_once(bench: Bench) -> None:
    first = bench.network.say("Не вывозят мусор")
    bench.network.say("Ответ органа", bot=True)
    bench.network.say("От имени канала", sender=None)
    reading = await bench.part()
    (found,) = reading.found
    assert found.url == f"{POST}?post=mid.post1&comment={first['body']['mid']}"
    assert (found.author, found.text, found.parent_url) == ("Анна С.", "Не вывозят мусор", POST)
    again = await bench.part()
    assert again.found == []
    answered = bench.network.comments["mid.post1"][1]["body"]
    bench.network.say("Спасибо", link={"type": "reply", "message": answered})
    (reply,) = (await bench.part()).found
    assert reply.parent_url == f"{POST}?post=mid.post1&comment=mid.c2"


@pytest.mark.parametrize("has_markers", [True, False])
async def test_comments_are_read_to_the_last_however_many_there_are(bench: Bench, has_markers: bool) -> None:
    bench.network.has_markers = has_markers
    said = [bench.network.say(f"Мусор {number}") for number in range(250)]
    reading = await bench.part()
    assert [it.text for it in reading.found] == [it["body"]["text"] for it in said]
    assert (await bench.part()).found == []


async def test_a_first_look_goes_a_week_back(bench: Bench) -> None:
    bench.network.say("Давно", timestamp=bench.network.now - 8 * 24 * 3_600_000)
    bench.network.say("Недавно")
    assert [it.text for it in (await bench.part()).found] == ["Недавно"]


async def test_comments_of_another_channel_are_not_taken_for_this_ones(bench: Bench) -> None:
    bench.network.channels = {CHAT: "drugoi"}
    bench.network.say("Не вывозят мусор")
    assert (await bench.unread()).fault is Fault.PERSON


@pytest.mark.parametrize("has_markers", [True, False])
async def test_a_lost_answer_is_found_under_however_many_newer_comments(
    bench: Bench, has_markers: bool
) -> None:
    bench.network.has_markers = has_markers
    published = await bench.published(POST)
    for number in range(220):
        bench.network.say(f"Спасибо {number}")
    assert await bench.own(POST) == published


async def test_an_answer_to_a_comment_is_published_found_and_checked(bench: Bench) -> None:
    bench.network.say("Не вывозят мусор")
    (found,) = (await bench.part()).found
    assert await bench.own(found.url) is None
    published = await bench.published(found.url)
    stored = bench.network.comments["mid.post1"][1]
    assert stored["link"]["message"]["mid"] == "mid.c1"
    assert published.url == f"{POST}?post=mid.post1&comment=mid.c2"
    assert await bench.own(found.url) == published
    assert await bench.seen(published.url) is Stands.STANDS
    stored["body"]["text"] = "Мусор не вывезли"
    assert await bench.seen(published.url) is Stands.EDITED
    bench.network.comments["mid.post1"].pop()
    assert await bench.seen(published.url) is Stands.DELETED


async def test_a_link_copied_by_hand_is_known_among_the_newest_posts(bench: Bench) -> None:
    published = await bench.published(POST)
    assert "link" not in bench.network.asked[-1].json()
    assert published.url.startswith(f"{POST}?post=mid.post1&comment=")
    assert await bench.seen(POST) is Stands.STANDS
    seen = await bench.adapter.verify(POST, "Другое", bench.key)
    assert (seen.state, seen.text) == (Stands.UNKNOWN, None)
    assert (await bench.refused(bench.answer("https://max.ru/ivanovo/post9"))).fault is Fault.PERSON


async def test_not_found_of_what_the_bot_may_not_see_is_no_deletion(bench: Bench) -> None:
    published = await bench.published(POST)
    bench.network.hidden = True
    seen = await bench.adapter.verify(published.url, TEXT, bench.key)
    assert seen.state is Stands.UNKNOWN and (seen.why or "").startswith("Не удалось проверить")
    bench.network.hidden = False
    bench.network.comments["mid.post1"].clear()
    assert await bench.seen(published.url) is Stands.DELETED


async def test_the_same_words_to_somebody_else_are_not_taken_for_ours(bench: Bench) -> None:
    for text in ("Не вывозят мусор", "И у нас"):
        bench.network.say(text)
    one, other = (f"{POST}?post=mid.post1&comment=mid.c{number}" for number in (1, 2))
    published = await bench.published(one)
    assert await bench.own(other) is None
    assert await bench.own(POST) is None
    assert await bench.own(one) == published


@pytest.mark.parametrize(
    ("said", "fault", "after"),
    [
        (refusal(401, "verify.token"), Fault.PERSON, None),
        (refusal(404, "not.found"), Fault.GONE, None),
        (Said.of_json({"success": False, "code": "x", "message": "no"}), Fault.PERSON, None),
        (Said.of_json({}, 429, Retry_After="9"), Fault.LATER, timedelta(seconds=9)),
        (refusal(500), Fault.UNKNOWN, None),
        (Said(200, b"?"), Fault.UNKNOWN, None),
        (None, Fault.UNKNOWN, None),
    ],
)
async def test_every_refusal_says_what_to_do(
    bench: Bench, said: Said | None, fault: Fault, after: timedelta | None
) -> None:
    bench.network.refuse_next(said)
    error = await bench.refused(bench.answer(f"{POST}?post=mid.post1"))
    assert error.fault is fault
    assert after is None or error.after == after
    assert error.advice
    assert TOKEN not in error.advice + str(error)


@pytest.mark.parametrize("said", [refusal(500), Said(200, b"?"), None])
async def test_what_cannot_be_read_is_read_later(bench: Bench, said: Said | None) -> None:
    bench.network.refuse_next(said)
    bench.network.refuse_next(said)
    assert (await bench.unread()).fault is Fault.LATER
    assert (
        await bench.adapter.verify(f"{POST}?post=mid.post1&comment=mid.c1", TEXT, bench.key)
    ).state is Stands.UNKNOWN


@pytest.mark.parametrize("credentials", [{}, {"token": TOKEN}, {"token": TOKEN, "chat_id": "ivanovo"}])
async def test_without_a_whole_key_a_person_is_asked(bench: Bench, credentials: dict[str, str]) -> None:
    with pytest.raises(NetworkRefusalError) as refusal:
        where = Where(SourceKind.CHANNEL, bench.network.page, None, {})
        await bench.adapter.read(where, replace(bench.key, credentials=credentials))
    assert refusal.value.fault is Fault.PERSON
