"""Restoring, as tests of it share it: copies under messages under way, what is restored of them, and how it goes on."""

import asyncio
import contextlib
import shutil
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

from temporalio.client import Client, WorkflowHandle
from typer.testing import CliRunner

from cli import app
from service.recovery.report import Report
from service.recovery.restore import recover
from service.runs import rules
from service.runs.rules import Rules
from tests.api.messages.case import Case, View, registration
from tests.api.messages.office import Installation, Office, open_namespace, taken
from tests.patience import PATIENCE
from tests.postgresql import new_database, tool
from workflows.identity import WORKFLOW_TYPE, workflow_id

RULES = rules.load(None, None)
SHOWN = ("stage", "outcome", "current_body", "limits", "allowed")
"""What is shown of a message whatever texts are lost."""


class Restoring:
    """Installations over databases of one kind and namespaces of one Temporal, and what was seen of their messages."""

    def __init__(self, folder: Path, address: str, temporal: Client, postgresql: str | None) -> None:
        """`postgresql`: the server of the databases; without one they are files in the folder."""
        self._folder = folder
        self._address = address
        self._temporal = temporal
        self._postgresql = postgresql
        self._journals: dict[str, list[str]] = {}

    # ---- places and copies

    async def nowhere(self) -> str:
        """The name of a new, empty Temporal."""
        return await open_namespace(self._temporal, self._folder.name[:40])

    def empty(self) -> str:
        """The address of a database with nothing in it."""
        if self._postgresql is not None:
            return new_database(self._postgresql)
        return f"sqlite:///{self._folder}/{uuid4().hex}.db"

    def at(self, url: str, namespace: str, address: str | None = None) -> Installation:
        """The installation over this database and this Temporal."""
        address = address or self._address
        return Installation(self._folder, address, namespace, training=False, database_url=url)

    async def begun(self) -> Installation:
        """A new installation with nothing in it."""
        installation = self.at(self.empty(), await self.nowhere())
        await installation.prepare()
        return installation

    async def copied(self, installation: Installation) -> Path:
        """A copy of its database as it is now, made as an operator does (docs/run/backup.md)."""
        url, copy = installation.settings.database_url, self._folder / f"{uuid4().hex}.copy"
        if self._postgresql is not None:
            await _run("pg_dump", "--format=custom", f"--file={copy}", _plain(url))
            return copy
        with contextlib.closing(sqlite3.connect(_file(url))) as connection:
            connection.execute("VACUUM INTO ?", (str(copy),))
        return copy

    async def restored(self, copy: Path, namespace: str) -> Installation:
        """An installation over a new database that has what the copy has."""
        url = self.empty()
        if self._postgresql is not None:
            await _run("pg_restore", "--exit-on-error", "--no-owner", f"--dbname={_plain(url)}", str(copy))
        else:
            shutil.copy(copy, _file(url))
        installation = self.at(url, namespace)
        await installation.prepare()
        return installation

    # ---- what people saw

    async def see(self, *cases: Case) -> None:
        """Keep what each message is now, for `is_as_seen`."""
        for case in cases:
            self._journals[case.id] = await case.kinds()
            await case.look()

    def rows(self, *cases: Case) -> int:
        """How many rows their journals had together."""
        return sum(len(self._journals[case.id]) for case in cases)

    async def is_as_seen(self, office: Office, *cases: Case, texts: bool = True) -> None:
        """Each message is in this office what it was; without `texts`, but for what is written in it."""
        for case in cases:
            case.office, seen = office, case.view
            shown: View = await case.look()
            assert await case.kinds() == self._journals[case.id], case.id
            assert [shown[field] for field in SHOWN] == [seen[field] for field in SHOWN], case.id
            assert not texts or shown == seen, case.id

    async def goes_to_its_end(self, *cases: Case) -> None:
        """Each is answered, by the steps that are left, and its journal goes on after the rows it had."""
        for case in cases:
            while case.view["stage"] != "closed":
                await _next_step(case)
            assert case.view["outcome"] == "answered"
            known = self._journals.get(case.id, [])
            assert (await case.kinds())[: len(known)] == known


async def _next_step(case: Case) -> None:
    match case.view["stage"]:
        case "routing":
            await case.route("roads")
        case "approval":
            await case.approve()
        case "publication":
            await case.publish()
        case _:
            await case.submit(text="Песок привезли.")


