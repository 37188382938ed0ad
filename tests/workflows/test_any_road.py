"""Whatever people do and whenever, and however late it comes: the record of a message stays consistent with itself.

Over the API, with everyone around a message, the same is done in tests/api/chance; `test_memory` replays histories.
"""

from collections import Counter
from datetime import datetime, timedelta
from itertools import pairwise, zip_longest
from typing import Any

from hypothesis import given
from temporalio.client import Client

from calendar_rules.regulation import LimitName
from calendar_rules.vocabulary import CloseReason, DraftKind, DraftStatus, Importance, Stage
from tests.profiles import examples
from tests.tape import TAPES, Chance
from tests.workflows.acts import act, hours, schedules
from tests.workflows.road import ADMIN, CURATOR, Archive, Road, msk, office
from tests.workflows.stages import HOUR, MINUTE
from workflows import commands
from workflows.state import LimitRun
from workflows.vocabulary import Command

MOMENTS = (
    "2026-11-23 09:00",
    "2026-11-27 15:00",
    "2026-11-28 12:00",
    "2026-11-03 15:00",
    "2026-12-29 16:00",
    "2027-12-29 16:00",
)
"""The last one reaches into a year whose calendar is not loaded."""
ACTS = (
    None,
    act(readings__clarification__meets_answer=False),
    act(limits__answer__starts=["routing"]),
    act(readings__calendars="department", limits__answer__by_importance={"high": "PT3H"}),
)
HOURS = (
    None,
    schedules(roads={"week": hours(("11:00", "20:00"))}, health={"timezone": "Asia/Yekaterinburg"}),
)
ENDS = (Command.CLOSE, Command.DECLINE)


SEQUENCES = (("roads",), ("health",), ("housing", "social"), ("roads", "health", "housing"))
ON_THE_WAY = (timedelta(), timedelta(), MINUTE, 5 * MINUTE, 2 * HOUR)
"""How long a command has been held up when it comes."""


async def walked(temporal: Client, archive: Archive, chance: Chance) -> Road:
    """A road of steps chosen among those allowed, each after a while, some of them held up, some sent twice."""
    at = chance.pick(MOMENTS)
    detected = msk(at) - MINUTE * chance.pick((0, 0, 30, 3000))
    acts, working = chance.pick(ACTS), chance.pick(HOURS)
    road = await Road.begin(temporal, archive, msk(at), detected=detected, regulation=acts, schedules=working)
    while chance.goes_on:
        if road.state.stage is Stage.CLOSED:
            if not await went_on(road, chance):
                break
            continue
        if chance.pick((True, False)):
            await road.wait(MINUTE * chance.pick((1, 10, 31, 61, 125, 900, 3500)))
        await step(road, chance)
    return road


async def went_on(road: Road, chance: Chance) -> bool:
    """A message that has ended is opened again, or its link put right; False where it stays as it is."""
    may = {Command(item.command) for item in road.state.allowed}
    if Command.CORRECT_LINK in may and chance.pick((True, False)):
        published = [draft.id for draft in road.state.drafts if draft.status is DraftStatus.PUBLISHED]
        assert (await road.goes_on(road.link(draft=chance.pick(published)))).accepted
        return False
    if Command.REOPEN not in may:
        return False
    assert (await road.goes_on(road.reopening())).accepted
    return True


async def step(road: Road, chance: Chance) -> None:
    kind = chance.pick(("command",) * 10 + ("hours", "erasure", "unfit", "again"))
    taken_at = await road.now() - chance.pick(ON_THE_WAY)
    match kind:
        case "hours":
            await road.change_calendar(chance.pick(HOURS) or schedules())
        case "erasure":
            texts = road.given("admin", ADMIN, taken_at, "ground")
            assert (await road.send(commands.RecordErasure(**texts))).accepted
        case "unfit":
            assert not (await road.give_back("nobody", taken_at=taken_at)).accepted
        case "again":
            report = road.governor_report(taken_at)
            outcomes = [await road.send(report) for _ in range(2)]
            assert outcomes[0] == outcomes[1]
        case _:
            on = [item for item in road.state.allowed if item.command not in ENDS]
            item = chance.pick(on if chance.pick((True,) * 19 + (False,)) else road.state.allowed)
            await act_on(road, chance, Command(item.command), item.body or "", taken_at)


