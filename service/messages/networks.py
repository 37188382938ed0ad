"""The networks of clause 3 that every installation starts with, and those it has."""

from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, field_validator, model_validator

from calendar_rules.data_file import DataFileError, Frozen, Text, read, refuse_doubles
from calendar_rules.vocabulary import Network
from service.messages.posts import KnownNetwork, KnownNetworks
from service.messages.posts.link import site_host
from store.commands.before import NetworkRules
from store.database.session import Session
from store.database.tables import SettingRow
from store.directory import rows as directory_rows
from store.messages.tables import NetworkRow

FILE = Path(__file__).with_name("networks.toml")


class NetworkEntry(Frozen):
    """A network of clause 3. `max_length` is in characters; `length_source` says where it comes from."""

    key: Network
    title: Text
    publication: Literal["api", "manual"]
    hosts: tuple[str, ...]
    max_length: int = Field(gt=0)
    length_source: Text

    @field_validator("hosts")
    @classmethod
    def _can_be_hosts(cls, hosts: tuple[str, ...]) -> tuple[str, ...]:
        for host in hosts:
            site_host(host)
        refuse_doubles("hosts", hosts)
        return hosts


class GivenNetworks(Frozen):
    """What a new installation gets.

    `appeal_notice` is what an executor writes to an author who wants a formal answer (cl. 1).
    """

    appeal_notice: Text
    networks: tuple[NetworkEntry, ...]

    @model_validator(mode="after")
    def _every_network_is_there_once(self) -> Self:
        refuse_doubles("networks", [network.key for network in self.networks])
        if missing := set(Network) - {network.key for network in self.networks}:
            raise ValueError(f"не указаны сети: {', '.join(sorted(missing))}")
        return self

    @property
    def known(self) -> KnownNetworks:
        """The same, as they judge links."""
        return _known({network.key.value: network for network in self.networks})


@cache
def given() -> GivenNetworks:
    """The content of `networks.toml`. Raises DataFileError with a line for each thing that is wrong."""
    return read(FILE, GivenNetworks, DataFileError)


async def known(session: Session) -> KnownNetworks:
    """The networks of this installation, as they judge links."""
    return _known(await directory_rows.networks(session))


@lru_cache(maxsize=8)
def judging(rules: tuple[NetworkRules, ...]) -> KnownNetworks:
    """Networks of these rules, as they judge links."""
    return _known({network.key: network for network in rules})


def _known(
    rules: Mapping[str, NetworkEntry] | Mapping[str, NetworkRow] | Mapping[str, NetworkRules],
) -> KnownNetworks:
    of_each = ((network, rules[network]) for network in Network if network in rules)
    return KnownNetworks(tuple(KnownNetwork(network, it.title, tuple(it.hosts)) for network, it in of_each))


async def fill(session: Session) -> None:
    """Write what an installation starts with and lacks: networks with their rules, and the notice on appeals.

    What it has changed stays as it is, but for hosts: a later version may know another one.
    """
    there = await directory_rows.networks(session)
    for network in given().networks:
        if network.key in there:
            there[network.key].hosts = list(network.hosts)
        else:
            session.add(NetworkRow(**network.model_dump(mode="json", exclude={"length_source"})))
    if await session.get(SettingRow, directory_rows.APPEAL_NOTICE) is None:
        session.add(SettingRow(key=directory_rows.APPEAL_NOTICE, value=given().appeal_notice))
