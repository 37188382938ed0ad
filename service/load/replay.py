"""Replay of a period: what a simulation of the very messages says of it, beside what was.

An interval of a simulation is that of its mean; a month that was is one run more. What the simulation claims of one
month is therefore wider, by the square root of one more than its runs, and never narrower than one message.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum
from math import ceil, sqrt
from typing import Final

from pydantic import BaseModel, ConfigDict, Field

from calendar_rules.regulation import LimitName
from calendar_rules.work_calendar import WorkCalendar
from service.load.figures import Figures
from service.load.results import Interval, Simulated
from store.reports.period import Span

_LOOK_EVERY: Final = timedelta(minutes=10)
_DAY: Final = timedelta(days=1)


class Figure(StrEnum):
    """Что сравнивается: доли в срок (от 0 до 1) и очередь к кураторам (сообщений)."""

    ROUTING = "routing"
    ANSWER = "answer"
    APPROVAL = "approval"
    QUEUE_MEDIAN = "queue_median"
    QUEUE_P95 = "queue_p95"
    QUEUE_LONGEST = "queue_longest"


class Beside(BaseModel):
    """Показатель: каким он был, каким его называет модель и в каких пределах она за него ручается."""

    model_config = ConfigDict(frozen=True)

    figure: Figure
    was: float
    said: float
    low: float = Field(description="Нижний предел для одного такого месяца, с вероятностью 95 %.")
    high: float = Field(description="Верхний предел.")

    @property
    def off(self) -> float:
        """By how much what was lies outside of what is claimed; zero within it."""
        return max(self.low - self.was, self.was - self.high, 0.0)


class Replay(BaseModel):
    """Повтор прошедшего периода: сообщения те же, ход работы рассчитан."""

    model_config = ConfigDict(frozen=True)

    first_day: date
    last_day: date
    messages: int
    runs: int
    figures: tuple[Beside, ...]


def beside(found: Figures, outcome: Simulated, runs: int, department: WorkCalendar) -> tuple[Beside, ...]:
    """Each figure that is known both of what was and of what is said, of `runs` runs."""
    return (*_shares(found, outcome, runs), *_queue(found, outcome, runs, department))


def _shares(found: Figures, outcome: Simulated, runs: int) -> Iterator[Beside]:
    for figure, limit in (
        (Figure.ROUTING, LimitName.ROUTING),
        (Figure.APPROVAL, LimitName.APPROVAL),
        (Figure.ANSWER, LimitName.ANSWER),
    ):
        kept, said = found.kept.get(limit), outcome.share(limit)
        if kept is not None and said is not None and kept.value is not None:
            low, high = _of_one(said.share, runs, 1 / kept.whole)
            yield Beside(
                figure=figure, was=kept.value, said=said.share.mean, low=max(low, 0), high=min(high, 1)
            )


def _queue(found: Figures, outcome: Simulated, runs: int, department: WorkCalendar) -> Iterator[Beside]:
    waited = sorted(in_queue(found.waited, looks(found.span, department)))
    if not waited:
        return
    queue = outcome.curators.queue
    for figure, was, said in (
        (Figure.QUEUE_MEDIAN, _quantile(waited, 0.5), queue.median),
        (Figure.QUEUE_P95, _quantile(waited, 0.95), queue.p95),
        (Figure.QUEUE_LONGEST, waited[-1], queue.longest),
    ):
        low, high = _of_one(said, runs, 1)
        yield Beside(figure=figure, was=was, said=said.mean, low=max(low, 0), high=high)


def _of_one(said: Interval, runs: int, least: float) -> tuple[float, float]:
    """Between which a single run lies in 95 of 100 cases, by the interval of the mean of so many."""
    # The interval may have been cut at what can be: its longer side is whole.
    half = max(said.high - said.mean, said.mean - said.low) * sqrt(runs + 1)
    return said.mean - max(half, least), said.mean + max(half, least)


def looks(span: Span, department: WorkCalendar) -> Sequence[datetime]:
    """The moments at which a queue is looked at: each ten minutes of the Department's working time."""
    days = department.stretches(span[0].date(), (span[1] - _DAY).date())
    return [
        opening + number * _LOOK_EVERY
        for day in days
        for opening, closing in day
        for number in range(ceil((closing - opening) / _LOOK_EVERY))
    ]


def in_queue(waited: Sequence[Span], moments: Sequence[datetime]) -> list[int]:
    """How many waited at each moment."""
    came, gone = sorted(since for since, _ in waited), sorted(until for _, until in waited)
    return [bisect_right(came, moment) - bisect_right(gone, moment) for moment in moments]


def _quantile(in_order: Sequence[int], share: float) -> int:
    return in_order[max(ceil(len(in_order) * share) - 1, 0)]
