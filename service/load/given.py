"""Inputs of a simulation: messages by the hour, who works when, how long each step takes.

All of it can be read from a file of TOML (docs/use/load.md) or counted from an installation's record.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from math import exp, log, log1p
from pathlib import Path
from statistics import NormalDist, fmean
from typing import Annotated, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError, model_validator

from calendar_rules.data_file import DataFileError, Duration, MisfitError, Text, parsed, read
from calendar_rules.vocabulary import Importance
from calendar_rules.working_hours import Hours, Week

MOST_PEOPLE = 500
LONGEST_ABSENCE = 400
"""In days; who is away for longer is not there."""
MOST_BODIES = 10
"""Of one joint answer."""
_MOST_SAMPLES = 10_000
_MOST_IN_DIRECTORY = 200
_HOURS_OF_DAY = 24
_NORMAL = NormalDist()
_P90 = _NORMAL.inv_cdf(0.9)

Probability = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
_Minutes = Annotated[float, Field(ge=0, le=100_000, allow_inf_nan=False)]
_Expected = Annotated[float, Field(ge=0, le=10_000, allow_inf_nan=False)]
BodyKey = Annotated[str, Field(pattern=r"^[a-z0-9_-]+$")]


class GivenError(DataFileError):
    """A file of what is given that cannot be used; the text says where and why, in Russian."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Spent(_Part):
    """Working time that a step takes, in minutes, by one of four laws.

    `minutes`: always so long. `mean`: exponential. `median` with `p90`: log-normal, the way such times lie; nine of
    ten steps take no longer than `p90`. `samples`: as often as they stand there.
    """

    minutes: _Minutes | None = None
    mean: _Minutes | None = None
    median: Annotated[_Minutes, Field(gt=0)] | None = None
    p90: Annotated[_Minutes, Field(gt=0)] | None = None
    samples: Annotated[tuple[_Minutes, ...], Field(min_length=1, max_length=_MOST_SAMPLES)] | None = None

    def law(self) -> Callable[[float], float]:
        """From a chance, of 0 to below 1, to the minutes that as great a share of steps takes no longer than."""
        if (minutes := self.minutes) is not None:
            return lambda chance: minutes
        if (mean := self.mean) is not None:
            return lambda chance: -mean * log1p(-chance)
        if (samples := self.samples) is not None:
            return lambda chance: samples[int(chance * len(samples))]
        median, spread, normal = self._median, self._spread, _NORMAL.inv_cdf
        return lambda chance: median * exp(spread * normal(chance)) if chance > 0 else 0.0

    @property
    def average(self) -> float:
        """The mean of the law, in minutes."""
        if self.minutes is not None:
            return self.minutes
        if self.mean is not None:
            return self.mean
        if self.samples is not None:
            return fmean(self.samples)
        return self._median * exp(self._spread**2 / 2)

    @property
    def _median(self) -> float:
        assert self.median is not None  # noqa: S101
        return self.median

    @property
    def _spread(self) -> float:
        assert self.p90 is not None  # noqa: S101
        return log(self.p90 / self._median) / _P90

    @model_validator(mode="after")
    def _one_law(self) -> Self:
        if (self.median is None) != (self.p90 is None):
            raise MisfitError("median", "median и p90 указываются вместе")
        laws = sum(law is not None for law in (self.minutes, self.mean, self.median, self.samples))
        if laws != 1:
            raise ValueError("укажите одно: minutes, mean, samples или median вместе с p90")
        if self.median is not None and self.p90 is not None and self.p90 < self.median:
            raise MisfitError("p90", "p90 не может быть меньше median")
        return self


class Absence(_Part):
    """Days, both included, on which so many of a crew are away."""

    first: date
    last: date
    people: int = Field(default=1, ge=1, le=MOST_PEOPLE)

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Self:
        if self.last < self.first:
            raise MisfitError("last", "отсутствие кончается раньше, чем начинается")
        if (self.last - self.first).days >= LONGEST_ABSENCE:
            raise MisfitError("last", f"отсутствие длиннее {LONGEST_ABSENCE} дней: уменьшите число людей")
        return self


