"""Owners of the pages that links lead to, and which of several accounts that is."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from service.networks.platforms.accounts import Account, in_order
from service.networks.platforms.max.adapter import MaxAdapter
from service.networks.platforms.placing import Attached, Place, is_own, named, obstacle, same_page
from service.networks.platforms.port import Key, Platform, Traits
from service.networks.platforms.vkontakte.adapter import VkontakteAdapter
from service.networks.platforms.youtube.adapter import YouTubeAdapter


def test_a_link_names_the_page_it_is_of() -> None:
    for link, name in (
        ("https://vk.com/wall-238_1?reply=5", "-238"),
        ("https://vk.com/dorogi37?w=wall-238_1", "-238"),
        ("https://vk.ru/public238", "-238"),
        ("https://vk.com/Dorogi37", "dorogi37"),
        ("t.me/Ivanovo_chat", "ivanovo_chat"),
        ("https://telegram.me/s/ivanovo_news", "ivanovo_news"),
        ("https://t.me/c/1000000002/15", "-1001000000002"),
        ("https://max.ru/ivanovo/AbC?post=mid.1&comment=mid.2", "ivanovo"),
        ("https://max.ru/c/-7123/AbC", "-7123"),
        ("https://ok.ru/group/123/topic/5", "123"),
        ("https://ok.ru/topic/5", None),
    ):
        assert named(link) == name


def test_a_post_stands_on_a_page_by_number_and_by_name() -> None:
    for page, post, own in (
        ("https://vk.com/club238", "https://vk.com/wall-238_1", True),
        ("https://vk.com/club238", "https://vk.com/wall-9_1", False),
        # A community that goes by a name: its number is not in its link.
        ("https://vk.com/dorogi37", "https://vk.com/wall-238_1", None),
        # A channel's discussion goes by a name of its own, or by a number.
        ("https://t.me/news37", "https://t.me/chat37/5", None),
        ("https://max.ru/roads", "https://max.ru/housing/A", False),
        ("https://max.ru/roads", "https://max.ru/c/-7123/A", None),
    ):
        assert is_own(page, post) is own, post


def test_two_links_lead_to_one_page_in_whatever_spelling() -> None:
    for one, other, same in (
        ("https://vk.com/club238", "http://m.vk.ru/public238/", True),
        ("https://vk.com/club238", "https://vk.com/id238", False),
        ("https://t.me/News37", " t.me/s/news37 ", True),
        ("https://www.youtube.com/@Roads", "https://youtube.com/@roads", True),
        ("https://www.youtube.com/@roads", "https://www.youtube.com/@other", False),
        ("https://www.youtube.com/@roads", "", False),
    ):
        assert same_page(one, other) is same, other


def test_of_several_accounts_the_one_whose_page_it_is_comes_first_and_another_platforms_never() -> None:
    def account(name: str, page: str, platform: Platform = Platform.TELEGRAM) -> Account:
        return Account(name, "roads", platform, page, None, lambda: Key(name, page, {}))

    found = [
        account("max", "https://max.ru/news37", Platform.MAX),
        account("other", "https://t.me/c/9/1"),
        account("own", "https://t.me/chat37"),
    ]
    ordered = in_order(found, Platform.TELEGRAM, "https://t.me/chat37/5")
    assert [item.id for item in ordered] == ["own", "other"]


@pytest.mark.parametrize("traits", [VkontakteAdapter.traits, YouTubeAdapter.traits, MaxAdapter.traits])
def test_a_text_that_a_network_does_not_take_is_known_before_it_is_asked(traits: Traits) -> None:
    place = Place("https://vk.com/wall-238_1", "https://vk.com/club238", None, traits.max_length)
    now = datetime.now(UTC)
    assert obstacle(traits, place, now) is None
    too_long = obstacle(traits, replace(place, length=traits.max_length + 1), now)
    assert str(traits.max_length) in (too_long or "")
    assert obstacle(traits, replace(place, files=[Attached("audio/ogg", 1)]), now)
