"""A calculation: runs of a situation, the number of curators that is needed, and what changes would make of it.

The same seed has the same result. Situations are compared on the same messages, so what differs is the change's doing.
"""

from bisect import bisect_left
from collections.abc import Sequence
from functools import cache
from math import ceil
from typing import Final

from calendar_rules.regulation import LimitName
from service.load import intervals, outcomes
from service.load.counts import RunCounts
from service.load.drawing import draw
from service.load.given import MOST_PEOPLE, Change, Given, Plan
from service.load.office import Office
from service.load.results import Interval, Needed, Result, Tried, WithCurators
from service.load.situations import changed, situation, span, titled
from service.runs.rules import Rules

_FEWER_RUNS: Final = 5
"""Of each number of curators and each change that is tried; things as they are have all runs of the plan."""
_FULL: Final = 0.9
"""So busy curators may be at first, where the search for their number begins."""


def calculate(
    given: Given, rules: Rules, plan: Plan, changes: Sequence[Change] = (), *, search: bool = True
) -> Result:
    """The outcome as things are, the number of curators that is needed (`search`), and the outcome of each change.

    It takes seconds to minutes of a processor: for a process that ends. Raises GivenError where things do not fit.
    """
    few = min(plan.runs, _FEWER_RUNS)
    others = [(change, *changed(given, rules, change)) for change in changes]
    as_is = _runs(given, rules, plan, plan.runs)
    outcome = outcomes.of(given, rules, plan, as_is)
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
        needed=_needed(given, rules, plan, few, outcome.curators.load) if search else None,
        tried=tuple(tried),
    )


def _runs(given: Given, rules: Rules, plan: Plan, many: int) -> list[RunCounts]:
    within, one = span(plan, rules), situation(given, rules)
    return [
        Office(one, within, draw(given, plan, run, within.first, within.last, rules.zone)).run()
        for run in range(many)
    ]


def _needed(given: Given, rules: Rules, plan: Plan, few: int, load: Interval) -> Needed:
    """By halving: with one curator more no share is less, but for chance."""
    in_first = given.curators[0].people
    others = sum(crew.people for crew in given.curators[1:])
    tried: dict[int, WithCurators] = {}

    @cache
    def with_so_many(curators: int) -> WithCurators:
        more = Change(curators=curators - others - in_first)
        runs = _runs(*changed(given, rules, more), plan, few)
        busy = intervals.of_runs(runs, lambda run: run.crowds[0].load)
        tried[curators] = WithCurators(
            curators=curators,
            routing=intervals.share(runs, LimitName.ROUTING) or intervals.NOTHING,
            answer=intervals.share(runs, LimitName.ANSWER) or intervals.NOTHING,
            overloaded=busy.mean > 1,
        )
        return tried[curators]

    def routes(curators: int) -> bool:
        return with_so_many(curators).routing.mean >= plan.goal

    def answers(curators: int) -> bool:
        return with_so_many(curators).answer.mean >= plan.goal

    fewest, most = max(others, 1), MOST_PEOPLE + others
    enough = min(max(ceil((in_first + others) * load.mean / _FULL), fewest), most)
    while not routes(enough) and enough < most:
        enough = min(2 * enough, most)
    for_routing = bisect_left(range(enough + 1), True, lo=fewest, key=routes)
    plenty = min(2 * for_routing, most)
    for_answers = bisect_left(range(plenty + 1), True, lo=fewest, key=answers) if answers(plenty) else None
    for near in {in_first + others, for_routing - 1, for_routing + 1}:
        if fewest <= near <= most:
            with_so_many(near)
    return Needed(
        goal=plan.goal,
        for_routing=for_routing if for_routing <= enough else None,
        for_answers=for_answers,
        tried=tuple(tried[curators] for curators in sorted(tried)),
    )
