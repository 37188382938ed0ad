"""Messages that come with their past: started, signalled all their commands, and settled by their journals.

None of these commands has an outcome to ask for before the workflow has them all (see MessageInput); if this is
left halfway, the dispatcher delivers the rest one by one.
"""

from collections.abc import Sequence

from service.commands.delivery import REGISTER, CommandDelivery, settle_by
from service.runs.workflows import Sent, Workflows
from store.commands import outbox
from store.commands.tables import CommandRow
from store.database.engines import Database


class PastCommands:
    """Delivers what registration rows and commands in the outbox say of the past."""

    def __init__(self, database: Database, workflows: Workflows, delivery: CommandDelivery) -> None:
        self._db = database
        self._workflows = workflows
        self._delivery = delivery

    async def send(self, rows: Sequence[CommandRow]) -> bool:
        """Hand the rows of one message to Temporal, oldest first; False if it is away, and they may be given again.

        That they are sent is noted in the rows given, and not in the database: there it would have the dispatcher
        ask for outcomes that do not exist yet.
        """
        for row in rows:
            if row.status == outbox.TAKEN:
                if not await self._sent(row):
                    return False
                row.status = outbox.SENT
        return True

    async def _sent(self, row: CommandRow) -> bool:
        if row.name == REGISTER:
            return await self._delivery.begin(row) is not None
        sent = await self._workflows.signal(row.message, row.name, row.payload)
        if sent is Sent.GONE:
            await self._delivery.settle_without_workflow(row)
        return sent is not Sent.NOT_NOW

    async def settle(self, rows: Sequence[CommandRow]) -> list[CommandRow]:
        """Settle the rows that the journals know; returns those that are left."""
        async with self._db.read() as session:
            journals = await outbox.journals(session, {row.message for row in rows})
        started = {row.message: row for row in reversed(journals)}
        done = {row.data["id"]: row for row in journals if "id" in row.data}
        left = []
        async with self._db.write() as session:
            for row in rows:
                found = started.get(row.message) if row.name == REGISTER else done.get(row.id)
                if found is None:
                    left.append(row)
                else:
                    await settle_by(session, row, found)
        return left
