"""The project's documents as tests read them: code blocks, headings and links."""

import re
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
DOCS = ROOT / "docs"

_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


def text(document: Path) -> str:
    return document.read_text(encoding="utf-8")


def section(document: Path, title: str) -> str:
    """The part under a heading of the second level."""
    return re.split(r"^## ", text(document), flags=re.MULTILINE)[
        [heading.strip() for heading in re.findall(r"^## (.+)$", text(document), re.MULTILINE)].index(title)
        + 1
    ]


def blocks(markdown: str, language: str) -> list[str]:
    """Fenced blocks of a language, without their fences, also those that are part of a list."""
    found = re.findall(rf"^ *```{language}\n(.*?)^ *```$", markdown, re.MULTILINE | re.DOTALL)
    return [dedent(block) for block in found]


def links(document: Path) -> Iterator[str]:
    """Where its links point, code left out."""
    yield from _LINK.findall(re.sub(r"^```.*?^```$", "", text(document), flags=re.MULTILINE | re.DOTALL))


def anchors(document: Path) -> set[str]:
    """Anchors of its headings, as GitHub makes them."""
    return {
        re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")
        for heading in _HEADING.findall(text(document))
    }
