"""Documents lead where they say; and the tree names no machine."""

import re
import subprocess
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.documents import DOCS, README, ROOT, anchors, links, text

CONTRIBUTING = ROOT / "CONTRIBUTING.md"
CHANGELOG = ROOT / "CHANGELOG.md"
SECURITY = ROOT / "SECURITY.md"
MAP = DOCS / "README.md"
DECISIONS = DOCS / "change/decisions.md"
DOCUMENTS = (README, CONTRIBUTING, CHANGELOG, SECURITY, *sorted(DOCS.rglob("*.md")))
PICTURES = {".png", ".webp"}


def _named(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("document", DOCUMENTS, ids=_named)
def test_links_lead_somewhere(document: Path) -> None:
    for link in links(document):
        if "://" in link:
            continue
        place, _, anchor = link.partition("#")
        target = (document.parent / place).resolve() if place else document
        assert target.is_relative_to(ROOT) and target.exists(), link
        assert not anchor or anchor in anchors(target), link


def test_the_map_leads_to_every_document_and_the_readme_to_the_map() -> None:
    assert {*DOCUMENTS} - {README, MAP} <= _linked_from(MAP)
    assert MAP in _linked_from(README)


def _linked_from(document: Path) -> set[Path]:
    here = [link.partition("#")[0] for link in links(document) if "://" not in link]
    return {(document.parent / place).resolve() for place in here}


@pytest.mark.parametrize("document", DOCUMENTS, ids=_named)
def test_files_that_are_named_by_their_path_exist(document: Path) -> None:
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")} | {"docs", "deploy"}
    named = re.findall(r"`(\w+/[\w./-]+\.(?:py|toml|json|md|sh|yml))`", text(document))
    assert [it for it in named if it.split("/")[0] in packages and not (ROOT / it).exists()] == []


# ---- decisions, contributing


def test_every_decision_that_is_cited_exists() -> None:
    decided = {int(number) for number in re.findall(r"^## (\d+)\. ", text(DECISIONS), re.MULTILINE)}
    cited = {
        (f"{path.relative_to(ROOT)}: {number}", int(number))
        for path in _tree()
        if path.suffix in {".py", ".md", ".toml", ".yml"}
        for numbers in re.findall(r"docs/change/decisions\.md, (\d+(?:(?:–|, | and )\d+)*)", text(path))
        for number in re.findall(r"\d+", numbers)
    }
    assert cited
    assert {where for where, number in cited if number not in decided} == set()


def test_commands_of_contributing_exist() -> None:
    targets = set(re.findall(r"^([\w-]+):", text(ROOT / "Makefile"), re.MULTILINE))
    named = re.findall(r"(?:^|`)make (?:PYTHON=\S+ )?([a-z-]+)", text(CONTRIBUTING), re.MULTILINE)
    assert named
    assert set(named) <= targets
    paths = re.findall(r"pytest ((?:tests/\S+ ?)+)", text(CONTRIBUTING))
    assert paths
    assert [path for line in paths for path in line.split() if not (ROOT / path.strip("`:")).exists()] == []


# ---- the tree

# Written so that this file is not among what they find.
FORBIDDEN = {
    "a document that is not here": r"\b(?:DESI[G]N|CLAUS[E]S)[,)]",
    "a path of one machine": r"(?<![\w.])/(?:work|root|farm|home|Users)/\w",
    "the host of a package registry": r"python[h]osted|py[p]i\.org|npm[j]s\.org|deb\.debian[.]org",
    "the name of a writing tool": r"(?i)\b(?:cl[a]ude|anthr[o]pic|chatg[p]t|copil[o]t|open[a]i|gem[i]ni)\b",
    "a thing left undone": r"\b(?:TO[D]O|FIX[M]E|XX[X])\b",
}


def _tree() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    return [ROOT / name for name in listed.stdout.split("\0") if name and not name.endswith(".lock")]


@pytest.mark.parametrize("what", FORBIDDEN)
def test_the_tree_is_free_of(what: str) -> None:
    pattern = re.compile(FORBIDDEN[what])
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:100]}"
        for path in _tree()
        if path.suffix not in PICTURES
        for number, line in enumerate(_inside(path).splitlines(), start=1)
        if pattern.search(line)
    ]
    assert found == []


def _inside(path: Path) -> str:
    """The text of a file; of a document of Word all its parts."""
    if path.suffix != ".docx":
        return text(path)
    with ZipFile(path) as parts:
        return "\n".join(parts.read(name).decode() for name in parts.namelist())
