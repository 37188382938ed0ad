"""Words of the act in force on pages: what templates say of offices and clauses is said as the act has it.

Nobody has to think of it: each piece of a template that names an office or cites a clause of order 238, be it markup or
a string, is put into the words of the act when the page is made.
"""

from collections.abc import Iterator
from typing import Any

from jinja2 import pass_context
from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream
from jinja2.runtime import Context
from markupsafe import Markup

from calendar_rules.act_words import concerns, said

_OF_MARKUP, _OF_STRINGS = "markup_said", "said"


# Of the context, though they need nothing of it: else they were applied once, when the template is compiled.
@pass_context
def _said(_: Context, text: str) -> str:
    return said(text)


@pass_context
def _markup_said(_: Context, markup: str) -> Markup:
    return Markup(said(markup))  # noqa: S704  a template's own, and offices have no markup


class ActWords(Extension):
    """Puts the filter around whatever of a template concerns the act."""

    priority = 200  # behind what looks at the markup itself

    def __init__(self, environment: Any) -> None:
        super().__init__(environment)
        environment.filters |= {_OF_MARKUP: _markup_said, _OF_STRINGS: _said}

    def filter_stream(self, stream: TokenStream) -> Iterator[Token]:
        """The tokens of a template with those filters."""
        for token in stream:
            if token.type not in ("data", "string") or not concerns(token.value):
                yield token
            elif token.type == "data":
                line = token.lineno
                yield Token(line, "variable_begin", "{{")
                yield Token(line, "string", token.value)
                yield from _filter(line, _OF_MARKUP)
                yield Token(line, "variable_end", "}}")
            else:
                yield token
                yield from _filter(token.lineno, _OF_STRINGS)


def _filter(line: int, name: str) -> Iterator[Token]:
    yield Token(line, "pipe", "|")
    yield Token(line, "name", name)
