"""Erasing a message by hand (152-FZ): what goes, the act of it, and nothing left to find or to guess."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import structlog

from service.commands.doers import gives
from service.commands.intake import CommandIntake, RequestKey
from service.commands.outcomes import CommandResult
from service.commands.requests import ErasureBody
from service.keys.request_keys import MaskedKeys
from service.messages.outcome_writer import OutcomeWriter
from service.messages.targets import Target
from service.personal_data.grounds import said
from store.commands.before import Before
from store.database.engines import Database
from store.database.session import DatabaseError
from store.personal_data import destruction, erasure, residue
from store.personal_data.destruction import Act
from telemetry.logs import reason
from workflows.vocabulary import Command

log = structlog.get_logger(__name__)

_SWEPT_AT_ONCE = 64 * 2**20
"""Bytes of an SQLite file that is written again while the admin waits; a larger one is by night."""

_SWEPT_WITHIN = 3.0
"""Seconds for which the answer waits for that."""


class Erasures:
    """Erases messages, and writes the acts."""

    def __init__(
        self,
        database: Database,
        intake: CommandIntake,
        outcomes: OutcomeWriter,
        keys: MaskedKeys,
        backups_kept: timedelta,
    ) -> None:
        self._db = database
        self._outcomes = outcomes
        self._keys = keys
        self._intake = intake
        self._backups_kept = backups_kept
        self._sweeping: set[asyncio.Task[None]] = set()

    @gives(Command.RECORD_ERASURE)
    async def erase(self, target: Target, key: RequestKey, body: ErasureBody) -> CommandResult:
        """Erase author, links, texts and files of the message; the record of what was done stays.

        Raises ServiceError.
        """
        # Of a command under way the request is still needed: it would stay until the night.
        await self._outcomes.settled()
        row, ground = target.row, said(body)
        run = f"erasure-{uuid4().hex}"

        async def check(before: Before) -> None:
            session = before.session
            now = datetime.now(UTC)
            session.add(row)
            destroyed = await erasure.erase(session, row, self._keys.mask)
            act = Act(run, ground, target.caller.key, now + self._backups_kept)
            await destruction.record(session, act, now, destroyed, target.number)

        fields = {"ground": ground}
        result = await self._intake.give(target, key.of(body), Command.RECORD_ERASURE, fields, check)
        await self.swept()
        return result

    async def swept(self) -> None:
        """Have nothing left in the files of what was destroyed just now."""
        sweeping = asyncio.create_task(self._sweep(), name="sweeping after an erasure")
        self._sweeping.add(sweeping)
        sweeping.add_done_callback(self._sweeping.discard)
        # It goes on behind the answer where somebody reads or writes for long.
        await asyncio.wait({sweeping}, timeout=_SWEPT_WITHIN)

    async def close(self) -> None:
        """Wait for what is being swept."""
        if self._sweeping:
            await asyncio.wait(self._sweeping)

    async def _sweep(self) -> None:
        try:
            if not await residue.sweep(self._db, no_larger=_SWEPT_AT_ONCE):
                log.info("what is left in the files is swept by the next run of retention")
        except (DatabaseError, OSError) as error:
            log.warning("what is left in the files is swept later", error=reason(error))
