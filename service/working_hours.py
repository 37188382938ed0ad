"""Working hours that bodies are given in the browser, over those of the installation's files."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from calendar_rules.schedules import DEPARTMENT, Schedule
from calendar_rules.work_calendar import WorkCalendar
from calendar_rules.working_hours import WEEKDAYS, Intervals
from service import access_note, access_record, wording
from service.access_calls import Call
from service.directory_replacement import MisfitError
from service.errors import ConflictError
from service.rules import Rules, with_hours
from store import body_hours, directory_edits, directory_rows, messages
from store.database import Database
from store.directory_edits import Action, Edit, Part
from store.people import Actor
from store.session import Session

ZONES = (
    *("Europe/Kaliningrad", "Europe/Moscow", "Europe/Samara", "Asia/Yekaterinburg", "Asia/Omsk"),
    *(
        "Asia/Krasnoyarsk",
        "Asia/Irkutsk",
        "Asia/Yakutsk",
        "Asia/Vladivostok",
        "Asia/Magadan",
        "Asia/Kamchatka",
    ),
)
DAYS: Mapping[str, str] = dict(
    zip(
        WEEKDAYS,
        ("Понедельник", "Вторник", "Среда", "Четверг", "Пятница", "Суббота", "Воскресенье"),
        strict=True,
    )
)
ZONE, SPECIAL = "timezone", "exceptions"
_CLOSED = "выходной"
_INTERVAL = re.compile(r"(\d{1,2}[:.]\d\d)\s*[–—-]\s*(\d{1,2}[:.]\d\d)")
_DAY = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})[\s:]+(.+)")
_MOST_DAYS = 100

Texts = Mapping[str, str]
"""Hours as they are typed: the zone, each weekday, and a line for each special day."""


@dataclass(frozen=True, slots=True)
class BodyHours:
    """The hours of a body in force, as texts; `own`: given in the browser, and not by the files."""

    texts: Texts
    own: bool
    assumed: bool


async def bring(database: Database, rules: Rules) -> None:
    """Count by the hours that bodies have in the database too: for what starts beside the API."""
    async with database.read() as session:
        rules.keep_hours(await body_hours.given(session))


class WorkingHours:
    """Shows and changes the hours by which time is counted."""

    def __init__(self, database: Database, rules: Rules) -> None:
        self._db = database
        self._rules = rules

    async def of(self, body: str | None) -> BodyHours:
        """The hours of a body as they stand in the database; None: the Department's."""
        return (await self.every([body]))[0]

    async def every(self, bodies: Sequence[str | None]) -> list[BodyHours]:
        """The hours of several at once."""
        await self._refresh()
        return [self._shown(body) for body in bodies]

    def _shown(self, body: str | None) -> BodyHours:
        schedule = self._rules.schedules.of(body)
        own = self._rules.given.get(body or DEPARTMENT) is not None
        return BodyHours(texts_of(schedule), own, schedule.assumed)

    async def open_messages(self, body: str | None) -> int:
        """Open messages that are or were with the body; None: all that are open. Their limits move with the hours."""
        async with self._db.read() as session:
            return await messages.open_with(session, body)

    async def keep(self, caller: Actor, body: str, title: str, texts: Texts | None, seen: str) -> None:
        """Give a body its hours, by its key in the directory; without texts those of the files hold again.

        `seen` is `edition_of` what was shown. Running messages are told within seconds, and their open limits move, on
        record. Raises MisfitError with what is wrong by field, and ConflictError where the hours are others by now.
        """
        now = datetime.now(UTC)
        async with self._db.write(alone=True) as session:
            department = body == await directory_rows.department_key(session)
            whose = None if department else body
            before = await self._standing(session, whose)
            if edition_of(texts_of(before)) != seen:
                raise ConflictError(wording.ENTRY_CHANGED)
            hours = None if texts is None else parsed(texts)
            if department and hours is not None and hours[ZONE] != before.timezone:
                # Everything shown and counted by days goes by it, in every process.
                raise MisfitError({ZONE: wording.ZONE_OF_THE_DEPARTMENT})
            await body_hours.keep(session, body, hours)
            await session.flush()
            after = await self._standing(session, whose)
            fields = _changed(texts_of(before), texts_of(after))
            if fields:
                edit = Edit(Part.HOURS, body, title, Action.CHANGED, fields)
                directory_edits.note(session, caller.key, now, [edit])
            await access_record.write_beside(
                session, caller.key, Call.DIRECTORY_APPLY, {"changed": {"hours": [0, len(fields), 0]}}
            )
        access_note.is_written(Call.DIRECTORY_APPLY)
        await self._refresh()

    async def _standing(self, session: Session, body: str | None) -> Schedule:
        return with_hours(self._rules.of_files, await body_hours.given(session)).of(body)

    async def _refresh(self) -> None:
        """This process counts by them at once; the dispatcher of each tells the messages."""
        await bring(self._db, self._rules)


