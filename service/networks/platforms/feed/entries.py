"""Takes a feed apart, in a judge's process."""

import calendar
import codecs
import io
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, Final

import feedparser

from service.networks.platforms.judging import Job
from service.networks.platforms.port import Fault, Found, NetworkRefusalError
from service.networks.platforms.web_text import mentions, text_of_html

LONGEST_TEXT: Final = 20_000
"""Characters of a text, as everywhere in the program."""
MOST: Final = 2000
"""Entries of one look; feeds carry 10 to 100."""
_LONGEST_NAME = 200
_ENDS_AN_ENTRY: Final = re.compile(rb"</(?:\w{1,20}:)?(?:item|entry)\s*>", re.IGNORECASE)
_LONGEST_DECLARATION: Final = 1024
_LONGEST_PROLOG: Final = 16 * 1024
"""Bytes before the first element: room for the entities of HTML, as old feeds declare them."""
_TELLING: Final = (
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    *((mark.encode(name), name) for mark, name in (("<", "utf-32-be"), ("<", "utf-32-le"))),
    *(
        (mark.encode(name), name)
        for mark, name in (("<?", "utf-16-be"), ("<?", "utf-16-le"), ("<?xm", "cp037"))
    ),
)
"""What a feed begins with whose letters are not those of ASCII."""


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

    def judged(self) -> Entries:
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
        content, content_type = _cut(self.content, self.content_type)
        parsed = feedparser.parse(
            # As a stream: of a text the library would try whether it is an address or a file.
            io.BytesIO(_shortened(content)),
            response_headers={"content-type": content_type, "content-location": self.url},
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
        made = [(entry, _found(entry, title)) for entry in parsed.entries[: MOST + 1]]
        named = [(_name(entry), found) for entry, found in made if found is not None]
        named.reverse()
        return sorted(named, key=lambda each: each[1].posted_at or datetime.min.replace(tzinfo=UTC))


def _cut(content: bytes, content_type: str) -> tuple[bytes, str]:
    """A feed of which no more stands before its first element than honest ones have there, and its type.

    The library looks for a declaration and for entities in time that grows as the square of what stands there, or as
    its cube.
    """
    for mark, encoding in _TELLING:
        if content.startswith(mark):
            text = content.decode(encoding, "replace").lstrip("\ufeff").lstrip()
            content = re.sub(r"\A<\?xml[^>]{0,1024}>", "", text).encode("utf-8", "replace")
            content_type = f"{content_type.partition(';')[0]}; charset=utf-8"
            break
    order = codecs.BOM_UTF8 if content.startswith(codecs.BOM_UTF8) else b""
    content = content.removeprefix(order).lstrip()
    declaration = b""
    if content.startswith(b"<?"):
        end = content.find(b"?>", 0, _LONGEST_DECLARATION) + len(b"?>")
        if end >= len(b"<??>"):
            declaration, content = content[:end].replace(b"\n", b" ") + b"\n", content[end:]
        else:
            content = content.removeprefix(b"<?")
    first = re.search(rb"<\w", content)
    start = first.start() if first else len(content)
    prolog = re.sub(rb"\s+", b" ", content[:start])
    if len(prolog) > _LONGEST_PROLOG:
        prolog = b""
    return order + declaration + prolog.replace(b" <!", b"\n<!") + content[start:], content_type


def _shortened(content: bytes) -> bytes:
    """A feed with one entry more than are read: the library would read them all."""
    ends = [found.end() for found in _ENDS_AN_ENTRY.finditer(content)]
    return content if len(ends) <= MOST + 1 else content[: ends[MOST]] + content[ends[-1] :]


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
