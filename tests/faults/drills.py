"""Drills of faults that last, or that come from outside: `make drill-faults`, or `python -m tests.faults.drills`.

People work on two workers, two APIs and PostgreSQL. A worker stands still for two minutes and nobody ends it; then the
database is slow for a minute; then the kernel kills a connection of PostgreSQL for its memory. The figures are those of
`python -m tests.faults`; exit code 1 where anything was lost, doubled or wrongly late.
"""

import asyncio
import random
import sys
import tempfile
from functools import partial
from pathlib import Path

from tests.faults.__main__ import show
from tests.faults.act import act_in_seconds
from tests.faults.fault_run import Fault, Figures, Scale, run
from tests.faults.parts import Parts, Separate, separate

SCALE = Scale(messages=60, people=10, seconds=240, calm=10, database_away=0)
_FROZEN, _SLOW = 120.0, 60.0


def _faults(parts: Parts, _scale: Scale, _chance: random.Random) -> list[Fault]:
    assert isinstance(parts, Separate)
    return [
        ("worker frozen", partial(parts.hang, "worker-1", seconds=_FROZEN)),
        ("database slow", partial(parts.slow_database, _SLOW)),
        ("connection killed for memory", parts.kill_for_memory),
    ]


async def measure(folder: Path) -> Figures:
    """One run, each fault once."""
    async with separate(folder, act_in_seconds(folder, SCALE.step)) as parts:
        names = frozenset(name for name, _ in _faults(parts, SCALE, random.Random()))
        return await run(parts, SCALE, only=names, faults=_faults)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="otklik-drills-", ignore_cleanup_errors=True) as name:
        sys.exit(0 if show("postgresql", asyncio.run(measure(Path(name)))) else 1)
