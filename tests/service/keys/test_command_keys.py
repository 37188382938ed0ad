"""Keys of commands: made once, readable by their owner only, the same for every process."""

import stat
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli import app
from service.keys import command_keys
from settings import Settings
from tests.command_keys import KEYS

POSTGRESQL = "postgresql://otklik@127.0.0.1:1/otklik"


@pytest.fixture(autouse=True)
def no_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OTKLIK_COMMAND_KEYS")


def otklik(*arguments: str, **environment: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, arguments, env=environment)
    return done.exit_code, done.output


def test_the_first_start_makes_keys_for_their_owner_only(tmp_path: Path) -> None:
    settings = Settings.load(data=tmp_path / "data")
    keys = command_keys.load(settings)
    file = tmp_path / "data" / "keys" / "commands"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert list(file.parent.iterdir()) == [file]
    assert command_keys.load(settings) == keys


def test_keys_that_were_open_to_others_are_closed(tmp_path: Path) -> None:
    settings = Settings.load(data=tmp_path)
    command_keys.load(settings)
    settings.command_keys_file.chmod(0o644)
    command_keys.load(settings)
    assert stat.S_IMODE(settings.command_keys_file.stat().st_mode) == 0o600


@pytest.mark.parametrize("command", ["worker", "api", "recover"])
def test_on_postgresql_nothing_starts_without_keys(tmp_path: Path, command: str) -> None:
    code, said = otklik(command, "--data", str(tmp_path), OTKLIK_DATABASE_URL=POSTGRESQL)
    assert code == 2
    assert "OTKLIK_COMMAND_KEYS" in said and "otklik keys new" in said
    assert list(tmp_path.iterdir()) == []


def test_serve_makes_them_on_postgresql_too(tmp_path: Path) -> None:
    settings = Settings.load(data=tmp_path, database_url=POSTGRESQL)
    made = command_keys.load(settings, make=True)
    assert command_keys.load(settings) == made


def test_the_variable_is_stronger_than_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    command_keys.load(Settings.load(data=tmp_path))
    monkeypatch.setenv("OTKLIK_COMMAND_KEYS", KEYS.written())
    assert command_keys.load(Settings.load(data=tmp_path)) == KEYS


def test_the_command_rotates_retires_and_never_shows_a_key_that_is_in_a_file(tmp_path: Path) -> None:
    data = ("--data", str(tmp_path))
    settings = Settings.load(data=tmp_path)
    first = command_keys.load(settings)
    shown = [otklik("keys", "rotate", *data), otklik("keys", "list", *data)]
    both = command_keys.load(settings)
    assert (both.current, both.keys[1], both.identity) == (2, first.keys[1], first.identity)
    shown += [otklik("keys", "retire", "1", *data), otklik("keys", "list", *data)]
    assert command_keys.load(settings).retired == {1}
    assert [code for code, _ in shown] == [0] * 4
    assert shown[1][1].splitlines() == [f"{both.id_of(2)}  текущий", f"{both.id_of(1)}  для проверки"]
    assert shown[3][1].splitlines() == [f"{both.id_of(2)}  текущий", f"{both.id_of(1)}  изъят"]
    secrets = [both.identity.hex(), *(secret.hex() for secret in both.keys.values())]
    assert not any(secret in said for secret in secrets for _, said in shown)
    code, said = otklik("keys", "retire", "2", *data)
    assert (code, "текущий" in said) == (2, True)
    assert stat.S_IMODE(settings.command_keys_file.stat().st_mode) == 0o600


def test_keys_of_the_variable_are_rotated_into_its_new_value(tmp_path: Path) -> None:
    code, said = otklik("keys", "rotate", "--data", str(tmp_path), OTKLIK_COMMAND_KEYS=KEYS.written())
    assert code == 0
    assert KEYS.keys[1].hex() in said
    assert list(tmp_path.iterdir()) == []
