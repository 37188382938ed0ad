"""MAX by its bot API: comments under a channel's posts, answers to them, and whether these stand."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from service.networks.platforms.max.adapter import MaxAdapter
from service.networks.platforms.port import Answer, Fault, Key, NetworkRefusalError, SourceKind, Stands, Where
from settings import Settings
from tests.networks.max.stand_in import CHAT, NOW, TOKEN, MaxStandIn, refusal
from tests.networks.served import Said, served

OWN = Key("1", "https://max.ru/ivanovo", {"token": TOKEN, "chat_id": CHAT})
WHERE = Where(SourceKind.CHANNEL, "https://max.ru/ivanovo", None, {})
POST = "https://max.ru/ivanovo/post1"
TEXT = "Здравствуйте! Мусор вывезли."


@pytest.fixture
def network() -> MaxStandIn:
    return MaxStandIn()


@pytest.fixture
async def adapter(network: MaxStandIn, tmp_path: Path) -> AsyncIterator[MaxAdapter]:
    async with served(network) as base:
        moment = datetime.fromtimestamp(NOW / 1000, UTC) + timedelta(hours=1)
        yield MaxAdapter(Settings.load(data=tmp_path, max_url=base), lambda: moment)


def answer(url: str, text: str = TEXT) -> Answer:
    return Answer(url, text, "ответ-1", datetime.fromtimestamp(NOW / 1000, UTC))


async def test_comments_of_people_are_read_once(network: MaxStandIn, adapter: MaxAdapter) -> None:
    first = network.say("Не вывозят мусор")
    network.say("Ответ органа", bot=True)
    network.say("От имени канала", sender=None)
    reading = await adapter.read(WHERE, OWN)
    (found,) = reading.found
    assert found.url == f"{POST}?post=mid.post1&comment={first['body']['mid']}"
    assert (found.author, found.text, found.parent_url) == ("Анна С.", "Не вывозят мусор", POST)
    again = await adapter.read(replace(WHERE, cursor=reading.cursor), OWN)
    assert again.found == []
    answered = network.comments["mid.post1"][1]["body"]
    network.say("Спасибо", link={"type": "reply", "message": answered})
    (reply,) = (await adapter.read(replace(WHERE, cursor=again.cursor), OWN)).found
    assert reply.parent_url == f"{POST}?post=mid.post1&comment=mid.c2"


@pytest.mark.parametrize("has_markers", [True, False])
async def test_comments_are_read_to_the_last_however_many_there_are(
    network: MaxStandIn, adapter: MaxAdapter, has_markers: bool
) -> None:
    network.has_markers = has_markers
    said = [network.say(f"Мусор {number}") for number in range(250)]
    reading = await adapter.read(WHERE, OWN)
    assert [it.text for it in reading.found] == [it["body"]["text"] for it in said]
    assert (await adapter.read(replace(WHERE, cursor=reading.cursor), OWN)).found == []


async def test_a_first_look_goes_a_week_back(network: MaxStandIn, adapter: MaxAdapter) -> None:
    network.say("Давно", timestamp=NOW - 8 * 24 * 3_600_000)
    network.say("Недавно")
    assert [it.text for it in (await adapter.read(WHERE, OWN)).found] == ["Недавно"]


async def test_comments_of_another_channel_are_not_taken_for_this_ones(
    network: MaxStandIn, adapter: MaxAdapter
) -> None:
    network.channels = {CHAT: "drugoi"}
    network.say("Не вывозят мусор")
    with pytest.raises(NetworkRefusalError) as refusal:
        await adapter.read(WHERE, OWN)
    assert refusal.value.fault is Fault.PERSON


@pytest.mark.parametrize("has_markers", [True, False])
async def test_a_lost_answer_is_found_under_however_many_newer_comments(
    network: MaxStandIn, adapter: MaxAdapter, has_markers: bool
) -> None:
    network.has_markers = has_markers
    published = await adapter.publish(answer(POST), OWN)
    for number in range(220):
        network.say(f"Спасибо {number}")
    assert await adapter.find_own(answer(POST), OWN) == published


async def test_an_answer_to_a_comment_is_published_found_and_checked(
    network: MaxStandIn, adapter: MaxAdapter
) -> None:
    network.say("Не вывозят мусор")
    (found,) = (await adapter.read(WHERE, OWN)).found
    assert await adapter.find_own(answer(found.url), OWN) is None
    published = await adapter.publish(answer(found.url), OWN)
    stored = network.comments["mid.post1"][1]
    assert stored["link"]["message"]["mid"] == "mid.c1"
    assert published.url == f"{POST}?post=mid.post1&comment=mid.c2"
    assert await adapter.find_own(answer(found.url), OWN) == published
    assert (await adapter.verify(published.url, TEXT, OWN)).state is Stands.STANDS
    stored["body"]["text"] = "Мусор не вывезли"
    assert (await adapter.verify(published.url, TEXT, OWN)).state is Stands.EDITED
    network.comments["mid.post1"].pop()
    assert (await adapter.verify(published.url, TEXT, OWN)).state is Stands.DELETED


async def test_a_link_copied_by_hand_is_known_among_the_newest_posts(
    network: MaxStandIn, adapter: MaxAdapter
) -> None:
    published = await adapter.publish(answer(POST), OWN)
    assert "link" not in network.asked[-1].json()
    assert published.url.startswith(f"{POST}?post=mid.post1&comment=")
    assert (await adapter.verify(POST, TEXT, OWN)).state is Stands.STANDS
    seen = await adapter.verify(POST, "Другое", OWN)
    assert (seen.state, seen.text) == (Stands.UNKNOWN, None)
    with pytest.raises(NetworkRefusalError) as refusal:
        await adapter.publish(answer("https://max.ru/ivanovo/post9"), OWN)
    assert refusal.value.fault is Fault.PERSON


async def test_not_found_of_what_the_bot_may_not_see_is_no_deletion(
    network: MaxStandIn, adapter: MaxAdapter
) -> None:
    published = await adapter.publish(answer(POST), OWN)
    network.hidden = True
    seen = await adapter.verify(published.url, TEXT, OWN)
    assert seen.state is Stands.UNKNOWN and (seen.why or "").startswith("Не удалось проверить")
    network.hidden = False
    network.comments["mid.post1"].clear()
    assert (await adapter.verify(published.url, TEXT, OWN)).state is Stands.DELETED


async def test_the_same_words_to_somebody_else_are_not_taken_for_ours(
    network: MaxStandIn, adapter: MaxAdapter
) -> None:
    for text in ("Не вывозят мусор", "И у нас"):
        network.say(text)
    one, other = (f"{POST}?post=mid.post1&comment=mid.c{number}" for number in (1, 2))
    published = await adapter.publish(answer(one), OWN)
    assert await adapter.find_own(answer(other), OWN) is None
    assert await adapter.find_own(answer(POST), OWN) is None
    assert await adapter.find_own(answer(one), OWN) == published


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
    network: MaxStandIn, adapter: MaxAdapter, said: Said | None, fault: Fault, after: timedelta | None
) -> None:
    network.next = [said]
    with pytest.raises(NetworkRefusalError) as refusal:
        await adapter.publish(answer(f"{POST}?post=mid.post1"), OWN)
    assert refusal.value.fault is fault
    if after is not None:
        assert refusal.value.after == after
    assert refusal.value.advice
    assert TOKEN not in refusal.value.advice + str(refusal.value)


@pytest.mark.parametrize("said", [refusal(500), Said(200, b"?"), None])
async def test_what_cannot_be_read_is_read_later(
    network: MaxStandIn, adapter: MaxAdapter, said: Said | None
) -> None:
    network.next = [said, said]
    with pytest.raises(NetworkRefusalError) as refusal:
        await adapter.read(WHERE, OWN)
    assert refusal.value.fault is Fault.LATER
    assert (await adapter.verify(f"{POST}?post=mid.post1&comment=mid.c1", TEXT, OWN)).state is Stands.UNKNOWN


@pytest.mark.parametrize("credentials", [{}, {"token": TOKEN}, {"token": TOKEN, "chat_id": "ivanovo"}])
async def test_without_a_whole_key_a_person_is_asked(
    adapter: MaxAdapter, credentials: dict[str, str]
) -> None:
    with pytest.raises(NetworkRefusalError) as refusal:
        await adapter.read(WHERE, replace(OWN, credentials=credentials))
    assert refusal.value.fault is Fault.PERSON
