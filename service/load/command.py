"""The command `otklik simulate`: tables of the record, the replay of the same weeks, and a calculation, in Russian."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from service.access.errors import ConflictError
from service.load import task, wording
from service.load.results import Question, Table
from service.reports.weekly.phrases import period
from service.runs.rules import RulesInForce
from settings import Settings
from store.database.engines import Database


async def main(settings: Settings) -> str:
    """The text to print, of the last four whole weeks. Raises ConflictError, RulesError and DatabaseError."""
    if settings.sqlite_file is not None and not settings.sqlite_file.exists():
        raise ConflictError(wording.NO_DATABASE)
    database = Database(settings.database_url)
    try:
        rules = await RulesInForce(settings, database).now()
        asked = replace(task.last_weeks(datetime.now(rules.zone).date()), question=Question())
        async with database.read() as session:
            connection = await session.connection()
            found, record = await connection.run_sync(lambda it: task.read_record(it, rules, asked))
    finally:
        await database.dispose()
    made = await asyncio.to_thread(task.simulated, found, record, rules, asked, lambda _: None)
    lines = [f"{rules.regulation.act.citation}. Записи {period(made.first_day, made.last_day)}."]
    for table in (*record.tables, wording.replay(made), wording.calculated(made)):
        lines += ["", f"{table.title}.", *_printed(table)]
    return "\n".join([*lines, "", wording.verdict(made)])


def _printed(table: Table) -> Iterator[str]:
    """Columns as wide as they need; the first to the left."""
    cells = [table.columns, *([wording.cell(one) for one in row] for row in table.rows)]
    widths = [max(len(row[place]) for row in cells) for place in range(len(table.columns))]
    for first, *others in cells:
        right = "  ".join(cell.rjust(width) for cell, width in zip(others, widths[1:], strict=True))
        yield f"{first.ljust(widths[0])}  {right}"
