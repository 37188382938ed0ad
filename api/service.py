"""What takes and answers commands in one process, over its database and its connection to Temporal."""

from dataclasses import dataclass

from api.commanding import Commands
from api.delivery import Delivery
from api.lists import LISTS_AT_ONCE, Lists
from api.past import Past
from api.reading import Reader
from api.rules import Rules
from api.settling import Settling
from api.temporal import Temporal
from api.training_clock import TrainingClock
from api.workflow_access import Workflows
from settings import Settings
from store.blocking import BlockingDatabase
from store.database import Database

_WAIT_FOR_DATABASE = 3.0  # seconds: a person waits


@dataclass(frozen=True, slots=True)
class Service:
    """The parts of one process, which share a database and a connection."""

    rules: Rules
    database: Database
    temporal: Temporal
    workflows: Workflows
    reader: Reader
    lists: Lists
    settling: Settling
    delivery: Delivery
    commands: Commands
    past: Past

    async def close(self) -> None:
        """Let go of Temporal and of the database, once everything answered is written."""
        await self.settling.close()
        await self.temporal.stop()
        self.lists.close()
        await self.database.dispose()


def assemble(settings: Settings, rules: Rules) -> Service:
    """The parts, none of which is connected yet; `temporal.start()` begins to connect."""
    database = Database(settings.database_url, wait=_WAIT_FOR_DATABASE)
    temporal = Temporal(settings)
    clock = TrainingClock(temporal) if settings.training else None
    workflows = Workflows(temporal, rules, clock)
    reader = Reader(database, workflows)
    lists = Lists(BlockingDatabase(settings.database_url, LISTS_AT_ONCE, wait=_WAIT_FOR_DATABASE))
    settling = Settling(database)
    delivery = Delivery(database, workflows, settling)
    commands = Commands(database, delivery, settling, reader)
    past = Past(database, workflows, delivery)
    return Service(rules, database, temporal, workflows, reader, lists, settling, delivery, commands, past)
