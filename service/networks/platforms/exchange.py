"""One request to a network and its answer, or why there is none."""

import asyncio
import ssl
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import cache
from typing import Annotated, Literal, TypeVar

import httpx2
from pydantic import BaseModel, BeforeValidator, ConfigDict, TypeAdapter, ValidationError

from service.networks.platforms.port import Fault, File, NetworkRefusalError

T = TypeVar("T")

Many = Annotated[tuple[T, ...], BeforeValidator(lambda given: given or ())]
"""A list that may be null or false in place of an empty one."""

LARGEST = 8 * 1024 * 1024
"""Bytes of an answer; a longer one is not read to its end."""
_WITHIN = 30.0
"""Seconds for the whole of an exchange, however slowly the answer drips; more where files go with it."""
_BYTES_A_SECOND = 2**19
_LONGEST_WAIT = timedelta(days=1)
_STEPS_WITHIN = httpx2.Timeout(10.0, connect=5.0)


class Part(BaseModel):
    """A part of a network's answer; what is not read of it may be of any form."""

    model_config = ConfigDict(extra="ignore", frozen=True)


@dataclass(frozen=True, slots=True)
class Replied:
    """An answer as it came, whatever it says. `headers` by their names in lower case."""

    status: int
    headers: Mapping[str, str]
    content: bytes = field(repr=False)


@cache
def authorities() -> ssl.SSLContext:
    """The authorities whose certificates are believed: those of the machine."""
    return httpx2.create_ssl_context()


def silent(title: str, *, acts: bool) -> NetworkRefusalError:
    """The network, of this name, has not answered in words that can be read; `acts`: what was asked for may be done."""
    if acts:
        return NetworkRefusalError(
            Fault.UNKNOWN,
            f"{title}: связь прервалась до ответа.",
        )
    return NetworkRefusalError(Fault.LATER, f"{title}: сеть не отвечает.")


def valid(what: TypeAdapter[T], given: object, title: str, *, acts: bool = False) -> T:
    """What a network has said, as far as it is understood. Raises NetworkRefusalError as for an answer cut off."""
    try:
        return what.validate_python(given)
    except ValidationError:
        raise silent(title, acts=acts) from None


def asked_to_wait(headers: Mapping[str, str]) -> timedelta | None:
    """What `Retry-After` says, at most a day; None where it says nothing that is understood."""
    given = headers.get("retry-after", "").strip()
    if given.isdecimal():
        return min(timedelta(seconds=int(given[:9])), _LONGEST_WAIT)
    try:
        moment = parsedate_to_datetime(given)
    except (ValueError, TypeError):
        return None
    if moment.tzinfo is None:
        return None
    return min(max(moment - datetime.now(UTC), timedelta(0)), _LONGEST_WAIT)


def longest(files: Iterable[File]) -> timedelta:
    """How long an exchange with these files may last."""
    return timedelta(seconds=_WITHIN + sum(len(file.content) for file in files) / _BYTES_A_SECOND)


async def exchange(
    title: str,
    method: Literal["GET", "POST"],
    url: str,
    *,
    acts: bool = False,
    query: Mapping[str, str] | None = None,
    form: Mapping[str, str] | None = None,
    content: object = None,
    files: Mapping[str, File] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Replied:
    """Ask once, following nothing. `title` names the network to people; `acts`: the request changes something there.

    `form` goes as a form, with `files` by the names of its fields, `content` as JSON. Raises NetworkRefusalError: LATER
    where the network certainly has not done what it was asked, UNKNOWN where it may have. What is asked stands in no
    exception: addresses hold keys.
    """
    parts = {name: (file.name, file.content, file.type) for name, file in (files or {}).items()}
    within = longest((files or {}).values())
    try:
        async with (
            asyncio.timeout(within.total_seconds()),
            httpx2.AsyncClient(timeout=_STEPS_WITHIN, verify=authorities(), follow_redirects=False) as client,
            client.stream(
                method,
                url,
                params=query,
                data=form,
                files=parts or None,
                json=content,
                headers=dict(headers or {}),
            ) as answer,
        ):
            read = bytearray()
            async for part in answer.aiter_bytes():
                read += part
                if len(read) > LARGEST:
                    raise silent(title, acts=acts)
            return Replied(answer.status_code, {k.lower(): v for k, v in answer.headers.items()}, bytes(read))
    except (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout):
        raise silent(title, acts=False) from None
    except (httpx2.HTTPError, httpx2.InvalidURL, TimeoutError):
        raise silent(title, acts=acts) from None
