"""Logs of parts are bounded while they run, and a part of the program loses no line of its own."""

import asyncio
import os
import sys
from pathlib import Path

import pytest

from embedded.child_process import ChildProcess
from settings import Settings
from telemetry import log_files
from telemetry.log_files import LOG_FILE, ORDINARY, Bounds
from tests.embedded.installation import ROOT

BOUNDS = Bounds(size=50_000, files=3)
LINES = 4_000

CHATTY = f"""
import os, sys, structlog
from settings import Settings
from telemetry import logs
logs.configure(Settings.load(data=sys.argv[1], log_format="json"))
log = structlog.get_logger("chatty")
for number in range({LINES}):
    log.info("line", number=number)
    if number % 10 == 0:
        print("raw", number, flush=True)
        os.write(2, b"from below\\n")
"""


def chatty(folder: Path, *command: str) -> ChildProcess:
    log = folder / "api.log"
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
    return ChildProcess(
        command, environment | BOUNDS.variable(log), log=log, pid_file=folder / "api.pid", bounds=BOUNDS
    )


def kept(folder: Path) -> list[Path]:
    """The files there are, the oldest first."""
    found = [folder / "api.log", *(folder / f"api.log.{number}" for number in range(1, 10))]
    return [log for log in reversed(found) if log.exists()]


async def test_a_part_that_runs_on_has_a_bounded_log_and_loses_no_line(tmp_path: Path) -> None:
    (tmp_path / "api.log").write_text("of an earlier run\n" * 2_500, encoding="utf-8")
    child = chatty(tmp_path, sys.executable, "-c", CHATTY, str(tmp_path))
    await child.start()
    assert await child.until_ended() == 0, child.end_of_log()
    logs_kept = kept(tmp_path)
    assert len(logs_kept) == BOUNDS.files
    assert all(log.stat().st_size <= 1.1 * BOUNDS.size for log in logs_kept)
    lines = "".join(log.read_text(encoding="utf-8") for log in logs_kept).splitlines()
    told = [int(line.partition('"number": ')[2].partition(",")[0]) for line in lines if '"number"' in line]
    assert told == list(range(told[0], LINES))
    raw = [int(line.removeprefix("raw ")) for line in lines if line.startswith("raw ")]
    assert raw == list(range(raw[0], LINES, 10))
    assert abs(lines.count("from below") - len(raw)) <= 1
    assert f'"number": {LINES - 1},' in child.end_of_log()


async def test_what_another_program_writes_is_bounded_while_it_writes(tmp_path: Path) -> None:
    script = (
        "import sys\n"
        "for line in sys.stdin:\n"
        "    [print(line.strip() * 100, flush=True) for _ in range(20)]\n"
        "    print('written', file=sys.stderr, flush=True)\n"
    )
    log = tmp_path / "api.log"
    with log.open("ab") as output:
        program = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", script),
            stdin=asyncio.subprocess.PIPE,
            stdout=output,
            stderr=asyncio.subprocess.PIPE,
        )
    assert program.stdin is not None
    assert program.stderr is not None
    for number in range(100):
        program.stdin.write(b"%04d\n" % number)
        assert await program.stderr.readline() == b"written\n"
        BOUNDS.empty_those_too_full(tmp_path)
    program.stdin.close()
    assert await program.wait() == 0
    files = kept(tmp_path)
    assert len(files) == BOUNDS.files
    assert all(file.stat().st_size <= 2.2 * BOUNDS.size for file in files)
    content = b"".join(file.read_bytes() for file in files)
    assert b"\0" not in content
    assert content.endswith(b"0099" * 100 + b"\n")


def test_a_full_disk_leaves_no_half_of_a_copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_source: str, target: str) -> None:
        Path(target).write_bytes(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("telemetry.log_files.shutil.copyfile", full)
    log = tmp_path / "temporal.log"
    log.write_bytes(b"x" * 3 * BOUNDS.size)
    BOUNDS.empty_those_too_full(tmp_path)
    assert [file.name for file in tmp_path.iterdir()] == ["temporal.log"]
    assert log.stat().st_size == 0


def test_a_full_log_of_an_earlier_run_is_turned_over_at_the_start(tmp_path: Path) -> None:
    log = tmp_path / "api.log"
    for number in range(5):
        log.write_text(f"{number}" * (BOUNDS.size + 1), encoding="utf-8")
        BOUNDS.turn_over_if_full(log)
    assert [file.read_text(encoding="utf-8")[0] for file in kept(tmp_path)] == ["3", "4"]


def test_the_processes_of_a_part_have_no_file_to_turn_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What they write goes where the part's own output went when they began."""
    for name, value in BOUNDS.variable(tmp_path / "api.log").items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(log_files, "_STANDARD_OUTPUTS", ())
    handler = log_files.own_output()
    assert handler is not None
    handler.close()
    assert LOG_FILE not in os.environ
    assert log_files.own_output() is None


def test_what_is_bounded_by_itself_is_what_the_settings_say(tmp_path: Path) -> None:
    settings = Settings.load(data=tmp_path)
    assert Bounds(settings.log_size * 1_000_000, settings.log_files) == ORDINARY
