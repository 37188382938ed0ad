"""PostgreSQL on another machine is reached by TLS that proves who it is, or not at all.

The server is on loopback; that it is another machine's is a matter of its name (`hostaddr` says where it is).
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import psycopg
import pytest
from typer.testing import CliRunner

from cli import app
from settings import Settings
from store.database.blocking import BlockingDatabase
from store.database.engines import Database
from store.database.session import DatabaseError
from telemetry import tls_advice
from tests.documents import ROOT
from tests.postgresql import postgresql_server
from tests.tls.conftest import Certificates
from tests.tls.servers import before_postgresql


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with postgresql_server() as server:
        yield server


@pytest.fixture(scope="module")
async def port(server: str, certificates: Certificates) -> AsyncIterator[int]:
    async with before_postgresql(server, certificates.ours / "postgres") as listening:
        yield listening


def address(port: int, name: str = "postgres") -> str:
    return f"postgresql://postgres@{name}:{port}/postgres?hostaddr=127.0.0.1"


async def answer(settings: Settings) -> str:
    """What of a connection in threads, and one without: `ok`, or what to do."""
    blocking, database = BlockingDatabase(settings.database_url, 1), Database(settings.database_url)
    answers = set()
    for check in (asyncio.to_thread(blocking.check), database.check()):
        try:
            await check
        except DatabaseError as error:
            answers.add(tls_advice.for_database(error) or str(error))
        else:
            answers.add("ok")
    blocking.dispose()
    await database.dispose()
    (told,) = answers
    return told


@pytest.mark.parametrize(
    ("name", "authority", "said"),
    [
        ("postgres", "ours", "ok"),
        ("postgres", "strangers", "выдан не тем удостоверяющим центром"),
        ("elsewhere", "ours", "выдан на другое имя"),
        ("postgres", None, "Задайте путь"),
    ],
)
@pytest.mark.parametrize("by_libpq", [False, True])
async def test_only_a_server_that_proves_who_it_is_is_connected_to(
    port: int,
    certificates: Certificates,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    name: str,
    authority: str | None,
    said: str,
    by_libpq: bool,
) -> None:
    """The authority may be named to libpq too."""
    ca = getattr(certificates, authority) / "otklik" / "ca.pem" if authority else tmp_path / "nothing.crt"
    monkeypatch.setenv("PGSSLROOTCERT", str(ca if by_libpq else tmp_path / "nothing.crt"))
    settings = Settings.load(
        database_url=address(port, name), database_ca=None if by_libpq or not authority else ca
    )
    assert settings.unprotected() == ()
    assert said in await answer(settings)


@asynccontextmanager
async def server_without_tls() -> AsyncIterator[int]:
    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readexactly(8)
        writer.write(b"N")  # to SSLRequest: there is none here
        await reader.read(1)
        writer.close()

    server = await asyncio.start_server(refuse, "127.0.0.1", 0)
    yield server.sockets[0].getsockname()[1]
    server.close()


async def test_a_server_without_tls_is_refused_and_the_command_says_what_to_do(
    certificates: Certificates, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    ca = certificates.ours / "otklik" / "ca.pem"
    async with server_without_tls() as port:
        monkeypatch.setenv("OTKLIK_DATABASE_URL", address(port))
        monkeypatch.setenv("OTKLIK_DATABASE_CA", str(ca))
        monkeypatch.chdir(tmp_path)
        done = await asyncio.to_thread(CliRunner().invoke, app, ["admin", "remove-second-factor", "ivanov"])
    assert done.exit_code == 1
    assert "отвечает без TLS" in done.output
    assert "OTKLIK_DATABASE_TLS=false" in done.output


async def test_what_is_switched_off_is_said_at_the_start(port: int) -> None:
    settings = Settings.load(database_url=address(port), database_tls=False)
    assert settings.unprotected() == ("PostgreSQL",)
    assert await answer(settings) == "ok"


def test_the_servers_own_file_lets_nobody_in_without_tls(server: str) -> None:
    with psycopg.connect(server, autocommit=True) as connection:
        (kept,) = connection.execute("SHOW hba_file").fetchone() or ("",)
        before = Path(kept).read_bytes()
        try:
            # Read again by the view alone.
            Path(kept).write_bytes((ROOT / "deploy/postgres/pg_hba.conf").read_bytes())
            rules = connection.execute(
                "SELECT type, user_name, auth_method FROM pg_hba_file_rules ORDER BY rule_number"
            ).fetchall()
        finally:
            Path(kept).write_bytes(before)
    assert rules == [("local", ["postgres"], "peer"), ("hostssl", ["all"], "scram-sha-256")]


def test_whoever_is_refused_without_tls_is_told_so() -> None:
    told = tls_advice.for_database(
        psycopg.OperationalError('no pg_hba.conf entry for host "10.0.0.5", user "otklik", no encryption')
    )
    assert told is not None
    assert "не принимает соединений без TLS" in told
