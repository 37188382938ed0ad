"""Content of a page, parsed in the sandbox: posts, or where it has none, lines; and whether an answer stands there."""

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Final
from urllib.parse import urljoin

from selectolax.lexbor import LexborHTMLParser, LexborNode

from service.messages.posts import key_of
from service.networks.platforms.port import Fault, Found, NetworkRefusalError, Seen, Stands
from service.networks.platforms.sandbox import Job
from service.networks.platforms.web_text import holds, is_edited, mentions, normalised, parsed, text_of

LONGEST_TEXT: Final = 20_000
"""Characters of a text, as everywhere in the program."""
_REMEMBERED = 2000
_SHORTEST = 40
"""Letters of a line that says something: shorter ones are counters, dates and names."""
_READABLE = ("text/html", "application/xhtml+xml", "text/plain")
_MOST = 500
"""Posts of a page."""
_LONGEST_NAME = 200
_NOBODY = "Автор не указан"
_NOT_SHOWN: Final = (
    "На странице нет текста ответа. Сайт может показывать ответы только в браузере или после входа: откройте ссылку и "
    "проверьте сами."
)

_WITH_A_LINK = (
    "article, [itemtype*='Comment'], [itemtype*='Review'], [itemtype*='Posting'], [itemtype*='Article']"
)
_LINKS = "a[rel~='bookmark'], a[itemprop~='url'], a[class*='permalink'], a:has(time)"
_AUTHORS = (
    "[itemprop~='author']",
    "[class*='username']",
    "[class*='user-name']",
    "[class*='nick']",
    "[class*='author'] a",
    "[rel~='author']",
    "[class*='author']",
    "a[href*='user']",
    "a[href*='profile']",
    "a[href*='member']",
)
_TEXTS = (
    "[itemprop~='text']",
    "[itemprop~='reviewBody']",
    "[itemprop~='articleBody']",
    "[class~='postbody'] [class~='content']",
    "[class*='message-body']",
    "[class*='post-content']",
    "[class*='post_content']",
    "[class*='postmessage']",
    "[class*='comment-content']",
    "[class*='comment-body']",
    "[class*='comment-text']",
    "[class*='comment_text']",
    "[class*='comment__text']",
    "[class*='review-text']",
    "[class*='entry-content']",
    "[class*='post-text']",
    "[class*='post__text']",
)
_SERVICE = "nav, header, footer, aside, form, button, [role='navigation'], [hidden], [class*='signature']"


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

    def run(self) -> News:
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
        return Found(f"{self.url.partition('#')[0]}#entry-{number}", _NOBODY, text, None)


def _name(given: str) -> str:
    return sha256(given.encode()).hexdigest()[:16]


class Shown(Job[Seen]):
    """The page behind the link of an answer, and the answer's text."""

    content_type: str
    url: str
    text: str

    def run(self) -> Seen:
        """What stands there."""
        tree = parsed(self.content, self.content_type)
        page = text_of(tree.root) if tree.root is not None else ""
        part = part_of(tree, self.url)
        # First at the very place that the link names: the same words may answer somebody else on the page.
        if part is not None and not holds(part, self.text) and is_edited(part, self.text):
            return Seen(Stands.EDITED, part[:LONGEST_TEXT])
        if holds(page, self.text):
            return Seen(Stands.STANDS, self.text)
        if part is None and is_edited(page, self.text):
            return Seen(Stands.EDITED)
        if normalised(self.text) and self._is_in_a_script():
            return Seen(Stands.STANDS, self.text)
        return Seen(Stands.UNKNOWN, "", _NOT_SHOWN)

    def _is_in_a_script(self) -> bool:
        """Whether the page carries the text for its own scripts to show, in letters or in the codes of JSON."""
        raw = self.content.decode("utf-8", "replace")
        return holds(raw, self.text) or holds(raw, self.text.encode("unicode_escape").decode("ascii"))


@dataclass(frozen=True, slots=True)
class _Post:
    url: str
    node: LexborNode


