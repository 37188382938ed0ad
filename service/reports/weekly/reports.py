"""Summaries and reports for those who read them (cl. 21): of weeks kept as made, and of any period as it is now."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from typing import Final, TypeVar

from pydantic import BaseModel, Field

from calendar_rules.act_words import said
from calendar_rules.vocabulary import Role
from service.access import note as access_note
from service.access import wording as refusals
from service.access.deadline import lift_deadline
from service.access.errors import ConflictError, ForbiddenError, InvalidInputError, NotFoundError
from service.messages import lines as message_lines
from service.reports.weekly import drilldown, making, wording
from service.reports.weekly.composition import compose
from service.reports.weekly.drilldown import Cell
from service.reports.weekly.period import KINDS, Days, Period, Unit, Week
from service.reports.weekly.summary import WeeklySummary
from service.runs.rules import Rules
from store.database.blocking import BlockingDatabase
from store.database.session import Connection
from store.messages import listing
from store.people.persons import Actor
from store.people.titles import short_titles_on
from store.reports import versions as weekly_versions
from store.reports.facts import Fact
from store.reports.versions import Made

READERS: Final = (Role.CURATOR, Role.HEAD, Role.DEPUTY_POLICY)
"""Who reads of the whole region."""
OF_BODIES: Final = (Role.DEPUTY, Role.RESPONSIBLE)
"""Who reads of bodies of theirs."""
MAKERS: Final = (Role.HEAD, Role.DEPUTY_POLICY)
LONGEST: Final = 3660
"""Days from one date to another."""
PAGE: Final = 26
"""Weeks of one page of the list."""
AT_ONCE = 2

T = TypeVar("T")


def require_reader(caller: Actor, body: str | None) -> None:
    """Raises ForbiddenError unless the person reads of the region, or of this body."""
    held = caller.capacities(datetime.now(UTC))
    if any(capacity.role in READERS for capacity in held):
        return
    theirs = {capacity.body for capacity in held if capacity.role in OF_BODIES}
    if body is not None and body in theirs:
        return
    raise ForbiddenError(said(wording.BODY_NEEDED) if theirs else refusals.only_for((*READERS, *OF_BODIES)))


def period_named(unit: Unit, name: str) -> Period:
    """The period of a name. Raises InvalidInputError, by the name of its unit."""
    found = KINDS[unit].named(name)
    if found is None:
        raise InvalidInputError(unit, wording.NO_PERIOD[unit])
    return found


def period_between(first: date, last: date) -> Period:
    """From one date to another, both included. Raises InvalidInputError."""
    found = Days(first, last)
    if not 0 <= (last - first).days < LONGEST or not found.has_neighbours:
        raise InvalidInputError("to", wording.NO_DAYS)
    return found


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
        self._at_once = asyncio.Semaphore(AT_ONCE)

    async def read(self, week: str) -> WeeklySummary:
        """The last version made of a week; the numbers of version 0, as `report` has them, where none was made.

        Raises InvalidInputError for what names no week, NotFoundError for a week that has not begun or that lies before
        the first message.
        """
        found = _week(week)
        summary = await self._in_thread(lambda: self._read(found))
        access_note.shows(int(report.message) for report in summary.governor_reports)
        return summary

    async def counted(self, week: Week) -> WeeklySummary:
        """The numbers of a week as they are now, also where a summary was made of it before."""
        return await self._in_thread(lambda: self._counted(week, None, is_report=False))

    async def report(self, period: Period, body: str | None = None) -> WeeklySummary:
        """The numbers of any period, of the region or of one body, as they are now.

        Raises InvalidInputError for an unknown body, NotFoundError for a period that has not begun or that lies before
        the first message.
        """
        lift_deadline()
        report = await self._in_thread(lambda: self._report(period, body))
        authors = report.authors.listed if report.authors else ()
        access_note.shows(
            (*(int(it.message) for it in report.governor_reports), *(int(it.message) for it in authors))
        )
        return report

    async def things(self, period: Period, body: str | None, cell: Cell) -> list[Fact]:
        """What a number of such a report counts."""
        lift_deadline()

        def read() -> list[Fact]:
            with self._db.read() as connection:
                return drilldown.things(connection, self._rules, period, body, cell)

        return await self._in_thread(read)

    async def subjects(self, messages: Sequence[int]) -> dict[int, str]:
        """The first lines of some messages."""

        def read() -> dict[int, str]:
            with self._db.read() as connection:
                return {
                    row.number: message_lines.subject(row.text)
                    for row in listing.rows_of(connection, messages)
                }

        access_note.shows(messages)
        return await self._in_thread(read)

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
            self._require_messages(connection, week, self._now(connection))
        return self._counted(week, None, is_report=False)

    def _report(self, period: Period, body: str | None) -> WeeklySummary:
        with self._db.read() as connection:
            if body is not None and body not in short_titles_on(connection, self._clock().date()):
                raise InvalidInputError("body", wording.NO_BODY)
            self._require_messages(connection, period, self._now(connection))
        return self._counted(period, body, is_report=True)

    def _counted(self, period: Period, body: str | None, *, is_report: bool) -> WeeklySummary:
        """The summary as of this moment, of version 0."""
        making.until_recorded(self._db, self._rules, period)
        with self._db.read() as connection:
            counted = compose(
                *(connection, self._rules, period, Made(period.name, 0, datetime.now(UTC), None)),
                is_over=self._is_over(period, self._now(connection)),
                is_report=is_report,
                body=body,
            )
        # As one that is kept: its moments have plain offsets, which can be passed to another process.
        return WeeklySummary.model_validate_json(counted.model_dump_json())

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

    def _require_messages(self, connection: Connection, period: Period, now: datetime) -> None:
        zone = self._rules.zone
        if period.begins(zone) > now:
            raise NotFoundError(wording.not_begun(period))
        first = weekly_versions.first_detection(connection)
        if first is None:
            raise NotFoundError(wording.NO_MESSAGES)
        begin = type(period).of(first, zone)
        if period.last_day < begin.first_day:
            raise NotFoundError(wording.before_first(period, begin))

    def _is_over(self, period: Period, now: datetime) -> bool:
        return period.span(self._rules.zone)[1] <= now

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
        raise InvalidInputError("week", wording.NO_PERIOD[Unit.WEEK])
    return week
