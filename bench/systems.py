"""Whole systems that are measured beside each other, as their documents have them: this program and django-helpdesk.

Both keep their data on files and databases that reach the disk.
"""

import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit
from uuid import uuid4

import psutil

from bench.installation import PASSWORD, Asker, lead, program_of
from bench.measuring import PATIENCE
from tests.ports import free_port

ROOT = Path(__file__).parents[1]
HELPDESK = "django-helpdesk 2.6.1"
TEXT = "Во дворе третий день не убирают снег, пройти с коляской невозможно, на ступенях лёд. " * 6
_HELPDESK_FILES = Path(__file__).parent / "helpdesk"
_HELPDESK_PLACE = ROOT / ".bench" / "django-helpdesk-2.6.1"
_READY = "http://127.0.0.1"  # the ready line is the first to name the addresses
_SLUG = re.compile(r"/tickets/(\d+)/")
_RESOLVED, _CLOSED = "3", "4"


@dataclass(frozen=True)
class System:
    """A system that runs: the processes at the top of it, and what leads one message there from its arrival to its end.

    `lead` may be called in many threads at once.
    """

    tops: tuple[psutil.Process, ...]
    lead: Callable[[], object]

    def _processes(self) -> list[psutil.Process]:
        return [one for top in self.tops for one in (top, *top.children(recursive=True))]

    def seconds(self) -> float:
        """Return the seconds of processor used until now, with those of processes that have ended."""
        used = 0.0
        for process in self._processes():
            # One that has just ended counts at its parent.
            with suppress(psutil.NoSuchProcess):
                used += sum(process.cpu_times()[:4])
        return used

    def memory(self) -> float:
        """Return the MiB that its processes hold, what several share counted once."""
        return float(sum(process.memory_full_info().pss for process in self._processes()) / 2**20)


@contextmanager
def serving(database: str | None = None, postmaster: int | None = None) -> Iterator[System]:
    """Run `otklik serve --demo` on SQLite, or on the database of this address.

    `postmaster`: the process of that database's server, which counts as a part of it.
    """
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as data:
        port = free_port()
        ports = ("--port", port, "--temporal-port", free_port(), "--ui-port", free_port())
        given = {"OTKLIK_DEMO_PASSWORD": PASSWORD, "PYTHONUNBUFFERED": "1"}
        serve = psutil.Popen(
            [sys.executable, "-m", "cli", "serve", "--demo", "--data", data, *map(str, ports)],
            cwd=ROOT,
            env=os.environ | given | ({"OTKLIK_DATABASE_URL": database} if database else {}),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        try:
            assert any(_READY in line for line in serve.stdout), "otklik serve did not start"
            curator, executor = program_of(port, "curator"), program_of(port, "executor-roads")

            def lead_one() -> list[float]:
                with Asker(port, curator.headers) as one, Asker(port, executor.headers) as other:
                    return lead(one, other, TEXT)

            yield System((serve, *([psutil.Process(postmaster)] if postmaster else ())), lead_one)
        finally:
            _end(serve)


def _end(process: psutil.Popen) -> None:
    process.terminate()
    try:
        process.wait(60)
    except psutil.TimeoutExpired:
        for one in (*process.children(recursive=True), process):
            one.kill()


@contextmanager
def helpdesk(database: str, postmaster: int) -> Iterator[System]:
    """Run django-helpdesk under gunicorn on a PostgreSQL database. Raises CalledProcessError where it can't be had."""
    program, port, parts = _helpdesk_program(), free_port(), urlsplit(database)
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "site_settings",
        "PYTHONPATH": str(_HELPDESK_FILES),
        "HELPDESK_DATABASE": parts.path.strip("/"),
        "HELPDESK_HOST": parse_qs(parts.query)["host"][0],
    }
    for arguments in (("django", "migrate", "-v0"), ("site_beginning", PASSWORD)):
        subprocess.run([program, "-m", *arguments], env=environment, check=True, stdout=subprocess.DEVNULL)
    listens = ("--bind", f"127.0.0.1:{port}", "--workers", "2", "--threads", "8", "--log-level", "error")
    application = ("--no-control-socket", "django.core.wsgi:get_wsgi_application()")
    server = psutil.Popen([program, "-m", "gunicorn", *listens, *application], env=environment)
    try:
        _until_it_answers(port)
        headers, token = _signed_in(port)

        def lead_one() -> None:
            with Asker(port, headers) as asker:
                _lead_ticket(asker, token)

        yield System((server, psutil.Process(postmaster)), lead_one)
    finally:
        _end(server)


def _helpdesk_program() -> Path:
    """Return its Python, installed into a folder of this checkout once."""
    program = _HELPDESK_PLACE / "bin" / "python"
    if not (_HELPDESK_PLACE / ".complete").exists():
        subprocess.run([sys.executable, "-m", "venv", "--clear", _HELPDESK_PLACE], check=True)
        lock = str(_HELPDESK_FILES / "requirements.lock")
        install = ("-m", "pip", "install", "--quiet", "--require-hashes", "--requirement", lock)
        subprocess.run([program, *install], check=True)
        (_HELPDESK_PLACE / ".complete").touch()
    return program


def _until_it_answers(port: int) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        with suppress(OSError), Asker(port) as asker:
            asker.get("/login/")
            return
        time.sleep(0.1)
    raise TimeoutError("django-helpdesk does not answer")


def _signed_in(port: int) -> tuple[dict[str, str], str]:
    """Return the headers and the token that a member of its staff sends with each form."""
    given = {"Content-Type": "application/x-www-form-urlencoded"}
    with Asker(port, given) as asker:
        token = _cookie(asker.ask("GET", "/login/").headers, "csrftoken")
        asker.headers["Cookie"] = f"csrftoken={token}"
        form = {"username": "staff", "password": PASSWORD, "csrfmiddlewaretoken": token}
        answer = asker.ask("POST", "/login/", urlencode(form).encode())
    token, session = (_cookie(answer.headers, name) for name in ("csrftoken", "sessionid"))
    return given | {"Cookie": f"csrftoken={token}; sessionid={session}"}, token


def _cookie(headers: dict[str, str], name: str) -> str:
    [value] = re.findall(rf"{name}=([^;]+)", headers["set-cookie"])
    return str(value)


def _lead_ticket(asker: Asker, token: str) -> None:
    """Lead a ticket to its end: as many forms as a message has commands, with texts of the same length."""
    known = {"csrfmiddlewaretoken": token, "queue": "1", "priority": "3", "title": f"Снег {uuid4().hex}"}
    made = urlencode(known | {"body": TEXT, "submitter_email": "author@example.org"}).encode()
    number = _SLUG.findall(asker.ask("POST", "/tickets/submit/", made).headers["location"])[0]
    for status in ("1", "1", _RESOLVED, _CLOSED):
        step = known | {"owner": "1", "public": "1", "comment": TEXT, "new_status": status}
        answer = asker.ask("POST", f"/tickets/{number}/update/", urlencode(step).encode())
        assert answer.headers.get("location") == f"/tickets/{number}/", answer
