"""The editions of acts that are known: those that messages here go by, and those that come with the program."""

from collections.abc import Mapping
from datetime import UTC, datetime

from pydantic import ValidationError

from calendar_rules.regulation import Act, Regulation, digest, shipped
from service.runs.rules import Rules
from store.database.engines import Database
from store.directory import act_editions


class Editions:
    """Keeps what the act in force says, and gives every edition by its reference, such as `region-12:2027-01-01`."""

    def __init__(self, database: Database, rules: Rules) -> None:
        self._db = database
        self._rules = rules
        self._kept = False
        self._read: dict[str, Regulation | None] = {}

    async def keep(self) -> None:
        """Keep the act in force, once for this process and for each content: a later one takes its file's place."""
        if self._kept:
            return
        act = self._rules.regulation
        content = act.model_dump(mode="json", by_alias=True) | {
            "offices": act.offices.model_dump(mode="json"),
            "clauses": act.clauses.model_dump(mode="json"),
        }
        async with self._db.write() as session:
            await act_editions.keep(
                session, self._db.dialect, digest(act), act.act.reference, content, datetime.now(UTC)
            )
        self._kept = True

    async def used(self) -> Mapping[str, Regulation]:
        """Those that messages of this installation go by, the one in force last."""
        async with self._db.read() as session:
            rows = await act_editions.kept(session)
        found: dict[str, Regulation] = {}
        for row in rows:
            if row.digest not in self._read:
                self._read[row.digest] = _read(row.content)
            if (act := self._read[row.digest]) is not None:
                found.pop(row.reference, None)
                found[row.reference] = act
        act = self._rules.regulation
        found.pop(act.act.reference, None)
        return found | {act.act.reference: act}

    async def known(self) -> Mapping[str, Regulation]:
        """Those used here, and behind them the acts of the program's own files."""
        used = await self.used()
        return {**used, **{act.act.reference: act for act in shipped() if act.act.reference not in used}}

    async def act(self, reference: str | None) -> Act | None:
        """Which act and edition that is; None where nothing is known of it."""
        if reference is None or reference == self._rules.regulation.act.reference:
            return self._rules.regulation.act if reference else None
        found = (await self.known()).get(reference)
        return found.act if found else None

    async def citations(self) -> Mapping[str, str]:
        """What people read for those used here, by their references."""
        return {reference: act.act.citation for reference, act in (await self.used()).items()}


def _read(content: Mapping[str, object]) -> Regulation | None:
    """What was kept; None where a version of the program wrote it whose acts have other fields."""
    try:
        return Regulation.model_validate(content)
    except ValidationError:
        return None
