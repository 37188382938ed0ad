"""Makes weekly summaries and keeps them: by the schedule once a week, by hand as often as somebody asks (cl. 21).

Everything blocks, and runs in threads: a summary is seconds of reading and counting.
"""

import asyncio
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from time import monotonic, sleep
from typing import Any

import structlog

from calendar_rules import CalendarError
from calendar_rules.regulation import Audience
from calendar_rules.vocabulary import NoticeKind
from service.people.offices import holding
from service.reports.papers.press import Press
from service.reports.papers.requisites import Office
from service.reports.papers.shelf import Shelf
from service.reports.papers.templates import Templates
from service.reports.weekly import notice_text
from service.reports.weekly.composition import compose
from service.reports.weekly.documents import WeeklyDocuments
from service.reports.weekly.period import Period, Week
from service.reports.weekly.summary import WeeklySummary
from service.runs.rules import Rules, RulesInForce
from settings import Settings
from store.database.blocking import BlockingDatabase
from store.database.engines import Database
from store.database.session import Connection, IntegrityError
from store.notices import inbox as notices
from store.reports import period as weekly
from store.reports import versions as weekly_versions
from store.reports.versions import Made
from workflows.office import Portion
from workflows.state import Addressee

log = structlog.get_logger(__name__)

_MADE_AT = time(8)
"""Of the first working day after the week, in the Department's zone."""
_DAY = timedelta(days=1)
_LOOKED_AHEAD = 31
"""Days: no calendar is closed for longer, and a summary is not worth losing over one that is."""
_TRIES = 5
PATIENCE, PAUSE = 3.0, 0.05
"""Seconds to wait for records under way."""


def moment_of(week: Week, rules: Rules) -> datetime:
    """When the summary of a week is due: on the first working day behind it, in the Department's zone."""
    monday = week.later().first_day
    for ahead in range(_LOOKED_AHEAD):
        day = monday + ahead * _DAY
        if _works(day, rules):
            return datetime.combine(day, _MADE_AT, rules.zone)
    return datetime.combine(monday, _MADE_AT, rules.zone)


def _works(day: date, rules: Rules) -> bool:
    try:
        return rules.department.is_working_day(day)
    except CalendarError:
        # Before the loaded years: of those no production calendar is known.
        return True


def last_over(at: datetime, rules: Rules) -> Week:
    """The last week that is over."""
    return Week.of(at, rules.zone).later(-1)


def due(connection: Connection, rules: Rules, at: datetime) -> list[Week]:
    """The weeks whose summaries the schedule owes at a moment, the earliest first.

    All since the last that it has made; where it has made none, those of the last moment at which one was due. Nothing
    before the first message.
    """
    first = weekly_versions.first_detection(connection)
    if first is None:
        return []
    begin = Week.of(first, rules.zone)
    week = last_over(at, rules)
    made = weekly_versions.last_scheduled(connection, week.name)
    last = Week.named(made) if made else None
    found: list[Week] = []
    while week >= begin and (last is None or week > last):
        moment = moment_of(week, rules)
        if moment <= at:
            if last is None and found and moment != moment_of(found[-1], rules):
                break
            found.append(week)
        week = week.later(-1)
    return found[::-1]


def waits_until(connection: Connection, rules: Rules, at: datetime) -> datetime | None:
    """When the summary of the last week is due, where that week is over and it is not due yet; None where it is."""
    week = last_over(at, rules)
    moment = moment_of(week, rules)
    is_made = weekly_versions.last_scheduled(connection, week.name) == week.name
    return moment if moment > at and not is_made else None


def until_recorded(database: BlockingDatabase, rules: Rules, period: Period) -> None:
    """Wait for what people were answered and journals lack yet, for a few seconds at most: then it is a gap."""
    span = (period.later(-1).begins(rules.zone), period.span(rules.zone)[1])
    until = monotonic() + PATIENCE
    while monotonic() < until:
        with database.read() as connection:
            if not weekly.are_behind(connection, span):
                return
        sleep(PAUSE)


class WeeklyMaking:
    """What the schedule's task does with one database."""

    def __init__(
        self,
        database: Database,
        settings: Settings,
        rules: RulesInForce,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._db = database
        self._settings = settings
        self._rules = rules
        self._clock = clock
        self._press, self._shelf = Press(), Shelf(database)

    async def portion(self, at: datetime | None = None) -> Portion:
        """Make one summary that is owed, as of `at` in training, else of now; says whether more are, or when."""
        rules = await self._rules.now()
        moment = at if at is not None and self._settings.training else self._clock()
        portion, summary = await asyncio.to_thread(self._made, rules, moment)
        if summary is not None:
            log.info("a weekly summary is made")
            # Behind the summary and what is told of it: whoever asks meanwhile waits for these.
            self._documents(rules).begin(summary)
        return portion

    def _documents(self, rules: Rules) -> WeeklyDocuments:
        office = Office(self._db, rules, self._settings)
        return WeeklyDocuments(self._shelf, self._press, office, Templates(self._settings.templates))

    def _made(self, rules: Rules, at: datetime) -> tuple[Portion, WeeklySummary | None]:
        database = BlockingDatabase(self._settings.database_url, 1)
        try:
            with database.read() as connection:
                owed = due(connection, rules, at)
                later = waits_until(connection, rules, at)
            if not owed:
                return Portion(again_at=later), None
            summary = make(database, rules, owed[0], at, made_by=None)
        finally:
            database.dispose()
        done, more = int(summary is not None), len(owed) > 1
        return Portion(done=done, more=more, again_at=None if more else later), summary


def make(
    database: BlockingDatabase,
    rules: Rules,
    week: Week,
    at: datetime,
    *,
    made_by: str | None,
    is_over: bool = True,
) -> WeeklySummary | None:
    """The next version of a week's summary, kept; None where the schedule (`made_by` None) has made its own already.

    What the schedule makes is told to the act's addressee, in the same transaction.
    """
    until_recorded(database, rules, week)
    for _ in range(_TRIES):
        with database.read() as connection:
            known = weekly_versions.versions(connection, week.name)
            if made_by is None and any(version.made_by is None for version in known):
                return None
            made = Made(week.name, known[-1].version + 1 if known else 1, at, made_by)
            summary = compose(connection, rules, week, made, is_over=is_over)
        try:
            with database.write() as connection:
                weekly_versions.keep(connection, made, summary.model_dump(mode="json"))
                if made_by is None:
                    for statement, rows in notices.add_notices(
                        list(_notices(connection, rules, summary, at)), database.dialect
                    ):
                        connection.execute(statement, rows)
        except IntegrityError:
            # Somebody was quicker to make a version of this number.
            continue
        return summary
    raise RuntimeError(f"versions of the summary of {week.name} are made faster than this one")


def _notices(
    connection: Connection, rules: Rules, summary: WeeklySummary, at: datetime
) -> Iterator[dict[str, Any]]:
    addressee = rules.regulation.readings.notices.weekly_summary_to
    # A notice must not be lost with an office that nobody holds.
    people = holding(connection, [_office(addressee)], at) or holding(
        connection, [_office(Audience.HEAD)], at
    )
    text = notice_text.made(summary)
    for person, acting_for in people.items():
        yield {
            "message": None,
            "row": 0,
            "kind": NoticeKind.WEEKLY_SUMMARY,
            "limit_name": None,
            "person": person,
            "acting_for": acting_for,
            "at": at,
            "deliver_from": at,
            "text": text,
            "written_at": at,
            "fact": f"weekly-{summary.week}",
        }


def _office(audience: Audience) -> Addressee:
    return Addressee(audience=audience)
