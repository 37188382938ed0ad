"""Gets a public page or feed: bounded in time and size, and never from a server of the inner network."""

import asyncio
import socket
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from ipaddress import ip_address
from typing import Final

import httpx2

from service.networks.platforms.exchange import asked_to_wait, authorities
from service.networks.platforms.port import Fault, NetworkRefusalError
from service.notices.channel_addresses import Allowed
from settings import Settings

AGENT = "Otklik"
"""What robots.txt knows the program by."""
LARGEST = 2 * 1024 * 1024
"""Bytes of a body, unpacked; of a larger one nothing is taken."""
_WITHIN = 20.0  # seconds, for all of it
_TIMEOUT = httpx2.Timeout(10.0, connect=5.0)
_MOST_HOPS = 5
_FOR_GOOD = frozenset({HTTPStatus.MOVED_PERMANENTLY, HTTPStatus.PERMANENT_REDIRECT})


@dataclass(frozen=True, slots=True)
class Fetched:
    """An answer. `url`: where it came from in the end; `moved`: where the address has moved for good, if it has."""

    status: int
    url: str
    headers: httpx2.Headers
    content: bytes
    moved: str | None


class Fetcher:
    """Asks by GET only, and keeps no cookies."""

    def __init__(self, settings: Settings) -> None:
        """Inner servers are those of `OTKLIK_SOURCE_HOSTS` alone; in demonstration and training the machine itself."""
        self._allowed = Allowed(
            frozenset(),
            frozenset(host.lower() for host in settings.source_hosts),
            settings.demo or settings.training,
        )
        self._agent = f"{AGENT}/1.0 (+{settings.public_url})"

    async def get(self, url: str, headers: dict[str, str] | None = None, largest: int = LARGEST) -> Fetched:
        """What an address answers, whatever its status, after at most five redirections.

        Raises NetworkRefusalError where there is no answer, or one that is too large.
        """
        try:
            async with (
                asyncio.timeout(_WITHIN),
                httpx2.AsyncClient(
                    timeout=_TIMEOUT,
                    follow_redirects=False,
                    transport=_Outside(self._allowed),
                    headers={"User-Agent": self._agent, "Accept-Encoding": "gzip"},
                ) as client,
            ):
                return await _followed(client, url, headers or {}, largest)
        except (TimeoutError, httpx2.TimeoutException):
            raise NetworkRefusalError(
                Fault.LATER, "Сайт не ответил вовремя. Будет опрошен ещё раз.", code="timeout"
            ) from None
        except (httpx2.InvalidURL, httpx2.UnsupportedProtocol, UnicodeError):
            raise NetworkRefusalError(
                Fault.DATA, "Адрес записан неверно: нужна ссылка вида https://…", code="address"
            ) from None
        except httpx2.HTTPError as error:
            raise NetworkRefusalError(
                Fault.LATER,
                "Сайт не отвечает или прервал связь. Будет опрошен ещё раз.",
                code=type(error).__name__,
            ) from None


async def _followed(client: httpx2.AsyncClient, url: str, headers: dict[str, str], largest: int) -> Fetched:
    address, moved, for_good = url, None, True
    for _ in range(_MOST_HOPS + 1):
        request = client.build_request("GET", address, headers=headers)
        response = await client.send(request, stream=True)
        try:
            if response.next_request is None:
                content = await _body(response, largest)
                return Fetched(response.status_code, address, response.headers, content, moved)
            address = str(response.next_request.url)
            for_good = for_good and response.status_code in _FOR_GOOD
            moved = address if for_good else moved
        finally:
            await response.aclose()
    raise NetworkRefusalError(
        Fault.DATA, "Адрес переадресует слишком много раз. Укажите конечный адрес.", code="redirects"
    )


async def _body(response: httpx2.Response, largest: int) -> bytes:
    encoding = response.headers.get("content-encoding", "identity").strip().lower()
    if encoding not in ("identity", "gzip", "x-gzip", ""):
        raise NetworkRefusalError(
            Fault.DATA,
            "Сайт отвечает в неизвестном сжатии. Регистрируйте сообщения с него вручную.",
            code=encoding,
        )
    # By hand: a client's own decoder unpacks a whole piece at once, however much is in it.
    unpacking = zlib.decompressobj(zlib.MAX_WBITS | 16) if "gzip" in encoding else None
    content = bytearray()
    try:
        async for piece in response.aiter_raw():
            content += unpacking.decompress(piece, largest + 1 - len(content)) if unpacking else piece
            if len(content) > largest:
                raise NetworkRefusalError(
                    Fault.DATA,
                    f"Страница больше {largest // 1024} КБ и не читается. Укажите страницу или ленту поменьше.",
                    code="size",
                )
    except zlib.error:
        raise NetworkRefusalError(
            Fault.LATER, "Ответ сайта повреждён. Будет опрошен ещё раз.", code="gzip"
        ) from None
    return bytes(content)


