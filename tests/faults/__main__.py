"""The fault run in its long forms: `python -m tests.faults [KIND…] [MINUTES [MESSAGES]]`.

200 messages under way by 20 people at once over HTTP, while worker, API, Temporal server and database are killed and
hung, in turn and all together, every few seconds, and the database is away for a minute. `postgresql`: two
workers, two APIs, a Temporal server and PostgreSQL, each a process of its own. `embedded`: `otklik serve` on SQLite,
which restarts its parts itself. These two are run where no kind is named.

`disk`: `otklik serve` has its data on a small disk in memory, which is filled to the last block for 50 s and emptied;
it takes root, which may mount one. `outside`: a worker stands still for two minutes and nobody ends it; then the
database is slow for a minute; then the kernel kills a connection of PostgreSQL for its memory.

Every answer is compared with outbox, journal, limits and notices, row by row. Exit code 1 where anything was lost,
doubled or wrongly late, or where there is no disk to fill.
"""

import asyncio
import random
import sys
import tempfile
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from tests import command_keys
from tests.faults.act import act_in_seconds
from tests.faults.fault_run import Fault, Figures, Scale, faults_of, run
from tests.faults.parts import Parts, Separate, embedded, separate

_SHOWN = 20


def _from_outside(parts: Parts, _scale: Scale, _chance: random.Random) -> list[Fault]:
    assert isinstance(parts, Separate)
    return [
        ("worker frozen", partial(parts.hang, "worker-1", seconds=120.0)),
        ("database slow", partial(parts.slow_database, 60.0)),
        ("connection killed for memory", parts.kill_for_memory),
    ]


@dataclass(frozen=True)
class Kind:
    """An installation, how much is done to it, and which faults; those that are named by `only` are caused once."""

    parts: Callable[[Path, Path], AbstractAsyncContextManager[Parts]]
    scale: Scale
    faults: Callable[[Parts, Scale, random.Random], list[Fault]] = faults_of
    only: frozenset[str] | None = None


_LONG = Scale(messages=200, people=20, seconds=300, calm=3.0, database_away=60.0)
_KINDS = {
    "postgresql": Kind(separate, _LONG),
    "embedded": Kind(embedded, _LONG),
    "disk": Kind(
        embedded,
        Scale(messages=40, people=10, seconds=90, calm=10, database_away=0, disk_full=50),
        only=frozenset({"disk full"}),
    ),
    "outside": Kind(
        separate,
        Scale(messages=60, people=10, seconds=240, calm=10, database_away=0),
        _from_outside,
        frozenset({"worker frozen", "database slow", "connection killed for memory"}),
    ),
}
_USUAL = ("postgresql", "embedded")


async def measure(kind: Kind, minutes: float | None = None, messages: float | None = None) -> Figures:
    """One run."""
    scale = replace(
        kind.scale,
        seconds=minutes * 60 if minutes else kind.scale.seconds,
        messages=int(messages or kind.scale.messages),
    )
    with tempfile.TemporaryDirectory(prefix="otklik-faults-", ignore_cleanup_errors=True) as folder:
        act = act_in_seconds(Path(folder), scale.step)
        async with kind.parts(Path(folder), act) as parts:
            return await run(parts, scale, only=kind.only, faults=kind.faults)


def show(kind: str, figures: Figures) -> bool:
    """Print the figures; whether nothing is wrong."""
    findings = figures.findings
    print(f"fault run on {kind}, {figures.took.total_seconds():.0f} s: {figures.commands} commands")
    print(
        "  answers: " + ", ".join(f"{status} {count}" for status, count in sorted(figures.requests.items()))
    )
    print(f"  {figures.faults.total()} faults: " + ", ".join(f"{n} {c}" for n, c in figures.faults.items()))
    print(
        f"  {len(findings.lost)} lost, {len(findings.doubled)} doubled, {len(findings.wrongly_late)} wrongly late"
        " (goal 0, 0, 0)"
    )
    print(
        f"  {len(findings.limits)} limits wrong, {len(findings.notices)} notices wrong, {len(findings.other)} rows"
        " otherwise wrong (goal 0, 0, 0)"
    )
    print(
        f"  {findings.breaches} breaches, {findings.withdrawn} withdrawn as taken in time;"
        f" {findings.late_unanswered} late of which nobody had answered before the due moment"
    )
    print(
        f"  slowest answer of an API not itself hung or dead: {figures.slowest.total_seconds():.1f} s (goal ≤ 5)"
    )
    print(
        f"    (the measuring program itself waited up to {figures.held_up.total_seconds():.1f} s for a processor)"
    )
    for finding in findings.all()[:_SHOWN]:
        print(f"    {finding}")
    return not findings.all()


def main() -> None:
    """What the command line names, else the usual two."""
    command_keys.share()
    kinds = [name for name in sys.argv[1:] if name in _KINDS] or _USUAL
    numbers = [float(given) for given in sys.argv[1:] if given not in _KINDS]
    right = []
    for name in kinds:
        figures = asyncio.run(measure(_KINDS[name], *numbers))
        right.append(show(name, figures) and figures.faults.keys() >= (_KINDS[name].only or set()))
    sys.exit(0 if all(right) else 1)


if __name__ == "__main__":
    main()
