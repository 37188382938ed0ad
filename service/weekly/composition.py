"""Puts a weekly summary together: every number of one week, read of the database as it is at one moment (cl. 21)."""

from collections.abc import Mapping
from datetime import datetime

from service.rules import Rules
from service.weekly import balance, figures, quality, timeliness, trends
from service.weekly.definitions import DEFINITIONS, WEEKS_BACK, Ground, gaps
from service.weekly.summary import GovernorReport, SurgeOfWeek, WeeklySummary, WeekPoint
from service.weekly.trends import WEEKS_OF_MEAN
from service.weekly.week import Week
from store import weekly, weekly_limits, weekly_versions
from store.session import Connection
from store.titles import bodies_on
from store.weekly import Span
from store.weekly_versions import Made
from workflows.vocabulary import Command, Fact

_ESCALATED = (Fact.BREACH, Fact.INHERITED)
_ALIKE = "Схожие сообщения"
"""In place of a topic that nobody has named."""


def compose(connection: Connection, rules: Rules, week: Week, made: Made, *, is_over: bool) -> WeeklySummary:
    """The summary of a week; `made` says which version it is. Moments are in the Department's zone."""
    zone = rules.zone
    span = week.span(zone)
    # What was is called what it was called as the week ended, in full: a summary is signed.
    bodies = {key: titles.title for key, titles in bodies_on(connection, week.last_day).items()}
    topics = weekly.topics(connection)
    now = figures.of_week(connection, span)
    before = figures.of_week(connection, week.later(-1).span(zone))
    earlier = [
        weekly.detected(connection, week.later(-back).span(zone)) for back in range(2, WEEKS_OF_MEAN + 1)
    ]
    places = weekly.places(connection, (week.later(-WEEKS_OF_MEAN).begins(zone), span[1]))
    of_week = {it.number for it in now.messages}
    first = weekly_versions.first_detection(connection)
    ground = Ground(
        week=week,
        is_over=is_over,
        messages=now.messages,
        places={number: place for number, place in places.items() if number in of_week},
        years=rules.production.years,
        first=first.astimezone(zone).date() if first else None,
    )
    escalated = weekly.escalated(connection, span, _ESCALATED)
    return WeeklySummary(
        week=week.name,
        version=made.version,
        made_at=made.made_at.astimezone(zone),
        made_by=made.made_by,
        first_day=week.first_day,
        last_day=week.last_day,
        totals=figures.totals(now, before),
        bodies=figures.bodies(now, before, bodies),
        topics=figures.topics(now, before, topics),
        balance=balance.of_week(connection, span, now.totals.received),
        limits=timeliness.of_week(connection, span, bodies, rules.regulation, rules.calendar_of),
        quality=quality.of_week(connection, span, now, bodies),
        trends=trends.of_weeks([now.messages, before.messages, *earlier], places, topics),
        hours=trends.hours(now.messages, zone),
        weeks=_line(connection, rules, week),
        escalations=len(escalated),
        acknowledged=sum(it.acknowledged for it in escalated),
        passed_on=sum(it.passed_on for it in escalated),
        surges=_surges(connection, rules, span, topics),
        governor_reports=_reports(connection, rules, span, topics),
        gaps=tuple(gaps(ground)),
        definitions=DEFINITIONS,
    )


def _line(connection: Connection, rules: Rules, week: Week) -> tuple[WeekPoint, ...]:
    weeks = [week.later(-back) for back in range(WEEKS_BACK, -1, -1)]
    bounds = [one.begins(rules.zone) for one in (*weeks, week.later())]
    return tuple(
        WeekPoint(week=one.name, received=it.received, in_time=it.in_time, breached=it.breached)
        for one, it in zip(weeks, weekly_limits.by_week(connection, bounds), strict=True)
    )


def _surges(
    connection: Connection, rules: Rules, span: Span, titles: Mapping[str, str]
) -> tuple[SurgeOfWeek, ...]:
    return tuple(
        SurgeOfWeek(
            topic=row.topic,
            title=titles.get(row.topic, row.topic) if row.topic else _ALIKE,
            location=row.location,
            began_at=row.began_at.astimezone(rules.zone),
            over_at=_local(row.over_at, rules),
            count=row.count,
            usual=row.usual,
        )
        for row in weekly.surges(connection, span)
    )


def _local(moment: datetime | None, rules: Rules) -> datetime | None:
    return None if moment is None else moment.astimezone(rules.zone)


def _reports(
    connection: Connection, rules: Rules, span: Span, topics: Mapping[str, str]
) -> tuple[GovernorReport, ...]:
    rows = weekly.rows_in(connection, span, [Command.REPORT_TO_GOVERNOR])
    return tuple(
        GovernorReport(
            message=str(row.message),
            at=row.at.astimezone(rules.zone),
            topic=row.topic,
            title=topics.get(row.topic, row.topic) if row.topic else None,
        )
        for row in rows
    )