async def act_on(  # noqa: PLR0912  one for each command
    road: Road, chance: Chance, command: Command, body: str, taken_at: datetime
) -> None:
    match command:
        case Command.ROUTE:
            await road.route(
                *chance.pick(SEQUENCES),
                importance=chance.pick(list(Importance)),
                reduced_term=chance.pick((None, None, HOUR, 4 * HOUR)),
                repeats=chance.pick((None, "t-1")),
                taken_at=taken_at,
            )
        case Command.RETURN:
            await road.give_back(body, taken_at=taken_at)
        case Command.CONTRIBUTE:
            await road.contribute(body, taken_at=taken_at)
        case Command.SUBMIT_DRAFT:
            await road.draft(body, chance.pick(list(DraftKind)), measures=True, taken_at=taken_at)
        case Command.WITHDRAW_DRAFT:
            await road.withdraw(body, taken_at=taken_at)
        case Command.APPROVE:
            await road.approve(taken_at=taken_at)
        case Command.SEND_FOR_REWORK if road.state.stage in ("approval", "publication"):
            await road.rework(taken_at=taken_at)
        case Command.SEND_FOR_REWORK:
            await road.rework_contribution(taken_at=taken_at)
        case Command.CONFIRM_PUBLICATION:
            await road.publish(body, taken_at=taken_at)
        case Command.CORRECT_LINK:
            published = [draft.id for draft in road.state.drafts if draft.status is DraftStatus.PUBLISHED]
            await road.send(road.link(draft=chance.pick(published)))
        case Command.AUTHOR_REPLIED:
            await road.reply(taken_at=taken_at)
        case Command.RESUME:
            await road.resume(taken_at=taken_at)
        case Command.CORRECT:
            routed = road.state.topic is not None
            fields: dict[str, Any] = {"importance": chance.pick(list(Importance))} if routed else {"url": "u"}
            await road.correct(taken_at=taken_at, **fields)
        case Command.NOTE:
            await road.note(CURATOR, "a", taken_at=taken_at)
        case Command.ASSIGN:
            await road.assign(body, chance.pick((f"executor-{body}", None)), taken_at=taken_at)
        case Command.HAND_OVER:
            await road.hand_over(chance.pick(("curator", "curator2")), taken_at=taken_at)
        case Command.DECLINE:
            await road.decline(taken_at=taken_at)
        case Command.CLOSE:
            await road.close(CloseReason.DELETED, taken_at=taken_at)
        case _:
            await road.report_to_governor(taken_at=taken_at)


def contradictions(road: Road, run: LimitRun) -> list[str]:
    """What a run says against itself."""
    ended = run.met_at or run.cancelled_at
    late = ended is not None and ended > run.due_at
    breached = run.breached_at is not None
    steps = road.explained(run)
    counted = sum((step.counted for step in steps), timedelta())
    said = {
        "met and cancelled": run.met_at is not None and run.cancelled_at is not None,
        "breached at another moment than due": breached
        and not run.inherited
        and run.breached_at != run.due_at,
        "inherited before it was due": run.inherited
        and run.breached_at is not None
        and run.breached_at < run.due_at,
        "late and not breached, or breached in time": ended is not None
        and not run.inherited
        and run.name != "return"
        and breached != late,
        "explained with a gap": any(a.end != b.start for a, b in pairwise(steps)),
        # A draft that waits for the body's contribution has less than its own hours before the answer.
        "explained by another amount": run.waits_for is None and counted != run.term.amount,
    }
    return [f"{run.name} {number}" for number, found in said.items() if found]


