"""Watches a page: its posts by their own links, or else what has been added to its text."""

import asyncio
import zlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from http import HTTPStatus
from typing import Any, Final

from activities.networks.by_hand import ByHand
from activities.networks.fetching import Fetched, Fetcher, refuse_status
from activities.networks.page import robots
from activities.networks.page.posts import LONGEST_TEXT, main_text, posts_of
from activities.networks.page.standing import PageStanding
from activities.networks.port import (
    Ability,
    Fault,
    Found,
    Key,
    NetworkRefusalError,
    Platform,
    Rate,
    Reading,
    Seen,
    SourceKind,
    Traits,
    Where,
)
from activities.networks.web_text import mentions, parsed
from settings import Settings

_REMEMBERED = 2000
_SHORTEST = 40
"""Letters of a line that says something: shorter ones are counters, dates and names."""
_FIRST_LOOK = timedelta(days=7)
"""How old what a first look brings may be."""
_READABLE = ("text/html", "application/xhtml+xml", "text/plain")


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

    def __init__(self, settings: Settings) -> None:
        self._fetcher = Fetcher(settings)
        self._standing = PageStanding(self._fetcher)

    async def read(self, where: Where, key: Key | None) -> Reading:
        """New posts. The cursor: the verdict of `robots`, `etag`, `modified`, and names of what was `seen`."""
        verdict = robots.Verdict.kept(where.cursor, where.address) or await robots.judged(
            self._fetcher, where.address
        )
        robots.refuse_forbidden(verdict)
        fetched = await self._fetcher.get(where.address, _conditions(where.cursor))
        if fetched.url.partition("#")[0] != where.address.partition("#")[0]:
            robots.refuse_forbidden(await robots.judged(self._fetcher, fetched.url))
        refuse_status(fetched)
        cursor = {**where.cursor, "robots": verdict.written()}
        if fetched.status == HTTPStatus.NOT_MODIFIED:
            return Reading((), cursor, fetched.moved, verdict.pause or None)
        content = await asyncio.to_thread(_Content.of, fetched)
        found, seen = content.new(where.cursor, where.query)
        cursor |= {
            "etag": fetched.headers.get("etag", ""),
            "modified": fetched.headers.get("last-modified", ""),
            "seen": seen,
        }
        return Reading(found, cursor, fetched.moved, verdict.pause or None)

    async def verify(self, url: str, text: str, key: Key | None) -> Seen:
        return await self._standing.seen(url, text)


def _conditions(cursor: Mapping[str, Any]) -> dict[str, str]:
    given = {"If-None-Match": cursor.get("etag"), "If-Modified-Since": cursor.get("modified")}
    return {
        "Accept": "text/html, application/xhtml+xml;q=0.9, */*;q=0.5",
        **{name: str(value) for name, value in given.items() if value},
    }


class _Content:
    """What a page says: posts, or where it has none, lines."""

    def __init__(self, url: str, posts: Sequence[Found], lines: Sequence[str]) -> None:
        self._url = url
        self._posts = posts
        self._lines = lines

    @classmethod
    def of(cls, fetched: Fetched) -> "_Content":
        content_type = fetched.headers.get("content-type", "text/html")
        if not content_type.lower().startswith(_READABLE):
            raise NetworkRefusalError(
                Fault.DATA, "По этому адресу не страница с текстом. Проверьте адрес источника.", code="type"
            )
        tree = parsed(fetched.content, content_type)
        posts = posts_of(tree, fetched.url)
        lines = () if posts else [line for line in main_text(tree).splitlines() if len(line) >= _SHORTEST]
        return cls(fetched.url, posts, lines)

    def new(self, cursor: Mapping[str, Any], query: str | None) -> tuple[list[Found], list[str]]:
        """What was not seen before, and what has been seen by now."""
        seen = [str(name) for name in cursor.get("seen", ())]
        is_first, known = "seen" not in cursor, set(seen)
        named = [(_name(post.url), post) for post in self._posts]
        if not self._posts:
            fresh = [line for line in self._lines if _name(line) not in known]
            # A first look at a page without posts only learns what it says.
            named = [] if is_first or not fresh else [("", self._added(fresh))]
        since = datetime.now(UTC) - _FIRST_LOOK if is_first else None
        found = [
            post
            for name, post in named
            if name not in known
            and mentions(post.text, query)
            and not (since and post.posted_at and post.posted_at < since)
        ]
        there = list(dict.fromkeys(map(_name, self._lines or [post.url for post in self._posts])))
        kept = [name for name in seen if name not in set(there)]
        return found, [*kept, *there][-_REMEMBERED:]

    def _added(self, lines: Sequence[str]) -> Found:
        """What has been added, under a link that is of this addition alone: a browser opens the page by it."""
        text = "\n".join(lines)[:LONGEST_TEXT]
        number = zlib.crc32(text.encode())
        return Found(f"{self._url.partition('#')[0]}#entry-{number}", "Автор не указан", text, None)


def _name(given: str) -> str:
    return sha256(given.encode()).hexdigest()[:16]
