"""Drill of an upgrade that nobody notices: `make drill-upgrade`, or `python -m tests.releases.rolling`.

Two workers and two APIs over PostgreSQL serve people at a steady pace, whom a balancer leads to the APIs. Meanwhile the
next version prepares the database and takes the place of each part in turn, workers first, the next once `/readyz` of
the one before answers 200: once by SIGTERM, and by SIGKILL to the version after that. Then every answer is compared
with outbox, journal, limits and notices, row by row. The last line is JSON; exit code 1 where anything was lost,
doubled or wrongly dated, or where a command took more than three times as long at the 99th percentile while parts were
replaced by SIGTERM. By SIGKILL it may: a step that a killed worker was at is given to another after ten seconds.

The next version is this tree with another number and one revision more, which adds a column. `FROM=v1.0.0` begins with
that tag instead, set up in a checkout of its own; this tree is the first to take its place then.
"""

import asyncio
import compileall
import json
import math
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from itertools import count
from pathlib import Path

from alembic.script import ScriptDirectory
from httpx import ConnectError, Response
from temporalio.api.enums.v1 import EventType
from temporalio.client import Client

from store.migrations.revision import MIGRATIONS
from tests.embedded.installation import ROOT
from tests.faults.act import act_in_seconds
from tests.faults.crowd import SIGN_INS, Road
from tests.faults.fault_run import until_written
from tests.faults.ledger import Books, Findings, compare
from tests.faults.parts import HERE, Program, Separate, separate
from tests.faults.service import Given, People

WORKERS_FIRST = ("worker-1", "worker-2", "api-1", "api-2")
GOAL = 3.0
"""Times as long a command may take while parts are replaced as upgrades do, at the 99th percentile."""
_PASSED_OVER = 5.0
"""Seconds for which a balancer sends nothing to who has refused a connection, as in deploy/nginx."""
_HASTE = 4
"""How many times as fast people go on when they only bring their messages to the end."""
_SHOWN = 20

_REVISION = '''"""A column that the version before does without."""

import sqlalchemy as sa
from alembic import op

revision = "{revision}"
down_revision = "{after}"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("message", sa.Column("drill_{revision}", sa.Integer()))
'''


@dataclass(frozen=True)
class Scale:
    """How much: people at work, messages under way for each, commands a second of all, and seconds of that pace.

    It `settles` before it is measured `before` the first upgrade; the `breath` after each still counts as during it.
    """

    people: int = 8
    each: int = 5
    pace: float = 4.0
    settles: float = 10.0
    before: float = 60.0
    breath: float = 5.0
    seed: int = 238

    @property
    def step(self) -> float:
        """Seconds between two steps of a message."""
        return self.people * self.each / self.pace


@dataclass(frozen=True)
class Upgrade:
    """One version after another: which parts are replaced by it, and by which signal each is ended."""

    name: str
    program: Program
    number: signal.Signals
    parts: Sequence[str] = WORKERS_FIRST


@dataclass(frozen=True)
class Figures:
    """What came of it; seconds from a command's first request to an answer that says what became of it."""

    findings: Findings
    took: dict[str, list[float]]
    answers: Counter[str]
    by_versions: Counter[int]
    """Messages by the number of versions that have led them."""
    upgrades: dict[str, float]
    """Seconds each lasted."""

    def at(self, window: str, share: float) -> float:
        """The percentile of a window, by nearest rank."""
        ordered = sorted(self.took[window])
        return ordered[math.ceil(share * len(ordered)) - 1]


class Balanced(People):
    """People behind a balancer: who has refused a connection is passed over for a while, and another asked at once."""

    def __init__(self, *addresses: str, seed: int) -> None:
        super().__init__(*addresses, seed=seed)
        self._passed_over = dict.fromkeys(addresses, 0.0)

    def address(self) -> str:
        now = time.monotonic()
        up = [address for address, until in self._passed_over.items() if until <= now]
        return self._chance.choice(up or list(self._passed_over))

    async def send(self, given: Given) -> Response:
        for _ in self._passed_over:
            try:
                return await super().send(given)
            except ConnectError:
                self._passed_over[given.attempts[-1].address] = time.monotonic() + _PASSED_OVER
        return await super().send(given)


