"""The worker's task of the load: makes the calculations that were asked for, one after another, and tells how far.

A worker that is gone leaves nothing of one: the next run of the task begins it again.
"""

import asyncio
from typing import Final

from service.access.errors import ConflictError
from service.load import task
from service.load.results import LoadView
from service.load.task import AskedLoad
from service.runs.rules import RulesInForce
from store.database.engines import Database
from store.load import calculations
from store.load.tables import LoadCalculationRow
from workflows.office import Portion

_TOLD_EVERY: Final = 1.0
"""Seconds between two notes of the progress."""


class LoadMaking:
    """What the task does with one database."""

    def __init__(self, database: Database, rules: RulesInForce) -> None:
        self._db = database
        self._rules = rules

    async def is_due(self) -> bool:
        """Return whether somebody waits for a calculation."""
        async with self._db.read() as session:
            return await calculations.first_waiting(session) is not None

    async def portion(self) -> Portion:
        """Make the one that waits longest."""
        async with self._db.read() as session:
            row = await calculations.first_waiting(session)
        if row is None or row.id is None:
            return Portion()
        made = await self._made(row, row.id)
        async with self._db.write() as session:
            await calculations.note(session, row.id, 100, made.model_dump(mode="json"))
        return Portion(done=1, more=True)

    async def _made(self, row: LoadCalculationRow, number: int) -> LoadView:
        rules = await self._rules.now()
        asked = AskedLoad.from_row(row)
        try:
            async with self._db.read() as session:
                connection = await session.connection()
                found, record = await connection.run_sync(lambda it: task.read_record(it, rules, asked))
        except ConflictError as error:
            return asked.load(refused=error.detail)
        share = 0.0

        def tell(done: float) -> None:
            nonlocal share
            share = done

        work = asyncio.create_task(asyncio.to_thread(task.simulated, found, record, rules, asked, tell))
        while not (await asyncio.wait({work}, timeout=_TOLD_EVERY))[0]:
            async with self._db.write() as session:
                await calculations.note(session, number, int(share * 100))
        return work.result()
