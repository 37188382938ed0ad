"""Whole systems that are measured beside each other: this program, an earlier release of it, django-helpdesk.

Each runs as its documents have it, on files and databases that reach the disk, all at the same time.
"""

import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import NamedTuple, Self
from urllib.parse import parse_qs, urlencode, urlsplit
from uuid import uuid4

import psutil
import psycopg

from bench.installation import PASSWORD, Asker, lead, program_of
from bench.measurement import PATIENCE
from tests.temporal_server import free_port

ROOT = Path(__file__).parents[1]
EARLIER = "ffd91dd"
"""A commit before sealing, the record of access, live pages and networks came: what they cost is seen beside it."""
HELPDESK = "django-helpdesk 2.6.1"
_HELPDESK_FILES = Path(__file__).parent / "helpdesk"
_HELPDESK_PLACE = ROOT / ".bench" / "django-helpdesk-2.6.1"
_READY = "http://127.0.0.1"  # the ready line is the first to name the addresses
_SLUG = re.compile(r"/tickets/(\d+)/")
_RESOLVED, _CLOSED = "3", "4"

TEXT = "Во дворе третий день не убирают снег, пройти с коляской невозможно, на ступенях лёд. " * 6


class Used(NamedTuple):
    """What processes have used so far: seconds of processor by part, and bytes handed to the disk."""

    seconds: Counter[str]
    written: int

    def since(self, before: "Used") -> "Used":
        """What came on top."""
        # Not `-`, which drops what is nothing.
        seconds = Counter({part: self.seconds[part] - before.seconds[part] for part in self.seconds})
        return Used(seconds, self.written - before.written)

    def __add__(self, other: object) -> Self:
        assert isinstance(other, Used)
        return self._replace(seconds=self.seconds + other.seconds, written=self.written + other.written)


NOTHING = Used(Counter(), 0)


@dataclass(frozen=True)
class System:
    """A system that runs: the processes at the top of it, and what leads one message there from its arrival to its end.

    `lead` may be called in many threads at once.
    """

    tops: tuple[psutil.Process, ...]
    lead: Callable[[], object]

    def processes(self) -> list[psutil.Process]:
        """All of its processes there are now."""
        return [one for top in self.tops for one in (top, *top.children(recursive=True))]

    def used(self) -> Used:
        """What its processes have used until now, with those that have ended."""
        found = NOTHING
        for process in self.processes():
            # One that has just ended counts at its parent.
            with suppress(psutil.NoSuchProcess):
                used = Counter({_part(process): sum(process.cpu_times()[:4])})
                found += Used(used, process.io_counters().write_bytes)
        return found

    def memory(self) -> float:
        """MiB that its processes hold, what several share counted once."""
        return float(sum(process.memory_full_info().pss for process in self.processes()) / 2**20)


def _part(process: psutil.Process) -> str:
    # A fork of `serve` has its command line, and a name of its own.
    command = [process.name().removeprefix("otklik-"), *process.cmdline()]
    named = {"start-dev": "Temporal", "worker": "worker", "api": "API", "serve": "serve"}
    if "postgres" in process.name():
        return "PostgreSQL"
    return next((part for word, part in named.items() if word in command), "server")


@contextmanager
def serving_earlier() -> Iterator["System"]:
    """The same of an earlier day, on SQLite. Raises CalledProcessError where the history is not here."""
    packed = subprocess.run(["git", "archive", EARLIER], cwd=ROOT, capture_output=True, check=True).stdout
    with tempfile.TemporaryDirectory() as folder:
        with tarfile.open(fileobj=BytesIO(packed)) as archive:
            archive.extractall(folder, filter="data")
        with serving(source=Path(folder)) as system:
            yield system


