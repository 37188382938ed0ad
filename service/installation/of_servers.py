"""Certificates that servers present, and when they end: PostgreSQL's is read once, and may be older than its file."""

import asyncio
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, tzinfo
from urllib.parse import parse_qs, urlsplit

from cryptography.x509 import load_der_x509_certificate

from service.installation.condition import Line
from service.installation.of_machine import certificate
from settings import Settings, SettingsError, host_of, is_here

_SSL_REQUEST = bytes.fromhex("0000000804d2162f")
"""What a client of PostgreSQL asks first; `S` means that TLS begins (PostgreSQL's protocol, SSLRequest)."""
_POSTGRESQL, _TEMPORAL, _HTTPS = 5432, 7233, 443
_WITHIN = 3.0  # seconds


@dataclass(frozen=True, slots=True)
class Server:
    """A server that is reached by TLS; `title` in Russian. `asks_first`: as PostgreSQL, it begins without."""

    title: str
    host: str
    port: int
    asks_first: bool = False
    protocols: tuple[str, ...] = ()


async def lines(settings: Settings, zone: tzinfo, now: datetime) -> list[Line]:
    """A line for each server that answers by TLS; the others are told of elsewhere. Moments are told in `zone`."""
    found = await asyncio.gather(*map(_end, servers(settings)), return_exceptions=True)
    return [
        certificate(f"{server.title} ({server.host}:{server.port})", ends, zone, now)
        for server, ends in zip(servers(settings), found, strict=True)
        if isinstance(ends, datetime)
    ]


def servers(settings: Settings) -> list[Server]:
    """The servers of the settings that are reached over a network, and by TLS where that is so."""
    return [*_of_database(settings.database_url), *_of_temporal(settings), *_of_pages(settings.public_url)]


def _of_database(url: str) -> Iterator[Server]:
    parts = urlsplit(url)
    if not parts.scheme.startswith("postgres"):
        return
    query = parse_qs(parts.query)
    ports = [port for given in query.get("port", []) for port in given.split(",")]
    named = [host for given in query.get("host", []) for host in given.split(",")]
    for number, place in enumerate(named or parts.netloc.rpartition("@")[2].split(",")):
        host = host_of(place)
        own = "" if host == place or place.endswith("]") else place.rpartition(":")[2]
        port = own or (ports[min(number, len(ports) - 1)] if ports else "")
        if host and not host.startswith(("/", "@")):
            yield Server("PostgreSQL", host, int(port or _POSTGRESQL), asks_first=True)


def _of_temporal(settings: Settings) -> Iterator[Server]:
    try:
        by_tls = settings.temporal_connection().get("tls")
    except SettingsError:
        return
    if by_tls:
        host = host_of(settings.temporal_address)
        port = settings.temporal_address.rpartition(":")[2]
        yield Server("Temporal", host, int(port or _TEMPORAL), protocols=("h2",))


def _of_pages(url: str) -> Iterator[Server]:
    parts = urlsplit(url)
    if parts.scheme == "https" and parts.hostname and not is_here(parts.hostname):
        yield Server("Рабочее место", parts.hostname, parts.port or _HTTPS)


async def _end(server: Server) -> datetime | None:
    """When the certificate that it presents ends, in UTC; None where it goes without TLS. Raises OSError."""
    # Whether it may be trusted is judged by those who connect to work.
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    if server.protocols:
        context.set_alpn_protocols(list(server.protocols))
    async with asyncio.timeout(_WITHIN):
        reader, writer = await asyncio.open_connection(server.host, server.port)
        try:
            if server.asks_first:
                writer.write(_SSL_REQUEST)
                if await reader.readexactly(1) != b"S":
                    return None
            await writer.start_tls(context, server_hostname=server.host)
            shown = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
            return load_der_x509_certificate(shown).not_valid_after_utc
        finally:
            writer.close()
