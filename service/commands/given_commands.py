"""Commands that a person was told are taken: still under way, or refused since."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from service.commands.intake import CommandIntake
from service.messages.outcome_writer import OutcomeWriter
from service.messages.targets import Target
from store.commands import outbox
from store.commands.tables import CommandRow
from store.database.engines import Database
from store.people.persons import Actor
from workflows.wording import CLOSED

_TOLD_LATER = timedelta(seconds=2)
"""From being taken to its outcome: whoever waited that long was told that the command is taken."""
_SHOWN = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class GivenCommand:
    """A command by its name; `refused`: why it was not accepted in the end, None while it is under way."""

    name: str
    refused: str | None


class GivenCommands:
    """Tells people of their commands whose outcome the answer could not tell."""

    def __init__(self, database: Database, intake: CommandIntake, outcomes: OutcomeWriter) -> None:
        self._db = database
        self._intake = intake
        self._outcomes = outcomes

    async def has(self, person: Actor, key: str) -> bool:
        """Whether the person gave a command under this key: repeated, it only tells its outcome."""
        return await self._intake.was_given(person, key)

    async def of(self, target: Target) -> Sequence[GivenCommand]:
        """The person's commands to this message that are under way, and those refused lately without their knowing."""
        delivered = set(self._outcomes.unwritten(target.number))
        async with self._db.lookup() as session:
            rows = await outbox.told_later(
                session, target.number, target.caller.key, datetime.now(UTC) - _SHOWN
            )
        return [
            GivenCommand(row.name, _refusal(row)) for row in rows if self._is_told(row, target, delivered)
        ]

    @staticmethod
    def _is_told(row: CommandRow, target: Target, delivered: set[str]) -> bool:
        if row.settled_at is None:
            return row.id not in delivered
        # Moments of the outbox are those of the message's own clock: where training has moved it, nothing can be told
        # by how long the outcome took.
        return not target.row.clock_ahead and row.settled_at - row.taken_at > _TOLD_LATER


def _refusal(row: CommandRow) -> str | None:
    return (row.detail or CLOSED) if row.status == outbox.REFUSED else None
