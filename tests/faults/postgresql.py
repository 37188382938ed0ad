"""A PostgreSQL server that can be killed, hung and started again on its data."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from tests.postgresql import new_database, running_server, tool

_PATIENCE = 6


class PostgreSQL:
    """The server with all its processes."""

    def __init__(self, server: Any) -> None:
        self._server = server

    def new_database(self, name: str) -> str:
        """The address of a new, empty database, as SQLAlchemy writes it."""
        return new_database(self._server.get_uri(), name)

    def hang(self) -> None:
        """From now on it takes connections and answers nobody."""
        self.signal(signal.SIGSTOP)

    def go_on(self) -> None:
        self.signal(signal.SIGCONT)

    def kill(self) -> None:
        """`kill -9` of all its processes; connections are refused until it is started again."""
        self.signal(signal.SIGKILL)
        self.wait()

    def kill_connection(self) -> None:
        """`kill -9` of the process of one connection, the one with the most memory."""
        postmaster = self._server.get_postmaster_info().process
        serving = [one for one in postmaster.children() if "otklik" in " ".join(one.cmdline())]
        max(serving, key=lambda one: one.memory_info().rss).kill()

    def start(self) -> None:
        """Returns when it has been started; it takes connections once it has recovered."""
        for _ in range(_PATIENCE):
            # `pg_ctl` waits ten seconds for a recovery, which a busy machine may exceed.
            with suppress(subprocess.SubprocessError, AssertionError):
                self._server.ensure_postgres_running()
                return
            time.sleep(1)
        raise RuntimeError("PostgreSQL was not started")

    def stop(self) -> None:
        """As an administrator stops it: sessions are told, and cut; returns once it has ended."""
        command = (tool("pg_ctl"), "--pgdata", self._server.pgdata, "--mode", "fast", "--wait", "stop")
        subprocess.run(command, user=self._server.system_user, check=True, stdout=subprocess.DEVNULL)

    def wait(self) -> None:
        """Returns when the server has ended."""
        self._server.get_postmaster_info().process.wait(10)

    def signal(self, number: signal.Signals) -> None:
        """To all its processes."""
        postmaster = self._server.get_postmaster_info().process
        # First the one that would start others again.
        for process in (postmaster, *postmaster.children(recursive=True)):
            with suppress(ProcessLookupError):
                os.kill(process.pid, number)


@contextmanager
def mortal_server() -> Iterator[PostgreSQL]:
    """A server in a directory of its own, which both are gone afterwards."""
    # What processes have written outlives them, if not the machine; and a recovery need not first sync everything.
    with running_server(durable=False) as server:
        mortal = PostgreSQL(server)
        try:
            yield mortal
        finally:
            mortal.go_on()
