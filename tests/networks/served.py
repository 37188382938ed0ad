"""A server on loopback for stand-ins of networks: they are given requests as read, and answer, refuse or hang up."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Awaitable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.policy import HTTP
from typing import Any, NamedTuple, Protocol
from urllib.parse import parse_qsl, urlsplit


class Part(NamedTuple):
    """A part of a form; `file` is the name of a file, None of a field."""

    file: str | None
    type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Asked:
    """A request; `headers` by their names in lower case, `target` is the path with its query as it came."""

    method: str
    target: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)

    def form(self) -> dict[str, str]:
        """The fields of a body that is a form."""
        return dict(parse_qsl(self.body.decode(), keep_blank_values=True))

    def parts(self) -> dict[str, Part]:
        """The parts of a body that is a form with files, by name."""
        kind = f"Content-Type: {self.headers['content-type']}\r\n\r\n".encode()
        return {
            str(part.get_param("name", header="content-disposition")): Part(
                part.get_filename(), part.get_content_type(), bytes(part.get_payload(decode=True))
            )
            for part in message_from_bytes(kind + self.body, policy=HTTP).iter_parts()
        }


@dataclass(frozen=True, slots=True)
class Said:
    """An answer."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of_json(cls, content: object, status: int = 200, **headers: str) -> "Said":
        return cls(
            status,
            json.dumps(content, ensure_ascii=False).encode(),
            {
                "Content-Type": "application/json",
                **{name.replace("_", "-"): it for name, it in headers.items()},
            },
        )


class StandIn(Protocol):
    """Answers a request, perhaps after a while; None hangs up without a word."""

    def answer(self, asked: Asked) -> Said | Awaitable[Said | None] | None: ...


@asynccontextmanager
async def served(stand_in: StandIn) -> AsyncIterator[str]:
    """Serve a stand-in; gives its address. What a stand-in finds amiss by its assertions fails whoever has asked it."""
    amiss: list[AssertionError] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            said = stand_in.answer(await _read(reader))
            if isinstance(said, Awaitable):
                said = await said
            if said is not None:
                headers = {"Content-Length": str(len(said.body)), "Connection": "close", **said.headers}
                lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
                writer.write(f"HTTP/1.1 {said.status} .\r\n{lines}\r\n".encode() + said.body)
                await writer.drain()
        writer.close()

    async def noted(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await serve(reader, writer)
        except AssertionError as error:
            amiss.append(error)
            writer.close()

    server = await asyncio.start_server(noted, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
    for error in amiss:
        raise error


async def _read(reader: asyncio.StreamReader) -> Asked:
    method, target, _ = (await reader.readline()).decode().split(" ", 2)
    headers: dict[str, str] = {}
    while line := (await reader.readline()).strip():
        name, _, value = line.decode().partition(":")
        headers[name.lower()] = value.strip()
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    parts = urlsplit(target)
    return Asked(
        method, target, parts.path, dict(parse_qsl(parts.query, keep_blank_values=True)), headers, body
    )
