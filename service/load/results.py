"""Results of a simulation: figures as intervals over its runs."""

from pydantic import BaseModel, ConfigDict

from calendar_rules.regulation import LimitName
from service.load.given import Change, Plan


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True)


class Interval(_Part):
    """The mean over runs, with the ends between which the true one lies in 95 of 100 cases (Student's t)."""

    mean: float
    low: float
    high: float


class InTime(_Part):
    """The share of a limit's runs that were in time, from 0 to 1; `counted` are these runs in one simulation run."""

    limit: LimitName
    share: Interval
    counted: float


class HourOfDay(_Part):
    """How many waited in an hour of the Department's day, over its working days."""

    hour: int
    mean: float
    p95: float
    longest: float
    """The longest of each run, as the mean of runs."""


class Queue(_Part):
    """How many steps waited for somebody, in the Department's working time; the figures are intervals over runs.

    `worst` is the hour of the week in which most waited on average: 0 is Monday, and the hour of the day.
    """

    median: Interval
    p95: Interval
    longest: Interval
    by_hour: tuple[HourOfDay, ...]
    worst: tuple[int, int]


class Crowd(_Part):
    """Curators (`body` None), or the executors of a body: how busy they are, and what waits for them.

    `load` is the attention that is asked of them, by what they have: above one the queue grows without end, and
    `overloaded` is set. `busy` is the share of their time in which they work on messages. `waits` and `handles` are
    working minutes of one step: until somebody begins, and from then on. `of_lateness` is the share of all waiting of
    late answers that was for them. `grows` are steps by which the queue is longer after each day of the calendar.
    """

    body: str | None
    title: str
    people: int
    load: Interval
    busy: Interval
    waits: Interval
    handles: Interval
    of_lateness: Interval
    grows: Interval
    overloaded: bool
    queue: Queue


class Simulated(_Part):
    """One situation: shares in time by limit, how long answers take, and the crowds, curators first.

    `messages` came in one run. `unanswered` of them are late answers that were not there by its end.
    `answer_median` and `answer_p95` are working minutes of the Department from detection to the first answer.
    `late_waited` is the share of that time, in late answers, in which a step waited for somebody; the rest is work.
    """

    messages: float
    in_time: tuple[InTime, ...]
    answer_median: Interval
    answer_p95: Interval
    late_waited: Interval
    unanswered: float
    crowds: tuple[Crowd, ...]

    def share(self, limit: LimitName) -> InTime | None:
        """The share of a limit; None where it never ran."""
        return next((found for found in self.in_time if found.limit is limit), None)

    @property
    def curators(self) -> Crowd:
        """The curators."""
        return self.crowds[0]

    @property
    def bottleneck(self) -> Crowd | None:
        """For whom late answers waited longest; None where none was late for waiting."""
        worst = max(self.crowds, key=lambda crowd: crowd.of_lateness.mean)
        return worst if worst.of_lateness.mean > 0 else None

    @property
    def overloaded(self) -> tuple[Crowd, ...]:
        """Those whose queue grows without end: their shares depend on how long that goes on."""
        return tuple(crowd for crowd in self.crowds if crowd.overloaded)


class WithCurators(_Part):
    """What so many curators would reach."""

    curators: int
    routing: Interval
    answer: Interval
    overloaded: bool


class Needed(_Part):
    """How many curators reach the goal; None where no number does: of answers, because of the bodies.

    `tried` are in order of their number, and make the picture.
    """

    goal: float
    for_routing: int | None
    for_answers: int | None
    tried: tuple[WithCurators, ...]


class Tried(_Part):
    """A change, its own outcome, and by how much the shares differ on the same messages (0.03 is 3 points)."""

    change: Change
    title: str
    routing: Interval
    answer: Interval
    outcome: Simulated


class Result(_Part):
    """All that was asked for, of one calculation."""

    plan: Plan
    per_day: float
    outcome: Simulated
    needed: Needed | None
    tried: tuple[Tried, ...]