@asynccontextmanager
async def working(installation: Installation) -> AsyncIterator[Office]:
    async with installation.worker():
        async with installation.office() as office:
            yield office
        await _let_everything_rest(installation)


async def _let_everything_rest(installation: Installation) -> None:
    """Before its worker stops: a step handed to one that is stopping is handed out again ten seconds later.

    Runs of the office are left alone: they begin by the clock, and one whose worker went waits for a minute.
    """
    client = await installation.client()
    await until_all_are_listed(client)
    async for run in client.list_workflows(
        f"ExecutionStatus = 'Running' AND WorkflowType = '{WORKFLOW_TYPE}'"
    ):
        await run_at_rest(client.get_workflow_handle(run.id))


async def until_all_are_listed(client: Client) -> None:
    """Runs are listed in the order in which they began: this waits for one that begins now."""
    begun_last = await client.start_workflow("Begun last", id=f"begun-last-{uuid4()}", task_queue="nobody's")
    await until_listed(client, begun_last.id)
    await begun_last.terminate()


async def until_listed(client: Client, *ids: str) -> None:
    """Whoever asks for runs that are there is told of one a moment after it began."""
    async with asyncio.timeout(PATIENCE):
        while True:
            running = {run.id async for run in client.list_workflows("ExecutionStatus = 'Running'")}
            if running.issuperset(ids):
                return
            await asyncio.sleep(0.05)


async def run_at_rest(handle: WorkflowHandle[Any, Any]) -> str:
    """The run of a message, once it has nothing to do; what went with a worker comes again in 20 s."""
    async with asyncio.timeout(PATIENCE):
        while True:
            known = await handle.describe()
            under_way = known.raw_description
            if not under_way.pending_activities and not under_way.HasField("pending_workflow_task"):
                assert known.run_id
                return known.run_id
            await asyncio.sleep(0.02)


async def begin(office: Office, *to: str) -> Case:
    """A message registered, and routed to these bodies."""
    case = Case(office, taken(await office.post("curator", "/messages", registration()), 201))
    if to:
        await case.route(*to)
    return case


async def handle_of(installation: Installation, case: Case) -> WorkflowHandle[Any, Any]:
    return (await installation.client()).get_workflow_handle(workflow_id(case.id))


async def close(installation: Installation, case: Case) -> None:
    """Close the message and wait until its workflow has ended: the next command begins another run."""
    await case.close("deleted")
    await run_at_rest(await handle_of(installation, case))


async def heal(installation: Installation, rules: Rules = RULES) -> Report:
    """Recover what stood still for longer than Temporal's list is behind, as it is once people have restored it."""
    client = await installation.client()
    await until_all_are_listed(client)
    return await recover(installation.settings, client, rules)


async def healed(installation: Installation, rules: Rules = RULES) -> Report:
    """As `heal`; a second time changes nothing, and names again what waits for something."""
    report = await heal(installation, rules)
    again = await heal(installation, rules)
    waiting = Report(other_act=report.other_act, registered=report.registered)
    assert (again, again.numbers_from) == (waiting, None)
    return report


async def the_command(installation: Installation, *options: str) -> tuple[int, list[str]]:
    """`otklik recover`: its exit code, and the lines it tells, wherever it tells them."""
    settings = installation.settings
    environment = {
        "OTKLIK_DATABASE_URL": settings.database_url,
        "TEMPORAL_ADDRESS": settings.temporal_address,
        "TEMPORAL_NAMESPACE": settings.temporal_namespace,
    }
    done = await asyncio.to_thread(CliRunner().invoke, app, ["recover", *options], env=environment)
    return done.exit_code, done.output.splitlines()


def numbers(*cases: Case) -> list[int]:
    return [int(case.id) for case in cases]


def _file(url: str) -> str:
    return "/" + url.rpartition("///")[2].lstrip("/")


def _plain(url: str) -> str:
    return url.replace("+psycopg", "")


async def _run(program: str, *arguments: str) -> None:
    process = await asyncio.create_subprocess_exec(
        str(tool(program)), *arguments, stderr=asyncio.subprocess.PIPE
    )
    _, said = await process.communicate()
    assert process.returncode == 0, said.decode()
