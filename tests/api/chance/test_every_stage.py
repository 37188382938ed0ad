"""Every command in every stage, by everybody around a message: taken where the order says, and offered just there."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

import pytest

from tests.api.chance.order import MACHINE
from tests.api.chance.walk import Walk
from tests.api.chance.watched import COMMANDS, PEOPLE, Absence
from tests.api.messages.case import Case
from tests.api.messages.office import Office, refused, taken
from tests.api.messages.week import at
from tests.api.role_table import CALLS

pytestmark = pytest.mark.server

T = TypeVar("T")
STRETCH = 1
"""A time in which two people are away, and nobody else's tests are."""
AWAY = (("curator2", "executor-ecology"), ("executor-roads", "deputy"))
ALIKE = (
    ("curator", "curator2", "executor-ecology"),
    ("executor-roads", "responsible-roads", "deputy"),
    ("executor-housing", "responsible-housing"),
    ("head",),
)
"""People who may do the same: curators, the body whose turn it is, the one before, the head, with who stands in."""
ONLY_SEEING = ("governor", "deputy-policy")
STAYING = ("report_to_governor", "correct_link", "correct", "note", "assign", "hand_over", "refer")
"""What moves no message to another stage."""
WITH_A_BODY = [
    name
    for name, call in CALLS.items()
    if "{message}" in name and call.answer == 422 and not name.startswith("DELETE")
    if not name.endswith(("/approve", "/resume", "/attachments"))
]
AT_ONCE = 8
"""Messages that walk side by side: more would only wait for one another, some of them too long."""


# ---- messages in each stage


async def routed(office: Office) -> Case:
    return await Case.begin(office, stretch=STRETCH, to=["housing", "roads", "health"])


async def second_turn(office: Office) -> Case:
    """`roads` is to contribute, after `housing`."""
    case = await routed(office)
    await case.contribute()
    return case


async def last_turn(office: Office) -> Case:
    """`housing` has contributed, and `roads` drafts."""
    case = await Case.begin(office, stretch=STRETCH, to=["housing", "roads"])
    await case.contribute()
    return case


async def returned(office: Office) -> Case:
    case = await last_turn(office)
    await case.give_back()
    return case


async def declined(office: Office) -> Case:
    case = await last_turn(office)
    await case.decline()
    return case


async def drafted(office: Office, kind: str = "answer") -> Case:
    case = await last_turn(office)
    await case.submit(kind)
    return case


async def sent_for_rework(office: Office) -> Case:
    case = await drafted(office)
    await case.rework()
    return case


async def approved(office: Office, kind: str = "answer") -> Case:
    case = await drafted(office, kind)
    await case.approve()
    return case


async def answered(office: Office, kind: str = "answer") -> Case:
    case = await approved(office, kind)
    await case.publish()
    return case


async def awaiting_author(office: Office) -> Case:
    return await answered(office, "clarification")


async def awaiting_final(office: Office) -> Case:
    return await answered(office, "interim")


STAGES: tuple[Callable[[Office], Awaitable[Case]], ...] = (
    *(returned, second_turn, last_turn, drafted, sent_for_rework, approved),
    *(awaiting_author, awaiting_final, answered, declined),
)


@pytest.fixture(scope="module")
async def absences(office: Office) -> list[Absence]:
    """In the week of these messages two people are away."""
    starts, ends = at("mon 08:00", stretch=STRETCH), at("fri 20:00", stretch=STRETCH)
    for person, substitute in AWAY:
        body = {"from": starts.isoformat(), "to": ends.isoformat(), "substitute": substitute}
        taken(await office.post("admin", f"/people/{person}/absences", body), 201)
    return [Absence(person, substitute, starts, ends) for person, substitute in AWAY]


def first(options: Sequence[T]) -> T:
    return options[0]


async def walk_on(case: Case, absences: list[Absence]) -> Walk:
    """A walk that goes on from where a message stands, by the first of what could be said."""
    walk = Walk(case.office, case, first)
    walk.absences = absences
    walk.accepted = sum(row["kind"] not in MACHINE for row in await case.journal())
    await walk.check()
    return walk


@pytest.mark.parametrize("stage", STAGES)
async def test_whoever_may_and_nobody_else_is_taken(
    office: Office, absences: list[Absence], stage: Callable[[Office], Awaitable[Case]]
) -> None:
    walk = await walk_on(await stage(office), absences)
    await asyncio.gather(*(walk.check_allowed(person) for person in PEOPLE))
    for person in ONLY_SEEING:
        assert taken(await walk.case.get(person))["allowed"] == []
    moving = []
    for place, command in enumerate(COMMANDS, STAGES.index(stage)):
        for person in (alike[place % len(alike)] for alike in ALIKE):
            if command in walk.allowed(person) and command not in STAYING:
                moving.append((person, command))
            else:
                await walk.act(person, command)
    await walk.check()
    turns = asyncio.Semaphore(AT_ONCE)

    async def moved(person: str, command: str) -> None:
        async with turns:
            other = await walk_on(await stage(office), absences)
            await other.act(person, command)
            await other.check()

    await asyncio.gather(*(moved(*one) for one in moving))


async def test_bad_input_is_told_before_that_a_command_does_not_fit(office: Office) -> None:
    case = await answered(office)
    for name in WITH_A_BODY:
        method, path = name.split()
        about = path.format(message=case.id, draft="none", contribution="none")
        answer = await office.call(CALLS[name].may[0], method, about.removeprefix("/api"), {"unknown": 1})
        refused(answer, 422)
