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
from tests.networks.served import Said

NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)


class Network(Protocol):
    """A stand-in with one account."""

    def refuse_next(self, said: Said | None) -> None: ...
    @property
    def page(self) -> str: ...
    @property
    def credentials(self) -> Mapping[str, str]: ...


N = TypeVar("N", bound=Network)


@dataclass(kw_only=True)
class Bench(ABC, Generic[N]):
    """What the tests of adapters do alike; those of `tests/networks/benches.py` say what people do in their network.

    Links name what is there: `post` writes one of the account's page, `comment` one under it, or `to` another, of a
    person or of our `own`; `answers` are links and texts of what the adapter has published.
    """

    kind: ClassVar[SourceKind] = SourceKind.COMMUNITY
    text: ClassVar[str]
    """Of answers that say nothing else."""
    author: ClassVar[tuple[str, str | None]]
    """Name and link of the person who comments."""
    network: N
    now: datetime = NOW
    cursor: dict[str, Any] = field(default_factory=dict)
    parts: int = 0

    @property
    @abstractmethod
    def adapter(self) -> Adapter: ...

    @abstractmethod
    def post(self) -> str: ...

    @abstractmethod
    def comment(
        self, post: str, text: str, to: str = "", at: datetime | None = None, own: bool = False
    ) -> str: ...

    def at(self, url: str) -> Any:
        """What stands there, as the stand-in has it."""
        raise NotImplementedError

    def edit(self, url: str) -> None:
        self.at(url).text = "Решайте сами"

    def delete(self, url: str) -> None:
        self.at(url).deleted = True

    def close(self, post: str, closed: bool = True) -> None:
        """What is under a post is shown to nobody, or is again."""
        raise NotImplementedError

    def answers(self) -> list[tuple[str, str]]:
        raise NotImplementedError

    @property
    def key(self) -> Key:
        return Key("account-1", self.network.page, self.network.credentials)

    def where(self, address: str | None = None, query: str | None = None) -> Where:
        return Where(self.kind, address or self.network.page, query, self.cursor)

    async def part(self, address: str | None = None, query: str | None = None) -> Reading:
        """A part of a look; the cursor is what the database gives back of it."""
        reading = await self.adapter.read(self.where(address, query), self.key)
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

    async def unread(self, address: str | None = None, key: Key | None = None) -> NetworkRefusalError:
        with pytest.raises(NetworkRefusalError) as refusal:
            await (self.part(address) if key is None else self.adapter.read(self.where(address), key))
        return refusal.value

    async def refused(self, to: Answer, key: Key | None = None) -> NetworkRefusalError:
        with pytest.raises(NetworkRefusalError) as refusal:
            await self.adapter.publish(to, key or self.key)
        return refusal.value

    def ago(self, **since: int) -> datetime:
        return self.now - timedelta(**since)


def texts(found: list[Found]) -> list[str]:
    return [it.text for it in found]