class Crew(_Part):
    """People of one body who keep the same hours; None: those of the body, by the files of hours."""

    people: int = Field(ge=0, le=MOST_PEOPLE)
    week: Week | None = None
    share: float = Field(default=1, gt=0, le=1)
    """Share of their working time that they have for messages: other work makes each step take longer."""
    absences: tuple[Absence, ...] = ()

    @model_validator(mode="after")
    def _works_at_some_time(self) -> Self:
        if self.week is not None and not any(self.week.values()):
            raise MisfitError("week", "в этой смене нет ни одного рабочего часа")
        return self


class TimesOfCurators(_Part):
    """Working time of a curator's steps; `routing` also of one that is declined."""

    routing: Spent
    approval: Spent


class TimesOfBodies(_Part):
    """Working time of a body's steps.

    `waiting` passes before the first draft without anybody's attention: for a look on the spot, for what others say.
    `until_final` passes between an interim answer and the work on the final one.
    """

    drafting: Spent
    publication: Spent
    rework: Spent = Spent(mean=20)
    returning: Spent = Spent(mean=5)
    contribution: Spent = Spent(mean=30)
    waiting: Spent = Spent(minutes=0)
    until_final: Spent = Spent(median=1200, p90=3000)


class Body(_Part):
    """A body: its executors, their own times where they differ, and how its messages go."""

    title: Text | None = None
    crews: tuple[Crew, ...] = ()
    times: TimesOfBodies | None = None
    returned: Probability = 0
    """Share of the messages it receives first that it returns to the curator (cl. 8)."""
    reworked: Probability = 0
    """Share of its drafts that are sent for rework, each time anew (cl. 11)."""
    interim: Probability = 0
    """Share of its answers that are interim at first (cl. 14)."""


class Kind(_Part):
    """Messages of one topic that go to the same bodies, as a share of all (any numbers: they are added up).

    Of several `bodies`, the last one drafts the joint answer, after the others have contributed in turn (cl. 15).
    """

    share: float = Field(gt=0, allow_inf_nan=False)
    topic: str | None = None
    bodies: tuple[BodyKey, ...] = Field(min_length=1, max_length=MOST_BODIES)
    importance: Importance | None = None


class Arrived(_Part):
    """A message that was: for a replay of what has been."""

    at: AwareDatetime
    bodies: tuple[BodyKey, ...] = Field(min_length=1, max_length=MOST_BODIES)
    topic: str | None = None
    importance: Importance | None = None


