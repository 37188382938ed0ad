import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from embedded import forked as forks
from embedded.child_process import ChildProcess
from embedded.left_running import PidFile, command_line, started_at

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are forked on Linux only")


def forked(folder: Path, run: Callable[[], int]) -> ChildProcess:
    return ChildProcess(run, {"SAID": "of its own"}, folder / "api.log", folder / "api.pid")


async def test_a_fork_has_an_environment_a_log_and_an_exit_code_of_its_own(tmp_path: Path) -> None:
    def run() -> int:
        os.write(1, os.environ["SAID"].encode())
        return 3

    child = forked(tmp_path, run)
    await child.start()
    assert await child.until_ended() == 3
    assert child.end_of_log() == "of its own"


async def test_a_fork_that_fails_says_why_and_ends_with_code_one(tmp_path: Path) -> None:
    def run() -> int:
        raise RuntimeError("for a reason")

    child = forked(tmp_path, run)
    await child.start()
    assert await child.until_ended() == 1
    assert child.end_of_log().endswith("RuntimeError: for a reason")


async def test_a_fork_holds_nothing_of_its_parent_but_what_was_loaded_once_and_is_known_by_its_name(
    tmp_path: Path,
) -> None:
    ours, theirs = os.pipe()
    loaded: list[str] = []
    forks.load_once((), lambda: loaded.append("once"))

    def run() -> int:
        assert not Path(f"/proc/self/fd/{theirs}").exists()
        assert loaded == ["once"]
        assert Path("/proc/self/comm").read_text() == "otklik-api\n"
        mine = os.getpid()
        expected = PidFile(pid=mine, command=command_line(mine), started=started_at(mine))
        assert PidFile.model_validate_json((tmp_path / "api.pid").read_text()) == expected
        return 0

    child = forked(tmp_path, run)
    await child.start()
    os.close(ours)
    os.close(theirs)
    assert await child.until_ended() == 0, child.end_of_log()
