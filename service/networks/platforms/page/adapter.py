"""Watches a page: its posts by their own links, or else what has been added to its text."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any, Final

from service.networks.platforms.by_hand import ByHand
from service.networks.platforms.fetching import Fetcher, refuse_status
from service.networks.platforms.page import robots
from service.networks.platforms.page.content import LONGEST_TEXT, News, Page
from service.networks.platforms.page.standing import PageStanding
from service.networks.platforms.port import (
    Ability,
    Key,
    Platform,
    Rate,
    Reading,
    Seen,
    SourceKind,
    Traits,
    Where,
)
from service.networks.platforms.sandbox import Sandbox, shared
from settings import Settings

_FIRST_LOOK = timedelta(days=7)
"""How old what a first look brings may be."""


class PageAdapter(ByHand):
    """Any page that its owner lets programs read."""

    platform: Final = Platform.PAGE
    traits: Final = Traits(
        network=None,
        abilities=frozenset({Ability.READ, Ability.VERIFY}),
        kinds=frozenset({SourceKind.PAGE}),
        max_length=LONGEST_TEXT,
        rate=Rate(10, timedelta(seconds=1)),
    )

    def __init__(self, settings: Settings, sandbox: Sandbox | None = None) -> None:
        self._fetcher, self._sandbox = Fetcher(settings), sandbox or shared()
        self._standing = PageStanding(self._fetcher, self._sandbox)

    async def read(self, where: Where, key: Key | None) -> Reading:
        """New posts. The cursor: the verdict of `robots`, `etag`, `modified`, and names of what was `seen`."""
        verdict = robots.Verdict.kept(where.cursor, where.address) or await robots.verdict_of(
            self._fetcher, self._sandbox, where.address
        )
        robots.refuse_forbidden(verdict)
        fetched = await self._fetcher.get(where.address, _conditions(where.cursor))
        if fetched.url.partition("#")[0] != where.address.partition("#")[0]:
            robots.refuse_forbidden(await robots.verdict_of(self._fetcher, self._sandbox, fetched.url))
        refuse_status(fetched)
        cursor = {**where.cursor, "robots": verdict.written()}
        if fetched.status == HTTPStatus.NOT_MODIFIED:
            return Reading((), cursor, fetched.moved, verdict.pause or None)
        seen = where.cursor.get("seen")
        job = Page(
            content=fetched.content,
            content_type=fetched.headers.get("content-type", "text/html"),
            url=fetched.url,
            query=where.query,
            seen=None if seen is None else tuple(map(str, seen)),
            since=datetime.now(UTC) - _FIRST_LOOK,
        )
        news = await self._sandbox.run(job, News)
        cursor |= {
            "etag": fetched.headers.get("etag", ""),
            "modified": fetched.headers.get("last-modified", ""),
            "seen": list(news.seen),
        }
        return Reading(news.found, cursor, fetched.moved, verdict.pause or None)

    async def verify(self, url: str, text: str, key: Key | None) -> Seen:
        return await self._standing.seen(url, text)


def _conditions(cursor: Mapping[str, Any]) -> dict[str, str]:
    given = {"If-None-Match": cursor.get("etag"), "If-Modified-Since": cursor.get("modified")}
    return {
        "Accept": "text/html, application/xhtml+xml;q=0.9, */*;q=0.5",
        **{name: str(value) for name, value in given.items() if value},
    }
