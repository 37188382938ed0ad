"""A web address on loopback that channels lead to: it answers as it is told, and keeps what it was given."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from tests.ports import free_port

SILENT = 0
"""In place of a status: the connection ends without an answer."""


@dataclass
class WebHook:
    """`answers` are statuses given in their order; after them everything is taken. `asked` are paths with methods."""

    port: int
    answers: list[int] = field(default_factory=list)
    body: bytes = b"{}"
    taken: list[Any] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        first = (await reader.readline()).decode()
        headers = {}
        while line := (await reader.readline()).strip():
            name, _, value = line.decode().partition(":")
            headers[name.lower()] = value.strip()
        content = await reader.readexactly(int(headers.get("content-length", "0")))
        status = self.answers.pop(0) if self.answers else 200
        self.asked.append(" ".join(first.split()[:2]))
        if status in (SILENT, 200):
            is_json = "json" in headers.get("content-type", "")
            self.taken.append(json.loads(content) if is_json else content.decode())
            self.headers.append(headers)
        if status != SILENT:
            head = f"HTTP/1.1 {status} .\r\nContent-Length: {len(self.body)}\r\nLocation: http://127.0.0.1:1/\r\n"
            writer.write(
                f"{head}Content-Type: application/json\r\nConnection: close\r\n\r\n".encode() + self.body
            )
            await writer.drain()
        writer.close()


@asynccontextmanager
async def web_hook() -> AsyncIterator[WebHook]:
    """One that takes everything until it is told otherwise."""
    hook = WebHook(free_port())
    server = await asyncio.start_server(hook.serve, "127.0.0.1", hook.port)
    try:
        yield hook
    finally:
        server.close()
