"""Needs of a region, computed from what one process of each kind was measured to carry: docs/run/scale.md.

`python -m bench.region 10` tells it for ten million people; further figures of one's own are named as in `Region`:
`python -m bench.region 10 messages=300 looking=100`.
"""

import sys
from dataclasses import dataclass, fields
from math import ceil

from service.messages.lists import LISTS_AT_ONCE
from service.messages.live import OF_ALL
from store.database.engines import POSTGRESQL_CONNECTIONS
from worker import ACTIVITIES_AT_ONCE, CHANNELS_AT_ONCE, NETWORKS_AT_ONCE, OFFICE_AT_ONCE

# ---- measured, each by the command that docs/run/scale.md names

COMMANDS_OF_A_ROAD = 5
API, WORKER, TEMPORAL, DATABASE = 56.0, 57.0, 77.0, 33.0
"""Milliseconds of processor a road: `python -m bench roads`, PostgreSQL."""
TRANSACTIONS = 29.0
"""Of the program's database, a road: the same."""
EVENTS = 42
"""Of Temporal's history, a road (docs/change/decisions.md, 1)."""
RENEWAL = 12.0
"""Milliseconds of the API's processor for a page that renews itself: `python -m bench open_pages`."""
CONCERNED = 8
"""Pages that a command has renew themselves at once: queues, and the message itself (decision 52)."""
OFTEN = 2.0
"""Times a second that a page of everybody's work renews itself at most (`PACE` of board and overview)."""
ROWS, HISTORY = 23.3, 47.0
"""KB of a message in the database, and in Temporal for as long as it is kept."""

# ---- decided

FULL = 0.5
"""Of a core that a process may use in the busiest hour: the other half is for what comes at once."""
LEAST = 2
"""Processes of each kind, so that one may go."""
TWICE = 2.0
"""What workers do by the clock, and for messages that are not in memory, beside commands: as much again."""
WRITES = 1.2
"""Of Temporal's store, an event: more than one, since the queues are written too."""
HEARS = 1
"""Connections by which an API hears of changes."""
BEATS = 1
"""Connections by which it tells that it works, whatever else it waits for."""
OF_THE_OFFICE = ("office", "channels", "networks")


@dataclass(frozen=True)
class Region:
    """A region, with what is assumed of it where nothing is known."""

    people: float
    """Millions."""
    messages: float = 150
    """A day, of each million."""
    commands: float = 7
    """A message: five of a straight road, and two of assigning, rework and notes."""
    hour: float = 0.2
    """The part of a day's messages and commands that comes in its busiest hour."""
    looking: float = 60
    """Persons of each million who have pages open in that hour."""
    everything: float = 6
    """Of them, with a page of everybody's work: board, overview."""
    views: float = 60
    """Pages that each of them opens in that hour."""
    view: float = 30
    """Milliseconds of the API's processor for one of these: `python -m bench pages`."""
    open: float = 15
    """Days that a message is open."""
    kept: float = 30
    """Days that Temporal keeps a history after it is closed."""
    files: float = 300
    """KB of files of a message: a picture of a megabyte with every third."""


@dataclass(frozen=True)
class Needs:
    """What it needs: processes, cores, connections, writes; GB."""

    messages: float
    """A day."""
    commands: float
    """A second, in the busiest hour."""
    api_cores: float
    apis: int
    worker_cores: float
    workers: int
    """Of the queue `messages`; of each of the others there are two."""
    temporal_cores: float
    temporal_writes: float
    """A second."""
    database_transactions: float
    """A second."""
    connections: int
    open: float
    """Messages at any moment."""
    rows: float
    """GB a year."""
    files: float
    """GB a year."""
    histories: float
    """GB, at any moment."""


def needs(region: Region) -> Needs:
    """What a region needs, by the formula of docs/run/scale.md."""
    messages = region.messages * region.people
    commands = messages * region.commands * region.hour / 3600
    pages = commands * CONCERNED + region.everything * region.people * min(commands, OFTEN)
    looking = region.looking * region.people
    api_cores = (
        commands * API / COMMANDS_OF_A_ROAD + pages * RENEWAL + looking * region.views / 3600 * region.view
    ) / 1000
    worker_cores = TWICE * commands * WORKER / COMMANDS_OF_A_ROAD / 1000
    apis = max(LEAST, ceil(api_cores / FULL), ceil(looking / OF_ALL) + 1)
    workers = max(LEAST, ceil(worker_cores / FULL))
    return Needs(
        messages=messages,
        commands=commands,
        api_cores=api_cores,
        apis=apis,
        worker_cores=worker_cores,
        workers=workers,
        temporal_cores=TWICE * commands * TEMPORAL / COMMANDS_OF_A_ROAD / 1000,
        temporal_writes=TWICE * commands * EVENTS / COMMANDS_OF_A_ROAD * WRITES,
        database_transactions=TWICE * commands * TRANSACTIONS / COMMANDS_OF_A_ROAD,
        connections=connections(apis, workers),
        open=messages * region.open,
        rows=messages * 365 * ROWS / 1e6,
        files=messages * 365 * region.files / 1e6,
        histories=messages * (region.open + region.kept) * HISTORY / 1e6,
    )


def connections(apis: int, workers: int) -> int:
    """Of the program to PostgreSQL at most, with two workers of each queue beside `messages`."""
    of_office = OFFICE_AT_ONCE + CHANNELS_AT_ONCE + NETWORKS_AT_ONCE
    of_an_api = POSTGRESQL_CONNECTIONS + LISTS_AT_ONCE + HEARS + BEATS
    state = workers + LEAST * len(OF_THE_OFFICE)
    return apis * of_an_api + workers * ACTIVITIES_AT_ONCE + LEAST * of_office + state


def main(asked: list[str]) -> int:
    """Print what the region that is asked for needs; returns the exit code."""
    people, *own = asked
    given = {name: float(value) for name, _, value in (one.partition("=") for one in own)}
    found = needs(Region(float(people), **given))
    for field in fields(found):
        print(f"{field.name:>22} {getattr(found, field.name):,.3g}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
