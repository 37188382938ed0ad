"""Messages a second that `otklik import` registers and starts, against bare workflows started.

Both start workflows on the same server, 20 at once, with no worker; the import also reads and checks the table twice,
writes every message with its command (SQLite in a file), and its report.
"""

import csv
import tempfile
from collections.abc import AsyncIterator
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path
from time import perf_counter
from uuid import uuid4

from temporalio.client import Client

from bench.bare_workflow import BareMessage
from bench.installation import installation
from bench.measurement import Goal, Line, Pair, middle
from bench.straight_message import AT_ONCE, each, without_seals
from embedded.demo.data import complaints
from service.commands.imports.run import Options, import_table
from settings import Settings

MESSAGES = 800
ROUNDS = 3
GOAL = 0.7
_HEADER = ("Текст инцидента", "Группа тем", "Тема", "Исполнитель", "Муниципалитет", "Ссылка", "Автор", "Дата")
_OF_ALL = ("Дороги", "Ямы", "Департамент дорог", "Кинешма")


def _table(path: Path, first: int, lines: int) -> Path:
    texts = [complaint.text for complaint in complaints()]
    with path.open("w", encoding="cp1251", errors="replace", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(_HEADER)
        for number in range(first, first + lines):
            text, link = (
                f"{texts[number % len(texts)]} Обращение {number}.",
                f"https://vk.com/wall-238_{number}",
            )
            at = f"{number % 28 + 1:02}.10.2026 {number % 12 + 8:02}:15"
            writer.writerow((text, *_OF_ALL, link, f"Житель {number}", at))
    return path


async def _bare(client: Client) -> float:
    async def start(_: int) -> None:
        await client.start_workflow(BareMessage.run, id=f"bare-{uuid4().hex}", task_queue="bare")

    began = perf_counter()
    await each(range(MESSAGES), start, AT_ONCE)
    return MESSAGES / (perf_counter() - began)


async def _ours(settings: Settings, table: Path) -> float:
    options = Options(table, curator=None, network=None, dry_run=False, report=table.with_suffix(".xlsx"))
    said, began = StringIO(), perf_counter()
    with redirect_stdout(said), redirect_stderr(said):
        code = await import_table(settings, options)
    took = perf_counter() - began
    assert code == 0 and f"зарегистрировано: {MESSAGES}" in said.getvalue(), said.getvalue()
    assert "ожидают" not in said.getvalue(), said.getvalue()
    return MESSAGES / took


async def measure() -> AsyncIterator[Line]:
    """Both in turn, after a round that warms up."""
    pairs = []
    with tempfile.TemporaryDirectory() as folder:
        async with installation() as (client, _, settings):
            for turn in range(ROUNDS + 1):
                table = _table(Path(folder) / f"{turn}.csv", turn * MESSAGES, MESSAGES)
                ours = await _ours(settings, table)
                pairs.append(Pair(ours, await _bare(without_seals(client))))
            pair = middle(pairs[1:])
            yield Line(f"started, {AT_ONCE} at once", "messages/s", *pair, Goal("ratio", "≥", GOAL))
