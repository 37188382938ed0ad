"""The demo's messages: every complaint registered and taken down its road, as a real message by real commands.

All of them are written in one transaction, with their texts and with every command in the outbox: whatever ends
this process, either nothing is there, or all of it is and only waits to be delivered, by the next start or by the
API.
"""

from embedded.demo.act import act_of
from embedded.demo.data import DemoComplaint, complaints
from embedded.demo.network import beginning
from settings import Settings
from store.commands import outbox
from store.database.engines import Database
from store.migrations import purpose
from store.migrations.purpose import PurposeError

PREFIX = "demo:"
"""Begins every Idempotency-Key of the demo."""


def key(complaint: DemoComplaint, step: int) -> str:
    """The Idempotency-Key of a step of a complaint's road; the first, of number 0, registers it."""
    return f"{PREFIX}{complaint.slug}:{step}"


async def seed(settings: Settings) -> None:
    """Add the messages of the demo to the database and to Temporal, and what stands in its invented network; a second
    time changes nothing.

    The directory must be there. What cannot be delivered in time is left to the API. Raises TimeoutError while
    Temporal is not reached, and PurposeError on a database that is not a demo.
    """
    database = Database(settings.database_url)
    try:
        async with database.read() as session:
            is_demo = (await purpose.find(session)).purpose.demo
        if not is_demo:
            raise PurposeError(
                "База данных не демонстрационная: демонстрационные сообщения в неё не добавляются."
            )
        await beginning.seed(database, settings)
        known = await _known(database)
    finally:
        await database.dispose()
    missing = [complaint for complaint in complaints(act_of(settings)) if key(complaint, 0) not in known]
    if missing or not set(outbox.WAITING).isdisjoint(known.values()):
        # What takes commands takes a second to import, and every start but the first does without.
        from embedded.demo.messages.delivery import complete  # noqa: PLC0415

        await complete(settings, missing)


async def _known(database: Database) -> dict[str, str]:
    """Status of every command of the demo, by its key."""
    async with database.read() as session:
        return await outbox.statuses(session, PREFIX)
