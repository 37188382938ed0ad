"""Working hours that bodies are given in the browser, over those of the installation's files."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from calendar_rules.act_words import said
from calendar_rules.schedules import DEPARTMENT, Hours, Schedule, with_hours
from calendar_rules.work_calendar import WorkCalendar
from calendar_rules.working_hours import WEEKDAYS, Intervals
from service.access import note as access_note
from service.access import record as access_record
from service.access import wording
from service.access.errors import ConflictError
from service.access.recorded_calls import Call
from service.directory.replacement import MisfitError
from service.directory.since import TITLE, from_today, typed
from service.runs import calendar_in_force
from service.runs.rules import Rules
from store.database.engines import Database
from store.database.session import Session
from store.directory import edits as directory_edits
from store.directory import rows as directory_rows
from store.directory.edits import Action, Edit, Part
from store.messages import body_hours, finding
from store.people.persons import Actor

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
_SHORT_DAYS: Mapping[str, str] = dict(zip(WEEKDAYS, ("пн", "вт", "ср", "чт", "пт", "сб", "вс"), strict=True))
ZONE, SPECIAL = "timezone", "exceptions"
TITLES: Mapping[str, str] = {ZONE: "Часовой пояс", **DAYS, SPECIAL: "Особые дни"}
"""By the name of each text, what it is called."""
_CLOSED = "выходной"
_INTERVAL = re.compile(r"(\d{1,2}[:.]\d\d)\s*[–—-]\s*(\d{1,2}[:.]\d\d)")
_DAY = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})[\s:]+(.+)")
_MOST_DAYS = 100
_DAY_LONG = timedelta(days=1)

Texts = Mapping[str, str]
"""Hours as they are typed: the zone, each weekday, and a line for each special day."""


@dataclass(frozen=True, slots=True)
class HoursHeld:
    """Hours as texts, from the day `since` on; None: from ever. `own`: given in the browser, and not by the files.

    `planned`: the day is still to come.
    """

    since: date | None
    texts: Texts
    own: bool
    planned: bool

    @property
    def brief(self) -> str:
        """The week in one line, days of the same hours together: «пн–чт 09:00–18:00; пт 09:00–16:45»."""
        parts = []
        for hours, days in groupby(_SHORT_DAYS, key=lambda day: self.texts[day]):
            names = [_SHORT_DAYS[day] for day in days]
            whole = names[0] if len(names) == 1 else f"{names[0]}–{names[-1]}"
            parts.append(f"{whole} {hours}")
        return "; ".join(parts)


@dataclass(frozen=True, slots=True)
class BodyHours:
    """The hours of a body: those in force, all that ever held or will hold, and the exact content in one line."""

    now: HoursHeld
    held: Sequence[HoursHeld]
    assumed: bool
    edition: str

    @property
    def texts(self) -> Texts:
        """Those in force."""
        return self.now.texts

    @property
    def own(self) -> bool:
        """Whether those in force were given in the browser."""
        return self.now.own

    @property
    def last(self) -> HoursHeld:
        """Those that will hold for good: what a change is made of."""
        return self.held[-1]


@dataclass(frozen=True, slots=True)
class Subject:
    """Whose hours they are: the key in the directory, the one hours are found by (None: the Department), the title."""

    key: str
    whose: str | None
    title: str


async def bring(database: Database, rules: Rules) -> None:
    """Count by the hours that bodies have in the database, and by the calendar in force, too: for what starts beside
    the API."""
    async with database.read() as session:
        rules.keep_hours(await body_hours.given(session))
        await calendar_in_force.take_over(session, rules)


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
        await self.refresh()
        return [self._shown(body) for body in bodies]

    def _shown(self, body: str | None) -> BodyHours:
        schedule, today = self._rules.schedules.of(body), self._today()
        given = self._rules.given.get(body or DEPARTMENT, ())
        untils = [hours.until for hours in schedule.former]
        held = [
            HoursHeld(
                since,
                texts_of(hours),
                _given_on(given, min(until, max(today, since or date.min))) is not None,
                since is not None and since > today,
            )
            for hours, since, until in zip(
                [*schedule.former, schedule],
                [None, *untils],
                [*(until - _DAY_LONG for until in untils), date.max],
                strict=True,
            )
        ]
        now = [one for one in held if not one.planned][-1]
        return BodyHours(now, held, schedule.on(today).assumed, edition_of(schedule))

    def _today(self) -> date:
        return datetime.now(self._rules.zone).date()

    async def open_messages(self, body: str | None) -> int:
        """Open messages that are or were with the body; None: all that are open. Their limits move with the hours."""
        async with self._db.read() as session:
            return await finding.open_with(session, body)

    async def keep(
        self, caller: Actor, body: str, title: str, texts: Texts | None, seen: str, since: str = ""
    ) -> None:
        """Give a body its hours from a day on, by its key in the directory; without texts as in the files again.

        `since` is the day as it was typed, today where it is blank; `seen` the edition of what was shown. Running
        messages are told within seconds, and their open limits move, on record: what lies before the day is counted by
        what held then. Raises MisfitError with what is wrong by field, and ConflictError where the hours are others by
        now.
        """
        async with self._db.write(alone=True) as session:
            subject = await self._subject(session, body, title)
            _require(await self._standing(session, subject.whose), seen)
            await self.keep_in(session, caller, subject, texts, from_today(since, self._today()))
        access_note.is_written(Call.DIRECTORY_APPLY)
        await self.refresh()

    async def keep_in(
        self, session: Session, caller: Actor, subject: Subject, texts: Texts | None, day: date
    ) -> None:
        """The same inside a transaction, after which the hours are to be refreshed. Raises MisfitError."""
        standing = await self._standing(session, subject.whose)
        before = standing.on(day)
        hours = None if texts is None else parsed(texts)
        if subject.whose is None and hours is not None and hours[ZONE] != before.timezone:
            # Everything shown and counted by days goes by it, in every process.
            raise MisfitError({ZONE: said(wording.ZONE_OF_THE_DEPARTMENT)})
        if hours is not None:
            _refuse_lost_days(hours["exceptions"], standing, self._today(), day)
        await body_hours.keep(session, subject.key, day, hours)
        await self._on_record(session, caller, subject, day, before)

    @staticmethod
    async def _subject(session: Session, body: str, title: str) -> Subject:
        whose = None if body == await directory_rows.department_key(session) else body
        return Subject(body, whose, title)

    async def withdraw(self, caller: Actor, body: str, title: str, seen: str, since: str) -> None:
        """What was to hold from a day to come does not; what held before it goes on.

        Raises ConflictError where it holds already, or the hours are others by now, and MisfitError for no day.
        """
        day = typed(since)
        if day is None or day <= self._today():
            raise ConflictError(wording.HOURS_HOLD_ALREADY)
        async with self._db.write(alone=True) as session:
            subject = await self._subject(session, body, title)
            _require(await self._standing(session, subject.whose), seen)
            await self.withdraw_in(session, caller, subject, day)
        access_note.is_written(Call.DIRECTORY_APPLY)
        await self.refresh()

    async def withdraw_in(self, session: Session, caller: Actor, subject: Subject, day: date) -> None:
        """The same inside a transaction, after which the hours are to be refreshed."""
        before = (await self._standing(session, subject.whose)).on(day)
        await body_hours.withdraw(session, subject.key, day)
        await self._on_record(session, caller, subject, day, before)

    async def _on_record(
        self, session: Session, caller: Actor, subject: Subject, day: date, before: Hours
    ) -> None:
        """Who changed the hours that hold on a day, and how."""
        await session.flush()
        after = (await self._standing(session, subject.whose)).on(day)
        fields = _changed(texts_of(before), texts_of(after))
        if fields:
            fields.append((TITLE, "", f"{day:%d.%m.%Y}"))
            edit = Edit(Part.HOURS, subject.key, subject.title, Action.CHANGED, fields)
            directory_edits.note(session, caller.key, datetime.now(UTC), [edit])
        await access_record.write_beside(
            session, caller.key, Call.DIRECTORY_APPLY, {"changed": {"hours": [0, len(fields), 0]}}
        )

    async def _standing(self, session: Session, body: str | None) -> Schedule:
        return with_hours(self._rules.of_files, await body_hours.given(session)).of(body)

    async def refresh(self) -> None:
        """This process counts by them at once; the upkeep of each tells the messages."""
        await bring(self._db, self._rules)


def texts_of(schedule: Hours) -> Texts:
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


def edition_of(schedule: Schedule) -> str:
    """A short name of the exact content, of all that held and will hold."""
    return sha256(schedule.model_dump_json().encode()).hexdigest()[:16]


def _require(standing: Schedule, seen: str) -> None:
    if edition_of(standing) != seen:
        raise ConflictError(wording.ENTRY_CHANGED)


def _given_on(given: Sequence[tuple[date, dict[str, Any] | None]], day: date) -> dict[str, Any] | None:
    return next((hours for since, hours in reversed(given) if since <= day), None)


def _refuse_lost_days(special: Mapping[str, Intervals], standing: Schedule, today: date, since: date) -> None:
    """A special day to come that lies before the day from which it would hold is nobody's wish. Raises MisfitError."""
    given = {date.fromisoformat(day): hours for day, hours in special.items()}
    for day in sorted({*given, *(day for hours in (*standing.former, standing) for day in hours.exceptions)}):
        if today <= day < since and given.get(day) != standing.on(day).exceptions.get(day):
            raise MisfitError({SPECIAL: wording.SPECIAL_DAY_BEFORE.format(day=day)})


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
    return [
        (title, before[field], after[field])
        for field, title in TITLES.items()
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