def posts_of(tree: LexborHTMLParser, page: str) -> Sequence[Found]:
    """The posts of a page in the order in which they stand there; `page` is its address."""
    found = list(_each(tree, page))
    roots = {post.node.mem_id for post in found}
    made = []
    for post in found:
        others = frozenset(roots - {post.node.mem_id})
        text = _text(post.node, others)
        if text:
            made.append(
                Found(
                    url=post.url,
                    author=_author(post.node, others),
                    text=text[:LONGEST_TEXT],
                    posted_at=_posted_at(post.node, others),
                )
            )
    return made


def part_of(tree: LexborHTMLParser, url: str) -> str | None:
    """The text of the element that a link's fragment names; None where there is none of that name."""
    _, _, fragment = url.partition("#")
    if not fragment or '"' in fragment or "\\" in fragment:
        return None
    node = tree.css_first(f'[id="{fragment}"], a[name="{fragment}"]')
    if node is None:
        return None
    if node.tag == "a" and not node.text(strip=True) and node.parent is not None:
        node = node.parent  # a mark before the post, as old forums have it
    return text_of(node)


def main_text(tree: LexborHTMLParser) -> str:
    """What a page without posts says: its main part where it names one."""
    node = tree.css_first("main, [role='main']") or tree.body
    if node is None:
        return ""
    return text_of(node, frozenset(part.mem_id for part in node.css(_SERVICE)))


def _each(tree: LexborHTMLParser, page: str) -> Iterator[_Post]:
    known = {key_of(page)}
    for node in tree.css(f"[id], {_WITH_A_LINK}"):
        url = _link(node, page)
        if url is not None and (key := key_of(url)) not in known:
            known.add(key)
            yield _Post(url, node)
            if len(known) > _MOST:
                return


def _link(node: LexborNode, page: str) -> str | None:
    """The link of a post by its id, where an id of this form names one on such a site, or by the link that it shows."""
    name = node.attributes.get("id")
    if name and node.tag not in ("a", "input", "form", "button", "label"):
        url = f"{page.partition('#')[0]}#{name}"
        if key_of(url) != key_of(page):
            return url
    if not node.css_matches(_WITH_A_LINK):
        return None
    link = node.css_first(_LINKS)
    href = link.attributes.get("href") if link is not None else None
    try:
        url = urljoin(page, href.strip()) if href else ""
    except ValueError:  # no address at all, as `http://[`
        return None
    return url if url.startswith(("https://", "http://")) and key_of(url) != key_of(page) else None


def _text(node: LexborNode, others: frozenset[int]) -> str:
    without = others | {part.mem_id for part in node.css(_SERVICE)}
    for selector in _TEXTS:
        for part in node.css(selector):
            if _is_own(part, node, others) and (text := text_of(part, without)):
                return text
    return text_of(node, without)


def _author(node: LexborNode, others: frozenset[int]) -> str:
    for selector in _AUTHORS:
        for part in node.css(selector):
            name = " ".join(text_of(part).split()) or (part.attributes.get("content") or "").strip()
            if name and len(name) <= _LONGEST_NAME and _is_own(part, node, others):
                return name
    return _NOBODY


def _posted_at(node: LexborNode, others: frozenset[int]) -> datetime | None:
    """The first moment with a zone that it shows: of one without, nobody knows the hour."""
    for part in node.css("time[datetime], [itemprop~='datePublished'], [itemprop~='dateCreated']"):
        given = part.attributes.get("datetime") or part.attributes.get("content") or ""
        try:
            moment = datetime.fromisoformat(given.strip())
        except ValueError:
            continue
        if moment.tzinfo is not None and _is_own(part, node, others):
            return moment
    return None


def _is_own(part: LexborNode, node: LexborNode, others: frozenset[int]) -> bool:
    """Whether a part is the post's own, and not of a post inside it."""
    above: LexborNode | None = part
    while above is not None and above.mem_id != node.mem_id:
        if above.mem_id in others:
            return False
        above = above.parent
    return True
