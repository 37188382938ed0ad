"""The fault run in its long form: `python -m tests.faults [postgresql] [embedded] [MINUTES [MESSAGES]]`.

200 messages under way by 20 people at once over HTTP, while worker, API, Temporal server and database are killed and
hung, in turn and all together, every few seconds, and the database is away for a minute. `postgresql`: two
workers, two APIs, a Temporal server and PostgreSQL, each a process of its own. `embedded`: `otklik serve` on SQLite,
which restarts its parts itself. Exit code 1 where anything was lost, doubled or wrongly late.
"""

import asyncio
import sys
import tempfile
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path

from tests.faults.act import act_in_seconds
from tests.faults.fault_run import Figures, Scale, run
from tests.faults.parts import Parts, embedded, separate

_KINDS: dict[str, Callable[[Path, Path], AbstractAsyncContextManager[Parts]]] = {
    "postgresql": separate,
    "embedded": embedded,
}
_MINUTES = 5.0
_MESSAGES = 200
_SHOWN = 20


async def measure(kind: str, minutes: float = _MINUTES, messages: float = _MESSAGES) -> Figures:
    """One run."""
    scale = Scale(messages=int(messages), people=20, seconds=minutes * 60, calm=3.0, database_away=60.0)
    with tempfile.TemporaryDirectory(prefix="otklik-faults-", ignore_cleanup_errors=True) as folder:
        act = act_in_seconds(Path(folder), scale.step)
        async with _KINDS[kind](Path(folder), act) as parts:
            return await run(parts, scale)


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
    """What the command line names, else both."""
    kinds = [name for name in sys.argv[1:] if name in _KINDS] or list(_KINDS)
    numbers = [float(given) for given in sys.argv[1:] if given not in _KINDS]
    right = [show(kind, asyncio.run(measure(kind, *numbers))) for kind in kinds]
    sys.exit(0 if all(right) else 1)


if __name__ == "__main__":
    main()
