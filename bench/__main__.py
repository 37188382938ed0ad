"""Every measurement, each against its reference in the same run: `make bench`.

`python -m bench.fault_run` is run by itself: it takes minutes, and wants the machine for itself.
"""

import asyncio

from bench import (
    access_record,
    beside_poisons,
    candidates,
    due_at_once,
    due_moments,
    http_command,
    import_rate,
    in_the_browser,
    listing,
    memory,
    open_pages,
    overview,
    pages,
    postgresql,
    sealing,
    second_start,
    straight_message,
    surges,
    surges_unrouted,
    waiting_notices,
    watching,
    weekly,
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
        pages,
        overview,
        open_pages,
        in_the_browser,
        watching,
        surges,
        surges_unrouted,
        waiting_notices,
        candidates,
        weekly,
        access_record,
        beside_poisons,
        memory,
    ):
        print()
        asyncio.run(measurement.report())


if __name__ == "__main__":
    main()
