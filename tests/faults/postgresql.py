"""A PostgreSQL server that can be killed, hung and started again on its data."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import psutil

from tests.patience import PATIENCE
from tests.postgresql import Server, new_database, running_server


class PostgreSQL:
    """The server with all its processes."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._signalled: list[psutil.Process] = []
        self.start, self.stop = server.start, server.stop

    def new_database(self, name: str) -> str:
        """The address of a new, empty database, as SQLAlchemy writes it."""
        return new_database(self._server.address, name)

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
        serving = [one for one in self._processes()[1:] if "otklik" in " ".join(one.cmdline())]
        max(serving, key=lambda one: one.memory_info().rss).kill()

    def wait(self) -> None:
        """Returns when the server has ended, with what was sent a signal: it does not start beside one of these."""
        self._server.process.wait(PATIENCE)
        psutil.wait_procs(self._signalled, PATIENCE)

    def signal(self, number: signal.Signals) -> None:
        """To all its processes."""
        self._signalled = self._processes()
        for process in self._signalled:
            with suppress(psutil.NoSuchProcess):
                process.send_signal(number)

    def _processes(self) -> list[psutil.Process]:
        """First the one that would start others again."""
        with suppress(psutil.NoSuchProcess):
            postmaster = psutil.Process(self._server.process.pid)
            return [postmaster, *postmaster.children(recursive=True)]
        return []


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
