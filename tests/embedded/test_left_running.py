import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from embedded.left_running import end_left_running

COMMAND = [sys.executable, "-c", "import time; print('up', flush=True); time.sleep(600)", "installation"]
STUBBORN = [
    sys.executable,
    "-c",
    "import signal, time; signal.signal(15, signal.SIG_IGN); print('up', flush=True); time.sleep(600)",
]


@pytest.fixture
def running(request: pytest.FixtureRequest) -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(getattr(request, "param", COMMAND), stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        yield process
        process.kill()


def record(run: Path, pid: int, command: list[str]) -> None:
    (run / "temporal.pid").write_text(json.dumps({"pid": pid, "command": command}))


def test_a_recorded_process_that_still_runs_is_ended(
    tmp_path: Path, running: subprocess.Popen[bytes]
) -> None:
    record(tmp_path, running.pid, COMMAND)
    assert end_left_running(tmp_path) == ["temporal"]
    assert running.wait() == -15
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("running", [STUBBORN], indirect=True)
def test_one_that_does_not_listen_is_killed(
    tmp_path: Path, running: subprocess.Popen[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("embedded.left_running._STOP_WITHIN", 0.3)
    record(tmp_path, running.pid, STUBBORN)
    end_left_running(tmp_path)
    assert running.wait() == -9


def test_another_program_that_has_the_number_now_is_left_alone(
    tmp_path: Path, running: subprocess.Popen[bytes]
) -> None:
    record(tmp_path, running.pid, [*COMMAND[:-1], "another installation"])
    assert end_left_running(tmp_path) == []
    assert running.poll() is None
    assert not list(tmp_path.iterdir())


def test_one_of_the_same_command_line_that_began_at_another_time_is_left_alone(
    tmp_path: Path, running: subprocess.Popen[bytes]
) -> None:
    (tmp_path / "worker.pid").write_text(json.dumps({"pid": running.pid, "command": COMMAND, "started": 1}))
    assert end_left_running(tmp_path) == []
    assert running.poll() is None


@pytest.mark.parametrize("content", ["", '{"pid": 12', '{"pid": 1, "command": []}'])
def test_a_pid_file_that_says_nothing_is_removed(tmp_path: Path, content: str) -> None:
    (tmp_path / "worker.pid").write_text(content)
    assert end_left_running(tmp_path) == []
    assert not list(tmp_path.iterdir())
