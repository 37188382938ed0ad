"""Text of a message without the markup of the form it was written in.

Exports of feedback forms carry HTML: nobody reads tags in a complaint, and they would be searched and compared
like words. The text is a stranger's, so that everything here takes time in proportion to its length; the parser of the
standard library does not, nor do expressions that try again from every space.
"""

import re
from html import unescape

_BLOCKS = (
    frozenset(f"h{level}" for level in range(1, 7))
    | {"address", "article", "blockquote", "div", "figure", "li", "ol", "p", "pre"}
    | {"table", "td", "th", "tr", "ul"}
)
_INLINE = {"a", "b", "br", "em", "font", "hr", "i", "img", "s", "small", "span", "strong", "sub", "sup", "u"}
_TAG = re.compile(
    rf"<(?P<end>/?)(?P<name>{'|'.join(sorted(_BLOCKS | _INLINE))})"
    r"(?P<attributes>\s*+/?|\s++[a-z-]++\s*+=[^<>]*+)>",
    re.IGNORECASE,
)
_DECLARATION = re.compile(r"<[!?][^<>]*+>")
_HREF, _SRC = (
    re.compile(
        rf"\s{name}\s*+=\s*+(?:\"(?P<a>[^\"]*+)\"|'(?P<b>[^']*+)'|(?P<c>[^\s\"'][^\s>]*+))", re.IGNORECASE
    )
    for name in ("href", "src")
)
_ENTITY = re.compile(
    r"&(?:nbsp|amp|lt|gt|quot|laquo|raquo|mdash|ndash|hellip|#\d{1,7}|#x[0-9a-f]{1,6});", re.IGNORECASE
)
_NO_CHARACTER = re.compile(r"&#(?=\d{8})")
"""The beginning of a number that is not a character, and may be too long for Python to read."""
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
        text = _Words().of(_without_comments(text))
    elif _ENTITY.search(text):
        marked, text = True, _characters(text)
    lines = (_SPACES.sub(" ", line).strip() for line in text.translate(_INVISIBLE).split("\n"))
    return _EMPTY_LINES.sub("\n\n", "\n".join(lines)).strip(), marked


class _Words:
    """Collects what is to be read."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._address = ""

    def of(self, text: str) -> str:
        end = 0
        for tag in _TAG.finditer(text):
            self._add(text[end : tag.start()])
            self._take(tag["name"].lower(), tag["attributes"], is_end=bool(tag["end"]))
            end = tag.end()
        self._add(text[end:])
        return "".join(self._parts)

    def _add(self, text: str) -> None:
        if text:
            self._parts.append(_characters(_DECLARATION.sub("", text)))

    def _take(self, name: str, attributes: str, *, is_end: bool) -> None:
        if name in _BLOCKS:
            if self._parts and not self._parts[-1].endswith("\n"):
                self._parts.append("\n")
        elif name in ("br", "hr"):
            self._parts.append("\n")
        elif name == "img":
            self._parts.append(f" {_address(_SRC, attributes)} ")
        elif name == "a" and is_end:
            if self._address and self._address not in "".join(self._parts[-3:]):
                self._parts.append(f" ({self._address})")
            self._address = ""
        elif name == "a":
            self._address = _address(_HREF, attributes)


def _without_comments(text: str) -> str:
    parts: list[str] = []
    end = 0
    while (start := text.find("<!--", end)) >= 0 and (stop := text.find("-->", start)) >= 0:
        parts.append(text[end:start])
        end = stop + len("-->")
    return "".join([*parts, text[end:]])


def _characters(text: str) -> str:
    """The text with its entities as the characters they stand for."""
    return unescape(_NO_CHARACTER.sub("&amp;#", text))


def _address(attribute: re.Pattern[str], attributes: str) -> str:
    """Exports write quotes of attributes as backquotes."""
    found = attribute.search(attributes)
    given = unescape(found["a"] or found["b"] or found["c"] or "") if found else ""
    address = given.strip("`'\" ")
    return address if address.startswith(("http://", "https://")) else ""
