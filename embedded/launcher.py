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

PR_SET_PDEATHSIG = 1


def main() -> None:
    parent, pid_file, *command = sys.argv[1:]
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
    if os.getppid() != int(parent):  # it ended before the line above
        sys.exit(1)
    Path(pid_file).write_text(json.dumps({"pid": os.getpid(), "command": command}), encoding="utf-8")
    os.execv(command[0], command)  # noqa: S606


if __name__ == "__main__":
    main()
