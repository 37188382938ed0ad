"""Messages a second that `otklik import` registers and starts, against bare workflows started; and its memory.

Both start workflows on the same server, 20 at once, with no worker; the import also reads and checks the table twice,
writes every message with its command (SQLite in a file), and its report. Texts are those of the demo, each
with a number of its own. `--whole` also registers the large table (with Temporal away), which takes minutes.
"""

import asyncio
import csv
import os
import subprocess
import sys
import tempfile
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import NamedTuple
from uuid import uuid4

from temporalio.client import Client

from bench.bare_workflow import BareMessage
from bench.installation import PASSWORD, installation
from service.commands.imports.run import Options, import_table
from settings import Settings
from store.demo.data import complaints
from store.migrations.setup import prepare

AT_ONCE = 20
MESSAGES = 800
ROUNDS = 3
GOAL = 0.7
LARGE = 100_000  # lines
NO_TEMPORAL = "127.0.0.1:1"
_HEADER = ("Текст инцидента", "Группа тем", "Тема", "Исполнитель", "Муниципалитет", "Ссылка", "Автор", "Дата")


class Figures(NamedTuple):
    """Medians of the rounds, in messages a second."""

    ours: float
    bare: float
    ratio: float


def _table(path: Path, first: int, lines: int) -> Path:
    texts = [complaint.text for complaint in complaints()]
    with path.open("w", encoding="cp1251", errors="replace", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(_HEADER)
        for number in range(first, first + lines):
            writer.writerow(
                (
                    f"{texts[number % len(texts)]} Обращение {number}.",
                    *("Дороги", "Ямы", "Департамент дорог", "Кинешма"),
                    f"https://vk.com/wall-238_{number}",
                    f"Житель {number}",
                    f"{number % 28 + 1:02}.10.2026 {number % 12 + 8:02}:15",
                )
            )
    return path


async def _bare(client: Client) -> float:
    slots = asyncio.Semaphore(AT_ONCE)

    async def start() -> None:
        async with slots:
            await client.start_workflow(BareMessage.run, id=f"bare-{uuid4().hex}", task_queue="bare")

    began = perf_counter()
    await asyncio.gather(*(start() for _ in range(MESSAGES)))
    return MESSAGES / (perf_counter() - began)


async def _ours(settings: Settings, table: Path) -> float:
    options = Options(table, curator=None, network=None, dry_run=False, report=table.with_suffix(".xlsx"))
    said = StringIO()
    began = perf_counter()
    with redirect_stdout(said), redirect_stderr(said):
        code = await import_table(settings, options)
    took = perf_counter() - began
    assert code == 0, said.getvalue()
    assert f"зарегистрировано: {MESSAGES}" in said.getvalue(), said.getvalue()
    assert "ожидают" not in said.getvalue(), said.getvalue()
    return MESSAGES / took


async def measure() -> Figures:
    """Both in turn, after a round that warms up."""
    pairs = []
    with tempfile.TemporaryDirectory() as folder:
        async with installation(Path(folder)) as (client, _, settings):
            for turn in range(ROUNDS + 1):
                table = _table(Path(folder) / f"{turn}.csv", turn * MESSAGES, MESSAGES)
                pairs.append((await _ours(settings, table), await _bare(client)))
    warm = pairs[1:]
    ratio = median(ours / bare for ours, bare in warm)
    return Figures(median(ours for ours, _ in warm), median(bare for _, bare in warm), ratio)


def _peak(settings: Settings, table: Path, *options: str) -> tuple[float, float]:
    """The most memory the command held, in MB, and the seconds it took."""
    began = perf_counter()
    with subprocess.Popen(
        [sys.executable, "-m", "cli", "import", str(table), "--report", f"{table}.xlsx", *options],
        env={**os.environ, **settings.environment()},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    assert status == 0
    return used.ru_maxrss / 1024, perf_counter() - began


async def report() -> None:
    """Print the figures with their goal."""
    figures = await measure()
    print(
        f"import: {figures.ours:.0f} messages/s; bare workflows started: {figures.bare:.0f}/s "
        f"({AT_ONCE} at once, medians of {ROUNDS} rounds)"
    )
    print(f"  ratio {figures.ratio:.2f} (goal ≥ {GOAL})")
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings.load(
            data=Path(folder), demo=True, demo_password=PASSWORD, temporal_address=NO_TEMPORAL
        )
        await prepare(settings)
        kinds = {"checked": ("--dry-run",)} | ({"registered": ()} if "--whole" in sys.argv else {})
        for lines in (1_000, LARGE):
            table = _table(Path(folder) / f"{lines}.csv", 0, lines)
            for kind, options in kinds.items():
                megabytes, seconds = await asyncio.to_thread(_peak, settings, table, *options)
                size = table.stat().st_size / 1024 / 1024
                print(f"{lines:,} lines ({size:.0f} MB) {kind}: {megabytes:.0f} MB at most, {seconds:.0f} s")
    await asyncio.sleep(0.1)


if __name__ == "__main__":
    asyncio.run(report())
