"""Puts a report together: every number of one period, read of the database as it is at one moment (cl. 21)."""

from collections.abc import Mapping, Sequence
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
from service.reports.weekly.pace import Pace, parts
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
    QualityCounts,
    RepeatedAuthor,
    SurgeOfWeek,
    WeeklySummary,
)
from service.reports.weekly.timeliness import Timeliness, WorkingTimes
from service.reports.weekly.trends import PERIODS_OF_MEAN, Seen
from service.reports.workbooks import Tell
from service.runs.rules import Rules
from store.database.session import Connection
from store.people.titles import bodies_on
from store.reports import counts, told
from store.reports import limits as weekly_limits
from store.reports import period as weekly
from store.reports import versions as weekly_versions
from store.reports.period import Span
from store.reports.versions import Made
from workflows.vocabulary import Command, Fact

ESCALATED = (Fact.BREACH, Fact.INHERITED)
_BACK: Final = {Unit.WEEK: 12, Unit.MONTH: 12, Unit.QUARTER: 8, Unit.YEAR: 4, Unit.DAYS: 4}
"""How many periods before it the line of periods shows."""
_OTHER_STEPS: Final = 2 + PERIODS_OF_MEAN + 1
"""Besides those of the parts: the figures of two periods, and what is seen of all that are compared."""
LISTED_AUTHORS: Final = 15
_ALIKE = "Схожие сообщения"
"""In place of a topic that nobody has named."""


def compose(
    connection: Connection,
    rules: Rules,
    period: Period,
    made: Made,
    *,
    is_over: bool,
    is_report: bool = False,
    body: str | None = None,
    tell: Tell = lambda _: None,
) -> WeeklySummary:
    """The summary of a week; `made` says which version it is. Moments are in the Department's zone.

    `is_report`: of any period, maybe of one body, with what a summary does not have; it is made when it is asked for.
    `tell` is told which share of it is done, from 0 to 1, and what it raises ends it.
    """
    spans = period.span(rules.zone), period.later(-1).span(rules.zone)
    now, before = (parts(span, weekly.count(connection, span)) for span in spans)
    return _Composing(
        *(connection, rules, period, made, is_over, is_report, body, now, before),
        Pace(tell, (4 * len(now) + 2 * len(before) if is_report else 3 * len(now)) + _OTHER_STEPS),
    ).summary()


@dataclass(frozen=True, slots=True)
class _Composing:
    connection: Connection
    rules: Rules
    period: Period
    made: Made
    is_over: bool
    is_report: bool
    body: str | None
    parts_now: Sequence[Span]
    parts_before: Sequence[Span]
    pace: Pace

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
        self.pace.step()
        before = figures.of_period(connection, self.before, body)
        self.pace.step()
        back = [self.period.later(-times).span(zone) for times in range(PERIODS_OF_MEAN + 1)]
        periods = [Seen.read(connection, span, body) for span in self.pace.of(back)]
        kept, loaded = self._kept(), load.Counting(body)
        times = WorkingTimes(self.rules.calendar_of)
        for part in self.pace.of(self.parts_now):
            took = times.of(connection, part, body)
            kept.took(took)
            if self.is_report:
                loaded.add(connection, part, took)
        counted = kept.counted(titles, self.rules.regulation)
        escalated = told.escalated(connection, self.span, ESCALATED, body)
        judged = quality.of_period(connection, self.span, self.pace.of(self.parts_now), titles, body)
        more = self._of_report(judged, counted, titles, loaded, periods) if self.is_report else {}
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
            balance=balance.of_period(
                *(connection, self.span, self.pace.of(self.parts_now), now.received, body)
            ),
            limits=counted.limits,
            limits_total=counted.total,
            quality=judged,
            promises=promised.of_period(connection, self.span, titles, body),
            trends=trends.of_periods(periods, topics),
            hours=trends.hours(counts.quarters(connection, self.span, body), zone),
            weeks=self._line(),
            escalations=len(escalated),
            acknowledged=sum(it.acknowledged for it in escalated),
            passed_on=sum(it.passed_on for it in escalated),
            surges=self._surges(topics) if body is None else (),
            governor_reports=self._reports(topics),
            gaps=tuple(gaps(self._ground())),
            definitions=definitions.of(self.period.unit, is_report=self.is_report, of_body=body is not None),
        )
        return summary.model_copy(update=more)

    def _kept(self) -> timeliness.Counting:
        found = timeliness.Counting(self.connection, self.span, self.body)
        for part in self.pace.of(self.parts_now):
            found.late(self.connection, part)
        return found

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

    def _line(self) -> tuple[Point, ...]:
        back = _BACK[self.period.unit]
        periods = [self.period.later(-times) for times in range(back, -1, -1)]
        bounds = [one.begins(self.rules.zone) for one in (*periods, self.period.later())]
        counted = weekly_limits.by_period(self.connection, bounds, self.body)
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
                title=titles.get(row.topic, row.topic) if row.topic else _ALIKE,
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

    def _of_report(
        self,
        judged: tuple[Quality, ...],
        counted: Timeliness,
        titles: Mapping[str, str],
        loaded: load.Counting,
        periods: trends.Periods,
    ) -> dict[str, Any]:
        connection, body = self.connection, self.body
        kept = timeliness.Counting(connection, self.before, body)
        for part in self.pace.of(self.parts_before):
            kept.late(connection, part)
        earlier = quality.of_period(connection, self.before, self.pace.of(self.parts_before), titles, body)
        counted_earlier = kept.counted(titles, self.rules.regulation)
        made_at = self.made.made_at.astimezone(self.rules.zone)
        return {
            "limits": timeliness.beside(counted, counted_earlier),
            "limits_total_before": counted_earlier.total,
            "quality": _beside(judged, earlier),
            "measures": self._measures(),
            "authors": self._authors(),
            "streets": trends.streets(periods),
            "load": loaded.counted(connection, self.period, self.rules.department, made_at, titles),
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


def _beside(now: tuple[Quality, ...], before: tuple[Quality, ...]) -> tuple[Quality, ...]:
    known = {it.body: it for it in before}

    def counts(it: Quality | None) -> QualityCounts:
        names = QualityCounts.model_fields
        return QualityCounts() if it is None else QualityCounts(**{name: getattr(it, name) for name in names})

    return tuple(it.model_copy(update={"previous": counts(known.get(it.body))}) for it in now)
