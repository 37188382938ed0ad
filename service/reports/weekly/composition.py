"""Puts a report together: every number of one period, read of the database as it is at one moment (cl. 21)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from service.reports.weekly import (
    balance,
    definitions,
    figures,
    load,
    promised,
    quality,
    timeliness,
    trends,
)
from service.reports.weekly.definitions import Ground, gaps
from service.reports.weekly.period import Period, Unit
from service.reports.weekly.summary import (
    AsMade,
    Authors,
    Figures,
    GovernorReport,
    Measures,
    Noted,
    Point,
    Quality,
    RepeatedAuthor,
    SurgeOfWeek,
    WeeklySummary,
)
from service.reports.weekly.timeliness import WorkingTimes
from service.reports.weekly.trends import PERIODS_OF_MEAN, Seen
from service.runs.rules import Rules
from store.database.session import Connection
from store.people.titles import bodies_on
from store.reports import counts, told
from store.reports import limits as weekly_limits
from store.reports import period as weekly
from store.reports import versions as weekly_versions
from store.reports.limits import Counted
from store.reports.period import Span
from store.reports.versions import Made
from workflows.vocabulary import Command, Fact

ESCALATED = (Fact.BREACH, Fact.INHERITED)
_BACK: Final = {Unit.WEEK: 12, Unit.MONTH: 12, Unit.QUARTER: 8, Unit.YEAR: 4, Unit.DAYS: 4}
"""How many periods before it the line of periods shows."""
LISTED_AUTHORS: Final = 15


def compose(
    connection: Connection,
    rules: Rules,
    period: Period,
    made: Made,
    *,
    is_over: bool,
    is_report: bool = False,
    body: str | None = None,
) -> WeeklySummary:
    """The summary of a week; `made` says which version it is. Moments are in the Department's zone.

    `is_report`: of any period, maybe of one body, with what a summary does not have; it is made when it is asked for.
    """
    return _Composing(connection, rules, period, made, is_over, is_report, body).summary()


@dataclass(frozen=True, slots=True)
class _Composing:
    connection: Connection
    rules: Rules
    period: Period
    made: Made
    is_over: bool
    is_report: bool
    body: str | None

    @property
    def span(self) -> Span:
        return self.period.span(self.rules.zone)

    @property
    def before(self) -> Span:
        return self.period.later(-1).span(self.rules.zone)

    def summary(self) -> WeeklySummary:
        connection, body, zone = self.connection, self.body, self.rules.zone
        # What was is called what it was called as the period ended, in full: a summary is signed.
        called = bodies_on(connection, self.period.last_day)
        titles, topics = {key: it.title for key, it in called.items()}, weekly.topics(connection)
        now = figures.of_period(connection, self.span, body)
        before = figures.of_period(connection, self.before, body)
        back = [self.period.later(-times).span(zone) for times in range(PERIODS_OF_MEAN + 1)]
        times = WorkingTimes.read(connection, self.span, self.rules.calendar_of, body)
        kept = timeliness.counted(connection, self.span, times.in_time, body)
        kept_before = self._kept_before() if self.is_report else None
        escalated = told.escalated(connection, self.span, ESCALATED, body)
        judged = quality.of_period(connection, self.span, titles, body)
        more = self._of_report(judged, titles) if self.is_report else {}
        summary = WeeklySummary(
            period=self.period.name,
            unit=self.period.unit,
            body=body,
            body_title=titles.get(body, body) if body else None,
            version=self.made.version,
            is_report=self.is_report,
            is_over=self.is_over,
            made_at=self.made.made_at.astimezone(zone),
            made_by=self.made.made_by,
            first_day=self.period.first_day,
            last_day=self.period.last_day,
            totals=figures.compared(now.totals, before.totals),
            curators=figures.compared(now.curators, before.curators),
            nobodys=now.nobodys,
            as_made=self._as_made(before.totals),
            bodies=figures.bodies(now, before, titles) if body is None else (),
            topics=figures.topics(now, before, topics),
            balance=balance.of_period(connection, self.span, now.received, body),
            limits=timeliness.of_period(kept, kept_before, times, titles, self.rules.regulation),
            limits_total=kept.total,
            limits_total_before=kept_before.total if kept_before else None,
            quality=judged,
            promises=promised.of_period(connection, self.span, titles, body),
            trends=trends.of_periods([Seen.read(connection, span, body) for span in back], topics),
            weeks=self._line(before.totals, now.totals),
            escalations=len(escalated),
            acknowledged=sum(it.acknowledged for it in escalated),
            unacknowledged=sum(it.unacknowledged for it in escalated),
            surges=self._surges(topics) if body is None else (),
            governor_reports=self._reports(topics),
            gaps=tuple(gaps(self._ground())),
            definitions=definitions.of(self.period.unit, is_report=self.is_report, of_body=body is not None),
        )
        return summary.model_copy(update=more)

    def _ground(self) -> Ground:
        first = weekly_versions.first_detection(self.connection)
        return Ground(
            period=self.period,
            is_over=self.is_over,
            lacking=counts.lacking(self.connection, self.span, self.body),
            years=self.rules.production.years,
            first=first.astimezone(self.rules.zone).date() if first else None,
            earliest=self.period.later(-_BACK[self.period.unit]),
        )

    def _kept_before(self) -> timeliness.Timeliness:
        in_time = weekly_limits.in_time(self.connection, self.before, self.body)
        return timeliness.counted(self.connection, self.before, in_time, self.body)

    def _line(self, before: Figures, now: Figures) -> tuple[Point, ...]:
        back = _BACK[self.period.unit]
        periods = [self.period.later(-times) for times in range(back, -1, -1)]
        bounds = [one.begins(self.rules.zone) for one in periods[:-1]]
        earlier = weekly_limits.by_period(self.connection, bounds, self.body)
        counted: tuple[Counted | Figures, ...] = (*earlier, before, now)
        return tuple(
            Point(period=one.name, received=it.received, in_time=it.in_time, breached=it.breached)
            for one, it in zip(periods, counted, strict=True)
        )

    def _as_made(self, before: Figures) -> AsMade | None:
        """What the summary of the week before says, where its numbers have become others since it was made."""
        if self.period.unit is not Unit.WEEK or self.body is not None:
            return None
        kept = weekly_versions.content(self.connection, self.period.later(-1).name)
        if kept is None:
            return None
        then = WeeklySummary.model_validate(kept)
        figures_then = Figures(**{name: getattr(then.totals, name) for name in Figures.model_fields})
        if figures_then == before:
            return None
        return AsMade(version=then.version, made_at=then.made_at, totals=figures_then)

    def _surges(self, titles: Mapping[str, str]) -> tuple[SurgeOfWeek, ...]:
        return tuple(
            SurgeOfWeek(
                surge=row.id,
                topic=row.topic,
                title=titles.get(row.topic, row.topic),
                location=row.location,
                began_at=row.began_at.astimezone(self.rules.zone),
                over_at=self._local(row.over_at),
                count=row.count,
                usual=row.usual,
            )
            for row in told.surges(self.connection, self.span)
        )

    def _local(self, moment: datetime | None) -> datetime | None:
        return None if moment is None else moment.astimezone(self.rules.zone)

    def _reports(self, topics: Mapping[str, str]) -> tuple[GovernorReport, ...]:
        rows = weekly.rows_in(self.connection, self.span, [Command.REPORT_TO_GOVERNOR], self.body)
        return tuple(
            GovernorReport(
                message=str(row.message),
                at=row.at.astimezone(self.rules.zone),
                topic=row.topic,
                title=topics.get(row.topic, row.topic) if row.topic else None,
            )
            for row in rows
        )

    # ---- what a report has beside

    def _of_report(self, judged: tuple[Quality, ...], titles: Mapping[str, str]) -> dict[str, Any]:
        connection, body = self.connection, self.body
        made_at = self.made.made_at.astimezone(self.rules.zone)
        return {
            "quality": quality.beside(judged, quality.of_period(connection, self.before, titles, body)),
            "measures": self._measures(),
            "authors": self._authors(),
            "load": load.of_period(
                connection, self.period, self.span, self.rules.department, made_at, titles, body
            ),
        }

    def _measures(self) -> Measures:
        breaches, noted = weekly_limits.noted(self.connection, self.span, self.body)
        earlier, noted_earlier = weekly_limits.noted(self.connection, self.before, self.body)
        return Measures(breaches=breaches, noted=noted, previous=Noted(breaches=earlier, noted=noted_earlier))

    def _authors(self) -> Authors:
        found = weekly.repeated_authors(self.connection, self.span, self.body)
        earlier = weekly.repeated_authors(self.connection, self.before, self.body)
        return Authors(
            authors=len(found),
            messages=sum(author.count for author in found),
            previous_authors=len(earlier),
            previous_messages=sum(author.count for author in earlier),
            listed=tuple(
                RepeatedAuthor(message=str(it.first), network=it.network, count=it.count)
                for it in found[:LISTED_AUTHORS]
            ),
        )
