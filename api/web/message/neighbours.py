"""Neighbours of a message in the viewer's queue: the list that one comes from, and goes on with."""

from dataclasses import dataclass

from service.messages.lines import MessageLine
from service.messages.lists import MessageLists
from service.messages.targets import Target

_LOOKED_AT = 200
"""Of the queue, as many as its page shows."""


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Where the message stands in the queue, from one, out of how many; None where it does not.

    `following` is the next thing to do once this message asks nothing of the viewer.
    """

    place: int | None
    total: int
    before: int | None = None
    after: int | None = None
    following: MessageLine | None = None


async def neighbours(lists: MessageLists, target: Target) -> Neighbours:
    """The neighbours in the queue as it stands now."""
    queue = await lists.queue_lines(target.caller, size=_LOOKED_AT)
    numbers = [line.number for line in queue.items]
    if target.number not in numbers:
        return Neighbours(None, queue.total, following=next(iter(queue.items), None))
    place = numbers.index(target.number)
    return Neighbours(
        place + 1,
        queue.total,
        numbers[place - 1] if place else None,
        numbers[place + 1] if place + 1 < len(numbers) else None,
    )
