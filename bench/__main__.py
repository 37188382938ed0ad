"""Every measurement, each against its reference in the same run: `make bench`, or `python -m bench NAME...` for some.

Exits with 0 where every goal is held, else with 1.
"""

import sys

from bench import due_at_once, http_command, listing, open_pages, rest, roads
from bench.measuring import run

MEASUREMENTS = {
    module.__name__.removeprefix("bench."): module.measure
    for module in (roads, http_command, rest, due_at_once, open_pages, listing)
}


def main(names: list[str]) -> int:
    """Take what is named, else all; returns the exit code."""
    if unknown := set(names) - MEASUREMENTS.keys():
        print(f"No such measurement: {', '.join(sorted(unknown))}; there are {', '.join(MEASUREMENTS)}")
        return 2
    return run({name: MEASUREMENTS[name] for name in names or MEASUREMENTS})


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