async def untold(road: Road) -> list[str]:
    """Where the journal and the notices say another thing than the limits, or say it twice."""
    journal, facts = await road.journal(), await road.notices()
    breaches = {row.number: row for row in journal if row.kind == "breach"}
    inherited = {row.number for row in journal if row.kind == "inherited"}
    withdrawn = {row.data["breach"] for row in journal if row.kind == "breach_withdrawn"}
    standing = Counter(
        (row.data["limit"], row.data["due_at"]) for row in breaches.values() if row.number not in withdrawn
    )
    late = Counter(
        (run.name.value, run.due_at.isoformat())
        for run in road.state.limits
        if run.breached_at is not None and not run.inherited
    )
    of = Counter((fact.row, fact.kind, fact.limit, office(to)) for fact in facts for to in fact.to)
    commands_on_record = Counter(row.data["id"] for row in journal if "id" in row.data)
    moments = [row.at for row in journal if "id" in row.data]
    said = {
        "rows are missing": [row.number for row in journal] != list(range(1, road.state.rows + 1)),
        "breaches on record are not those of the limits": standing != late,
        "a breach was not told": {fact.row for fact in facts if fact.kind == "breach"} != set(breaches)
        or {
            fact.row
            for fact in facts
            if fact.kind == "escalation" and not getattr(fact.facts, "inherited", False)
        }
        != set(breaches),
        "what was withdrawn was never told": not withdrawn <= inherited.union(breaches),
        "told twice": max(of.values(), default=1) > 1,
        "a command is not on record once": commands_on_record != Counter(dict.fromkeys(road.ids, 1)),
        "commands are dated against their order": moments != sorted(moments),
    }
    return [what for what, found in said.items() if found]


@examples(20)
@given(tape=TAPES)
async def test_no_road_contradicts_itself(temporal: Client, archive: Archive, tape: list[int]) -> None:
    road = await walked(temporal, archive, Chance(tape))
    assert [said for run in road.state.limits for said in contradictions(road, run)] == []
    # A body that is to act later keeps the hour that has begun for it.
    of_each = Counter((run.name, run.holder.body) for run in road.state.open_limits())
    assert set(of_each.values()) <= {1}
    assert await untold(road) == []


# ---- a limit that is due while a command is under way

LimitSeen = tuple[
    str, str | None, datetime, datetime, datetime | None, datetime | None, datetime | None, bool
]
_JUST = timedelta(seconds=10)


def seen(road: Road) -> tuple[str, list[LimitSeen]]:
    """Where a message stands, and what became of its limits; a window that ended by itself may say so."""
    return road.state.stage, [
        (
            run.name.value,
            run.holder.body,
            run.started_at,
            run.due_at,
            run.met_at,
            run.breached_at,
            run.due_at if run.name is LimitName.RETURN and run.cancelled_at else run.cancelled_at,
            run.inherited,
        )
        for run in road.state.limits
    ]


def differing(prompt: Road, late: Road) -> list[object]:
    (stage, runs), (other_stage, other_runs) = seen(prompt), seen(late)
    return [pair for pair in [(stage, other_stage), *zip_longest(runs, other_runs)] if pair[0] != pair[1]]


@examples(6)
@given(tape=TAPES)
async def test_a_limit_that_fires_while_a_command_is_under_way_changes_nothing(
    temporal: Client, archive: Archive, tape: list[int]
) -> None:
    """One message gets every command at once, the other some seconds later, when the next limit has been served."""
    chances = Chance(tape), Chance(tape)
    prompt, late = [await Road.begin(temporal, archive, msk(chance.pick(MOMENTS))) for chance in chances]
    while chances[0].goes_on and (due := prompt.state.next_due) is not None:
        taken_at = due - _JUST
        if taken_at > await prompt.now():
            await prompt.until(taken_at)
        else:
            taken_at = await prompt.now()
        if await late.now() < due + _JUST:
            await late.until(due + _JUST)
        for road, chance in zip((prompt, late), chances, strict=True):
            if chance.pick((False, False, False, True)):
                await road.change_calendar(chance.pick(HOURS) or schedules(), taken_at=taken_at)
            else:
                item = chance.pick([item for item in road.state.allowed if item.command not in ENDS])
                await act_on(road, chance, Command(item.command), item.body or "", taken_at)
        if await prompt.now() < due + _JUST:
            await prompt.until(due + _JUST)
        assert differing(prompt, late) == []
