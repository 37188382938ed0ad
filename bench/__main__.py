"""Every measurement, each against its reference in the same run: `make bench`."""

import asyncio

from bench import due_moments, http_command, import_rate, listing, second_start, straight_message


def main() -> None:
    """Print them all."""
    due_moments.main()
    for measurement in (straight_message, http_command, import_rate, second_start, listing):
        print()
        asyncio.run(measurement.report())


if __name__ == "__main__":
    main()
