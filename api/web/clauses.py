"""Clauses of the act in texts of pages: each opens its text.

Without scripts they are links to the help. Where the pages are, they are buttons: the text opens beside them.
"""

import re

from markupsafe import Markup, escape

_CITED = re.compile(r"\bп\.\s?(\d+)\b")
_SHOWN = Markup(
    '<a class="clause" role="button" href="/help#clause-{number}" data-clause="{number}">п. {number}</a>'
)


def clause(number: int) -> Markup:
    """«п. 11», which opens the text of clause 11."""
    return _SHOWN.format(number=number)


def with_clauses(text: str) -> Markup:
    """A text of the program, in which each «п. 11» opens the text of that clause."""
    parts = _CITED.split(text)
    # Every other part is the number of a clause.
    return Markup("").join(
        clause(int(part)) if place % 2 else escape(part) for place, part in enumerate(parts)
    )
