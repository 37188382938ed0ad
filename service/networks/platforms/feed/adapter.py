"""Reads RSS and Atom as polite readers do: only what has changed, at the address it has moved to."""

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Final

from service.networks.platforms.exchange import asked_to_wait
from service.networks.platforms.feed.entries import MOST, Entries, Feed
from service.networks.platforms.fetching import refuse_status
from service.networks.platforms.page.standing import (
    FIRST_LOOK,
    SiteAdapter,
    conditions,
    site_traits,
    validators,
)
from service.networks.platforms.port import Key, Platform, Reading, SourceKind, Where

_REMEMBERED = 2 * MOST
_TYPES: Final = "application/atom+xml, application/rss+xml, application/xml;q=0.9, */*;q=0.5"


class FeedAdapter(SiteAdapter):
    """Any feed of any site."""

    platform: Final = Platform.FEED
    traits: Final = site_traits(SourceKind.FEED)

    async def read(self, where: Where, key: Key | None) -> Reading:
        """New entries. The cursor: `etag`, `modified`, and what entries that were `seen` are known by; `floor`."""
        fetched = await self._fetcher.get(where.address, conditions(where.cursor, _TYPES))
        refuse_status(fetched)
        if fetched.status == HTTPStatus.NOT_MODIFIED:
            return Reading((), where.cursor, fetched.moved, asked_to_wait(fetched.headers))
        seen = list(where.cursor.get("seen", ()))
        floor = int(where.cursor.get("floor", (datetime.now(UTC) - FIRST_LOOK).timestamp()))
        job = Feed(
            content=fetched.content,
            content_type=fetched.headers.get("content-type", ""),
            url=fetched.url,
            query=where.query,
            known=frozenset(seen),
            since=datetime.fromtimestamp(floor, UTC),
        )
        entries = await self._sandbox.run(job, Entries)
        there = set(entries.names)
        return Reading(
            entries.found,
            {
                **validators(fetched.headers),
                "seen": [*(name for name in seen if name not in there), *entries.names][-_REMEMBERED:],
                "floor": floor,
            },
            fetched.moved,
            asked_to_wait(fetched.headers),
        )
