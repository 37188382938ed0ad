"""Work with a primary and a standby of PostgreSQL, when the first is gone and the second is promoted."""

import shutil
import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from settings import Settings
from store.database.blocking import BlockingDatabase
from store.database.engines import Database
from tests.postgresql import running_server, tool
from tests.temporal_server import free_port

ADD, SEEN = "INSERT INTO written VALUES (:number)", "SELECT number FROM written ORDER BY number"


class Servers:
    """A primary and its standby, which has everything that was committed; each listens on a port of its own."""

    def __init__(self, server: Any) -> None:
        self._server = server
        self._standby = server.pgdata.parent / "standby"
        self.ports = (free_port(), free_port())
        self._primary = server.pgdata
        self._control(self._primary, "restart", self.ports[0])
        server.ensure_postgres_running()
        url = f"postgresql://postgres@127.0.0.1:{self.ports[0]}/postgres"
        self._standby.mkdir(mode=0o700)
        if server.system_user is not None:
            shutil.chown(self._standby, server.system_user)
            # What the package keeps there, as whoever runs the test.
            for beside in server.pgdata.glob(".*.json"):
                shutil.chown(beside, server.system_user)
        self._run(
            "pg_basebackup",
            "--write-recovery-conf",
            "--checkpoint",
            "fast",
            "--pgdata",
            self._standby,
            "--dbname",
            url,
        )
        self._control(self._standby, "start", self.ports[1])
        for change in (
            "CREATE TABLE written (number integer)",
            "ALTER SYSTEM SET synchronous_standby_names = '*'",
            "SELECT pg_reload_conf()",
        ):
            self._run("psql", "--quiet", "--output", "/dev/null", "--command", change, url)

    def fail_over(self) -> None:
        """As an operator does: the primary is gone, the standby takes its place and waits for no other."""
        self._run("pg_ctl", "stop", "--mode", "immediate", "--pgdata", self._primary)
        self._run("pg_ctl", "promote", "--pgdata", self._standby)
        url = f"postgresql://postgres@127.0.0.1:{self.ports[1]}/postgres"
        for change in ("ALTER SYSTEM RESET synchronous_standby_names", "SELECT pg_reload_conf()"):
            self._run("psql", "--quiet", "--output", "/dev/null", "--command", change, url)

    def stop(self) -> None:
        self._run("pg_ctl", "stop", "--mode", "immediate", "--pgdata", self._standby)

    def _control(self, data: Path, action: str, port: int) -> None:
        listening = f"-h 127.0.0.1 -p {port} -k {data}"
        self._run("pg_ctl", action, "--wait", "--pgdata", data, "--options", listening, "--log", data / "log")

    def _run(self, program: str, *arguments: object) -> None:
        command = [str(each) for each in (tool(program), *arguments)]
        ran = subprocess.run(
            command,
            user=self._server.system_user,
            check=False,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert ran.returncode == 0, ran.stderr


@asynccontextmanager
async def servers() -> AsyncIterator[Servers]:
    with running_server(durable=False) as server:
        pair = Servers(server)
        try:
            yield pair
        finally:
            pair.stop()


async def until_written(write: Callable[[], Awaitable[None]]) -> None:
    """A connection that the lost server had may fail once; whoever asks is told so, and asks again."""
    for _ in range(3):
        try:
            await write()
        except DBAPIError:
            continue
        return
    pytest.fail("nobody took it")


async def test_work_goes_on_with_the_server_that_can_be_written_to() -> None:
    """The standby stands first: it takes connections all the time, but none that writes."""
    async with servers() as pair:
        first, second = pair.ports
        url = Settings.load(
            database_url=f"postgresql://postgres@127.0.0.1:{second},127.0.0.1:{first}/postgres",
            temporal_address="127.0.0.1:1",
            temporal_namespace="default",
        ).database_url
        database, blocking = Database(url), BlockingDatabase(url, connections=1)

        async def write(number: int) -> None:
            async with database.write() as session:
                await (await session.connection()).execute(text(ADD), {"number": number})

        async def write_blocking(number: int) -> None:
            with blocking.write() as connection:
                connection.execute(text(ADD), {"number": number})

        await write(1)
        await write_blocking(2)
        pair.fail_over()
        await until_written(lambda: write(3))
        await until_written(lambda: write_blocking(4))
        with blocking.read() as connection:
            assert list(connection.execute(text(SEEN)).scalars()) == [1, 2, 3, 4]
        await database.dispose()
        blocking.dispose()
