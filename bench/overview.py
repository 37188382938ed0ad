"""The pages of those who oversee, with a hundred thousand messages of sixty weeks, against the curator's queue.

What is shared for two seconds is old each time the overview is asked for. `python -m bench.overview [MESSAGES]`
"""

import sys
from collections.abc import AsyncIterator
from datetime import timedelta
from functools import partial

from bench.installation import browser_of, process
from bench.many_messages import Row, Rows, closed, moved_back, on_both
from bench.measurement import Goal, Line, alone
from bench.pages import QUEUE, in_turn

MESSAGES = 100_000
WEEKS, LAST = 60, 2_000
"""Over how many weeks they are, and how many of the last are as they come: a third of these is open."""
ROUNDS = 8
MOST_MS = 150.0
_KNOWN_FOR = 2.1  # seconds
PEOPLE = ("head", "deputy", "responsible-roads")
SHARING = ("head",)
"""Those who are shown what was read for others moments ago."""
OVERVIEW = "/overview"
ADDRESSES = (OVERVIEW, "/shortcomings", "/shortcomings?period=all", "/notices?waiting=true")


def _spread(messages: int, number: int, message: Row, belonging: Rows) -> None:
    """Move a message back by weeks, the first the furthest, and close all but the last ones."""
    moved_back(timedelta(weeks=(messages - number) * WEEKS // messages), message, belonging)
    if number <= messages - LAST:
        closed(message, belonging)


async def measure(messages: int = MESSAGES) -> AsyncIterator[Line]:
    """Every page of everybody; each person has a new API process, so that nothing is known from others."""
    async for name, _, settings in on_both(messages, partial(_spread, messages)):
        for person in PEOPLE:
            async with process("api", settings):
                with (
                    browser_of(settings.port, "curator") as curator,
                    browser_of(settings.port, person) as reader,
                ):
                    for path in ADDRESSES:
                        is_overview = path == OVERVIEW
                        pause = _KNOWN_FOR if is_overview and person in SHARING else 0.0
                        pair = in_turn((reader, path), (curator, QUEUE), ROUNDS, pause)
                        goal = Goal("work", "≤", MOST_MS) if is_overview else None
                        yield Line(f"{person} {path}, {name}", "ms", *pair, goal)


if __name__ == "__main__":
    alone("overview", partial(measure, *map(int, sys.argv[1:])))
