"""The networks of clause 3 that every installation starts with, and those it has."""

from functools import cache
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, field_validator, model_validator
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from calendar_rules.data_file import DataFileError, Frozen, Text, read, refuse_doubles
from calendar_rules.vocabulary import Network
from store.messages.posts import KnownNetwork, KnownNetworks
from store.messages.posts.link import site_host
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
        return KnownNetworks(
            tuple(KnownNetwork(network.key, network.title, network.hosts) for network in self.networks)
        )


@cache
def given() -> GivenNetworks:
    """The content of `networks.toml`. Raises DataFileError with a line for each thing that is wrong."""
    return read(FILE, GivenNetworks, DataFileError)


async def known(session: AsyncSession) -> KnownNetworks:
    """The networks of this installation, as they judge links."""
    rows = {row.key: row for row in await session.exec(select(NetworkRow))}
    return KnownNetworks(
        tuple(
            KnownNetwork(network, rows[network].title, tuple(rows[network].hosts))
            for network in Network
            if network in rows
        )
    )
