"""Destroys what is past its term, a portion at a time (152-FZ; docs/retention.md)."""

from datetime import UTC, datetime, timedelta

from temporalio import activity

from store import retention
from store.database import Database
from workflows.office import OfficeTask, Portion

_AT_ONCE = 200
_WRONG_PASSWORDS_KEPT = timedelta(days=30)


class Retention:
    """The task of this name, with the database it cleans."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @activity.defn(name=OfficeTask.RETENTION)
    async def portion(self) -> Portion:
        """One short transaction. What is due is judged by the clock of this process."""
        before = datetime.now(UTC) - _WRONG_PASSWORDS_KEPT
        async with self._database.write() as session:
            done = await retention.delete_wrong_passwords(session, before, _AT_ONCE)
        return Portion(done=done, more=done == _AT_ONCE)
