"""Log files of the parts of `otklik serve`, of a bounded number and size: `api.log`, and older `api.log.1`, `.2` …

A part of the program turns its file over by itself, and loses no line. Its whole output goes there, not what it logs
alone, and it does so whatever becomes of the supervisor. What another program writes (Temporal's server) is copied by
the supervisor, and its file emptied; a line that comes between the two is lost.
"""

import os
import shutil
from contextlib import suppress
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import NamedTuple

LOG_FILE = "OTKLIK_LOG_FILE"
"""The variable by which the supervisor names a part its file: the path, its most bytes, the number of files."""
_STANDARD_OUTPUTS = (1, 2)


class Bounds(NamedTuple):
    """How large a log file may grow, in bytes, and how many there are, the current one among them."""

    size: int
    files: int

    def variable(self, log: Path) -> dict[str, str]:
        """What a part is told of its file."""
        return {LOG_FILE: f"{self.size}:{self.files}:{log}"}

    def turn_over_if_full(self, log: Path) -> None:
        """Begin a new file where this one, which nobody writes to, is full."""
        if log.exists() and log.stat().st_size > self.size:
            _turn_over(log, self.files, os.replace)

    def empty_those_too_full(self, directory: Path) -> None:
        """Copy and empty the files of those who do not turn theirs over by themselves."""
        for log in directory.glob("*.log"):
            with suppress(OSError):
                if log.stat().st_size > 2 * self.size:
                    _turn_over(log, self.files, _copy_and_empty)


def _turn_over(log: Path, files: int, rotator: object) -> None:
    handler = RotatingFileHandler(log, backupCount=files - 1, delay=True)
    handler.rotator = rotator  # type: ignore[assignment]
    handler.doRollover()
    handler.close()


def _copy_and_empty(log: str, copy: str) -> None:
    try:
        shutil.copyfile(log, copy)
    except OSError:
        # On a full disk it is more to have an end of it than to have all of it.
        Path(copy).unlink(missing_ok=True)
    # It is written by appending: what comes next is at the beginning.
    os.truncate(log, 0)


ORDINARY = Bounds(10_000_000, 5)


class OwnOutput(RotatingFileHandler):
    """Everything that this process writes, in a file that it turns over itself."""

    def _open(self) -> TextIOWrapper:
        stream = super()._open()
        for output in _STANDARD_OUTPUTS:
            os.dup2(stream.fileno(), output)
        return stream


def own_output() -> OwnOutput | None:
    """The handler for logs of a process that a supervisor has given a file; None for any other."""
    given = os.environ.pop(LOG_FILE, None)  # not for processes this one starts
    if given is None:
        return None
    size, files, log = given.split(":", 2)
    return OwnOutput(log, maxBytes=int(size), backupCount=int(files) - 1, encoding="utf-8")