async def _work(
    people: People, numbers: Callable[[], int], scale: Scale, chance: random.Random, over: asyncio.Event
) -> None:
    """A person's day: messages in turn, a new one for each that is over, some steps late; then all to their end."""

    def begun() -> Road:
        number = numbers()
        return Road(people, number, random.Random(scale.seed + number))

    roads = [begun() for _ in range(scale.each)]
    while roads:
        for index, road in enumerate(roads):
            if over.is_set() or chance.random() > 0.1:
                began = time.monotonic()
                await road.step()
                if road.is_over and not over.is_set():
                    roads[index] = begun()
                turn = scale.people / scale.pace / (_HASTE if over.is_set() else 1)
                await asyncio.sleep(max(0.0, turn - (time.monotonic() - began)))
        if over.is_set():
            roads = [road for road in roads if not road.is_over]


async def run(parts: Separate, scale: Scale, upgrades: Sequence[Upgrade]) -> Figures:
    """People at work from before the first upgrade until after the last."""
    people = Balanced(*parts.addresses, seed=scale.seed)
    chance = random.Random(scale.seed)
    over, numbers = asyncio.Event(), count()
    windows: list[tuple[str, float]] = []
    lasted: dict[str, float] = {}
    try:
        await people.sign_in(*SIGN_INS)
        async with asyncio.TaskGroup() as group:
            for _ in range(scale.people):
                one = random.Random(chance.random())
                group.create_task(_work(people, lambda: next(numbers), scale, one, over))
                await asyncio.sleep(1 / scale.pace)
            await asyncio.sleep(scale.settles)
            windows.append(("before", time.time()))
            await asyncio.sleep(scale.before)
            for upgrade in upgrades:
                windows.append((upgrade.name, began := time.time()))
                await parts.prepare(upgrade.program)
                await parts.until_ready()  # those of the version before, on the new tables
                for part in upgrade.parts:
                    await parts.replace(part, upgrade.program, upgrade.number)
                lasted[upgrade.name] = time.time() - began
                await asyncio.sleep(scale.breath)
            windows.append(("after", time.time()))
            over.set()
    finally:
        await people.close()
    await until_written(parts.settings.database_url)
    books = await Books.read(parts.settings.database_url)
    return Figures(
        findings=compare(people.ledger, books),
        took=_took(people.ledger, windows),
        answers=Counter(str(one.status or "no answer") for given in people.ledger for one in given.attempts),
        by_versions=await _led_by(parts, [message.number for message in books.messages]),
        upgrades=lasted,
    )


def _took(ledger: Sequence[Given], windows: Sequence[tuple[str, float]]) -> dict[str, list[float]]:
    """Seconds by the window in which each command was given, until it was told what became of it."""
    took: dict[str, list[float]] = {name: [] for name, _ in windows}
    for one in ledger:
        began = one.attempts[0].began
        told = min(attempt.ended for attempt in one.attempts if attempt.status in (200, 201, 409))
        name = next((name for name, since in reversed(windows) if since <= began), None)
        if name is not None:
            took[name].append(told - began)
    return took


async def _led_by(parts: Separate, messages: Sequence[int | None]) -> Counter[int]:
    client = await Client.connect(
        parts.settings.temporal_address, namespace=parts.settings.temporal_namespace
    )
    counted: Counter[int] = Counter()
    for number in messages:
        versions = {
            event.workflow_task_completed_event_attributes.worker_version.build_id
            async for event in client.get_workflow_handle(f"message-{number}").fetch_history_events()
            if event.event_type == EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED
        }
        counted[len(versions)] += 1
    await asyncio.sleep(
        0.1
    )  # a process that ends right after its last call crashes now and then (sdk-python #300)
    return counted


