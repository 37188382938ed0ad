"""Every measurement, each against its reference in the same run: `make bench`.

`python -m bench.fault_run` is run by itself: it takes minutes, and wants the machine for itself.
"""

import asyncio

from bench import due_moments, http_command, listing, second_start, straight_message


def main() -> None:
    """Print them all."""
    due_moments.main()
    for measurement in (straight_message, http_command, second_start, listing):
        print()
        asyncio.run(measurement.report())


if __name__ == "__main__":
    main()
