"""A calculation: runs of a situation, the number of curators that is needed, and what changes would make of it.

The same seed has the same result. Situations are compared on the same messages, so what differs is the change's doing.
"""

import gc
from bisect import bisect_left
from collections.abc import Sequence
from functools import cache
from math import ceil, inf
from typing import Final

from calendar_rules.errors import CalendarError
from calendar_rules.regulation import LimitName
from service.load import intervals, outcomes
from service.load.counts import RunCounts, mean
from service.load.drawing import draw
from service.load.given import MOST_PEOPLE, Change, Given, GivenError, Plan
from service.load.office import Office
from service.load.results import Needed, Result, Tried, WithCurators
from service.load.situations import changed, situation, span, titled
from service.runs.rules import Rules

_FEWEST_RUNS: Final = 3
_ENOUGH: Final = 20_000
"""Messages by which a number of curators, or a change, is judged: of a large office a few runs have as many."""
_HARDLY: Final = 0.01
"""Minutes that a step waits: who waits no longer is helped by nobody more."""
_FULL: Final = 0.9
"""So busy curators may be at first, where the search for their number begins."""


def calculate(
    given: Given, rules: Rules, plan: Plan, changes: Sequence[Change] = (), *, search: bool = True
) -> Result:
    """The outcome as things are, the number of curators that is needed (`search`), and the outcome of each change.

    It takes seconds to minutes of a processor: for a process that ends. Raises GivenError where things do not fit.
    """
    others = [(change, *changed(given, rules, change)) for change in changes]
    as_is = _runs(given, rules, plan, plan.runs)
    outcome = outcomes.of(given, rules, plan, as_is)
    few = min(plan.runs, max(_FEWEST_RUNS, ceil(_ENOUGH / max(outcome.messages, 1))))
    tried = []
    for change, other, other_rules in others:
        runs = _runs(other, other_rules, plan, few)
        tried.append(
            Tried(
                change=change,
                title=titled(change, rules, given),
                routing=intervals.difference(runs, as_is[:few], LimitName.ROUTING),
                answer=intervals.difference(runs, as_is[:few], LimitName.ANSWER),
                outcome=outcomes.of(other, other_rules, plan, runs),
            )
        )
    return Result(
        plan=plan,
        per_day=outcome.messages / plan.days,
        outcome=outcome,
        needed=_needed(given, rules, plan, as_is[:few]) if search else None,
        tried=tuple(tried),
    )


def _runs(given: Given, rules: Rules, plan: Plan, many: int) -> list[RunCounts]:
    within, one, counts = span(plan, rules), situation(given, rules), list[RunCounts]()
    collects = gc.isenabled()
    gc.disable()  # of all that a run makes, hardly anything is cyclic: looking for it takes a sixth of the time
    try:
        for run in range(many):
            drawn = draw(given, plan, run, within.first, within.last, rules.zone)
            counts.append(Office(one, within, drawn).run())
            gc.collect(0)  # the run's own: nothing of it is older
    except CalendarError as error:
        raise GivenError(str(error)) from error
    finally:
        if collects:
            gc.enable()
    return counts


def _needed(given: Given, rules: Rules, plan: Plan, as_is: Sequence[RunCounts]) -> Needed:
    """By halving: with one curator more no share is less, but for chance. Fewer than are busy all day are not tried."""
    others = sum(crew.people for crew in given.curators[1:])
    here = given.curators[0].people + others
    tried: dict[int, WithCurators] = {}
    waited: dict[int, float] = {}

    @cache
    def with_so_many(curators: int) -> WithCurators:
        runs = as_is
        if curators != here:
            runs = _runs(*changed(given, rules, Change(curators=curators - here)), plan, len(as_is))
        waited[curators] = mean(_waited(run) for run in runs)
        tried[curators] = WithCurators(
            curators=curators,
            routing=intervals.share(runs, LimitName.ROUTING) or intervals.NOTHING,
            answer=intervals.share(runs, LimitName.ANSWER) or intervals.NOTHING,
            overloaded=_load(runs) > 1,
        )
        return tried[curators]

    def routes(curators: int) -> bool:
        return with_so_many(curators).routing.mean >= plan.goal

    def answers(curators: int) -> bool:
        return with_so_many(curators).answer.mean >= plan.goal

    busy, most = here * _load(as_is), MOST_PEOPLE + others
    low = fewest = min(max(ceil(busy), others, 1), most)
    high = min(max(ceil(busy / _FULL), low), most)
    while not routes(high) and high < most and waited[high] > _HARDLY:
        low, high = high + 1, min(max(ceil(1.5 * high), high + 1), most)
    for_routing = bisect_left(range(high + 1), True, lo=low, key=routes) if routes(high) else None
    plenty = min(2 * high, most)
    for_answers = bisect_left(range(plenty + 1), True, lo=fewest, key=answers) if answers(plenty) else None
    for near in {here, *((for_routing - 1, for_routing + 1) if for_routing else ())}:
        if max(others, 1) <= near <= most:
            with_so_many(near)
    return Needed(
        goal=plan.goal,
        for_routing=for_routing,
        for_answers=for_answers,
        tried=tuple(tried[curators] for curators in sorted(tried)),
    )


def _waited(run: RunCounts) -> float:
    """Minutes that a step waited for a curator; where none was there, it waits for ever."""
    curators = run.crowds[0]
    return curators.waited / curators.steps if curators.steps else inf


def _load(runs: Sequence[RunCounts]) -> float:
    return mean(run.crowds[0].load for run in runs)
