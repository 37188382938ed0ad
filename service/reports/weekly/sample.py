"""A small made-up report, with one of everything: what a template of the region is tried on, before Monday does it."""

from datetime import UTC, date, datetime, timedelta
from typing import Final

from calendar_rules.regulation import HolderRole, LimitName
from calendar_rules.vocabulary import CloseReason, DeclineGround
from service.reports.weekly.summary import (
    Authors,
    Balance,
    BodyFigures,
    ClosedOtherwise,
    Compared,
    Declined,
    Definition,
    Dimension,
    Figures,
    GovernorReport,
    LimitFigures,
    Load,
    Measures,
    Noted,
    Point,
    PromiseFigures,
    Quality,
    QualityCounts,
    RepeatedAuthor,
    StepCount,
    SurgeOfWeek,
    TopicFigures,
    Trend,
    WeeklySummary,
    Worker,
)

_WEEK: Final = "2026-W47"
_MONDAY: Final = date(2026, 11, 16)
_TITLE: Final = "Департамент (пример)"


def sample() -> WeeklySummary:
    """A report of a week, which has every table there is; its numbers mean nothing."""
    at = datetime(2026, 11, 23, 8, tzinfo=UTC)
    week = Compared(
        received=12,
        answered=9,
        declined=1,
        open=2,
        in_time=31,
        breached=2,
        returns=1,
        content=4,
        discontent=2,
        none=3,
        previous=Figures(received=10),
    )
    return WeeklySummary(
        period=_WEEK,
        version=1,
        is_report=True,
        made_at=at,
        made_by=None,
        first_day=_MONDAY,
        last_day=_MONDAY + timedelta(days=6),
        totals=week,
        bodies=(BodyFigures(**dict(week), body="sample", title=_TITLE),),
        topics=(TopicFigures(**dict(week), topic="sample", title="Тема (пример)"),),
        balance=Balance(
            opening=3,
            received=12,
            reopened=0,
            answered=9,
            declined=(Declined(ground=DeclineGround.OBSCENE_OR_INSULTING, count=1),),
            closed_otherwise=(ClosedOtherwise(reason=CloseReason.NO_REPLY, count=1),),
            closing=4,
        ),
        limits=(
            _limit(None, "Кураторы Департамента", LimitName.ROUTING, 7),
            _limit("sample", _TITLE, LimitName.DRAFT, 10),
        ),
        quality=(_quality("sample", _TITLE), _quality(None, "Все органы")),
        promises=(
            PromiseFigures(body=None, title="Всего", given=3, kept=1, moved=1, broken=1),
            PromiseFigures(body="sample", title=_TITLE, given=3, kept=1, moved=1, broken=1),
        ),
        trends=tuple(
            Trend(dimension=dimension, key="sample", title="Пример", count=12, previous=10, mean_of_four=10.5)
            for dimension in Dimension
        ),
        weeks=(
            Point(period="2026-W46", received=10, in_time=27, breached=3),
            Point(period=_WEEK, received=12, in_time=31, breached=2),
        ),
        measures=Measures(breaches=2, noted=1, previous=Noted(breaches=3, noted=3)),
        authors=Authors(
            authors=1,
            messages=2,
            previous_authors=0,
            previous_messages=0,
            listed=(RepeatedAuthor(message="1", network="vkontakte", count=2),),
        ),
        load=Load(
            working_days=5,
            workers=(
                _worker(None, "Сидорова Светлана Сергеевна", LimitName.ROUTING),
                _worker("sample", "Сергеев Сергей Сергеевич", LimitName.DRAFT),
            ),
        ),
        escalations=2,
        acknowledged=1,
        unacknowledged=1,
        surges=(
            SurgeOfWeek(
                topic="sample",
                title="Тема (пример)",
                location=None,
                began_at=at,
                over_at=None,
                count=9,
                usual=1.5,
            ),
        ),
        governor_reports=(GovernorReport(message="1", at=at, topic="sample", title="Тема (пример)"),),
        gaps=("Пример пропуска в данных.",),
        definitions=(Definition(term="Поступило", meaning="Сообщения, выявленные за неделю."),),
    )


def _limit(body: str | None, title: str, limit: LimitName, clause: int) -> LimitFigures:
    return LimitFigures(
        holder=HolderRole.EXECUTOR if body else HolderRole.CURATOR,
        body=body,
        title=title,
        limit=limit,
        clause=clause,
        in_time=12,
        late=1,
        open_overdue=0,
        median=timedelta(minutes=50),
        ninth_decile=timedelta(hours=2),
        longest=timedelta(hours=4),
    )


def _quality(body: str | None, title: str) -> Quality:
    return Quality(
        body=body,
        title=title,
        drafts=10,
        accepted_at_once=8,
        rework_rounds=2,
        returns=1,
        misroutings=1,
        interim_promised=1,
        interim_kept=1,
        repeated=1,
        answers=9,
        answers_with_photo=4,
        previous=QualityCounts(drafts=7),
    )


def _worker(body: str | None, name: str, limit: LimitName) -> Worker:
    return Worker(
        person="sample",
        name=name,
        body=body,
        body_title=_TITLE if body else None,
        open=2,
        steps=(StepCount(limit=limit, count=12),),
        done=12,
        per_day=2.4,
    )
