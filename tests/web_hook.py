"""A web address on loopback that channels lead to: it answers as it is told, and keeps what it was given."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from tests.networks.served import Asked, Said, served

SILENT = 0
"""In place of a status: the connection ends without an answer."""


@dataclass
class WebHook:
    """`answers` are statuses given in their order; after them everything is taken. `asked` are paths with methods."""

    base: str = ""
    answers: list[int] = field(default_factory=list)
    body: bytes = b"{}"
    taken: list[Any] = field(default_factory=list)
    headers: list[Mapping[str, str]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    @property
    def port(self) -> str:
        return self.base.rpartition(":")[2]

    def answer(self, asked: Asked) -> Said | None:
        status = self.answers.pop(0) if self.answers else 200
        self.asked.append(f"{asked.method} {asked.target}")
        if status in (SILENT, 200):
            is_json = "json" in asked.headers.get("content-type", "")
            self.taken.append(asked.json() if is_json else asked.body.decode())
            self.headers.append(asked.headers)
        if status == SILENT:
            return None
        return Said(
            status, self.body, {"Location": "http://127.0.0.1:1/", "Content-Type": "application/json"}
        )


@asynccontextmanager
async def web_hook() -> AsyncIterator[WebHook]:
    """One that takes everything until it is told otherwise."""
    hook = WebHook()
    async with served(hook) as hook.base:
        yield hook
