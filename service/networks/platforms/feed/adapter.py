"""Reads RSS and Atom as polite readers do: only what has changed, at the address it has moved to."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any, Final

from service.networks.platforms.by_hand import ByHand
from service.networks.platforms.exchange import asked_to_wait
from service.networks.platforms.feed.entries import LONGEST_TEXT, MOST, Entries, Feed
from service.networks.platforms.fetching import Fetcher, refuse_status
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

_REMEMBERED = 2 * MOST
_CUT = f"В ленте больше {MOST} записей: прочитаны первые {MOST}. Укажите ленту покороче, например одного раздела."
_FIRST_LOOK = timedelta(days=7)
"""How old what a first look brings may be: what is older has long been answered or forgotten."""


class FeedAdapter(ByHand):
    """Any feed of any site. What is published there by hand is looked for on its page."""

    platform: Final = Platform.FEED
    traits: Final = Traits(
        network=None,
        abilities=frozenset({Ability.READ, Ability.VERIFY}),
        kinds=frozenset({SourceKind.FEED}),
        max_length=LONGEST_TEXT,
        rate=Rate(10, timedelta(seconds=1)),
    )

    def __init__(self, settings: Settings, sandbox: Sandbox | None = None) -> None:
        self._fetcher, self._sandbox = Fetcher(settings), sandbox or shared()
        self._standing = PageStanding(self._fetcher, self._sandbox)

    async def read(self, where: Where, key: Key | None) -> Reading:
        """New entries. The cursor: `etag`, `modified`, and what entries that were `seen` are known by; `floor`."""
        fetched = await self._fetcher.get(where.address, _conditions(where.cursor))
        refuse_status(fetched)
        if fetched.status == HTTPStatus.NOT_MODIFIED:
            cut = _CUT if where.cursor.get("cut") else None
            return Reading((), where.cursor, fetched.moved, asked_to_wait(fetched.headers), cut=cut)
        seen = list(where.cursor.get("seen", ()))
        floor = int(where.cursor.get("floor", (datetime.now(UTC) - _FIRST_LOOK).timestamp()))
        job = Feed(
            content=fetched.content,
            content_type=fetched.headers.get("content-type", ""),
            url=fetched.url,
            query=where.query,
            known=frozenset(seen),
            since=datetime.fromtimestamp(floor, UTC),
        )
        entries = await self._sandbox.run(job, Entries)
        there, is_cut = set(entries.names), len(entries.names) > MOST
        return Reading(
            entries.found,
            {
                "etag": fetched.headers.get("etag", ""),
                "modified": fetched.headers.get("last-modified", ""),
                "seen": [*(name for name in seen if name not in there), *entries.names][-_REMEMBERED:],
                "floor": floor,
                "cut": is_cut,
            },
            fetched.moved,
            asked_to_wait(fetched.headers),
            cut=_CUT if is_cut else None,
        )

    async def verify(self, url: str, text: str, key: Key | None) -> Seen:
        return await self._standing.seen(url, text)


def _conditions(cursor: Mapping[str, Any]) -> dict[str, str]:
    given = {"If-None-Match": cursor.get("etag"), "If-Modified-Since": cursor.get("modified")}
    return {
        "Accept": "application/atom+xml, application/rss+xml, application/xml;q=0.9, */*;q=0.5",
        **{name: str(value) for name, value in given.items() if value},
    }