def next_version(of: Program, folder: Path, number: int) -> Program:
    """That version in a folder of its own, so many versions on: another number, and one revision more."""
    tracked = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout.split("\0")
    root = folder / f"version-{number}"
    shutil.copytree(of.root / "api/web/static/vendor", root / "api/web/static/vendor")
    for name in tracked:
        if name and not name.startswith(("tests/", "docs/", "bench/")) and (of.root / name).is_file():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(of.root / name, root / name)
    for added in of.root.glob("store/migrations/versions/drill_*.py"):
        shutil.copy2(added, root / added.relative_to(of.root))
    newest = ScriptDirectory(str(root / MIGRATIONS.relative_to(ROOT))).get_current_head()
    revision = _REVISION.format(revision=f"drill_{number}", after=newest)
    (root / f"store/migrations/versions/drill_{number}.py").write_text(revision, encoding="utf-8")
    compileall.compile_dir(root, quiet=1)  # as pip does
    # It stands before that of the environment.
    known = root / "otklik-drill.dist-info"
    known.mkdir()
    (known / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: otklik\nVersion: {version('otklik')}.post{number}\n"
    )
    return Program(root, of.python)


@contextmanager
def _checkout(tag: str, folder: Path) -> Iterator[Program]:
    """A version as it was released, set up as its README says."""
    root = folder / "earlier"
    subprocess.run(["git", "worktree", "add", "--detach", root, tag], cwd=ROOT, check=True)
    try:
        subprocess.run(["make", "setup"], cwd=root, check=True)
        yield Program(root, root / ".venv/bin/python")
    finally:
        subprocess.run(["git", "worktree", "remove", "--force", root], cwd=ROOT, check=True)


async def measure(scale: Scale, folder: Path, earlier: Program | None) -> Figures:
    """From `earlier` to this tree and to the version after it; without it from this tree, two versions on."""
    first = earlier or HERE
    second = HERE if earlier else next_version(HERE, folder, 1)
    third = next_version(second, folder, 2)
    upgrades = (
        Upgrade(signal.SIGTERM.name, second, signal.SIGTERM),
        Upgrade(signal.SIGKILL.name, third, signal.SIGKILL),
    )
    async with separate(folder, act_in_seconds(folder, scale.step), first) as parts:
        return await run(parts, scale, upgrades)


def show(figures: Figures) -> bool:
    """Print the figures; whether all is as it should be."""
    found = figures.findings
    shown = {
        window: {
            "commands": len(took),
            "p50": round(figures.at(window, 0.5), 3),
            "p99": round(figures.at(window, 0.99), 3),
        }
        for window, took in figures.took.items()
        if took
    }
    ratios = {name: round(shown[name]["p99"] / shown["before"]["p99"], 2) for name in figures.upgrades}
    for finding in found.all()[:_SHOWN]:
        print(finding)
    print(
        json.dumps(
            {
                "lost": len(found.lost),
                "doubled": len(found.doubled),
                "wrongly dated": len(found.wrongly_late) + len(found.limits),
                "otherwise wrong": len(found.notices) + len(found.other),
                "breaches": found.breaches,
                "answers": dict(sorted(figures.answers.items())),
                "messages by versions": dict(sorted(figures.by_versions.items())),
                "upgrade, s": {name: round(took) for name, took in figures.upgrades.items()},
                "command, s": shown,
                "p99 against before": ratios,
                "goal": GOAL,
            }
        )
    )
    return not found.all() and ratios[signal.SIGTERM.name] <= GOAL


def main() -> bool:
    """The drill at the scale of the command line: seconds before the upgrade, commands a second."""
    before, pace, *_ = (*map(float, sys.argv[1:]), *(Scale.before, Scale.pace)[len(sys.argv) - 1 :])
    scale = Scale(before=before, pace=pace)
    with ExitStack() as stack:
        folder = Path(
            stack.enter_context(
                tempfile.TemporaryDirectory(prefix="otklik-upgrade-", ignore_cleanup_errors=True)
            )
        )
        tag = os.environ.get("FROM")
        earlier = stack.enter_context(_checkout(tag, folder)) if tag else None
        return show(asyncio.run(measure(scale, folder, earlier)))


if __name__ == "__main__":
    sys.exit(0 if main() else 1)
