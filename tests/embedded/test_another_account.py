"""Another account of the machine with the Temporal command line: it reaches the server, and nobody is moved by it.

A new installation on the server as `otklik serve` starts it, with a real worker; what the stranger sends is sent by
processes of another user, and what is only one more of the same kind, by a client without keys. Only root may start
those: without it they are of the same user, who has no key all the same.
"""

import asyncio
import json
import os
import pwd
import shutil
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from temporalio.api.common.v1 import Payload
from temporalio.client import Client
from temporalio.common import RawValue

from embedded.temporal_server import TemporalPorts, TemporalServer
from service.commands.intake import COMMAND
from tests.api.messages.case import Case
from tests.api.messages.office import Installation, Office
from tests.ports import free_port
from tests.temporal_server import connect
from workflows.alarms import Alarm, AlarmKind, listening
from workflows.identity import TASK_QUEUE, WORKFLOW_TYPE, workflow_id
from workflows.seals import Flaw
from workflows.vocabulary import Command

STRANGER = "nobody" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
JSON = {"encoding": b"json/plain"}
MALFORMED = ('{"texts": {}}', "null", '"text"', "[]")


class CommandLine:
    """`temporal` as the stranger runs it: with nothing of our environment, from a place that is open to all."""

    def __init__(self, program: Path, address: str) -> None:
        self._program, self._address = program, address

    async def run(self, *words: str) -> tuple[int, str]:
        """The exit code, and everything it has said."""
        process = await asyncio.create_subprocess_exec(
            str(self._program),
            *(*words, "--address", self._address, "--disable-config-file", "--disable-config-env"),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            env={"HOME": "/nonexistent", "PATH": "/usr/bin:/bin", "GOGC": "off"},
            cwd="/",
            user=STRANGER if os.geteuid() == 0 else None,
            group=pwd.getpwnam(STRANGER).pw_gid if os.geteuid() == 0 else None,
            extra_groups=[] if os.geteuid() == 0 else None,
        )
        async with asyncio.timeout(60):
            said, _ = await process.communicate()
        assert process.returncode is not None
        return process.returncode, said.decode()

    async def signal(self, workflow: str, name: str, payload: str) -> None:
        """Send a signal; the server takes any."""
        code, said = await self.run(
            *("workflow", "signal", "--workflow-id", workflow, "--name", name, "--input", payload)
        )
        assert code == 0, said


@pytest.fixture(scope="module")
def program() -> Iterator[Path]:
    """The command where every account may run it."""
    with tempfile.TemporaryDirectory(prefix="otklik-open-") as folder:
        Path(folder).chmod(0o755)
        copied = Path(folder) / "temporal"
        found = shutil.which("temporal", path=os.pathsep.join((str(Path(sys.executable).parent),)))
        assert found is not None
        shutil.copy(found, copied)
        copied.chmod(0o755)
        yield copied


