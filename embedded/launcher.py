"""Becomes another program that ends with the process that started it: `launcher.py PARENT PID_FILE COMMAND…`.

Run as a script by `python -I -S`, with nothing but the standard library: it is in the way of every start. The
pid file is written here, before the program begins, so that none can run unrecorded.
"""

import ctypes
import json
import os
import signal
import sys
from pathlib import Path

_PR_SET_PDEATHSIG = 1


def main() -> None:
    parent, pid_file, *command = sys.argv[1:]
    end_with(int(parent))
    Path(pid_file).write_text(json.dumps({"pid": os.getpid(), "command": command}), encoding="utf-8")
    os.execv(command[0], command)  # noqa: S606


def end_with(parent: int, by: signal.Signals = signal.SIGTERM) -> None:
    """Have this process sent the signal when its parent ends; end it now if the parent already has."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, by, 0, 0, 0)
    if os.getppid() != parent:  # it ended before the line above
        os._exit(1)


if __name__ == "__main__":
    main()
