"""The load of a month against the same one counted again, and its replay beside what was."""

from collections import Counter

from service.load import figures, observed, replay
from service.load.apart import done
from service.load.figures import Recorded
from service.load.given import Plan
from service.load.replay import Figure
from service.load.task import Task
from tests.api.messages.office import Office
from tests.office.month import CLOSED_BODY, Month
from tests.office.recount import told

_RUNS = 3


async def check_load(office: Office, month: Month) -> None:
    """Raises AssertionError where a figure differs, or a replay leaves a message out."""
    rules = office.service.rules
    first, last = month.days[0], month.days[-1]
    # Whoever is charged with a story of the last day may act on the days after it.
    span = month.at(1, "00:00"), month.at(len(month.days), "23:59")
    async with office.database.read() as session:
        connection = await session.connection()
        recorded = await connection.run_sync(lambda it: Recorded.read(it, span, observed.WARM_UP))
    found = figures.of(recorded, rules.calendar_of, rules.zone)
    of = await told(office.database, {CLOSED_BODY: month.hours_of(CLOSED_BODY)})
    came = [story for story in of.stories if not story.void and span[0] <= story.detected < span[1]]
    assert len([road for road in found.roads if road.at >= span[0]]) == len(came)
    kept, decided = Counter[str](), Counter[str]()
    for story in came:
        for run in story.runs:
            if not run.inherited and (run.met or run.breached):
                decided[run.name] += 1
                kept[run.name] += run.breached is None
    assert {limit.value: (share.part, share.whole) for limit, share in found.kept.items()} == {
        name: (kept[name], many) for name, many in decided.items()
    }
    given = observed.replayed(found, {})
    assert given is not None
    plan = Plan(begins=first, days=(last - first).days + 1, runs=_RUNS)
    result = done(Task.of(given, rules, plan, search=False)).result
    assert result is not None
    assert result.outcome.messages == len(came)
    compared = replay.beside(found, result.outcome, _RUNS, rules.department)
    assert {one.figure for one in compared} == set(Figure)