class _Outside(httpx2.AsyncBaseTransport):
    """Looks up each name itself, refuses inner addresses, and connects to the very address it has judged.

    A name that leads elsewhere by the time of connecting is so of no use to anybody.
    """

    def __init__(self, allowed: Allowed) -> None:
        self._allowed = allowed
        # No connection is used again: another name of the same address has another certificate.
        self._inner = httpx2.AsyncHTTPTransport(
            verify=authorities(), limits=httpx2.Limits(max_keepalive_connections=0)
        )

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        host = request.url.host
        if request.url.scheme not in ("http", "https") or not host:
            raise httpx2.UnsupportedProtocol("not a web address")
        last: httpx2.ConnectError | None = None
        for address in await self._judged(host):
            # Another request, since the answer's address is joined to that of the one that was made.
            there = httpx2.Request(
                request.method,
                request.url.copy_with(host=address),
                headers=request.headers,
                stream=request.stream,
                extensions={**request.extensions, "sni_hostname": host},
            )
            try:
                return await self._inner.handle_async_request(there)
            except httpx2.ConnectError as error:
                last = error
        raise last or httpx2.ConnectError("no address")

    async def aclose(self) -> None:
        await self._inner.aclose()

    async def _judged(self, host: str) -> list[str]:
        try:
            found = await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_STREAM)
        except OSError:
            raise httpx2.ConnectError("no such name") from None
        addresses = [str(address[0]) for *_, address in found]
        for address in addresses:
            if not self._allowed.may_reach(host, ip_address(address.partition("%")[0])):
                raise NetworkRefusalError(
                    Fault.DATA,
                    f"Сервер {host} внутренний. Если источники могут вести на него, администратор называет его в "
                    "настройке OTKLIK_SOURCE_HOSTS.",
                    code="inner",
                )
        return addresses


_NOT_SHOWN: Final = "Сайт не показывает страницу программе ({}). Смотрите её сами или уберите источник."
_OFTEN: Final = "Сайт просит обращаться реже."
_REFUSALS: Final[Mapping[int, tuple[Fault, str]]] = {
    HTTPStatus.GONE: (Fault.GONE, "Сайт сообщает, что этого адреса больше нет (410). Уберите источник."),
    HTTPStatus.NOT_FOUND: (Fault.PERSON, "По этому адресу ничего нет (404). Проверьте адрес источника."),
    HTTPStatus.UNAUTHORIZED: (Fault.PERSON, _NOT_SHOWN),
    HTTPStatus.FORBIDDEN: (Fault.PERSON, _NOT_SHOWN),
    HTTPStatus.UNAVAILABLE_FOR_LEGAL_REASONS: (Fault.PERSON, _NOT_SHOWN),
    HTTPStatus.TOO_MANY_REQUESTS: (Fault.LATER, _OFTEN),
    HTTPStatus.REQUEST_TIMEOUT: (Fault.LATER, _OFTEN),
    HTTPStatus.TOO_EARLY: (Fault.LATER, _OFTEN),
}
_FAILED: Final = (Fault.LATER, "Сайт сообщил об ошибке ({}). Будет опрошен ещё раз.")
_NOT_TAKEN: Final = (Fault.DATA, "Сайт не принял запрос ({}). Проверьте адрес.")


def refuse_status(fetched: Fetched) -> None:
    """Raises NetworkRefusalError for a status that is not of success; 304 is one."""
    status = fetched.status
    if status == HTTPStatus.NOT_MODIFIED or httpx2.codes.is_success(status):
        return
    other = _FAILED if status >= HTTPStatus.INTERNAL_SERVER_ERROR else _NOT_TAKEN
    fault, advice = _REFUSALS.get(status, other)
    after = asked_to_wait(fetched.headers) if fault is Fault.LATER else None
    raise NetworkRefusalError(fault, advice.format(status), code=str(status), after=after)
