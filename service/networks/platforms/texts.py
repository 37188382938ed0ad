"""Comparison of texts in a network with what was written: networks escape, trim and break lines in their own ways."""

import html
import re
import unicodedata

_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
_TAG_OF_A_LINE = re.compile(r"<br\s*/?>", re.IGNORECASE)


def plain(text: str) -> str:
    """A text as it reads: entities resolved, one form of each letter, one space for every gap."""
    shown = html.unescape(_TAG_OF_A_LINE.sub("\n", text))
    return " ".join(_UNSEEN.sub("", unicodedata.normalize("NFC", shown)).split())


def same(one: str, other: str) -> bool:
    """Whether two texts read the same."""
    return plain(one) == plain(other)
