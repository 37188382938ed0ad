"""The drill of a full disk: `python -m tests.faults.disk_drill [SECONDS]`.

`otklik serve` has its data on a small disk in memory, and people work with 40 messages under way; the disk is filled to
the last block for so long, 50 s, and emptied. Every answer is compared with outbox, journal, limits and notices, row by
row. Exit code 1 where anything was lost, doubled or wrongly late, 2 where no such disk can be mounted (it takes root).
"""

import asyncio
import sys
import tempfile
from pathlib import Path

from tests import command_keys
from tests.faults.__main__ import show
from tests.faults.act import act_in_seconds
from tests.faults.fault_run import Figures, Scale, run
from tests.faults.parts import embedded

_MESSAGES = 40
_FULL = 50.0  # seconds
_AROUND = 40.0


async def measure(full: float) -> Figures | None:
    """One drill; None where there is no disk to fill."""
    scale = Scale(
        _MESSAGES, people=10, seconds=full + _AROUND, calm=_AROUND / 4, database_away=0, disk_full=full
    )
    with tempfile.TemporaryDirectory(prefix="otklik-disk-", ignore_cleanup_errors=True) as folder:
        act = act_in_seconds(Path(folder), scale.step)
        async with embedded(Path(folder), act) as parts:
            return await run(parts, scale, only=frozenset({"disk full"})) if parts.can_fill_disk() else None


def main() -> None:
    """What the command line names."""
    command_keys.share()
    figures = asyncio.run(measure(float(sys.argv[1]) if sys.argv[1:] else _FULL))
    if figures is None:
        print("no small disk could be mounted: run this as root", file=sys.stderr)
        sys.exit(2)
    sys.exit(0 if show("a full disk", figures) and figures.faults["disk full"] else 1)


if __name__ == "__main__":
    main()