@pytest.fixture(scope="module")
async def address(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[str]:
    ports = TemporalPorts(grpc=free_port(), ui=free_port())
    server = TemporalServer(tmp_path_factory.mktemp("temporal") / "temporal.db", ports, training=True)
    process = await asyncio.create_subprocess_exec(*server.command(), stdout=asyncio.subprocess.DEVNULL)
    try:
        await server.until_ready()
        await connect(ports.address)
        yield ports.address
    finally:
        process.terminate()
        await process.wait()


@pytest.fixture(scope="module")
async def office(address: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Office]:
    installation = Installation(tmp_path_factory.mktemp("installation"), address, "default")
    await installation.prepare()
    async with installation.worker(), installation.office() as office:
        yield office


@pytest.fixture
def alarms() -> Iterator[list[Alarm]]:
    heard: list[Alarm] = []
    with listening(heard.append):
        yield heard


@pytest.fixture(scope="module")
def stranger(program: Path, address: str) -> CommandLine:
    return CommandLine(program, address)


def payload(office: Office, command: Command, draft: str) -> str:
    """The command as the program itself would write it, of somebody who may give any."""
    calendars = office.service.rules.calendars(datetime.now(UTC))
    schedules = {"roads": office.service.rules.schedules.of("roads")}
    roles = ("curator", "head", "executor", "responsible", "admin")
    fields: dict[str, Any] = {
        **{"name": command, "id": uuid4().hex, "person": "head", "taken_at": datetime.now(UTC)},
        "grants": [{"role": role, "body": "roads" if role in roles[2:4] else None} for role in roles],
        **{"text": "t1", "comment": "t2", "location": "t4", "author": "t5", "measures": None},
        **{"reason": "deleted" if command is Command.CLOSE else "t3", "url": "t6", "ground": "obscene_or_insulting"},
        **{"draft": draft, "contribution": "c1", "kind": "answer", "curator": "curator2", "assignee": None},
        **{"body": "roads", "successor": "housing", "message": "1", "referral": "r1", "to": "police"},
        **{"basis": "court", "dated": None, "document": None, "note": None},
        **{"bodies": ["roads"], "topic": "potholes", "importance": "high", "schedules": schedules},
        **{"promise": "p1", "by": datetime.now(UTC), "event": "promise_asked", "at": datetime.now(UTC)},
    }  # fmt: skip
    if command is Command.SEND_FOR_REWORK:
        fields["contribution"] = None
    if command is Command.CHANGE_CALENDAR:
        fields |= {
            "production": calendars.production,
            "department": calendars.department,
            "bodies": schedules,
        }
    return COMMAND.dump_json(COMMAND.validate_python(fields)).decode()


def heard_of(alarms: list[Alarm], workflow: str) -> list[tuple[AlarmKind, str, str | None]]:
    return [(alarm.kind, alarm.reason, alarm.command) for alarm in alarms if alarm.workflow == workflow]


@pytest.mark.parametrize("account", [STRANGER])
async def test_no_signal_of_any_kind_moves_a_message(
    office: Office, stranger: CommandLine, address: str, alarms: list[Alarm], account: str
) -> None:
    case = await Case.begin(office)
    await case.route()
    before = await case.submit()
    rows, name = await case.journal(), workflow_id(case.id)
    sent = [(command, payload(office, command, case.draft["id"])) for command in Command]
    sent += [(command, MALFORMED[number % len(MALFORMED)]) for number, command in enumerate(Command)]
    # The server sees no difference between the command line and a client without keys, which sends sooner.
    await asyncio.gather(
        *(stranger.signal(name, command, content) for command, content in sent[:: len(Command)])
    )
    running = (await Client.connect(address)).get_workflow_handle(name)
    for number, (command, content) in enumerate(sent):
        if number % len(Command):
            await running.signal(command, RawValue(Payload(metadata=JSON, data=content.encode())))
    await stranger.signal(name, "a name of nobody", '{"id": "1"}')

    assert await case.look("executor-roads") == before
    heard = heard_of(alarms, name)
    assert sorted(command or "" for _, _, command in heard) == sorted(["", *(command for command, _ in sent)])
    assert {(kind, flaw) for kind, flaw, _ in heard} == {(AlarmKind.FORGED_COMMAND, Flaw.UNSEALED)}
    # It goes on as if nothing had been sent.
    await case.approve()
    await case.publish()
    assert [row["kind"] for row in await case.journal()] == [
        *(row["kind"] for row in rows),
        *("approve", "confirm_publication"),
    ]


@pytest.mark.parametrize("account", [STRANGER])
async def test_a_start_under_the_next_messages_id_is_none(
    office: Office, stranger: CommandLine, alarms: list[Alarm], account: str
) -> None:
    case = await Case.begin(office)
    expected = str(int(case.id) + 1)
    code, said = await stranger.run(
        *("workflow", "start", "--workflow-id", workflow_id(expected), "--type", WORKFLOW_TYPE),
        *("--task-queue", TASK_QUEUE, "--input", json.dumps({"id": expected, "network": "vkontakte"})),
    )
    assert code == 0, said
    following = await Case.begin(office)
    assert following.id == expected
    assert (await following.route())["stage"] == "preparation"
    assert (AlarmKind.FORGED_START, Flaw.UNSEALED, None) in heard_of(alarms, workflow_id(expected))


@pytest.mark.parametrize("account", [STRANGER])
async def test_what_it_terminates_goes_on(office: Office, stranger: CommandLine, account: str) -> None:
    case = await Case.begin(office)
    await case.route()
    await case.journal()
    code, said = await stranger.run("workflow", "terminate", "--workflow-id", workflow_id(case.id))
    assert code == 0, said
    assert (await case.submit())["stage"] == "approval"
    assert [row["kind"] for row in await case.journal()] == ["registered", "route", "submit_draft"]
