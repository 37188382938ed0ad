"""Content of a watched page, read in a judge's process: posts, or where it has none, lines."""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from service.networks.platforms.judging import Job
from service.networks.platforms.page.posts import LONGEST_TEXT, main_text, posts_of
from service.networks.platforms.port import Fault, Found, NetworkRefusalError
from service.networks.platforms.web_text import mentions, parsed

_REMEMBERED = 2000
_SHORTEST = 40
"""Letters of a line that says something: shorter ones are counters, dates and names."""
_READABLE = ("text/html", "application/xhtml+xml", "text/plain")


@dataclass(frozen=True, slots=True)
class News:
    """What was not seen before, and names of what has been seen by now."""

    found: Sequence[Found]
    seen: Sequence[str]


class Page(Job[News]):
    """A page as it was sent, from the address `url`.

    `seen`: names of what was; None at the first look, which brings nothing older than `since`. `query`: what posts
    mention.
    """

    content_type: str
    url: str
    query: str | None
    seen: tuple[str, ...] | None
    since: datetime

    def judged(self) -> News:
        """What is new on it. Raises NetworkRefusalError for what is no page with text."""
        if not self.content_type.lower().startswith(_READABLE):
            raise NetworkRefusalError(
                Fault.DATA, "По этому адресу не страница с текстом. Проверьте адрес источника.", code="type"
            )
        tree = parsed(self.content, self.content_type)
        posts = posts_of(tree, self.url)
        lines = () if posts else [line for line in main_text(tree).splitlines() if len(line) >= _SHORTEST]
        return self._news(posts, lines)

    def _news(self, posts: Sequence[Found], lines: Sequence[str]) -> News:
        seen, is_first = self.seen or (), self.seen is None
        known = set(seen)
        named = [(_name(post.url), post) for post in posts]
        if not posts:
            fresh = [line for line in lines if _name(line) not in known]
            # A first look at a page without posts only learns what it says.
            named = [] if is_first or not fresh else [("", self._added(fresh))]
        found = [
            post
            for name, post in named
            if name not in known
            and mentions(post.text, self.query)
            and not (is_first and post.posted_at and post.posted_at < self.since)
        ]
        there = list(dict.fromkeys(map(_name, lines or [post.url for post in posts])))
        kept = [name for name in seen if name not in set(there)]
        return News(found, [*kept, *there][-_REMEMBERED:])

    def _added(self, lines: Sequence[str]) -> Found:
        """What has been added, under a link that is of this addition alone: a browser opens the page by it."""
        text = "\n".join(lines)[:LONGEST_TEXT]
        number = zlib.crc32(text.encode())
        return Found(f"{self.url.partition('#')[0]}#entry-{number}", "Автор не указан", text, None)


def _name(given: str) -> str:
    return sha256(given.encode()).hexdigest()[:16]
