"""Weekly summaries for those who read them (cl. 21): kept as made, and made again by hand."""

import asyncio
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Final, TypeVar

from pydantic import BaseModel, Field

from calendar_rules.vocabulary import Role
from service import access_note
from service.deadline import lift_deadline
from service.errors import ConflictError, InvalidInputError, NotFoundError
from service.rules import Rules
from service.shared_reading import SharedReading
from service.weekly import making, wording
from service.weekly.composition import compose
from service.weekly.summary import WeeklySummary
from service.weekly.week import Week
from store import weekly_versions
from store.blocking import BlockingDatabase
from store.session import Connection
from store.weekly_versions import Made

READERS: Final = (Role.CURATOR, Role.HEAD, Role.DEPUTY_POLICY)
MAKERS: Final = (Role.HEAD, Role.DEPUTY_POLICY)
PAGE: Final = 26
"""Weeks of one page of the list."""
AT_ONCE = 2

T = TypeVar("T")


class WeekMade(BaseModel):
    """Неделя, за которую составлена сводка."""

    week: str = Field(examples=["2026-W47"])
    first_day: date
    last_day: date
    version: int = Field(description="Номер последней версии.")
    made_at: datetime
    made_by: str | None = Field(description="Имя для входа составившего; null: составлена по расписанию.")


class WeekList(BaseModel):
    """Страница недель, последние первыми; `next` передают как cursor."""

    items: list[WeekMade]
    next: str | None


class WeeklyReports:
    """The summaries of one process."""

    def __init__(
        self,
        database: BlockingDatabase,
        rules: Rules,
        *,
        training: bool,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """In training the clocks of messages go ahead, and a week is over once they have passed it."""
        self._db = database
        self._rules = rules
        self._training = training
        self._clock = clock
        self._shared = SharedReading()
        self._at_once = asyncio.Semaphore(AT_ONCE)

    async def read(self, week: str) -> WeeklySummary:
        """The last version made of a week; the numbers as they are, version 0, where none was made.

        Raises InvalidInputError for what names no week, NotFoundError for a week that has not begun or that lies before
        the first message.
        """
        found = _week(week)
        summary = await self._shared.of(found.name, lambda: self._in_thread(lambda: self._read(found)))
        access_note.shows(int(report.message) for report in summary.governor_reports)
        return summary

    async def weeks(self, *, before: str | None = None, size: int = PAGE) -> WeekList:
        """The weeks of which a summary was made, the last first; `before` is where the page before ended."""
        rows = await self._in_thread(lambda: self._made(before, size + 1))
        items = [self._line(made) for made in rows[:size]]
        return WeekList(items=items, next=items[-1].week if len(rows) > size else None)

    async def make(self, week: str, person: str) -> WeeklySummary:
        """A further version, made now by this person. Raises as `read`, ConflictError for a week that is not over."""
        found = _week(week)
        lift_deadline()
        return await self._in_thread(lambda: self._make(found, person))

    def close(self) -> None:
        """Close every connection."""
        self._db.dispose()

    async def _in_thread(self, work: Callable[[], T]) -> T:
        async with self._at_once:
            return await asyncio.to_thread(work)

    # ---- in a thread

    def _read(self, week: Week) -> WeeklySummary:
        with self._db.read() as connection:
            kept = weekly_versions.content(connection, week.name)
            if kept is not None:
                return WeeklySummary.model_validate(kept)
            now = self._now(connection)
            self._require_messages(connection, week, now)
        making.until_recorded(self._db, self._rules, week)
        with self._db.read() as connection:
            made = Made(week.name, 0, self._clock(), None)
            return compose(connection, self._rules, week, made, is_over=self._is_over(week, now))

    def _made(self, before: str | None, size: int) -> list[Made]:
        with self._db.read() as connection:
            return weekly_versions.last_of_each(connection, before=before, size=size)

    def _make(self, week: Week, person: str) -> WeeklySummary:
        with self._db.read() as connection:
            now = self._now(connection)
            if not weekly_versions.versions(connection, week.name):
                self._require_messages(connection, week, now)
                if not self._is_over(week, now):
                    raise ConflictError(wording.not_over(week))
        summary = making.make(self._db, self._rules, week, self._clock(), made_by=person)
        assert summary is not None  # noqa: S101  only the schedule's own is made once
        return summary

    def _require_messages(self, connection: Connection, week: Week, now: datetime) -> None:
        zone = self._rules.zone
        if week.begins(zone) > now:
            raise NotFoundError(wording.not_begun(week))
        first = weekly_versions.first_detection(connection)
        if first is None:
            raise NotFoundError(wording.NO_MESSAGES)
        if week < (begin := Week.of(first, zone)):
            raise NotFoundError(wording.before_first(week, begin))

    def _is_over(self, week: Week, now: datetime) -> bool:
        return week.later().begins(self._rules.zone) <= now

    def _now(self, connection: Connection) -> datetime:
        now = self._clock()
        return now + weekly_versions.furthest_clock(connection) if self._training else now

    def _line(self, made: Made) -> WeekMade:
        week = _week(made.week)
        return WeekMade(
            week=week.name,
            first_day=week.first_day,
            last_day=week.last_day,
            version=made.version,
            made_at=made.made_at.astimezone(self._rules.zone),
            made_by=made.made_by,
        )


def _week(name: str) -> Week:
    week = Week.named(name)
    if week is None:
        raise InvalidInputError("week", wording.NO_WEEK)
    return week
