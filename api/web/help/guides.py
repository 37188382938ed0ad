"""Guides for people of the service, as pages show them: the texts of `docs/ru`, which come with the program."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markupsafe import Markup

from api.web.clauses import with_clauses
from calendar_rules import russian
from calendar_rules.act_words import said
from calendar_rules.regulation import LimitName, Regulation, order_238
from calendar_rules.terms import Term, Unit
from calendar_rules.vocabulary import Role

_TEXTS = Path(__file__).parents[3] / "docs" / "ru"
_OF_ROLES: Mapping[Role, str] = {
    Role.CURATOR: "curator",
    Role.EXECUTOR: "executor",
    Role.RESPONSIBLE: "responsible",
    Role.DEPUTY: "responsible",
    Role.HEAD: "responsible",
    Role.DEPUTY_POLICY: "responsible",
    Role.GOVERNOR: "responsible",
    Role.ADMIN: "administrator",
}
NAMES = ("curator", "executor", "responsible", "administrator", "time", "demonstration")
_PAGES = {"../use/api.md": "/docs"}
"""Documents that have a page of their own here."""
_PLACE = re.compile(r"[^\w\- ]")
_TERM = re.compile(r"<!--(\w+)-->[^<]*<!--/-->")
"""A term of order 238 with the limit that has it: «<!--approval-->1 ч 30 мин<!--/-->»."""
_EXAMPLES = re.compile(r"<!--order 238-->.*?<!--/order 238-->\n", re.DOTALL)
_MARKER = re.compile(r"<!--/?order 238-->\n")
_ELSEWHERE = re.compile(r"https?://")


@dataclass(frozen=True, slots=True)
class Guide:
    """A guide: `name` in addresses, its title, what is under it, and the places and titles of its parts."""

    name: str
    title: str
    text: Markup
    parts: Sequence[tuple[str, str]]


def of_roles(roles: set[Role]) -> str | None:
    """The name of the guide for whoever has these roles, the first one's of the order's roles; None without one."""
    return next((name for role, name in _OF_ROLES.items() if role in roles), None)


def guide(name: str, act: Regulation | None = None) -> Guide:
    """One of `NAMES`, without its title, which stands over it; with the terms of the act; order 238 if none."""
    return _made(name, said(of_act((_TEXTS / f"{name}.md").read_text("utf-8"), act or order_238())))


def of_act(text: str, act: Regulation) -> str:
    """A guide with the terms of an act where it has those of order 238, without the examples of that order."""
    if act.act.key != order_238().act.key:
        text = _EXAMPLES.sub("", text)
    terms = {name.value: _short(act.limits[name].term) for name in LimitName}
    if act.limits.draft.counted == "before_answer":
        terms["draft"] = f"за {terms['draft']} до срока ответа"
    else:
        terms["draft"] += " с поступления"
    terms["from"] = "выявления" if act.limits.answer.starts == ("detection",) else "направления"
    terms["warning"] = russian.amount(act.readings.warning.before)
    terms["acknowledge"] = russian.working_time(act.readings.escalation.acknowledge_within)
    return _MARKER.sub("", _TERM.sub(lambda found: terms[found[1]], text))


def _short(term: Term) -> str:
    return russian.short_amount(term.amount) if term.unit is Unit.WORKING_HOURS else str(term)


@lru_cache(maxsize=64)
def _made(name: str, text: str) -> Guide:
    markdown = MarkdownIt("commonmark", {"html": False}, renderer_cls=_Renderer).enable("table")
    title, *tokens = _without_title(markdown.parse(text))
    parts = []
    for heading, inline in pairwise(tokens):
        if heading.type != "heading_open":
            continue
        place = _place(inline.content)
        heading.attrSet("id", place)
        if heading.tag == "h2":
            parts.append((place, inline.content))
    rendered = markdown.renderer.render(tokens, markdown.options, {})
    return Guide(name, title.content, Markup(rendered), parts)  # noqa: S704  the program's own text


def _without_title(tokens: Sequence[Token]) -> list[Token]:
    """What the title says, and everything behind it."""
    return [tokens[1], *tokens[3:]]


def _place(heading: str) -> str:
    """The name by which links lead to a heading, as the sites of repositories make it."""
    return _PLACE.sub("", heading.lower()).replace(" ", "-")


class _Renderer(RendererHTML):
    """Clauses open their text; links lead to guides here, and those to other documents are words; no pictures."""

    def text(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        return str(with_clauses(tokens[idx].content))

    def image(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        return ""

    def table_open(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        return '<div class="wide-table" tabindex="0"><table class="ledger">'

    def table_close(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        return "</table></div>"

    def link_open(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        address = _address(str(tokens[idx].attrs["href"]))
        return f'<a href="{address}">' if address else "<span>"

    def link_close(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        opened = next(token for token in reversed(tokens[:idx]) if token.type == "link_open")
        return "</a>" if _address(str(opened.attrs["href"])) else "</span>"


def _address(link: str) -> str | None:
    """Where a link of a guide leads here; None for a document that the program does not show."""
    file, _, place = unquote(link).partition("#")
    if _ELSEWHERE.match(link) or not file:
        return link
    if file in _PAGES:
        return _PAGES[file]
    name = file.removesuffix(".md")
    if name not in NAMES:
        return None
    return f"/help/guides/{name}" + (f"#{quote(place)}" if place else "")
