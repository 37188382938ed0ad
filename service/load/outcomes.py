"""Outcomes: the counts of runs as figures with their intervals."""

from collections.abc import Sequence
from typing import Final

from service.load.counts import LIMITS, CrowdCounts, RunCounts, mean, quantile
from service.load.dues import moment
from service.load.given import Given, Plan
from service.load.intervals import interval, of_runs, share
from service.load.results import Crowd, HourOfDay, InTime, Queue, Simulated
from service.load.situations import span
from service.runs.rules import Rules

CURATORS: Final = "Кураторы"


def of(given: Given, rules: Rules, plan: Plan, runs: Sequence[RunCounts]) -> Simulated:
    """What so many runs of a situation say, of which each has the same crowds."""
    hours = [
        (local.weekday(), local.hour)
        for local in (moment(at).astimezone(rules.zone) for at in span(plan, rules).looks)
    ]
    crowds: list[tuple[str | None, str, int]] = [
        (None, CURATORS, sum(crew.people for crew in given.curators)),
        *(
            (key, body.title or key, sum(crew.people for crew in body.crews))
            for key, body in given.bodies.items()
        ),
    ]
    return Simulated(
        messages=mean(run.messages for run in runs),
        in_time=tuple(
            InTime(
                limit=limit,
                share=found,
                counted=mean(run.in_time[place] + run.late[place] for run in runs),
            )
            for place, limit in enumerate(LIMITS)
            if (found := share(runs, limit)) is not None
        ),
        answer_median=of_runs(runs, lambda run: quantile(sorted(run.took), 0.5)),
        answer_p95=of_runs(runs, lambda run: quantile(sorted(run.took), 0.95)),
        late_waited=interval(
            (sum(crowd.of_late for crowd in run.crowds) / run.late_took for run in runs if run.late_took),
            least=0,
            most=1,
        ),
        unanswered=mean(run.unanswered for run in runs),
        crowds=tuple(
            _crowd(key, title, people, place, runs, hours, plan)
            for place, (key, title, people) in enumerate(crowds)
        ),
    )


def _crowd(
    key: str | None,
    title: str,
    people: int,
    place: int,
    runs: Sequence[RunCounts],
    hours: Sequence[tuple[int, int]],
    plan: Plan,
) -> Crowd:
    found = [run.crowds[place] for run in runs]
    load = interval((one.load for one in found), least=0)
    late = [sum(crowd.of_late for crowd in run.crowds) for run in runs]
    return Crowd(
        body=key,
        title=title,
        people=people,
        load=load,
        busy=interval((one.did / one.could for one in found if one.could), least=0, most=1),
        waits=interval((one.waited / one.steps for one in found if one.steps), least=0),
        handles=interval((one.handled / one.steps for one in found if one.steps), least=0),
        of_lateness=interval(
            (one.of_late / all_of_run for one, all_of_run in zip(found, late, strict=True) if all_of_run),
            least=0,
            most=1,
        ),
        grows=interval((one.at_last - one.at_first) / plan.days for one in found),
        overloaded=load.mean > 1,
        queue=_queue(found, hours),
    )


def _queue(found: Sequence[CrowdCounts], hours: Sequence[tuple[int, int]]) -> Queue:
    in_order = [sorted(one.queue) for one in found]
    of_hour: dict[int, list[list[int]]] = {}
    of_week: dict[tuple[int, int], list[int]] = {}
    for place, (day, hour) in enumerate(hours):
        waiting = [one.queue[place] for one in found]
        of_hour.setdefault(hour, []).append(waiting)
        of_week.setdefault((day, hour), []).extend(waiting)
    return Queue(
        median=interval((quantile(one, 0.5) for one in in_order), least=0),
        p95=interval((quantile(one, 0.95) for one in in_order), least=0),
        longest=interval((one.longest for one in found), least=0),
        by_hour=tuple(_of_hour(hour, of_hour[hour]) for hour in sorted(of_hour)),
        worst=max(of_week, key=lambda hour: (mean(of_week[hour]), -hour[0], -hour[1]), default=(0, 0)),
    )


def _of_hour(hour: int, looks: Sequence[Sequence[int]]) -> HourOfDay:
    of_run = list(zip(*looks, strict=True))
    everything = sorted(waiting for look in looks for waiting in look)
    return HourOfDay(
        hour=hour,
        mean=mean(everything),
        p95=quantile(everything, 0.95),
        longest=mean(max(run) for run in of_run),
    )
