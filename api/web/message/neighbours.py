"""Neighbours of a message in the viewer's queue: the list that one comes from, and goes on with."""

from dataclasses import dataclass
from datetime import UTC, datetime

from service.messages.lines import MessageLine
from service.messages.lists import MessageLists
from service.messages.targets import Target
from store.database.session import Connection
from store.messages import queue
from store.messages.queue import OpenStep

_LOOKED_AT = 200
"""Of the queue, as many as its page shows."""


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Where the message stands in the queue, from one, out of how many; None where it does not.

    `before` and `after` are numbers of messages. `following` is the next thing to do, once this message asks nothing of
    the viewer.
    """

    place: int | None
    total: int
    before: int | None = None
    after: int | None = None
    following: MessageLine | None = None


async def neighbours(lists: MessageLists, target: Target) -> Neighbours:
    """The neighbours in the queue as it stands now: of them the numbers alone are shown, of the next its time left."""

    def read(connection: Connection) -> tuple[list[OpenStep], int]:
        now = datetime.now(UTC)
        steps = queue.first_steps(connection, target.caller, now, _LOOKED_AT)
        whole = len(steps) < _LOOKED_AT
        return steps, len(steps) if whole else queue.count(connection, target.caller, now)

    steps, total = await lists.read(read)
    if not steps:
        return Neighbours(None, 0)
    numbers = [step.message for step in steps]
    if target.number not in numbers:
        first = await lists.queue_lines(target.caller, size=1)
        return Neighbours(None, total, following=next(iter(first.items), None))
    place = numbers.index(target.number)
    return Neighbours(
        place + 1,
        total,
        numbers[place - 1] if place else None,
        numbers[place + 1] if place + 1 < len(numbers) else None,
    )
