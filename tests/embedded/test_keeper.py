"""Keeper of a process that is slow to begin, or never does; the rest is seen through `otklik serve`."""

import asyncio
import itertools
import os
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

import pytest

from embedded.child_process import ChildProcess
from embedded.keeper import Keeper, Patience
from embedded.processor_wait import ProcessorWait
from embedded.refusal import GaveUpError
from tests.patience import PATIENCE

SILENT = (sys.executable, "-c", "import time; print('жду', flush=True); time.sleep(600)")


DYING = (sys.executable, "-c", "import sys; sys.exit('Нет связи с прошлым')")


async def _silence(_child: ChildProcess, _within: float) -> bool:
    return False


async def _at_once(_child: ChildProcess) -> None:
    pass


def keeper_of(
    folder: Path,
    patience: Patience,
    say: Callable[[str], None] = lambda _: None,
    *,
    command: Sequence[str] = SILENT,
    until_ready: Callable[[ChildProcess], Awaitable[None]] = ChildProcess.until_announced,
    is_alive: Callable[[ChildProcess, float], Awaitable[bool]] = _silence,
) -> Keeper:
    return Keeper(
        title="Рабочий процесс",
        make=lambda: ChildProcess(command, os.environ, folder / "worker.log", folder / "worker.pid"),
        until_ready=until_ready,
        is_alive=is_alive,
        say=say,
        patience=patience,
    )


async def test_a_start_that_takes_too_long_is_no_death_and_is_tried_again_with_more_time(
    tmp_path: Path,
) -> None:
    """First or not, however often: a slow machine is no reason to stand still until somebody comes."""
    patience = Patience(deaths=2, ready_within=0.2, ready_at_most=0.8, slow_pauses=(0.0, 0.1))
    said: list[str] = []
    often = asyncio.Event()

    def say(line: str) -> None:
        said.append(line)
        if len(said) == 5:
            often.set()

    keeper = keeper_of(tmp_path, patience, say)
    keeping = asyncio.ensure_future(keeper.keep())
    async with asyncio.timeout(PATIENCE):
        await asyncio.wait(
            {keeping, asyncio.ensure_future(often.wait())}, return_when=asyncio.FIRST_COMPLETED
        )
    assert not keeping.done()
    keeping.cancel()
    await keeper.stop(20.0, asyncio.Event())
    assert not (tmp_path / "worker.pid").exists()
    assert [line.partition("Журнал")[0] for line in said[:2]] == [
        "Рабочий процесс не заработал за 0 с: возможно, машина занята другой работой. "
        f"Запускаю снова через 0 с и даю {seconds} с. "
        for seconds in (0, 1)
    ]
    assert said[-1].endswith(str(tmp_path / "worker.log"))


async def test_stopping_ends_a_process_that_has_not_begun(tmp_path: Path) -> None:
    keeper = keeper_of(tmp_path, Patience())
    keeping = asyncio.ensure_future(keeper.keep())
    async with asyncio.timeout(PATIENCE):
        while not (tmp_path / "worker.pid").exists():  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    keeping.cancel()
    await keeper.stop(20.0, asyncio.Event())
    assert not (tmp_path / "worker.pid").exists()
    assert not keeper.ready.is_set()


async def test_a_process_that_always_dies_is_given_up_with_the_end_of_its_log(tmp_path: Path) -> None:
    said: list[str] = []
    keeper = keeper_of(tmp_path, Patience(pauses=(0.0,)), said.append, command=DYING)
    with pytest.raises(GaveUpError) as gave_up:
        await keeper.keep()
    assert len(said) == 4
    told, *log = str(gave_up.value).splitlines()
    assert told == (
        "Рабочий процесс завершился (код 1), это 5-й раз за 30 с работы. Больше не запускаю. Конец его журнала:"
    )
    assert log == ["Нет связи с прошлым"]
    assert not (tmp_path / "worker.pid").exists()


async def test_a_process_that_hangs_for_a_moment_is_left_alone(tmp_path: Path) -> None:
    """However often it does, as long as it answers in between."""
    answers = itertools.cycle((False, False, True))
    asked = 0
    often = asyncio.Event()

    async def is_alive(_child: ChildProcess, _within: float) -> bool:
        nonlocal asked
        asked += 1
        if asked == 20:
            often.set()
        return next(answers)

    said: list[str] = []
    patience = Patience(ask_every=0.01, silent=3)
    keeper = keeper_of(tmp_path, patience, said.append, until_ready=_at_once, is_alive=is_alive)
    keeping = asyncio.ensure_future(keeper.keep())
    async with asyncio.timeout(PATIENCE):
        await asyncio.wait(
            {keeping, asyncio.ensure_future(often.wait())}, return_when=asyncio.FIRST_COMPLETED
        )
    assert not keeping.done()
    assert not said
    keeping.cancel()
    await keeper.stop(20.0, asyncio.Event())


async def test_a_process_that_has_no_processor_does_not_hang(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """For ten questions the machine is at work for others; then it is the process that does not answer."""
    busy = 10
    asked = itertools.count()
    monkeypatch.setattr(ChildProcess, "waited", lambda _: 0.01 if next(asked) < busy else 0.0)
    unanswered = itertools.count()

    async def is_alive(_child: ChildProcess, _within: float) -> bool:
        next(unanswered)
        return False

    patience = Patience(deaths=1, ask_every=0.01, silent=3)
    keeper = keeper_of(tmp_path, patience, until_ready=_at_once, is_alive=is_alive)
    with pytest.raises(GaveUpError, match="не отвечает"):
        await keeper.keep()
    assert next(unanswered) >= busy


async def test_a_start_that_has_no_processor_keeps_its_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("embedded.keeper._LOOKED_AT_EVERY", 0.01)
    asked = itertools.count()
    monkeypatch.setattr(ChildProcess, "waited", lambda _: 0.01 if next(asked) < 20 else 0.0)
    said: list[str] = []
    slow = asyncio.Event()

    def say(line: str) -> None:
        said.append(line)
        slow.set()

    keeper = keeper_of(tmp_path, Patience(ready_within=0.03, slow_pauses=(60.0,)), say)
    keeping = asyncio.ensure_future(keeper.keep())
    async with asyncio.timeout(PATIENCE):
        await slow.wait()
    assert next(asked) > 20
    assert "не заработал" in said[0]
    keeping.cancel()
    await keeper.stop(20.0, asyncio.Event())


def test_waiting_for_a_processor_is_told_by_the_machine() -> None:
    """Two that are always at work have one processor between them."""
    processor = min(os.sched_getaffinity(0))
    code = f"import os\nos.sched_setaffinity(0, {{{processor}}})\nprint(flush=True)\nwhile True: pass"
    at_work = [subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) for _ in range(2)]
    try:
        for one in at_work:
            assert one.stdout is not None
            one.stdout.readline()
        waits = ProcessorWait(at_work[0].pid)
        until, waited = time.monotonic() + PATIENCE, 0.0
        while waited < 0.1 and time.monotonic() < until:
            waited += waits.since_last()
        assert waited >= 0.1
    finally:
        for one in at_work:
            one.kill()
            one.communicate()
    assert waits.since_last() == 0.0, "it has ended"
