"""Published texts as checks have seen them, for the message's page (cl. 13)."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from service.messages.targets import Target
from service.networks.platforms.port import Stands
from service.runs.rules import Rules
from store.database.columns import ERASED
from store.database.engines import Database
from store.networks import standing


@dataclass(frozen=True, slots=True)
class Check:
    """One look at a published text; `at` in the Department's zone.

    `text` is what was read there, with its `digest` (SHA-256), where that is another than was published.
    """

    at: datetime
    state: str
    why: str | None
    text: str | None

    @property
    def digest(self) -> str | None:
        return None if self.text in (None, ERASED) else sha256(self.text.encode()).hexdigest()


class PublishedTexts:
    """Reads the checks of a message."""

    def __init__(self, database: Database, rules: Rules) -> None:
        self._db = database
        self._rules = rules

    async def checks(self, target: Target) -> Mapping[str, Sequence[Check]]:
        """By draft, the last first."""
        found: dict[str, list[Check]] = defaultdict(list)
        async with self._db.lookup() as session:
            rows = await standing.checks(session, target.number)
        for row, text in rows:
            edited = row.state == Stands.EDITED
            found[row.draft].append(
                Check(
                    row.at.astimezone(self._rules.zone),
                    row.state,
                    row.why,
                    text if edited else None,
                )
            )
        return found

    async def unseen(self, target: Target) -> Mapping[str, str]:
        """By draft, why its published text has never been looked at, where something keeps the program from it."""
        async with self._db.lookup() as session:
            rows = await standing.of_message(session, target.number)
        return {row.draft: row.why for row in rows if row.why is not None and row.checked_at is None}
