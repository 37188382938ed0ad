"""The networks that every installation starts with, and what an installation makes of them."""

from collections.abc import Callable
from pathlib import Path

import pytest

from calendar_rules.data_file import read
from calendar_rules.vocabulary import Network
from embedded.prepare import prepare
from service.messages import networks
from service.messages.networks import FILE, GivenNetworks, given
from store.database.engines import Database
from store.directory.file import DirectoryError
from store.messages.tables import NetworkRow
from tests.store.directory.test_setup import settings_of


def test_every_network_of_clause_3_is_there_and_titled_as_people_read_it() -> None:
    titles = {network.key: network.title for network in given().networks}
    assert [*titles] == list(Network)
    assert titles[Network.VKONTAKTE] == "ВКонтакте"


def test_the_appeal_notice_names_no_term() -> None:
    notice = given().appeal_notice
    assert "Госуслуг" in notice
    assert not any(character.isdigit() for character in notice)
    assert "дней" not in notice


@pytest.mark.parametrize(
    ("is_", "becomes", "said"),
    [
        ('key = "forum"', 'key = "blog"', "ключ blog стоит дважды"),
        ('"vk.com", ', '"vк.com", ', "смешаны буквы разных алфавитов"),
        ("max_length = 2000", "max_length = 0", "networks.1.max_length: должно быть больше нуля"),
        ("hosts = []", 'hosts = ["a.ru", "a.ru"]', "ключ a.ru стоит дважды"),
    ],
)
def test_what_is_wrong_in_the_file_is_said(tmp_path: Path, is_: str, becomes: str, said: str) -> None:
    file = tmp_path / "networks.toml"
    text = FILE.read_text(encoding="utf-8")
    assert is_ in text
    file.write_text(text.replace(is_, becomes), encoding="utf-8")
    with pytest.raises(DirectoryError, match=said):
        read(file, GivenNetworks, DirectoryError)


async def test_an_installation_keeps_its_limits_and_gets_new_hosts(
    new_url: Callable[[], str], tmp_path: Path
) -> None:
    url = new_url()
    await prepare(settings_of(url, tmp_path))
    database = Database(url)
    async with database.write() as session:
        rules = await session.get_one(NetworkRow, Network.MICROBLOG)
        rules.hosts, rules.max_length = ["t.me"], 100
    await prepare(settings_of(url, tmp_path))
    async with database.read() as session:
        rules = await session.get_one(NetworkRow, Network.MICROBLOG)
        known = await networks.known(session)
    await database.dispose()
    assert rules.max_length == 100
    assert known.network_of("https://max.ru/kineshma/1") is Network.MICROBLOG