class Given(_Part):
    """All that a simulation is given, but for the act, the hours and the production calendar.

    `by_hour` is how many messages are expected in each hour of the week, Monday first, by the Department's clock;
    with `arrived` messages come at those moments instead, with their bodies, and neither `by_hour` nor `kinds` counts.
    """

    curators: tuple[Crew, ...] = Field(min_length=1)
    times: TimesOfCurators
    declined: Probability = 0
    """Share of messages that curators decline instead of routing them (cl. 18)."""
    bodies: dict[BodyKey, Body] = Field(min_length=1, max_length=_MOST_IN_DIRECTORY)
    times_of_bodies: TimesOfBodies
    kinds: tuple[Kind, ...] = ()
    by_hour: Annotated[
        tuple[Annotated[tuple[_Expected, ...], Field(min_length=24, max_length=24)], ...],
        Field(min_length=7, max_length=7),
    ] = ((0.0,) * _HOURS_OF_DAY,) * 7
    arrived: tuple[Arrived, ...] = ()

    @property
    def per_day(self) -> float:
        """Messages expected on a day of the calendar, as the mean of a week."""
        return sum(map(sum, self.by_hour)) / len(self.by_hour)

    def times_of(self, body: str) -> TimesOfBodies:
        """The times of a body: its own, else those of all."""
        return self.bodies[body].times or self.times_of_bodies

    def with_per_day(self, messages: float) -> "Given":
        """The same with as many messages on a day, in the same hours. Raises GivenError where there are no hours."""
        if not self.per_day:
            raise GivenError("Не указано, в какие часы приходят сообщения: by_hour пуст.")
        by = messages / self.per_day
        return self.changed(by_hour=tuple(tuple(hour * by for hour in day) for day in self.by_hour))

    def changed(self, **fields: object) -> "Given":
        """A checked copy with other fields. Raises GivenError where they do not fit."""
        try:
            return Given.model_validate({**dict(self), **fields})
        except ValidationError as error:
            raise GivenError(
                "; ".join(str(item.get("ctx", {}).get("error", item["msg"])) for item in error.errors())
            ) from error

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if not self.arrived:
            if not any(map(any, self.by_hour)):
                raise MisfitError("by_hour", "сообщений нет: ни в один час недели не приходит ни одного")
            if not self.kinds:
                raise MisfitError("kinds", "не указано, каким органам направляются сообщения")
        if not sum(crew.people for crew in self.curators):
            raise MisfitError("curators", "нужен хотя бы один куратор")
        for place, bodies in self._routes():
            _refuse_double(place, bodies)
            for body in bodies:
                if body not in self.bodies:
                    raise MisfitError(f"{place}.bodies", f"нет такого органа: {body}")
                if not sum(crew.people for crew in self.bodies[body].crews):
                    raise MisfitError(
                        f"bodies.{body}", "органу направляются сообщения, но исполнителей у него нет"
                    )
        return self

    def _routes(self) -> Iterator[tuple[str, Sequence[str]]]:
        for number, kind in enumerate(self.kinds):
            yield f"kinds.{number}", kind.bodies
        for number, message in enumerate(self.arrived):
            yield f"arrived.{number}", message.bodies


def _refuse_double(place: str, bodies: Sequence[str]) -> None:
    if len(set(bodies)) < len(bodies):
        raise MisfitError(f"{place}.bodies", "орган указан дважды")


class Change(_Part):
    """A change to try out: each field that is set is made, and the others stay.

    `curators` are so many more, or fewer, in their first crew. `saturday` are the hours in which one curator more is
    on duty on Saturdays. `week` are other hours of the Department: of its limits, and of curators without own ones.
    `executors` are so many more, or fewer, in the first crew of a body. `routing` and `answer` are other terms of the
    act, in their own units. `per_day` are messages on a day of the calendar.
    """

    curators: int = Field(default=0, ge=-MOST_PEOPLE, le=MOST_PEOPLE)
    saturday: Hours = ()
    week: Week | None = None
    executors: dict[BodyKey, int] = {}
    routing: Duration | None = None
    answer: Duration | None = None
    per_day: Annotated[float, Field(gt=0, le=100_000, allow_inf_nan=False)] | None = None


class Plan(_Part):
    """How it is simulated: `days` of the calendar from `begins` on are counted, in each of `runs`.

    `warm_up` days before them fill the queues, and are counted nowhere. The same `seed` has the same result.
    """

    begins: date
    days: int = Field(default=28, ge=1, le=366)
    warm_up: int = Field(default=7, ge=0, le=60)
    runs: int = Field(default=20, ge=2, le=1000)
    seed: int = Field(default=1, ge=0, le=2**63 - 1)
    goal: float = Field(default=0.95, gt=0, lt=1)
    """Share in time that is wanted: for it the number of curators is looked for."""


def change_of(text: str) -> Change:
    """A change as TOML in a line: `curators = 2`, `executors = { roads = 1 }`, `answer = "PT12H"`.

    Raises GivenError with the reason, in Russian.
    """
    return parsed(text, f"Изменение «{text}»", Change, GivenError)


def load(path: Path) -> Given:
    """Read a file of what is given. Raises GivenError with the file, the line and the reason, in Russian."""
    return read(path, Given, GivenError)
