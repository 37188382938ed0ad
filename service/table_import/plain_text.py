"""Text of a message without the markup of the form it was written in.

Exports of feedback forms carry HTML: nobody reads tags in a complaint, and they would be searched and compared
like words.
"""

import re
from html import unescape
from html.parser import HTMLParser

_BLOCKS = (
    frozenset(f"h{level}" for level in range(1, 7))
    | {"address", "article", "blockquote", "div", "figure", "li", "ol", "p", "pre"}
    | {"table", "td", "th", "tr", "ul"}
)
_INLINE = {"a", "b", "br", "em", "font", "hr", "i", "img", "s", "small", "span", "strong", "sub", "sup", "u"}
_TAG = re.compile(
    rf"</?(?:{'|'.join(sorted(_BLOCKS | _INLINE))})(?:\s+[a-z-]+\s*=[^<>]*)?\s*/?>", re.IGNORECASE
)
_ENTITY = re.compile(
    r"&(?:nbsp|amp|lt|gt|quot|laquo|raquo|mdash|ndash|hellip|#\d{1,7}|#x[0-9a-f]{1,6});", re.IGNORECASE
)
_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200e\u200f\u2060\ufeff\u00ad"))
_SPACES = re.compile(r"[^\S\n]+")
_EMPTY_LINES = re.compile(r"\n{3,}")


def plain(text: str) -> tuple[str, bool]:
    """The text as its author sees it, and whether there was markup; addresses of links and pictures stay.

    A text without markup keeps everything but spaces nobody sees.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    marked = bool(_TAG.search(text))
    if marked:
        text = _Words.of(text)
    elif _ENTITY.search(text):
        marked, text = True, unescape(text)
    lines = (_SPACES.sub(" ", line).strip() for line in text.translate(_INVISIBLE).split("\n"))
    return _EMPTY_LINES.sub("\n\n", "\n".join(lines)).strip(), marked


class _Words(HTMLParser):
    """Collects what is to be read."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._parts: list[str] = []
        self._address = ""

    @classmethod
    def of(cls, text: str) -> str:
        words = cls()
        words.feed(text)
        words.close()
        return "".join(words._parts)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in ("br", "hr"):
            self._parts.append("\n")
        elif tag == "img":
            self._parts.append(f" {_address(given.get('src'))} ")
        elif tag == "a":
            self._address = _address(given.get("href"))
        elif tag in _BLOCKS:
            self._new_line()
        elif tag not in _INLINE:
            self._parts.append(self.get_starttag_text() or "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "a":
            if self._address and self._address not in "".join(self._parts[-3:]):
                self._parts.append(f" ({self._address})")
            self._address = ""
        elif tag in _BLOCKS:
            self._new_line()

    def handle_data(self, data: str) -> None:
        self._parts.append(data)

    def _new_line(self) -> None:
        if self._parts and not self._parts[-1].endswith("\n"):
            self._parts.append("\n")


def _address(given: str | None) -> str:
    """Exports write quotes of attributes as backquotes."""
    address = (given or "").strip("`'\" ")
    return address if address.startswith(("http://", "https://")) else ""
