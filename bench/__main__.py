"""Every measurement, each against its reference in the same run, and one table of them all: `make bench`.

`python -m bench NAME...` takes some of them. Exits with 0 where every goal is held, else with 1.
"""

import sys

from bench import (
    beside_poisons,
    due_at_once,
    http_command,
    import_rate,
    listing,
    open_pages,
    pages,
    postgresql,
    sealing,
    second_start,
    straight_message,
    verified,
    weekly,
)
from bench.measurement import finish, take_apart

MEASUREMENTS = {
    module.__name__.removeprefix("bench."): module.measure
    for module in (
        *(straight_message, sealing, http_command, postgresql, due_at_once, import_rate),
        *(second_start, listing, pages, open_pages, weekly, verified, beside_poisons),
    )
}


def main(names: list[str]) -> int:
    """Take the measurements of these names, or all; returns the exit code."""
    if unknown := set(names) - MEASUREMENTS.keys():
        print(f"No such measurement: {', '.join(sorted(unknown))}; there are {', '.join(MEASUREMENTS)}")
        return 2
    taken = []
    for name in names or MEASUREMENTS:
        print(f"{name} …", flush=True)
        taken.append(take_apart(name, MEASUREMENTS[name]))
    return finish(taken)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
