"""Simulation of how many people an act takes: 400 messages a day, four weeks, twenty runs, in seconds of one processor.

The reference is SimPy alone, with a moment for each step of theirs. `python -m bench simulation`
"""

from collections.abc import AsyncIterator, Iterator
from datetime import date
from pathlib import Path
from time import process_time
from typing import Any

from simpy import Environment

from bench.measurement import Goal, Line
from service.load.calculation import calculate
from service.load.given import Change, Plan, load
from service.load.results import Result
from service.runs import rules

PER_DAY, RUNS = 400, 20
EXAMPLE = Path(__file__).parent.parent / "docs" / "use" / "load-example.toml"
WITHIN = 60.0
"""Seconds for the whole of it."""


async def measure() -> AsyncIterator[Line]:
    """The runs of things as they are; and with the search for the number needed, and two changes."""
    plain, took = _took(search=False)
    steps = int(sum(limit.counted for limit in plain.outcome.in_time) * RUNS)
    yield Line(
        f"{RUNS} runs of {plain.outcome.messages:.0f} messages",
        "s of a processor",
        took,
        _bare(steps),
        Goal("work", "≤", WITHIN),
    )
    whole, took = _took(search=True)
    assert whole.needed is not None
    yield Line(
        f"the same, {len(whole.needed.tried)} numbers of curators and two changes", "s of a processor", took
    )


def _took(*, search: bool) -> tuple[Result, float]:
    given, plan = load(EXAMPLE).with_per_day(PER_DAY), Plan(begins=date(2026, 11, 9), runs=RUNS)
    changes = (Change(curators=1), Change(saturday=(("10:00", "14:00"),))) if search else ()
    begun = process_time()
    result = calculate(given, rules.load(None, None), plan, changes, search=search)
    return result, process_time() - begun


def _bare(steps: int) -> float:
    env, begun = Environment(), process_time()

    def one() -> Iterator[Any]:
        for _ in range(steps):
            yield env.timeout(1)

    env.process(one())  # type: ignore[arg-type]
    env.run()
    return process_time() - begun
