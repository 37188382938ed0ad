"""Одноклассники: what only this network does; answers are put by hand."""

from dataclasses import replace

import pytest

from service.messages.posts import key_of
from service.networks.platforms.odnoklassniki.adapter import OdnoklassnikiAdapter
from service.networks.platforms.odnoklassniki.client import signature
from service.networks.platforms.odnoklassniki.place import place_of
from service.networks.platforms.port import Ability, Fault, Stands
from tests.networks.bench import texts
from tests.networks.benches import OfOdnoklassniki, bench_of
from tests.networks.served import Said

bench = bench_of("odnoklassniki")


def test_a_call_is_signed_as_the_network_computes_it() -> None:
    given = {"method": "users.getCurrentUser", "application_key": "K", "format": "json"}
    assert signature(given, "token", "secret") == "7d4f9f95ada29380a7f6839e338430fe"


# ---- reading


async def test_what_the_bodys_own_people_answer_is_nothing_new(bench: OfOdnoklassniki) -> None:
    topic = bench.network.write_topic("О лифтах")
    bench.network.write_comment(topic, "И от человека", bench.network.user, at=bench.ago(hours=1))
    assert await bench.look() == []


async def test_a_long_look_goes_on_in_parts(bench: OfOdnoklassniki) -> None:
    for number in range(3):
        topic = bench.network.write_topic(f"Тема {number}")
        for second in range(100):
            bench.network.write_comment(topic, f"Комментарий {second}", at=bench.ago(seconds=second))
    found = await bench.look()
    assert len(found) == len({it.url for it in found}) == 300
    assert bench.parts > 1


async def test_where_activity_is_not_shown_each_discussion_has_its_turn(bench: OfOdnoklassniki) -> None:
    bench.network.counts = False
    topics = [bench.network.write_topic(f"Тема {number}") for number in range(4)]
    assert await bench.look() == []
    for topic in topics:
        bench.network.write_comment(topic, "Новое", at=bench.now)
    found = [it for _ in range(8) for it in await bench.look()]
    assert texts(found) == ["Новое"] * 4


@pytest.mark.parametrize(
    "address", ["https://ok.ru/ivanovo", "https://vk.com/club1", "https://ok.ru/profile/1"]
)
async def test_a_source_that_is_no_group_is_refused(bench: OfOdnoklassniki, address: str) -> None:
    assert (await bench.unread(address)).fault is Fault.DATA


def test_links_name_the_kind_of_a_discussion() -> None:
    for url, kind in [
        ("https://ok.ru/group/5/topic/7", "GROUP_TOPIC"),
        ("https://ok.ru/profile/5/statuses/7", "USER_STATUS"),
        ("https://ok.ru/topic/7", "GROUP_TOPIC"),
    ]:
        place = place_of(f"{url}?commentId=MTc2")
        assert place and (place.kind, place.number, place.comment) == (kind, "7", "MTc2")
        assert key_of(place.url) == key_of(f"{url}?commentId=MTc2") == "ok.ru/topic/7?comment=MTc2"
    assert place_of("https://ok.ru/video/7") is None


# ---- answers


def test_answers_are_put_by_hand() -> None:
    assert OdnoklassnikiAdapter.traits.abilities == {Ability.READ, Ability.VERIFY}


async def test_what_is_listed_as_deleted_is_and_so_is_what_stood_under_what_is(
    bench: OfOdnoklassniki,
) -> None:
    topic = bench.network.write_topic("Тема")
    there = bench.network.write_comment(topic, bench.text, author=bench.network.group)
    url = bench.network.link(there)
    there.deleted = bench.network.lists_deleted = True
    assert await bench.seen(url) is Stands.DELETED
    topic.deleted = True
    assert await bench.seen(url) is Stands.DELETED
    assert await bench.seen(bench.network.link(topic)) is Stands.UNKNOWN


async def test_the_network_refuses_what_it_would(bench: OfOdnoklassniki) -> None:
    other = {**bench.network.credentials, "application_secret_key": "other"}
    assert (await bench.unread(key=replace(bench.key, credentials=other))).code == "104"
    bench.network.refuse_next(Said(404))
    assert (await bench.unread()).fault is Fault.PERSON
