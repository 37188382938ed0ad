"""Commands of the command line are in the record of access, with the account of the machine that ran them."""

import json
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.core import TyperGroup
from typer.testing import CliRunner, Result

from cli import NOT_RECORDED, RecordedCommand
from cli import app as cli
from service.access import operator_record
from service.access.recorded_calls import Call
from settings import Settings
from tests.prepared import prepare

PASSWORD = "длинный пароль"
OF_NO_INSTALLATION = {
    *("regulation check", "report template", "report check"),
    *("keys new", "certificates", "verify", "doctor"),
    *("calendar check", "calendar print", "simulate"),
}
"""They touch nothing that could have a record: `verify` and `doctor` change nothing, and may be given a copy of
somebody else's; checks of what time is counted by, and simulations, show nothing of a message but its number."""


@pytest.fixture
async def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("SUDO_USER", raising=False)
    await prepare(Settings.load(data=tmp_path))
    return tmp_path


def run(data: Path, *command: str) -> Result:
    return CliRunner().invoke(cli, [*command, "--data", str(data)], input=f"{PASSWORD}\n")


def rows(data: Path) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(data / "otklik.db")) as connection:
        found = connection.execute("SELECT call, outcome, person, details FROM access_record ORDER BY id")
        return [(*row[:3], json.loads(row[3] or "{}")) for row in found]


def commands(group: typer.core.TyperGroup, *before: str) -> Iterator[tuple[str, object]]:
    for name, command in group.commands.items():
        if isinstance(command, TyperGroup):
            yield from commands(command, *before, name)
        else:
            yield " ".join((*before, name)), command


def test_every_command_is_on_record_under_a_name_of_its_own() -> None:
    group = typer.main.get_command(cli)
    assert isinstance(group, TyperGroup)
    known = dict(commands(group))
    assert known.keys() >= OF_NO_INSTALLATION
    assert all(isinstance(command, RecordedCommand) for command in known.values())
    calls = {f"cli.{name.replace(' ', '.')}" for name in known.keys() - OF_NO_INSTALLATION}
    assert calls == {call for call in Call if call.startswith("cli.")}


def test_what_was_done_and_what_was_refused_is_on_record(data: Path, tmp_path: Path) -> None:
    assert run(data, "admin", "create", "petrova", "--name", "Петрова Анна Ивановна").exit_code == 0
    assert run(data, "directory", "password", "nobody").exit_code == 2
    assert run(data, "directory", "load", str(tmp_path / "missing.toml")).exit_code == 2
    account = operator_record.account()
    assert account.startswith("os:")
    assert rows(data) == [
        ("cli.admin.create", "ok", account, {"key": "petrova"}),
        ("cli.directory.password", "failed", account, {"key": "nobody"}),
        ("cli.directory.load", "failed", account, {"file": "missing.toml"}),
    ]


def test_no_password_is_on_record(data: Path) -> None:
    run(data, "admin", "create", "petrova", "--name", "Петрова Анна Ивановна")
    assert PASSWORD.encode() not in (data / "otklik.db").read_bytes()
    assert PASSWORD not in str(rows(data))


def test_whoever_became_another_account_is_named_too(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUDO_USER", "ivanov")
    run(data, "keys", "list")
    assert rows(data)[0][3] == {"sudo_user": "ivanov"}


def test_a_command_that_is_not_on_record_says_so(data: Path) -> None:
    with closing(sqlite3.connect(data / "otklik.db")) as connection:
        connection.execute("DROP TABLE access_record")
        shown = run(data, "keys", "list")
    assert shown.exit_code == 0
    assert NOT_RECORDED in shown.stderr


def test_where_there_is_no_installation_yet_none_is_made(tmp_path: Path) -> None:
    assert run(tmp_path, "keys", "list").exit_code == 0
    assert not (tmp_path / "otklik.db").exists()


@pytest.mark.parametrize("command", ["worker", "api", "import", "recover"])
def test_what_goes_on_for_long_is_on_record_as_it_begins(data: Path, command: str) -> None:
    operator_record.begin(Settings.load(data=data), [command], {}).write_begun()
    assert {row[:2] for row in rows(data)} == {(f"cli.{command}", "begun")}


def test_what_the_supervisor_starts_is_one_command(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTKLIK_SUPERVISOR_FD", str(os.dup(0)))
    for command in ("prepare", "worker", "api"):
        operator_record.begin(Settings.load(data=data), [command], {}).ended(succeeded=True)
    assert [row[:2] for row in rows(data)] == [("cli.serve", "begun")]
