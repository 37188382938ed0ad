"""Guides for people of the service, as pages show them: the texts of `docs/ru`, which come with the program."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markupsafe import Markup

from api.web.clauses import with_clauses
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


@cache
def guide(name: str) -> Guide:
    """One of `NAMES`, without its title, which stands over it."""
    markdown = MarkdownIt("commonmark", {"html": False}, renderer_cls=_Renderer).enable("table")
    title, *tokens = _without_title(markdown.parse((_TEXTS / f"{name}.md").read_text("utf-8")))
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
