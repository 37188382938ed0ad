"""Question to a simulation: what should be otherwise than the record has it, and what is tried beside it."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field

from calendar_rules.terms import Term
from calendar_rules.working_hours import WEEKDAYS, Hours, Intervals, Weekday, clock_time, minute_of_day
from service.access.values import Duration
from service.load.given import BodyKey, Change, Crew, Given
from service.runs.rules import Rules

MOST_CURATORS: Final = 200
MOST_EXECUTORS: Final = 100
MOST_PER_DAY: Final = 2_000
LONGEST_TERM: Final = timedelta(days=60)
GOAL: Final = 95.0
ON_SATURDAYS: Final[Intervals] = (("10:00", "14:00"),)
_LONGER: Final = 60  # minutes
_END_OF_DAY: Final = 24 * 60
_MORE_HOURS: Final = 4 / 3

Clock = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$", examples=["08:00"])]


class Question(BaseModel):
    """Что изменить; чего здесь нет, остаётся таким, как в записях."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    curators: int | None = Field(default=None, ge=1, le=MOST_CURATORS, description="Кураторов всего.")
    per_day: float | None = Field(
        default=None,
        gt=0,
        le=MOST_PER_DAY,
        allow_inf_nan=False,
        description="Сообщений в день, в среднем за неделю с выходными.",
    )
    opens: Clock | None = Field(default=None, description="Начало рабочего дня Департамента.")
    closes: Clock | None = Field(default=None, description="Конец рабочего дня Департамента.")
    saturday: Hours = Field(default=(), description="Часы дежурства одного куратора по субботам.")
    executors: dict[BodyKey, Annotated[int, Field(ge=1, le=MOST_EXECUTORS)]] = Field(
        default={}, description="Исполнителей органа всего, по его ключу."
    )
    routing: Duration | None = Field(
        default=None,
        gt=timedelta(0),
        le=LONGEST_TERM,
        description="Срок направления (п. 7), в единицах акта: ISO 8601.",
    )
    answer: Duration | None = Field(
        default=None, gt=timedelta(0), le=LONGEST_TERM, description="Срок ответа (п. 9), так же."
    )
    goal: float = Field(default=GOAL, ge=1, lt=100, description="Сколько процентов нужно в срок, от 1.")

    def change(self, given: Given, rules: Rules) -> Change:
        """The same as a change of what is given. Raises ValueError for hours that make no day, or an unknown body."""
        for body in self.executors:
            if body not in given.bodies:
                raise ValueError(
                    f"Сообщений органа «{body}» в записях нет: изменить число его исполнителей нельзя."
                )
        return Change(
            curators=0 if self.curators is None else self.curators - _people(given.curators),
            saturday=self.saturday,
            week=self._week(rules) if self.opens or self.closes else None,
            executors={
                body: many - _people(given.bodies[body].crews) for body, many in self.executors.items()
            },
            routing=self.routing,
            answer=self.answer,
            per_day=self.per_day,
        )

    def tried(self, given: Given, rules: Rules) -> Iterator[Change]:
        """Changes that are tried beside it, each on top of it."""
        yield Change(curators=1)
        if not self.saturday and not any(crew.week and crew.week.get("sat") for crew in given.curators):
            yield Change(saturday=ON_SATURDAYS)
        if (longer := _longer(self._week(rules))) is not None:
            yield Change(week=longer)
        if (busiest := _busiest(given)) is not None:
            yield Change(executors={busiest: 1})
        limits = rules.regulation.limits
        yield Change(routing=_more(limits.routing.term, self.routing))
        yield Change(answer=_more(limits.answer.term, self.answer))

    def _week(self, rules: Rules) -> dict[Weekday, Intervals]:
        """The Department's week, opening and closing as asked; breaks within that stay."""
        now = rules.schedules.of(None).week
        return {
            day: _between(now[day], self.opens or now[day][0][0], self.closes or now[day][-1][1])
            for day in WEEKDAYS
            if now.get(day)
        }


def _people(crews: tuple[Crew, ...]) -> int:
    return sum(crew.people for crew in crews)


def _between(hours: Intervals, opens: str, closes: str) -> Intervals:
    """Raises ValueError where it would not open before it closes."""
    if closes <= opens:
        raise ValueError("Рабочий день должен заканчиваться позже, чем начинается.")
    whole = ((opens, hours[0][1]), *hours[1:])
    whole = (*whole[:-1], (whole[-1][0], closes))
    kept = tuple((max(start, opens), min(end, closes)) for start, end in whole)
    return tuple((start, end) for start, end in kept if start < end)


def _longer(week: Mapping[Weekday, Intervals]) -> dict[Weekday, Intervals] | None:
    """An hour later to close, as far as there is one; None where no day has it."""
    found: dict[Weekday, Intervals] = {}
    for day, hours in week.items():
        start, end = hours[-1]
        found[day] = (*hours[:-1], (start, clock_time(min(minute_of_day(end) + _LONGER, _END_OF_DAY))))
    return found if found != dict(week) else None


def _busiest(given: Given) -> str | None:
    """The body with most messages for each of its executors."""
    share = dict.fromkeys(given.bodies, 0.0)
    for kind in given.kinds:
        share[kind.bodies[-1]] += kind.share
    return max(share, key=lambda body: share[body] / max(_people(given.bodies[body].crews), 1), default=None)


def _more(term: Term, asked: timedelta | None) -> timedelta:
    """A third more of hours, to the minute; a day more of days."""
    amount = asked or term.amount
    if term.counts_days:
        return amount + timedelta(days=1)
    return timedelta(minutes=round(amount / timedelta(minutes=1) * _MORE_HOURS))
