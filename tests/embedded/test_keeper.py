"""What a keeper does with a process that never begins; the rest is seen through `otklik serve`."""

import asyncio
import os
import sys
from pathlib import Path

import pytest

from embedded.child_process import ChildProcess
from embedded.keeper import Keeper, Patience
from embedded.refusal import GaveUpError
from tests.embedded.installation import ROOT
from tests.patience import PATIENCE

SILENT = (sys.executable, "-c", "import time; print('жду', flush=True); time.sleep(600)")


async def _silence(_child: ChildProcess, _within: float) -> bool:
    return False


def keeper_of(folder: Path, *, ready_within: float) -> Keeper:
    return Keeper(
        title="Рабочий процесс",
        make=lambda: ChildProcess(SILENT, os.environ, folder / "worker.log", folder / "worker.pid"),
        until_ready=ChildProcess.until_announced,
        is_alive=_silence,
        say=lambda _: None,
        patience=Patience(ready_within=ready_within),
    )


async def test_a_first_start_that_takes_too_long_is_given_up(tmp_path: Path) -> None:
    with pytest.raises(GaveUpError, match=r"Рабочий процесс не заработал за 3 с. Конец его журнала:\nжду"):
        await keeper_of(tmp_path, ready_within=3.0).keep()
    assert not (tmp_path / "worker.pid").exists()


async def test_stopping_ends_a_process_that_has_not_begun(tmp_path: Path) -> None:
    keeper = keeper_of(tmp_path, ready_within=60.0)
    keeping = asyncio.ensure_future(keeper.keep())
    async with asyncio.timeout(PATIENCE):
        while not (tmp_path / "worker.pid").exists():  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    keeping.cancel()
    await keeper.stop(20.0, asyncio.Event())
    assert not (tmp_path / "worker.pid").exists()
    assert not keeper.ready.is_set()


HANGING = (
    sys.executable,
    "-c",
    "import asyncio\n"
    "from telemetry.supervised import announce_ready, stop_with_supervisor\n"
    "import time\n"
    "async def main():\n"
    "    announce_ready()\n"
    "    time.sleep(600)\n"
    "stop_with_supervisor()\n"
    "asyncio.run(main())\n",
)


async def test_a_process_that_hangs_after_each_start_is_given_up(tmp_path: Path) -> None:
    async def is_alive(child: ChildProcess, _within: float) -> bool:
        return child.was_heard()

    said: list[str] = []
    keeper = Keeper(
        title="Рабочий процесс",
        make=lambda: ChildProcess(
            HANGING, os.environ | {"PYTHONPATH": str(ROOT)}, tmp_path / "worker.log", tmp_path / "worker.pid"
        ),
        until_ready=ChildProcess.until_announced,
        is_alive=is_alive,
        say=said.append,
        patience=Patience(deaths=3, pauses=(0.0,), ask_every=0.1, silent=3),
    )
    with pytest.raises(GaveUpError, match=r"не отвечает 0 с, завершён, это 3-й раз за 30 с работы"):
        await keeper.keep()
    assert said[0].startswith("Рабочий процесс не отвечает 0 с, завершён, запускаю снова.")
    assert not (tmp_path / "worker.pid").exists()
