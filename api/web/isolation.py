"""Isolation of what a template is given: whatever is in it, it moves nothing around it (docs/run/bounds.md).

Every value is set off by itself, as every value is escaped by itself: nobody has to think of it. Where there is markup
it is in `<bdi>`, in attributes that people read and in titles between marks; what people edit, and what machines read,
stays as it is. A value that could turn nothing is left alone.
"""

import re
from collections.abc import Iterator
from typing import Any

from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream
from markupsafe import Markup, escape

from service.messages.direction import balanced, isolated, turns

_READ = frozenset({"title", "aria-label", "alt", "placeholder", "label"})
_WITHOUT_MARKUP = frozenset({"title", "option"})
_EDITED = frozenset({"textarea", "script", "style"})
_OF_ELEMENTS, _OF_ATTRIBUTES = "set_off", "set_off_plainly"
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9-]*)")
_ATTRIBUTE = re.compile(r"([\w:@-]+)\s*=\s*$")


class AsTyped(str):
    """What somebody goes on editing: nothing is added to it."""

    __slots__ = ()


def set_off(value: Any) -> Any:
    """A value among markup."""
    if not isinstance(value, str) or isinstance(value, AsTyped | Markup) or not turns(value):
        return value
    return Markup("<bdi>{}</bdi>").format(balanced(value))


def set_off_plainly(value: Any) -> Any:
    """A value where no markup can be: in an attribute, a title, an option."""
    if not isinstance(value, str) or isinstance(value, AsTyped) or not turns(value):
        return value
    set_off = isolated(str(value))
    return Markup(set_off) if isinstance(value, Markup) else escape(set_off)  # noqa: S704 - it was markup before


class _Place:
    """Where in a page the next value of a template comes to stand."""

    def __init__(self) -> None:
        self._in_tag = False
        self._tag = ""
        self._closes = False
        self._quote = ""
        self._attribute = ""
        self._before = ""
        self._element = ""

    def read(self, markup: str) -> None:
        """Go on over what a template has as it is."""
        at = 0
        while at < len(markup):
            at = self._of_tag(markup, at) if self._in_tag else self._of_text(markup, at)

    def _of_text(self, markup: str, at: int) -> int:
        found = _TAG.search(markup, at)
        if found is None:
            return len(markup)
        self._in_tag, self._before = True, ""
        self._closes, self._tag = bool(found[1]), found[2].lower()
        return found.end()

    def _of_tag(self, markup: str, at: int) -> int:
        if self._quote:
            end = markup.find(self._quote, at)
            if end < 0:
                return len(markup)
            self._quote = self._before = ""
            return end + 1
        sign = markup[at]
        if sign == ">":
            self._in_tag = False
            if self._tag in _WITHOUT_MARKUP or self._tag in _EDITED:
                self._element = "" if self._closes else self._tag
        elif sign in "\"'":
            named = _ATTRIBUTE.search(self._before)
            self._quote, self._attribute = sign, named[1].lower() if named else ""
        self._before += sign
        return at + 1

    @property
    def filter(self) -> str | None:
        """What sets a value off here; None: nothing does."""
        if self._in_tag:
            return _OF_ATTRIBUTES if self._quote and self._attribute in _READ else None
        if self._element in _EDITED:
            return None
        return _OF_ATTRIBUTES if self._element in _WITHOUT_MARKUP else _OF_ELEMENTS


class Isolation(Extension):
    """Puts the filter of its place around every value that a template writes."""

    def __init__(self, environment: Any) -> None:
        super().__init__(environment)
        environment.filters |= {_OF_ELEMENTS: set_off, _OF_ATTRIBUTES: set_off_plainly, "as_typed": AsTyped}

    def filter_stream(self, stream: TokenStream) -> Iterator[Token]:
        """The tokens of a template with those filters."""
        place = _Place()
        wanted = None
        for token in stream:
            if token.type == "data":
                place.read(token.value)
            if token.type == "variable_end" and wanted is not None:
                yield Token(token.lineno, "rparen", ")")
                yield Token(token.lineno, "pipe", "|")
                yield Token(token.lineno, "name", wanted)
            yield token
            if token.type == "variable_begin":
                wanted = place.filter
                if wanted is not None:
                    yield Token(token.lineno, "lparen", "(")
