"""Every measurement, each against its reference in the same run: `make bench`.

`python -m bench.fault_run` is run by itself: it takes minutes, and wants the machine for itself.
"""

import asyncio

from bench import (
    access_record,
    due_at_once,
    due_moments,
    http_command,
    import_rate,
    listing,
    memory,
    postgresql,
    sealing,
    second_start,
    straight_message,
    watching,
)


def main() -> None:
    """Print them all."""
    due_moments.main()
    for measurement in (
        straight_message,
        sealing,
        http_command,
        import_rate,
        second_start,
        due_at_once,
        postgresql,
        listing,
        watching,
        access_record,
        memory,
    ):
        print()
        asyncio.run(measurement.report())


if __name__ == "__main__":
    main()
