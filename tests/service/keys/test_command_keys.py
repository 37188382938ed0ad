"""Keys of an installation: made once, readable by their owner only, the same for every process."""

import asyncio
import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli import app
from service.keys import command_keys, ring
from service.keys.key_files import KeysError
from service.networks import seal as network_seal
from settings import Settings
from store.database.engines import Database
from store.networks.tables import NetworkKeyRow
from tests.command_keys import KEYS
from tests.prepared import prepare
from tests.rows import add_office, network_key_row, one_of, put

POSTGRESQL = "postgresql://otklik@127.0.0.1:1/otklik"


@pytest.fixture(autouse=True)
def no_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OTKLIK_KEYS")


def otklik(*arguments: str, **environment: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, arguments, env=environment)
    return done.exit_code, done.output


def test_the_first_start_makes_keys_for_their_owner_only(tmp_path: Path) -> None:
    settings = Settings.load(data=tmp_path / "data")
    keys = command_keys.load(settings)
    file = tmp_path / "data" / "keys"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert list(file.parent.iterdir()) == [file]
    assert command_keys.load(settings) == keys


def test_processes_that_start_together_have_the_same_keys(tmp_path: Path) -> None:
    settings = Settings.load(data=tmp_path)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: command_keys.load(settings), range(8)))
    assert found == [found[0]] * 8
    assert list(tmp_path.iterdir()) == [settings.keys_file]


def test_damaged_keys_are_named_and_not_repeated_and_no_others_take_their_place(tmp_path: Path) -> None:
    settings = Settings.load(data=tmp_path)
    settings.keys_file.write_text("nearly-a-secret")
    with pytest.raises(KeysError, match=str(settings.keys_file)) as raised:
        command_keys.load(settings)
    assert "nearly-a-secret" not in str(raised.value)
    assert settings.keys_file.read_text() == "nearly-a-secret"
    with pytest.raises(KeysError, match="OTKLIK_KEYS"):
        command_keys.load(settings.model_copy(update={"keys": ""}))


def test_keys_that_were_open_to_others_are_closed(tmp_path: Path) -> None:
    settings = Settings.load(data=tmp_path)
    command_keys.load(settings)
    settings.keys_file.chmod(0o644)
    command_keys.load(settings)
    assert stat.S_IMODE(settings.keys_file.stat().st_mode) == 0o600


@pytest.mark.parametrize("command", ["worker", "api", "recover"])
def test_on_postgresql_nothing_starts_without_keys(tmp_path: Path, command: str) -> None:
    code, said = otklik(command, "--data", str(tmp_path), OTKLIK_DATABASE_URL=POSTGRESQL)
    assert code == 2
    assert "OTKLIK_KEYS" in said and "otklik keys new" in said
    assert list(tmp_path.iterdir()) == []


def test_the_variable_is_stronger_than_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    command_keys.load(Settings.load(data=tmp_path))
    monkeypatch.setenv("OTKLIK_KEYS", KEYS.written())
    assert command_keys.load(Settings.load(data=tmp_path)) == KEYS


async def _with_an_account(settings: Settings) -> None:
    await prepare(settings)
    database = Database(settings.database_url)
    sealed = ring.load(settings).seal(network_seal.PURPOSE, "secret", "key")
    try:
        async with database.write() as session:
            await add_office(session, {}, ["roads"])
        await put(
            database, network_key_row("key", "https://vk.com/roads", datetime.now(UTC), credentials=sealed)
        )
    finally:
        await database.dispose()


async def _account(settings: Settings) -> str:
    database = Database(settings.database_url)
    try:
        return (await one_of(database, NetworkKeyRow, "key")).credentials
    finally:
        await database.dispose()


def test_the_command_rotates_retires_and_never_shows_a_key_that_is_in_a_file(tmp_path: Path) -> None:
    data = ("--data", str(tmp_path))
    settings = Settings.load(data=tmp_path)
    asyncio.run(_with_an_account(settings))
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
    account = asyncio.run(_account(settings))
    assert ring.load(settings).unseal(network_seal.PURPOSE, account, "key") == "secret"
    code, said = otklik("keys", "retire", "2", *data)
    assert (code, "текущий" in said) == (2, True)
    assert stat.S_IMODE(settings.keys_file.stat().st_mode) == 0o600


def test_keys_of_the_variable_are_rotated_into_its_new_value(tmp_path: Path) -> None:
    code, said = otklik("keys", "rotate", "--data", str(tmp_path), OTKLIK_KEYS=KEYS.written())
    assert code == 0
    assert KEYS.keys[1].hex() in said
    assert list(tmp_path.iterdir()) == []
