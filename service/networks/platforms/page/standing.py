"""Public pages of any site: what watching them has in common, and the check of an answer by its link (cl. 13)."""

from collections.abc import Mapping
from datetime import timedelta
from http import HTTPStatus
from typing import Any, Final

import httpx2

from service.networks.platforms.fetching import Fetcher
from service.networks.platforms.page.content import LONGEST_TEXT, Shown
from service.networks.platforms.port import (
    Ability,
    Adapter,
    Key,
    NetworkRefusalError,
    Rate,
    Seen,
    SourceKind,
    Stands,
    Traits,
)
from service.networks.platforms.sandbox import Sandbox, shared
from settings import Settings

FIRST_LOOK: Final = timedelta(days=7)
"""Age of the oldest posts that a first look brings: what is older has long been answered or forgotten."""
_GONE = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.GONE})


class PageStanding:
    """A page is fetched once for a check, as a person would open it."""

    def __init__(self, fetcher: Fetcher, sandbox: Sandbox | None = None) -> None:
        self._fetcher, self._sandbox = fetcher, sandbox or shared()

    async def seen(self, url: str, text: str) -> Seen:
        """What stands behind a link. Refuses nothing: what cannot be seen is unknown, and says why.

        Where the page was read and the text is not on it, the state is unknown too, with an empty `text`: a page that
        once showed the answer has then lost it, and one that never did may show it to browsers alone.
        """
        try:
            fetched = await self._fetcher.get(url)
            if fetched.status in _GONE:
                return Seen(Stands.DELETED)
            if not httpx2.codes.is_success(fetched.status):
                return Seen(
                    Stands.UNKNOWN,
                    why=f"Сайт не показал страницу (ответ {fetched.status}). Откройте ссылку и проверьте сами.",
                )
            kind = fetched.headers.get("content-type", "")
            job = Shown(content=fetched.content, content_type=kind, url=url, text=text)
            return await self._sandbox.run(job, Seen)
        except NetworkRefusalError as error:
            return Seen(Stands.UNKNOWN, why=error.advice)


class SiteAdapter(Adapter):
    """Reads a site over HTTP and parses it in the sandbox; answers put there by hand are looked for on their pages."""

    def __init__(self, settings: Settings, sandbox: Sandbox | None = None) -> None:
        self._fetcher, self._sandbox = Fetcher(settings), sandbox or shared()
        self._standing = PageStanding(self._fetcher, self._sandbox)

    async def verify(self, url: str, text: str, key: Key | None) -> Seen:
        return await self._standing.seen(url, text)


def site_traits(kind: SourceKind) -> Traits:
    """Traits of an adapter that reads any site as sources of this kind."""
    return Traits(
        network=None,
        abilities=frozenset({Ability.READ, Ability.VERIFY}),
        kinds=frozenset({kind}),
        max_length=LONGEST_TEXT,
        rate=Rate(10, timedelta(seconds=1)),
    )


def conditions(cursor: Mapping[str, Any], accept: str) -> dict[str, str]:
    """Headers of a request for what has changed since the look that left this cursor; `accept`: types, best first."""
    given = {"If-None-Match": cursor.get("etag"), "If-Modified-Since": cursor.get("modified")}
    return {"Accept": accept, **{name: str(value) for name, value in given.items() if value}}


def validators(headers: httpx2.Headers) -> dict[str, str]:
    """What a cursor keeps of an answer for `conditions`."""
    return {"etag": headers.get("etag", ""), "modified": headers.get("last-modified", "")}