@contextmanager
def serving(
    *, source: Path = ROOT, database: str | None = None, postmaster: int | None = None
) -> Iterator[System]:
    """`otklik serve --demo` of the files in `source`, on SQLite or on the database of this address.

    `postmaster`: the process of that database's server, which counts as a part of it.
    """
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as data:
        port = free_port()
        addresses = ("--port", port, "--temporal-port", free_port(), "--ui-port", free_port())
        command = ("-m", "cli", "serve", "--demo", "--data", data, *addresses)
        given = {"OTKLIK_DATABASE_URL": database} if database else {}
        serve = psutil.Popen(
            [sys.executable, *map(str, command)],
            cwd=source,
            env=os.environ
            | {"OTKLIK_DEMO_PASSWORD": PASSWORD, "PYTHONPATH": str(source), "PYTHONUNBUFFERED": "1"}
            | given,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        try:
            said = list(_until_ready(serve.stdout))
            assert _READY in said[-1], f"it did not start: {''.join(said)}"
            curator, executor = program_of(port, "curator"), program_of(port, "executor-roads")

            def lead_one() -> list[float]:
                with Asker(port, curator.headers) as one, Asker(port, executor.headers) as other:
                    return lead(one, other, TEXT)

            with curator, executor:
                tops = (serve,) if postmaster is None else (serve, psutil.Process(postmaster))
                yield System(tops, lead_one)
        finally:
            _end(serve)


def _until_ready(lines: Iterable[str]) -> Iterator[str]:
    for line in lines:
        yield line
        if _READY in line:
            return


def _end(process: psutil.Popen) -> None:
    process.terminate()
    try:
        process.wait(60)
    except psutil.TimeoutExpired:
        for one in (*process.children(recursive=True), process):
            one.kill()


def helpdesk_program() -> Path:
    """Its Python, installed into a folder of this checkout once. Raises CalledProcessError where it can't be had."""
    program = _HELPDESK_PLACE / "bin" / "python"
    if not (_HELPDESK_PLACE / ".complete").exists():
        shutil.rmtree(_HELPDESK_PLACE, ignore_errors=True)
        lock = _HELPDESK_FILES / "requirements.lock"
        subprocess.run([sys.executable, "-m", "venv", _HELPDESK_PLACE], check=True)
        install: list[str | Path] = [
            program,
            "-m",
            "pip",
            "install",
            "--quiet",
            "--require-hashes",
            "--requirement",
            lock,
        ]
        subprocess.run(install, check=True)
        (_HELPDESK_PLACE / ".complete").touch()
    return program


@contextmanager
def helpdesk(database: str, postmaster: int) -> Iterator[System]:
    """django-helpdesk under gunicorn, two processes of eight threads, on a new PostgreSQL database of this address."""
    port, program, parts = free_port(), helpdesk_program(), urlsplit(database)
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "site_settings",
        "PYTHONPATH": str(_HELPDESK_FILES),
        "HELPDESK_DATABASE": parts.path.strip("/"),
        "HELPDESK_HOST": parse_qs(parts.query)["host"][0],
    }
    for arguments in (("django", "migrate", "-v0"), ("site_beginning", PASSWORD)):
        subprocess.run([program, "-m", *arguments], env=environment, check=True, stdout=subprocess.DEVNULL)
    listens = ("--bind", f"127.0.0.1:{port}", "--workers", "2", "--threads", "8", "--log-level", "error")
    server = psutil.Popen(
        [
            program,
            "-m",
            "gunicorn",
            *listens,
            "--no-control-socket",
            "django.core.wsgi:get_wsgi_application()",
        ],
        env=environment,
    )
    try:
        _until_it_answers(port)
        form = _signed_in(port)

        def lead_one() -> None:
            with Asker(port, form.headers) as asker:
                _lead_ticket(asker, form.token)

        yield System((server, psutil.Process(postmaster)), lead_one)
    finally:
        _end(server)


def _until_it_answers(port: int) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        with suppress(OSError), Asker(port) as asker:
            asker.get("/login/")
            return
        time.sleep(0.1)
    raise TimeoutError("django-helpdesk does not answer")


class _Form(NamedTuple):
    headers: dict[str, str]
    token: str


def _signed_in(port: int) -> _Form:
    """What a member of its staff sends with each form."""
    given = {"Content-Type": "application/x-www-form-urlencoded"}
    with Asker(port, given) as asker:
        token = _cookie(asker.ask("GET", "/login/").headers, "csrftoken")
        asker.headers["Cookie"] = f"csrftoken={token}"
        form = {"username": "staff", "password": PASSWORD, "csrfmiddlewaretoken": token}
        answer = asker.ask("POST", "/login/", urlencode(form).encode())
    token, session = (_cookie(answer.headers, name) for name in ("csrftoken", "sessionid"))
    return _Form(given | {"Cookie": f"csrftoken={token}; sessionid={session}"}, token)


def _cookie(headers: dict[str, str], name: str) -> str:
    [value] = re.findall(rf"{name}=([^;]+)", headers["set-cookie"])
    return str(value)


def _lead_ticket(asker: Asker, token: str) -> None:
    """A ticket from its form to its end: as many forms as a message has commands, with texts of the same length."""
    known = {"csrfmiddlewaretoken": token, "queue": "1", "priority": "3", "title": f"Снег {uuid4().hex}"}
    made = known | {"body": TEXT, "submitter_email": "author@example.org"}
    number = _SLUG.findall(
        asker.ask("POST", "/tickets/submit/", urlencode(made).encode()).headers["location"]
    )[0]
    for status in ("1", "1", _RESOLVED, _CLOSED):
        step = known | {"owner": "1", "public": "1", "comment": TEXT, "new_status": status}
        answer = asker.ask("POST", f"/tickets/{number}/update/", urlencode(step).encode())
        assert answer.headers.get("location") == f"/tickets/{number}/", answer


class Counted(NamedTuple):
    """What a PostgreSQL database has done: statements, and transactions committed or taken back."""

    statements: int
    transactions: int

    def since(self, before: "Counted") -> "Counted":
        """What came on top."""
        return Counted(self.statements - before.statements, self.transactions - before.transactions)


def counted(server: str, database: str) -> Counted:
    """So far, by the server's own books; what is asked here is not among it."""
    statements = (
        "SELECT coalesce(sum(calls), 0) FROM pg_stat_statements JOIN pg_database d ON d.oid = dbid "
        "WHERE query !~* '^(begin|commit|rollback)' AND d.datname = %s"
    )
    transactions = "SELECT xact_commit + xact_rollback FROM pg_stat_database WHERE datname = %s"
    name = (urlsplit(database).path.strip("/"),)
    with psycopg.connect(server, autocommit=True) as connection:
        found = [connection.execute(query, name).fetchone() for query in (statements, transactions)]
    return Counted(*(int(row[0]) for row in found if row))
