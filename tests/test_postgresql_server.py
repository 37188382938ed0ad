"""The PostgreSQL of the tests leaves the machine as it was."""

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import psutil
import psycopg
import pytest

from tests.documents import ROOT
from tests.patience import PATIENCE
from tests.postgresql import postgresql_server, running_server, tool

ALONE = """
import sys
from tests.postgresql import running_server
with running_server(durable=False) as server:
    print(server.process.pid, flush=True)
    sys.stdin.read()
"""


def test_accounts_and_folders_of_the_machine_stay_as_they_are() -> None:
    def machine() -> dict[Path, object]:
        above = (*Path(tempfile.gettempdir(), "of a server").parents, *tool("postgres").parents)
        return {Path("/etc/passwd"): Path("/etc/passwd").read_bytes()} | {
            folder: folder.stat().st_mode for folder in above
        }

    before = machine()
    with running_server(durable=False) as server:
        assert machine() == before
        folder, process = server.folder, psutil.Process(server.process.pid)
        assert process.net_connections("tcp") == []
        assert folder.stat().st_mode & 0o077 == 0, "whoever reaches the socket is its administrator"
    assert not folder.exists() and not process.is_running()


def test_letters_outside_ascii_have_a_case_and_parts() -> None:
    """As an installation needs them for its search."""
    with postgresql_server() as server, psycopg.connect(server) as connection:
        connection.execute("CREATE EXTENSION pg_trgm")
        found = connection.execute("SELECT lower('ЯМА'), show_trgm('яма') <> '{}'").fetchone()
    assert found == ("яма", True)


def test_it_ends_with_the_tests_however_they_end() -> None:
    tests = subprocess.Popen(
        [sys.executable, "-c", ALONE], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with tests:
        assert tests.stdout is not None
        server = psutil.Process(int(tests.stdout.readline()))
        tests.send_signal(signal.SIGKILL)
    server.wait(PATIENCE)


def test_a_folder_that_the_account_may_not_enter_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    with tempfile.TemporaryDirectory() as closed:
        monkeypatch.setattr(tempfile, "tempdir", closed)
        with pytest.raises(RuntimeError, match=f"may not enter {closed}: "), running_server(durable=False):
            pass
