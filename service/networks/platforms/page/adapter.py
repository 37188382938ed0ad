"""Watches a page: its posts by their own links, or else what has been added to its text."""

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Final

from service.networks.platforms.fetching import refuse_status
from service.networks.platforms.page import robots
from service.networks.platforms.page.content import News, Page
from service.networks.platforms.page.standing import (
    FIRST_LOOK,
    SiteAdapter,
    conditions,
    site_traits,
    validators,
)
from service.networks.platforms.port import Key, Platform, Reading, SourceKind, Where

_TYPES: Final = "text/html, application/xhtml+xml;q=0.9, */*;q=0.5"


class PageAdapter(SiteAdapter):
    """Any page that its owner lets programs read."""

    platform: Final = Platform.PAGE
    traits: Final = site_traits(SourceKind.PAGE)

    async def read(self, where: Where, key: Key | None) -> Reading:
        """New posts. The cursor: the verdict of `robots`, `etag`, `modified`, and names of what was `seen`."""
        verdict = robots.Verdict.kept(where.cursor, where.address) or await robots.verdict_of(
            self._fetcher, self._sandbox, where.address
        )
        robots.refuse_forbidden(verdict)
        fetched = await self._fetcher.get(where.address, conditions(where.cursor, _TYPES))
        if fetched.url.partition("#")[0] != where.address.partition("#")[0]:
            robots.refuse_forbidden(await robots.verdict_of(self._fetcher, self._sandbox, fetched.url))
        refuse_status(fetched)
        cursor = {**where.cursor, "robots": verdict.model_dump(mode="json")}
        if fetched.status == HTTPStatus.NOT_MODIFIED:
            return Reading((), cursor, fetched.moved, verdict.pause or None)
        seen = where.cursor.get("seen")
        job = Page(
            content=fetched.content,
            content_type=fetched.headers.get("content-type", "text/html"),
            url=fetched.url,
            query=where.query,
            seen=None if seen is None else tuple(map(str, seen)),
            since=datetime.now(UTC) - FIRST_LOOK,
        )
        news = await self._sandbox.run(job, News)
        cursor |= {**validators(fetched.headers), "seen": list(news.seen)}
        return Reading(news.found, cursor, fetched.moved, verdict.pause or None)
