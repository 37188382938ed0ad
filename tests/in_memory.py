"""Places for what outlives no test: in memory, where the machine lends room for it.

A test's database reaches the disk with every commit, as it must; on a disk that takes milliseconds for that, and for
each of the three hundred files of a PostgreSQL database, waiting for it was most of what the tests did.
"""

import os
import tempfile
from pathlib import Path

_PLACE = Path("/dev/shm")
_NEEDED = 6 * 2**30  # bytes


def keep_there() -> None:
    """From here on every temporary directory of this process and its children is there; `TMPDIR` decides otherwise."""
    if "TMPDIR" not in os.environ and _has_room(_PLACE):
        os.environ["TMPDIR"] = tempfile.tempdir = str(_PLACE)


def _has_room(place: Path) -> bool:
    if not os.access(place, os.W_OK | os.X_OK):
        return False
    room = os.statvfs(place)
    # Tests start programs that they have written.
    return not room.f_flag & os.ST_NOEXEC and room.f_bavail * room.f_frsize >= _NEEDED
