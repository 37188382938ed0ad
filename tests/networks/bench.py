"""An adapter at work against its stand-in, with a clock of its own: looks one after another, answers, refusals."""

import json
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar, Generic, Protocol, TypeVar

import pytest

from service.networks.platforms.port import (
    Adapter,
    Answer,
    Found,
    Key,
    NetworkRefusalError,
    Published,
    Reading,
    SourceKind,
    Stands,
    Where,
)

NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)


class Network(Protocol):
    """A stand-in with one account."""

    @property
    def page(self) -> str: ...
    @property
    def credentials(self) -> Mapping[str, str]: ...


N = TypeVar("N", bound=Network)


@dataclass(kw_only=True)
class Bench(ABC, Generic[N]):
    """What the tests of adapters do alike; a test names its stand-in and makes its adapter."""

    kind: ClassVar[SourceKind] = SourceKind.COMMUNITY
    text: ClassVar[str]
    """Of answers that say nothing else."""
    network: N
    now: datetime = NOW
    cursor: dict[str, Any] = field(default_factory=dict)
    parts: int = 0

    @property
    @abstractmethod
    def adapter(self) -> Adapter: ...

    @property
    def key(self) -> Key:
        return Key("account-1", self.network.page, self.network.credentials)

    async def part(self, address: str | None = None, query: str | None = None) -> Reading:
        """A part of a look; the cursor is what the database gives back of it."""
        where = Where(self.kind, address or self.network.page, query, self.cursor)
        reading = await self.adapter.read(where, self.key)
        self.cursor = json.loads(json.dumps(reading.cursor))
        return reading

    async def look(self, address: str | None = None, query: str | None = None) -> list[Found]:
        """A whole look, two minutes after the one before."""
        self.now += timedelta(minutes=2)
        found: list[Found] = []
        more, self.parts = True, 0
        while more:
            reading = await self.part(address, query)
            found, more, self.parts = [*found, *reading.found], reading.more, self.parts + 1
        return found

    def answer(self, url: str, text: str | None = None) -> Answer:
        return Answer(url, text or self.text, "draft-1", datetime.now(UTC) - timedelta(seconds=5))

    async def published(self, url: str) -> Published:
        """By an answer to this post or comment."""
        return await self.adapter.publish(self.answer(url), self.key)

    async def own(self, url: str) -> Published | None:
        """What is found of an answer to it."""
        return await self.adapter.find_own(self.answer(url), self.key)

    async def seen(self, url: str) -> Stands:
        """How an answer stands."""
        return (await self.adapter.verify(url, self.text, self.key)).state

    async def unread(self, address: str | None = None) -> NetworkRefusalError:
        with pytest.raises(NetworkRefusalError) as refusal:
            await self.part(address)
        return refusal.value

    async def refused(self, to: Answer, key: Key | None = None) -> NetworkRefusalError:
        with pytest.raises(NetworkRefusalError) as refusal:
            await self.adapter.publish(to, key or self.key)
        return refusal.value

    def ago(self, **since: int) -> datetime:
        return self.now - timedelta(**since)


def texts(found: list[Found]) -> list[str]:
    return [it.text for it in found]
