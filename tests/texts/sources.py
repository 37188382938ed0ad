"""Texts as they stand in the sources: Russian strings of the code and words of templates, with where they stand."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import docx
from docx.oxml.ns import qn

ROOT = Path(__file__).parents[2]
_PACKAGES = ("activities", "api", "calendar_rules", "embedded", "service", "store", "telemetry", "workflows")
_MODULES = ("cli.py", "settings.py", "worker.py")
_NOT_READ = ("store/migrations", "service/suggestions", "service/people/person_names.py")
"""What is migrated, what is learnt from, and endings of words."""
_RUSSIAN = re.compile(r"[А-Яа-яЁё]{2}")
_JINJA = re.compile(r"{#.*?#}|{%.*?%}", re.DOTALL)
_VALUE = re.compile(r"{{.*?}}", re.DOTALL)
_READ_ALOUD = re.compile(r'(?:aria-label|title|placeholder|alt|data-title|value|content)="([^"]*)"')
_TAG = re.compile(r"<[^>]*>", re.DOTALL)
_GAP = "…"
"""Stands for what is put in."""


class Text(NamedTuple):
    """A text, and the file in which it stands."""

    where: str
    words: str


@cache
def all_texts() -> tuple[Text, ...]:
    """Every text, in the order of the files, each once in a file."""
    found = [Text(_where(path), words) for path in _code() for words in _of_code(path)]
    found += [Text(_where(path), words) for path in _templates() for words in _of_template(path)]
    return tuple(dict.fromkeys(found))


def _where(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _is_read(path: Path) -> bool:
    return not _where(path).startswith(_NOT_READ)


def _code() -> Iterator[Path]:
    for package in _PACKAGES:
        yield from (path for path in sorted((ROOT / package).rglob("*.py")) if _is_read(path))
    yield from (ROOT / module for module in _MODULES)


def _templates() -> Iterator[Path]:
    for package in ("api", "embedded", "service"):
        yield from (
            path
            for path in sorted((ROOT / package).rglob("*"))
            if path.suffix in (".html", ".typ", ".docx") and _is_read(path)
        )


def _of_code(path: Path) -> Iterator[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    parts = {part for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            words = "".join(
                str(part.value) if isinstance(part, ast.Constant) else _GAP for part in node.values
            )
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in parts:
            words = node.value
        else:
            continue
        # Docstrings in English are for engineers: they quote a word here and there.
        if _RUSSIAN.search(words) and not re.match(r"[^А-Яа-яЁё]*[A-Za-z]{3}", words):
            yield _spaced(words)


def _of_template(path: Path) -> Iterator[str]:
    source = _of_word(path) if path.suffix == ".docx" else path.read_text(encoding="utf-8")
    text = _VALUE.sub(_GAP, _JINJA.sub("\n", source))
    for words in _READ_ALOUD.findall(text):
        if _RUSSIAN.search(words):
            yield _spaced(words)
    for line in _TAG.sub("\n", text).splitlines():
        if _RUSSIAN.search(line):
            yield _spaced(line)


def _of_word(path: Path) -> str:
    """Its paragraphs, those of cells too, a line each."""
    paragraphs = docx.Document(str(path)).element.body.iter(qn("w:p"))
    return "\n".join(
        "".join(part.text or "\n" for part in it.iter(qn("w:t"), qn("w:br"))) for it in paragraphs
    )


def _spaced(words: str) -> str:
    return " ".join(words.split())
