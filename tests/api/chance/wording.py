"""Checks that a text is one for a civil servant: Russian, without keys of the program in it."""

import re

_LINK = re.compile(r"https?://\S+|\b[a-z0-9.-]+\.(?:ru|com|рф|me|be|tv|net|org)\b(?:/\S*)?", re.IGNORECASE)
_FIELD = re.compile(r"^Поле [a-z_.0-9]+: ")
"""What the API puts before a reason that concerns one field of a request."""
_QUOTED_SIGN_IN = re.compile(r"«[a-z0-9-]+»")
_LATIN = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
_NAMES = {"Instagram", "YouTube", "RuTube", "Rutube", "Telegram", "X", "II", "III"}
"""Proper names that are written in Latin letters."""
_RUSSIAN = re.compile(r"[А-Яа-яЁё]{2}")
_UNFINISHED = re.compile(r"[{}]|None|\bNaN\b|\d{4}-\d\d-\d\d|\d\d:\d\d:\d\d|  ")


def assert_readable(text: str) -> None:
    """Raises AssertionError where a text has no Russian, a key, a moment as machines write it, or a gap."""
    assert _RUSSIAN.search(text), text
    left = _QUOTED_SIGN_IN.sub("", _LINK.sub("", _FIELD.sub("", text)))
    words = [word for word in _LATIN.findall(left) if word not in _NAMES]
    assert not words, f"{words} in: {text}"
    found = _UNFINISHED.search(left)
    assert found is None, f"{found and found[0]!r} in: {text}"
