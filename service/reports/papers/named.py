"""Names in papers: bodies by full titles, people by surname and initials."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Self
from zoneinfo import ZoneInfo

from calendar_rules import titles
from calendar_rules.moments import moment_text
from calendar_rules.regulation import HolderRole
from calendar_rules.russian import short_amount
from service.messages.view import ChargedView
from service.people.person_names import short, standing_in
from store.database.session import Session
from store.directory import rows as directory_rows
from store.people import persons as people

_MINUTE: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Named:
    """What is called what; moments are told in the Department's zone."""

    bodies: Mapping[str, str]
    topics: Mapping[str, str]
    people: Mapping[str, str]
    zone: ZoneInfo

    @classmethod
    async def read(cls, session: Session, zone: ZoneInfo) -> Self:
        """As the directory has it now."""
        return cls(
            bodies={row.key: row.title for row in await directory_rows.bodies(session)},
            topics={row.key: row.title for row in await directory_rows.topics(session)},
            people=await people.names(session),
            zone=zone,
        )

    def body(self, key: str) -> str:
        """Its full title."""
        return self.bodies.get(key, key)

    def person(self, key: str, acting_for: str | None = None) -> str:
        """«Соколова В. А.», «Ерёмин П. С., замещающий Соколову В. А.»."""
        name = self.people.get(key, key)
        return standing_in(name, self.people.get(acting_for, acting_for)) if acting_for else short(name)

    def moment(self, value: datetime) -> str:
        """«24.02.2027 в 09:45»."""
        return moment_text(value.astimezone(self.zone), unbroken=True)

    def charged(self, item: ChargedView) -> str:
        """Whose breach it is: «куратор Соколова В. А. (срок согласования превышен на 5 ч)», in working time."""
        who = "куратор" if item.role is HolderRole.CURATOR or item.body is None else self.body(item.body)
        person = (
            self.person(item.person, item.acting_for)
            if item.person
            else "персональная ответственность не определена"
        )
        joined = f"{who} {person}" if who == "куратор" else f"{who}, {person}"
        # Of a limit that is still open its breach says nothing yet of by how much.
        over = f" на {short_amount(item.over)}" if item.over >= _MINUTE else ""
        return f"{joined} ({titles.limit(item.limit)} превышен{over})"
