"""Clauses of the act in texts of pages: each opens its text.

Without scripts they are links to the help. Where the pages are, they are buttons: the text opens beside them.
"""

import re

from markupsafe import Markup, escape

from api.web.isolation import set_off
from service.messages.direction import turns

_CITED = re.compile(r"\b((?:п\.|пункт(?:а|у|ом|е)?)\s?(\d+))\b")
_SHOWN = Markup(
    '<a class="clause" role="button" href="/help#clause-{number}" data-clause="{number}">{said}</a>'
)


def clause(number: int) -> Markup:
    """«п. 11», which opens the text of clause 11."""
    return _SHOWN.format(number=number, said=f"п. {number}")


def with_clauses(text: str) -> Markup:
    """A text of the program, in which each «п. 11» and «пункт 11» opens the text of that clause."""
    if turns(text):
        return Markup("").join([set_off(text)])
    made, at = [], 0
    for cited in _CITED.finditer(text):
        made += [escape(text[at : cited.start()]), _SHOWN.format(number=cited[2], said=cited[1])]
        at = cited.end()
    return Markup("").join([*made, escape(text[at:])])
