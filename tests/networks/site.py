"""A stand-in for any public site: pages and feeds that change, move and break as it is told."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from hashlib import sha256

import pytest

from tests.networks.served import Asked, Said, served


@dataclass
class Site:
    """`pages` by path, each with its type; `moved`: path -> (status, address); `next`: answers given first."""

    pages: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    moved: dict[str, tuple[int, str]] = field(default_factory=dict)
    next: list[Said | None] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)

    def put(self, path: str, content: str, media_type: str = "text/html; charset=utf-8") -> None:
        self.pages[path] = (media_type, content.encode())

    def answer(self, asked: Asked) -> Said | None:
        self.asked.append(asked)
        if asked.method != "GET" or not asked.headers.get("user-agent", "").startswith("Otklik/"):
            return Said(405)
        if self.next and asked.path != "/robots.txt":
            return self.next.pop(0)
        if asked.path in self.moved:
            status, address = self.moved[asked.path]
            return Said(status, headers={"Location": address})
        if asked.path not in self.pages:
            return Said(404)
        media_type, content = self.pages[asked.path]
        tag = f'"{sha256(content).hexdigest()[:12]}"'
        if asked.headers.get("if-none-match") == tag:
            return Said(304, headers={"ETag": tag})
        return Said(200, content, {"Content-Type": media_type, "ETag": tag})

    @property
    def paths(self) -> list[str]:
        return [asked.path for asked in self.asked]


@pytest.fixture
def site() -> Site:
    return Site()


@pytest.fixture
async def base(site: Site) -> AsyncIterator[str]:
    """Where it is."""
    async with served(site) as base:
        yield base
