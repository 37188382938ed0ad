"""A worker whose loop no longer turns ends by itself, where no supervisor would end it."""

import subprocess
import sys
from pathlib import Path

from tests.patience import PATIENCE

WORKER = """
import asyncio, re, sys
from contextlib import asynccontextmanager
from pathlib import Path
import worker
from service.runs.pollers import StepsWatch
from settings import Settings
from telemetry import supervised

@asynccontextmanager
async def nothing(*_, **__):
    yield

async def connected(*_):
    return object()

def begin():
    loop = asyncio.get_running_loop()
    loop.call_later(4.0, lambda: print("turns still", flush=True))
    loop.call_later(4.1, hang)

def hang():
    re.match("(a+)+$", "a" * 60 + "b")  # within the interpreter's lock, as a parser of a stranger's page would

supervised.SILENT_AT_MOST = 3.0
worker.message_worker = worker.office_worker = worker.channels_worker = worker.networks_worker = nothing
worker._steps_watch = lambda *_: StepsWatch({})
worker._connected, worker._check_namespaces, worker.announce_ready = connected, connected, begin
asyncio.run(worker.main(Settings.load(data=Path(sys.argv[1]))))
"""


def test_a_worker_works_as_long_as_its_loop_turns_and_then_ends_and_says_where(tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", WORKER, str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert (ended.returncode, ended.stdout) == (1, "turns still\n")
    assert "in hang" in ended.stderr
