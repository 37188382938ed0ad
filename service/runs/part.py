"""Part of Temporal and of the database, which every other part stands on."""

from dataclasses import dataclass
from typing import Self

from service.runs.connection import TemporalConnection
from service.runs.driven_schedules import DrivenSchedules
from service.runs.rules import Rules
from service.runs.training_clock import TrainingClock
from service.runs.workflows import Workflows
from settings import Settings
from store.database.blocking import BlockingDatabase
from store.database.engines import Database
from telemetry.process_clock import ProcessClock

_WAIT_FOR_DATABASE = 3.0  # seconds: a person waits


@dataclass(frozen=True, slots=True)
class Runs:
    """Rules, database and connection of one process; nothing is connected before `temporal.start()`."""

    settings: Settings
    rules: Rules
    database: Database
    temporal: TemporalConnection
    workflows: Workflows
    driven: DrivenSchedules
    clock: ProcessClock

    @classmethod
    def assemble(cls, settings: Settings, rules: Rules) -> Self:
        """Open nothing yet."""
        database = Database(settings.database_url, wait=_WAIT_FOR_DATABASE)
        temporal = TemporalConnection(settings)
        clock = TrainingClock(temporal) if settings.training else None
        return cls(
            settings,
            rules,
            database,
            temporal,
            Workflows(database, temporal, rules, clock),
            DrivenSchedules(temporal, database),
            ProcessClock(),
        )

    async def close(self) -> None:
        """Let go of Temporal and of the database."""
        await self.temporal.stop()
        await self.database.dispose()

    def blocking(self, threads: int) -> BlockingDatabase:
        """The same database for so many threads of their own."""
        return BlockingDatabase(self.settings.database_url, threads, wait=_WAIT_FOR_DATABASE)
