"""Permissions that the owner of a site grants programs (RFC 9309)."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any, Self
from urllib.parse import urlsplit

import httpx2
from pydantic import BaseModel, ConfigDict

from service.networks.platforms.exchange import asked_to_wait
from service.networks.platforms.fetching import AGENT, Fetcher
from service.networks.platforms.page.rules import Robots, Rules
from service.networks.platforms.port import Fault, NetworkRefusalError
from service.networks.platforms.sandbox import Sandbox

_LARGEST = 500 * 1024
_KEPT = timedelta(hours=24)
"""For how long the file is not asked for again, as the standard has it."""


class Verdict(BaseModel):
    """Whether a page may be read; `pause`: how far apart its site wants to be asked."""

    model_config = ConfigDict(frozen=True)

    of: str
    allowed: bool
    pause: timedelta
    until: datetime

    @classmethod
    def kept(cls, cursor: Mapping[str, Any], url: str) -> Self | None:
        """The verdict of an earlier look, where it is on this page and still holds."""
        verdict = cls.model_validate(cursor["robots"]) if cursor.get("robots") else None
        return verdict if verdict and verdict.of == url and verdict.until > datetime.now(UTC) else None


async def verdict_of(fetcher: Fetcher, sandbox: Sandbox, url: str) -> Verdict:
    """What robots.txt of the page's site says of it. Raises NetworkRefusalError while that cannot be known."""
    parts = urlsplit(url)
    fetched = await fetcher.get(f"{parts.scheme}://{parts.netloc}/robots.txt", largest=_LARGEST)
    until = datetime.now(UTC) + _KEPT
    if fetched.status >= HTTPStatus.INTERNAL_SERVER_ERROR or fetched.status == HTTPStatus.TOO_MANY_REQUESTS:
        raise NetworkRefusalError(
            Fault.LATER,
            f"Сайт не отдаёт robots.txt ({fetched.status}). Будет опрошен ещё раз.",
            code=str(fetched.status),
            after=asked_to_wait(fetched.headers),
        )
    if not httpx2.codes.is_success(fetched.status):
        return Verdict(of=url, allowed=True, pause=timedelta(0), until=until)
    rules = await sandbox.run(Robots(content=fetched.content, url=url, agent=AGENT), Rules)
    return Verdict(of=url, allowed=rules.allowed, pause=timedelta(seconds=rules.delay), until=until)


def refuse_forbidden(verdict: Verdict) -> None:
    """Raises NetworkRefusalError where a page may not be read."""
    if not verdict.allowed:
        raise NetworkRefusalError(
            Fault.PERSON,
            "Владелец сайта просит программы не читать эту страницу (robots.txt). Смотрите её сами и регистрируйте "
            "сообщения вручную; источник уберите.",
            code="robots",
        )
