from collections import Counter
from typing import get_args

import pytest

from store.demo.data import DemoDirectory, Network, directory


@pytest.fixture(scope="module")
def book() -> DemoDirectory:
    return directory()


def test_the_sign_ins_that_others_automate_against_are_there(book: DemoDirectory) -> None:
    people = {person.key: person for person in book.people}
    assert {
        "curator",
        "curator2",
        "head",
        "deputy",
        "deputy-social",
        "deputy-policy",
        "governor",
        "admin",
    } <= set(people)
    assert set(people["deputy"].oversees) == {"roads", "housing"}
    assert set(people["deputy-social"].oversees) == {"health", "education", "social"}


def test_every_body_has_its_executor_and_its_responsible(book: DemoDirectory) -> None:
    held = {(person.key, role.role, role.body) for person in book.people for role in person.roles}
    for body in book.bodies:
        assert (f"executor-{body.key}", "executor", body.key) in held
        assert (f"responsible-{body.key}", "responsible", body.key) in held


def test_every_body_is_overseen_by_exactly_one_deputy(book: DemoDirectory) -> None:
    overseen = Counter(
        body for person in book.people if person.roles[0].role == "deputy" for body in person.oversees
    )
    assert overseen == dict.fromkeys((body.key for body in book.bodies), 1)


def test_only_deputies_oversee(book: DemoDirectory) -> None:
    assert {role.role for person in book.people if person.oversees for role in person.roles} == {"deputy"}


def test_all_municipalities_of_the_region_are_there(book: DemoDirectory) -> None:
    kinds = Counter(body.kind for body in book.bodies)
    assert kinds["municipality"] == 6 + 21
    assert {"roads", "housing", "health", "education", "social"} <= {body.key for body in book.bodies}


def test_no_two_people_share_a_name(book: DemoDirectory) -> None:
    names = Counter(person.name for person in book.people)
    assert max(names.values()) == 1


def test_accounts_are_of_their_network_and_plainly_demonstrative(book: DemoDirectory) -> None:
    networks = {network.key: network for network in book.networks}
    for body in book.bodies:
        for network, url in body.accounts.items():
            assert networks[network].accepts(url)
            assert "demo" in url


def test_the_catalogue_of_topics_has_groups_and_titles_of_its_own(book: DemoDirectory) -> None:
    assert len(book.topics) >= 60
    assert len({topic.group for topic in book.topics}) >= 14
    assert max(Counter(topic.title for topic in book.topics).values()) == 1


def test_every_network_of_clause_3_is_there(book: DemoDirectory) -> None:
    assert {network.key for network in book.networks} == set(get_args(Network))


@pytest.mark.parametrize(
    ("network", "url", "fits"),
    [
        ("vkontakte", "https://vk.com/wall-1_1", True),
        ("vkontakte", "https://m.vk.com/wall-1_1", True),
        ("vkontakte", "https://notvk.com/wall-1_1", False),
        ("vkontakte", "ftp://vk.com/wall-1_1", False),
        ("blog", "https://demo.livejournal.com/1.html", True),
        ("forum", "https://forum.example.org/t/1", True),
        ("forum", "not a link", False),
    ],
)
def test_a_link_fits_its_network_by_host(book: DemoDirectory, network: str, url: str, fits: bool) -> None:
    assert next(known for known in book.networks if known.key == network).accepts(url) is fits


def test_the_appeal_notice_names_no_term(book: DemoDirectory) -> None:
    assert not any(character.isdigit() for character in book.appeal_notice)
    assert "дней" not in book.appeal_notice
