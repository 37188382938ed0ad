"""Every measurement, each against its reference in the same run, and one table of them all: `make bench`.

`python -m bench NAME...` takes some of them; those that say so may be told of how many messages, `NAME=MESSAGES`.
Exits with 0 where every goal is held, else with 1.
"""

import sys
from functools import partial
from time import monotonic

from bench import (
    beside_poisons,
    due_at_once,
    http_command,
    import_rate,
    listing,
    office_at_rest,
    open_pages,
    pages,
    rest,
    roads,
    sealing,
    second_start,
    simulation,
    straight_message,
    verified,
    weekly,
)
from bench.measurement import LONGEST, Taken, finish, take

WHOLE = 2400
"""Seconds for all of them; what has not begun by then has failed."""
MEASUREMENTS = {
    module.__name__.removeprefix("bench."): module.measure
    for module in (
        *(straight_message, http_command, roads, due_at_once, import_rate),
        *(
            rest,
            office_at_rest,
            second_start,
            listing,
            pages,
            open_pages,
            weekly,
            verified,
            beside_poisons,
            sealing,
        ),
        simulation,
    )
}


def main(asked: list[str]) -> int:
    """Take what is asked for, for as long as it takes, or else all, each within its time; returns the exit code."""
    if unknown := {one.partition("=")[0] for one in asked} - MEASUREMENTS.keys():
        print(f"No such measurement: {', '.join(sorted(unknown))}; there are {', '.join(MEASUREMENTS)}")
        return 2
    taken, until = [], monotonic() + WHOLE
    for one in asked or MEASUREMENTS:
        name, _, messages = one.partition("=")
        measure = partial(MEASUREMENTS[name], int(messages)) if messages else MEASUREMENTS[name]
        print(f"{name} …", flush=True)
        within = 0 if asked else min(LONGEST, int(until - monotonic()))
        in_time = asked or within > 0
        taken.append(take(name, measure, within) if in_time else Taken(name, [], "not begun in time"))
    return finish(taken)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
