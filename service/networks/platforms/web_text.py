"""Text of web pages, as people read it, and how two texts are the same though a site has dressed one of them up."""

import re
import unicodedata
from collections.abc import Iterator
from itertools import accumulate, pairwise

from rapidfuzz import fuzz
from selectolax.lexbor import LexborHTMLParser, LexborNode
from w3lib.encoding import html_to_unicode

UNSEEN = frozenset(
    {"script", "style", "noscript", "template", "svg", "head", "iframe", "object", "select", "textarea"}
)
_ALIKE = 85
"""Of 100: how much of an answer must be on a page for it to be this answer, edited."""
_LEAST = 40
"""Letters of an answer below which one is not told from an edited other."""
_COMPARED = 3_000
"""Letters of an answer that are compared, with four times as many of a page: it takes their product in time."""
_BLOCKS = frozenset(
    {
        *("address", "article", "aside", "blockquote", "br", "dd", "details", "div", "dl", "dt", "figure"),
        *("figcaption", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main"),
        *("nav", "ol", "p", "pre", "section", "summary", "table", "td", "th", "tr", "ul"),
    }
)


def parsed(content: bytes, content_type: str | None) -> LexborHTMLParser:
    """A page as a browser would parse it, in whatever encoding it names."""
    _, text = html_to_unicode(content_type, content, default_encoding="utf-8")
    # Some encodings bring what is no letter, such as halves of pairs.
    return LexborHTMLParser(text.encode("utf-8", "replace"))


def text_of(node: LexborNode, without: frozenset[int] = frozenset()) -> str:
    """The text of an element, a line for each block; `without`: `mem_id`s of elements inside that are left out."""
    lines: list[str] = []
    line: list[str] = []
    for piece in _pieces(node, without):
        if piece is None:
            lines.append(" ".join("".join(line).split()))
            line = []
        else:
            line.append(piece)
    lines.append(" ".join("".join(line).split()))
    return "\n".join(filter(None, lines))


def text_of_html(html: str) -> str:
    """The text of a piece of HTML, such as feeds carry."""
    body = LexborHTMLParser(html.encode("utf-8", "replace")).body
    return text_of(body) if body is not None else ""


def _pieces(node: LexborNode, without: frozenset[int]) -> Iterator[str | None]:
    """Pieces of text in their order; None where a line ends."""
    stack: list[LexborNode | None] = [node]
    while stack:
        current = stack.pop()
        if current is None:
            yield None
            continue
        if current.is_text_node:
            yield current.text_content or ""
        elif current.is_element_node and current.tag not in UNSEEN and current.mem_id not in without:
            if current.tag in _BLOCKS:
                yield None
                stack.append(None)
            stack.extend(reversed(list(current.iter(include_text=True))))


def normalised(text: str) -> str:
    """What is compared: letters and figures only, in one spelling."""
    plain = unicodedata.normalize("NFKC", text).casefold().replace("ё", "е")
    return " ".join(re.findall(r"\w+", plain))


def holds(page: str, text: str) -> bool:
    """Whether a page's text has this text in it."""
    wanted = normalised(text)
    return bool(wanted) and f" {wanted} " in f" {normalised(page)} "


def is_edited(shown: str, text: str) -> bool:
    """Whether what is shown is most of this text, though not all of it."""
    wanted = normalised(text)[:_COMPARED]
    if len(wanted) < _LEAST:
        return False
    like = _most_like(normalised(shown), wanted)
    return fuzz.partial_ratio(wanted, like, score_cutoff=_ALIKE) >= _ALIKE


def _most_like(shown: str, wanted: str) -> str:
    """The stretch of a text, about four times as long as what is wanted, that has most of its pairs of words."""
    words, sought = shown.split(), wanted.split()
    pairs, width = set(pairwise(sought)), 2 * len(sought)
    hits = [0, *accumulate(pair in pairs for pair in pairwise(words))]
    starts = range(max(1, len(hits) - width))
    best = max(starts, key=lambda start: hits[min(start + width, len(hits) - 1)] - hits[start])
    return " ".join(words[max(0, best - len(sought)) : best + 3 * len(sought)])[: 4 * len(wanted)]


def mentions(text: str, query: str | None) -> bool:
    """Whether a text has every word of a query, as a part of its words; an empty query fits all."""
    found = normalised(text)
    return all(word in found for word in normalised(query or "").split())
