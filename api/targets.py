"""The message a request is about, and whether the caller may see it (404) and act on it (403)."""

from collections.abc import Callable, Coroutine, Sequence
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import Depends, Header, Request
from structlog.contextvars import bind_contextvars

from api import wording
from api.commanding import Commands, Target
from api.deps import Caller, Db
from api.errors import ProblemError
from api.lists import Lists
from api.reading import Reader
from api.settling import GIVING_A_TURN
from api.settling import Settling as Settlements
from api.workflow_access import Workflows
from calendar_rules.vocabulary import Role
from store import messages, outbox
from store.people import Capacity

_LARGEST = 2**63 - 1
"""Of a number the database can hold."""


async def _commands(request: Request) -> Commands:
    commands: Commands = request.app.state.commands
    return commands


async def _settling(request: Request) -> Settlements:
    settling: Settlements = request.app.state.settling
    return settling


async def _reader(request: Request) -> Reader:
    reader: Reader = request.app.state.reader
    return reader


async def _lists(request: Request) -> Lists:
    lists: Lists = request.app.state.lists
    return lists


async def _workflows(request: Request) -> Workflows:
    workflows: Workflows = request.app.state.workflows
    return workflows


Taking = Annotated[Commands, Depends(_commands)]
Settling = Annotated[Settlements, Depends(_settling)]
Reading = Annotated[Reader, Depends(_reader)]
Listing = Annotated[Lists, Depends(_lists)]
Flows = Annotated[Workflows, Depends(_workflows)]
IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=200,
        description="Ключ повтора: тот же запрос с тем же ключом выполняется один раз.",
    ),
]


def not_found(message: str) -> ProblemError:
    return ProblemError(404, wording.NO_MESSAGE.format(message=message))


def number_of(message: str) -> int | None:
    """The number a message's id stands for; None if it can be no id."""
    if not message.isascii() or not message.isdecimal():
        return None
    number = int(message)
    return number if str(number) == message and number <= _LARGEST else None


async def _target(message: str, caller: Caller, db: Db, workflows: Flows, settling: Settling) -> Target:
    number = number_of(message)
    if number is None:
        raise not_found(message)
    bind_contextvars(message=number)
    async with db.lookup() as session:
        found = await messages.with_turns(session, number)
    if found is None:
        raise not_found(message)
    row, turns = found
    capacities = caller.capacities(messages.message_now(row, datetime.now(UTC)))
    seen = messages.sees(capacities, turns)
    if not seen and any(capacity.role in messages.SEES_OWN for capacity in capacities):
        answered = settling.state(number)
        seen = answered is not None and messages.sees(capacities, answered.turns)
        seen = seen or await _has_just_come(number, capacities, db, workflows)
    if not seen:
        raise not_found(message)
    return Target(row, caller, capacities)


async def _has_just_come(number: int, capacities: Sequence[Capacity], db: Db, workflows: Flows) -> bool:
    """Whether a command under way gives them the message: then its workflow knows, and the database not yet."""
    async with db.lookup() as session:
        under_way = await outbox.waits(session, number, GIVING_A_TURN)
        # Read after that: with nothing under way it has every turn.
        turns = await messages.turns(session, number)
    if messages.sees(capacities, turns) or not under_way:
        return messages.sees(capacities, turns)
    answer = await workflows.ask(number)
    if answer is None:
        raise ProblemError(503, wording.WHOSE_IS_UNKNOWN, headers={"Retry-After": "5"})
    return messages.sees(capacities, answer.state.turns)


Visible = Annotated[Target, Depends(_target)]
"""A message the caller may see; 404 otherwise."""


def _by(*roles: Role) -> Callable[[Target], Coroutine[Any, Any, Target]]:
    async def guard(target: Visible) -> Target:
        if not any(capacity.role in roles for capacity in target.capacities):
            raise ProblemError(403, wording.only_for(roles))
        return target

    return guard


ForCurator = Annotated[Target, Depends(_by(Role.CURATOR))]
ForExecutor = Annotated[Target, Depends(_by(Role.EXECUTOR))]
ForBoth = Annotated[Target, Depends(_by(Role.CURATOR, Role.EXECUTOR))]
ForAdmin = Annotated[Target, Depends(_by(Role.ADMIN))]
