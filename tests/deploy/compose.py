"""`docker-compose.yml` as Compose reads it: anchors, merges, and variables of `.env`."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from tests.command_keys import KEYS
from tests.documents import ROOT

FILE = ROOT / "docker-compose.yml"
EXAMPLE = ROOT / "deploy" / "env.example"

VARIABLE = re.compile(r"\$\{(?P<name>\w+)(?:(?P<kind>:[-?])(?P<rest>[^}]*))?\}")
OURS = ("prepare", "worker", "api")


class NotSetError(Exception):
    """Compose refuses to start; the text is what it says."""


def load(environment: Mapping[str, str]) -> dict[str, Any]:
    """The file with its variables filled in. Raises NotSetError for one that must be set and is not."""

    def fill(found: re.Match[str]) -> str:
        value = environment.get(found["name"], "")
        if value or found["kind"] is None:
            return value
        if found["kind"] == ":?":
            raise NotSetError(found["rest"])
        return found["rest"]

    def filled(node: Any) -> Any:
        if isinstance(node, dict):
            return {key: filled(value) for key, value in node.items()}
        if isinstance(node, list):
            return [filled(value) for value in node]
        return VARIABLE.sub(fill, node) if isinstance(node, str) else node

    content: dict[str, Any] = filled(YAML(typ="safe").load(FILE.read_text(encoding="utf-8")))
    return content


def with_certificates(environment: Mapping[str, str], folder: Path) -> dict[str, str]:
    """The variables of a service with its certificates, in the file at `/tls`, in `folder` instead."""
    return {name: value.replace("/tls/", f"{folder}/", 1) for name, value in environment.items()}


def example() -> dict[str, str]:
    """The variables of `deploy/env.example`."""
    lines = EXAMPLE.read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def secrets() -> list[str]:
    """Variables of the example that have no value, and must get one."""
    return [name for name, value in example().items() if name.endswith(("PASSWORD", "KEYS")) and not value]


def environment() -> dict[str, str]:
    """The example with its secrets set."""
    passwords = {name: f"a {name.lower()} of '@:/%$ signs" for name in secrets()}
    return example() | passwords | {"OTKLIK_KEYS": KEYS.written().replace("\n", " ")}
