"""Finds the posts and comments of a page: whatever on it has a link of its own."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urljoin

from selectolax.lexbor import LexborHTMLParser, LexborNode

from service.messages.posts import key_of
from service.networks.platforms.port import Found
from service.networks.platforms.web_text import text_of

LONGEST_TEXT = 20_000
"""Characters of a text, as everywhere in the program."""
_MOST = 500
"""Posts of a page."""
_MOST_ELEMENTS = 300_000
"""Elements of all posts together: one that stands in ten others is looked through ten times."""
_LONGEST_NAME = 200
_NOBODY = "Автор не указан"

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
class _Post:
    url: str
    node: LexborNode


def posts_of(tree: LexborHTMLParser, page: str) -> Sequence[Found]:
    """The posts of a page in the order in which they stand there; `page` is its address."""
    found = list(_each(tree, page))
    roots = {post.node.mem_id for post in found}
    made, looked_through = [], 0
    for post in found:
        looked_through += len(post.node.css("*"))
        if looked_through > _MOST_ELEMENTS:
            break
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
