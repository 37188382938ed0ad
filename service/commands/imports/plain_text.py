"""Text of a message without the markup of the form it was written in.

Exports of feedback forms carry HTML. The text is a stranger's, so every expression here takes time in proportion to
its length; the parsers at hand do not where elements are nested deeply.
"""

import re
from html import unescape

from service.language.reading import reads_texts

_LINES = "address|article|blockquote|br|div|figure|h[1-6]|hr|li|ol|p|pre|table|td|th|tr|ul"
_INLINE = "a|b|em|font|i|img|s|small|span|strong|sub|sup|u"
_TAG = re.compile(
    rf"</?(?:(?P<line>{_LINES})|{_INLINE})(?P<attributes>\s*+/?|\s++[a-z-]++\s*+=[^<>]*+)>", re.IGNORECASE
)
_DECLARATION = re.compile(r"<[!?][^<>]*+>")
_ADDRESS = re.compile(r"\b(?:href|src)\s*+=\s*+[\"'`]?(https?://[^\s\"'`]++)", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:[a-z]{2,8}|#\d{1,7}|#x[0-9a-f]{1,6});", re.IGNORECASE)
_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200e\u200f\u2060\ufeff\u00ad"))
_EMPTY_LINES = re.compile(r"\n{3,}")


@reads_texts()
def plain(text: str) -> str:
    """The text as its author sees it, a line for each paragraph; addresses of links and pictures stay."""
    text = _TAG.sub(_shown, _DECLARATION.sub("", text))
    text = _ENTITY.sub(lambda entity: unescape(entity[0]), text).translate(_INVISIBLE)
    lines = (" ".join(line.split()) for line in text.splitlines())
    return _EMPTY_LINES.sub("\n\n", "\n".join(lines)).strip()


def _shown(tag: re.Match[str]) -> str:
    """What is read in place of a tag."""
    if tag["line"]:
        return "\n"
    address = _ADDRESS.search(tag["attributes"])
    # Many a link is its own text.
    if address is None or tag.string.startswith(address[1], tag.end()):
        return ""
    return f" {address[1]} "
