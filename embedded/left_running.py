"""Processes an earlier supervisor left behind: found by their pid files, and ended before anything starts."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path

from pydantic import BaseModel, ValidationError

_STOP_WITHIN = 5.0
_LOOK_EVERY = 0.05


class PidFile(BaseModel):
    """What a process writes about itself before it begins; `started` where its command line is another's too."""

    pid: int
    command: list[str]
    started: int | None = None


def end_left_running(run: Path) -> list[str]:
    """End what the pid files in `run` still name, and remove them; names of those that had to be ended.

    A number that meanwhile belongs to another program is left alone: the whole command line must be the one
    that was recorded, and it contains the data directory, or the moment of its start was recorded too.
    """
    ended = []
    for file in sorted(run.glob("*.pid")):
        try:
            recorded = PidFile.model_validate_json(file.read_text(encoding="utf-8"))
        except (ValidationError, UnicodeDecodeError):
            recorded = None  # cut off while being written: the program had not begun
        if recorded is not None and _runs(recorded):
            _end(recorded)
            ended.append(file.stem)
        file.unlink(missing_ok=True)
    return ended


def _end(recorded: PidFile) -> None:
    for number, seconds in ((signal.SIGTERM, _STOP_WITHIN), (signal.SIGKILL, _STOP_WITHIN)):
        try:
            os.kill(recorded.pid, number)
        except ProcessLookupError:
            return
        give_up_at = time.monotonic() + seconds
        while _runs(recorded):
            if time.monotonic() > give_up_at:
                break
            time.sleep(_LOOK_EVERY)  # it is not our child: there is nothing to wait on
        else:
            return


def _runs(recorded: PidFile) -> bool:
    if recorded.started is not None and recorded.started != started_at(recorded.pid):
        return False
    return command_line(recorded.pid) in (recorded.command, [" ".join(recorded.command)])


def started_at(pid: int) -> int | None:
    """When a process was started, in ticks since the machine was; None where there is none, or not on Linux."""
    try:
        return int(Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[19])
    except OSError:
        return None


def command_line(pid: int) -> list[str]:
    """The command line of a running process, as one string where the system keeps no more; else empty."""
    if Path("/proc/self/cmdline").exists():
        try:
            raw = Path(f"/proc/{pid}/cmdline").read_bytes()
        except OSError:
            return []
        return raw.decode(errors="surrogateescape").split("\0")[:-1]
    shown = subprocess.run(  # noqa: S603
        ["/bin/ps", "-ww", "-o", "args=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return [shown.stdout.rstrip("\n")] if shown.returncode == 0 else []