def texts_of(schedule: Schedule) -> Texts:
    """Hours as they are typed."""
    return {
        ZONE: schedule.timezone,
        **{day: _written(schedule.week.get(day, ())) for day in WEEKDAYS},
        SPECIAL: "\n".join(
            f"{day:%d.%m.%Y} {_written(hours)}" for day, hours in sorted(schedule.exceptions.items())
        ),
    }


def parsed(texts: Texts) -> dict[str, Any]:
    """The hours that were typed, as the files have them. Raises MisfitError."""
    wrong: dict[str, str] = {}
    week: dict[str, Intervals] = {}
    for day in WEEKDAYS:
        try:
            if hours := _intervals(texts.get(day, "")):
                week[day] = hours
        except ValueError:
            wrong[day] = wording.NO_HOURS
    exceptions: dict[str, Intervals] = {}
    for line in texts.get(SPECIAL, "").splitlines()[: _MOST_DAYS + 1]:
        if line.strip():
            try:
                special, hours = _special_day(line.strip())
                exceptions[special.isoformat()] = hours
            except ValueError:
                wrong[SPECIAL] = wording.NO_SPECIAL_DAY.format(line=line.strip()[:60])
    if len(exceptions) > _MOST_DAYS:
        wrong[SPECIAL] = wording.TOO_MANY_SPECIAL_DAYS.format(days=_MOST_DAYS)
    if not week and not wrong:
        wrong[WEEKDAYS[0]] = wording.NO_WORKING_DAY
    found = {ZONE: texts.get(ZONE, ""), "week": week, "exceptions": exceptions}
    try:
        WorkCalendar.model_validate(found)
    except ValidationError as error:
        for item in error.errors():
            place = item["loc"][1] if item["loc"][0] == "week" and len(item["loc"]) > 1 else item["loc"][0]
            wrong.setdefault(str(place), f"{item['msg']}.")
    if wrong:
        raise MisfitError(wrong)
    return {**found, "assumed": False}


def edition_of(texts: Texts) -> str:
    """The exact content in one line."""
    return "|".join(texts.values()).replace("\n", ";")


def _written(hours: Intervals) -> str:
    return ", ".join(f"{start}–{end}" for start, end in hours) or _CLOSED


def _intervals(text: str) -> Intervals:
    """Raises ValueError for what is neither hours nor a day off."""
    text = text.strip()
    if text.casefold() in ("", "-", "—", _CLOSED):
        return ()
    found = []
    for part in re.split(r"[,;]", text):
        match = _INTERVAL.fullmatch(part.strip())
        if match is None:
            raise ValueError(text)
        start, end = (clock.replace(".", ":").rjust(5, "0") for clock in match.groups())
        found.append((start, end))
    return tuple(found)


def _special_day(line: str) -> tuple[date, Intervals]:
    match = _DAY.fullmatch(line)
    if match is None:
        raise ValueError(line)
    day, month, year, hours = match.groups()
    return date(int(year), int(month), int(day)), _intervals(hours)


def _changed(before: Texts, after: Texts) -> list[tuple[str, str, str]]:
    titles: dict[str, str] = {ZONE: "Часовой пояс", **DAYS, SPECIAL: "Особые дни"}
    return [
        (title, before[field], after[field])
        for field, title in titles.items()
        if before[field] != after[field]
    ]


def zones(current: str) -> list[tuple[str, str]]:
    """The zones to choose from, each with how far it is from Moscow: «Самара, МСК+1»."""
    names = ZONES if current in ZONES else (current, *ZONES)
    now = datetime.now(UTC)
    moscow = now.astimezone(ZoneInfo("Europe/Moscow")).utcoffset()
    assert moscow is not None  # noqa: S101
    found = []
    for name in names:
        offset = now.astimezone(ZoneInfo(name)).utcoffset()
        assert offset is not None  # noqa: S101
        hours = round((offset - moscow).total_seconds() / 3600)
        found.append((name, f"МСК{hours:+d} ({name})" if hours else f"МСК ({name})"))
    return found
