"""Takes a feed apart, in the sandbox."""

import calendar
import io
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, Final

import feedparser

from service.networks.platforms.port import Fault, Found, NetworkRefusalError
from service.networks.platforms.sandbox import Job
from service.networks.platforms.web_text import mentions, text_of_html

LONGEST_TEXT: Final = 20_000
"""Characters of a text, as everywhere in the program."""
MOST: Final = 2000
"""Entries of one look; feeds carry 10 to 100."""
_LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class Entries:
    """What is new, the oldest first, and what each entry of the feed is known by."""

    found: Sequence[Found]
    names: Sequence[str]


class Feed(Job[Entries]):
    """A feed as it was sent, from the address `url`.

    `known`: names of entries that were seen; `since`: how old those may be that were not; `query`: what they mention.
    """

    content_type: str
    url: str
    query: str | None
    known: frozenset[str]
    since: datetime

    def run(self) -> Entries:
        """Its entries. Raises NetworkRefusalError for no feed."""
        named = self._named()
        found = [
            entry
            for name, entry in named
            if name not in self.known
            and mentions(entry.text, self.query)
            and not (entry.posted_at and entry.posted_at < self.since)
        ]
        return Entries(found, [name for name, _ in named])

    def _named(self) -> Sequence[tuple[str, Found]]:
        parsed = feedparser.parse(
            # As a stream: of a text the library would try whether it is an address or a file.
            io.BytesIO(self.content),
            response_headers={"content-type": self.content_type, "content-location": self.url},
            sanitize_html=False,
            resolve_relative_uris=False,  # only texts are taken of it
        )
        if not parsed.get("version") and not parsed.entries:
            raise NetworkRefusalError(
                Fault.DATA,
                "По этому адресу нет ленты RSS или Atom. Найдите на сайте ссылку на ленту или заведите источник вида "
                "«страница».",
                code="not a feed",
            )
        title = _line(parsed.feed.get("title"))
        made = [(entry, _found(entry, title)) for entry in parsed.entries[:MOST]]
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
    return sha256(str(entry.get("id") or entry.get("link")).encode("utf-8", "replace")).hexdigest()[:16]


def _line(given: str | None) -> str:
    return " ".join(text_of_html(given).split())[:_LONGEST_NAME] if given else ""
