"""Reads RSS and Atom as polite readers do: only what has changed, at the address it has moved to."""

import asyncio
import calendar
import io
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from http import HTTPStatus
from typing import Any, Final

import feedparser

from activities.networks.by_hand import ByHand
from activities.networks.fetching import Fetched, Fetcher, asked_to_wait, refuse_status
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
from activities.networks.web_text import mentions, text_of_html
from settings import Settings

LONGEST_TEXT: Final = 20_000
"""Characters of a text, as everywhere in the program."""
_MOST = 2000
"""Entries of one look; feeds carry 10 to 100."""
_REMEMBERED = 2 * _MOST
_CUT = f"В ленте больше {_MOST} записей: прочитаны первые {_MOST}. Укажите ленту покороче, например одного раздела."
_FIRST_LOOK = timedelta(days=7)
"""How old what a first look brings may be: what is older has long been answered or forgotten."""
_LONGEST_NAME = 200


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

    def __init__(self, settings: Settings) -> None:
        self._fetcher = Fetcher(settings)
        self._standing = PageStanding(self._fetcher)

    async def read(self, where: Where, key: Key | None) -> Reading:
        """New entries. The cursor: `etag`, `modified`, and what entries that were `seen` are known by; `floor`."""
        fetched = await self._fetcher.get(where.address, _conditions(where.cursor))
        refuse_status(fetched)
        if fetched.status == HTTPStatus.NOT_MODIFIED:
            cut = _CUT if where.cursor.get("cut") else None
            return Reading((), where.cursor, fetched.moved, asked_to_wait(fetched.headers), cut=cut)
        # Parsing two megabytes takes a second.
        entries = await asyncio.to_thread(_entries, fetched)
        seen = list(where.cursor.get("seen", ()))
        known = set(seen)
        floor = int(where.cursor.get("floor", (datetime.now(UTC) - _FIRST_LOOK).timestamp()))
        since = datetime.fromtimestamp(floor, UTC)
        found = [
            entry
            for name, entry in entries
            if name not in known
            and mentions(entry.text, where.query)
            and not (entry.posted_at and entry.posted_at < since)
        ]
        names = [name for name, _ in entries]
        here, is_cut = set(names), len(entries) > _MOST
        return Reading(
            found,
            {
                "etag": fetched.headers.get("etag", ""),
                "modified": fetched.headers.get("last-modified", ""),
                "seen": [*[name for name in seen if name not in here], *names][-_REMEMBERED:],
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


def _entries(fetched: Fetched) -> Sequence[tuple[str, Found]]:
    """What each entry is known by, and what it says; the oldest first. Raises NetworkRefusalError for no feed."""
    parsed = feedparser.parse(
        # As a stream: of a text the library would try whether it is an address or a file.
        io.BytesIO(fetched.content),
        response_headers={
            "content-type": fetched.headers.get("content-type", ""),
            "content-location": fetched.url,
        },
        sanitize_html=False,
    )
    if not parsed.get("version") and not parsed.entries:
        raise NetworkRefusalError(
            Fault.DATA,
            "По этому адресу нет ленты RSS или Atom. Найдите на сайте ссылку на ленту или заведите источник вида "
            "«страница».",
            code="not a feed",
        )
    title = _line(parsed.feed.get("title"))
    made = [(entry, _found(entry, title)) for entry in parsed.entries[: _MOST + 1]]
    named = [(_name(entry), found) for entry, found in made if found is not None]
    named.reverse()
    return sorted(named, key=lambda each: each[1].posted_at or datetime.min.replace(tzinfo=UTC))


def _found(entry: Any, feed: str) -> Found | None:
    link = str(entry.get("link") or entry.get("id") or "").strip()
    if not link.startswith(("https://", "http://")):
        return None
    title, text = _line(entry.get("title")), _text(entry)
    if title and title.rstrip("….") not in text.replace("\n", " "):
        text = f"{title}\n\n{text}".strip()
    if not text:
        return None
    return Found(
        url=link,
        author=_line(entry.get("author")) or feed or "Автор не указан",
        text=text[:LONGEST_TEXT],
        posted_at=_moment(entry.get("published_parsed") or entry.get("updated_parsed")),
        author_url=(entry.get("author_detail") or {}).get("href"),
    )


def _text(entry: Any) -> str:
    """The longest of what the entry has for its text: some put all into one, some into the other."""
    parts = [*(content.get("value") for content in entry.get("content", ())), entry.get("summary")]
    return max((text_of_html(part) for part in parts if part), key=len, default="")


def _moment(stamp: time.struct_time | None) -> datetime | None:
    """A moment as the library gives it, in UTC; None for one that no calendar has."""
    try:
        return datetime.fromtimestamp(calendar.timegm(stamp), UTC) if stamp else None
    except (ValueError, OverflowError, OSError):
        return None


def _name(entry: Any) -> str:
    return sha256(str(entry.get("id") or entry.get("link")).encode()).hexdigest()[:16]


def _line(given: str | None) -> str:
    return " ".join(text_of_html(given).split())[:_LONGEST_NAME] if given else ""
