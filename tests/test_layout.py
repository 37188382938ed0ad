"""The program's modules lie flat in site-packages: their names are free there, and every list of them is whole."""

import ast
import re
import subprocess
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

import pytest

from api.web.templates import SHEETS
from tests.documents import ROOT, text

OUTSIDE_THE_PROGRAM = {"tests", "bench"}
PROJECT = tomllib.loads(text(ROOT / "pyproject.toml"))
TOOLS: dict[str, Any] = PROJECT["tool"]
# Not importable, but a name of the layout: a dependency may not take it either.
RESERVED = {"deploy"}


def _tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    return [Path(name) for name in listed.stdout.split("\0") if name]


PACKAGES = {
    path.parent.name for path in _tracked() if len(path.parts) == 2 and path.name == "__init__.py"
} - OUTSIDE_THE_PROGRAM
MODULES = {path.stem for path in _tracked() if len(path.parts) == 1 and path.suffix == ".py"}


def test_no_dependency_brings_a_module_of_the_same_name() -> None:
    installed = packages_distributions()
    taken = {
        name: set(installed.get(name, ())) - {PROJECT["project"]["name"]}
        for name in PACKAGES | MODULES | RESERVED
    }
    assert {name: brought_by for name, brought_by in taken.items() if brought_by} == {}


def test_the_wheel_has_every_package_and_module() -> None:
    included = TOOLS["hatch"]["build"]["only-include"]
    # And the guides, which the help shows.
    assert set(included) == PACKAGES | {f"{module}.py" for module in MODULES} | {"docs/ru"}
    assert len(included) == len(set(included))


def test_types_are_checked_and_imports_sorted_everywhere() -> None:
    everywhere = PACKAGES | OUTSIDE_THE_PROGRAM | MODULES
    assert {name.removesuffix(".py") for name in TOOLS["mypy"]["files"]} == everywhere
    assert set(TOOLS["ruff"]["lint"]["isort"]["known-first-party"]) == everywhere


def test_contracts_of_imports_know_every_package() -> None:
    contracts = TOOLS["importlinter"]
    assert set(contracts["root_packages"]) == PACKAGES
    (layers,) = (contract["layers"] for contract in contracts["contracts"] if contract["id"] == "layers")
    assert sorted(name for layer in layers for name in layer.split(" | ")) == sorted(PACKAGES)


# ---- modules of a single file, which import-linter does not know


def _imported(path: Path) -> set[str]:
    """Modules of the program that a file imports, wherever in it."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(text(path))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module)
    return {name for name in found if _top(name) in PACKAGES | MODULES}


# import-linter knows no submodules of others' packages.
_OF_ACTIVITIES = r"^\s*(from|import) temporalio(\.activity| import .*\bactivity\b)"


def _top(name: str) -> str:
    return name.partition(".")[0]


def test_settings_import_nothing_of_the_program() -> None:
    assert _imported(ROOT / "settings.py") == set()


def test_the_worker_knows_nothing_of_what_is_above_it() -> None:
    above = {"cli", "api", "embedded"}
    assert {name for name in _imported(ROOT / "worker.py") if _top(name) in above} == set()


@pytest.mark.parametrize("package", ["service", "store", "api", "embedded"])
def test_services_are_called_by_activities_and_know_nothing_of_them(package: str) -> None:
    files = [path for path in _tracked() if path.suffix == ".py" and path.parts[0] == package]
    assert files
    assert [str(path) for path in files if re.search(_OF_ACTIVITIES, text(ROOT / path), re.MULTILINE)] == []


@pytest.mark.parametrize("package", sorted(PACKAGES))
def test_no_package_imports_the_command_and_only_embedded_the_worker(package: str) -> None:
    above = {"cli"} if package == "embedded" else {"cli", "worker"}
    files = [path for path in _tracked() if path.suffix == ".py" and path.parts[0] == package]
    assert files
    assert [str(path) for path in files if {_top(name) for name in _imported(ROOT / path)} & above] == []


# ---- style sheets


def test_every_style_sheet_is_linked_and_every_link_leads_to_one() -> None:
    pages = "".join(text(ROOT / path) for path in _tracked() if path.suffix == ".html")
    lists = "".join(re.findall(r"{% for sheet in \[(.*?)\] %}", pages, re.DOTALL))
    linked = {*re.findall(r"css/([\w-]+)\.css", pages), *re.findall(r'"([\w-]+)"', lists), *SHEETS} - {
        "otklik"
    }
    assert linked == {path.stem for path in _tracked() if path.suffix == ".css"}
