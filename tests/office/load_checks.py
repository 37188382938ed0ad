"""The load of a month against the same one counted again, and its replay beside what was."""

from collections import Counter

import pytest

from service.load import figures, task
from service.load.task import AskedLoad
from tests.api.messages.office import Office
from tests.office.month import CLOSED_BODY, Month
from tests.office.recount import told

_RUNS = 3


async def check_load(office: Office, month: Month) -> None:
    """Raises AssertionError where a figure differs, or the replay leaves a limit out."""
    rules = office.service.rules
    # Whoever is charged with a story of the last day may act on the days after it.
    since, until = span = month.at(1, "00:00"), month.at(len(month.days), "23:59")
    async with office.database.read() as session:
        connection = await session.connection()
        found = await connection.run_sync(lambda it: figures.read(it, span, rules))
        record = await connection.run_sync(lambda it: figures.of_record(it, found))
    of = await told(office.database, {CLOSED_BODY: month.hours_of(CLOSED_BODY)})
    came = [story for story in of.stories if not story.void and since <= story.detected < until]
    assert record.messages == len(came)
    kept, decided = Counter[str](), Counter[str]()
    for story in came:
        for run in story.runs:
            if not run.inherited and (run.met or run.breached):
                decided[run.name] += 1
                kept[run.name] += run.breached is None
    assert {limit.value: (sum(runs), len(runs)) for limit, runs in found.kept.items()} == {
        name: (kept[name], many) for name, many in decided.items()
    }
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(task, "RUNS", _RUNS)
        made = task.simulated(found, record, rules, AskedLoad(until.date()), lambda _: None)
    assert made.replay is not None
    assert {one.limit for one in made.replay} == set(task.COMPARED)
