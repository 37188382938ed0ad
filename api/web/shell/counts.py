"""Numbers of the bar: what waits for whoever looks."""

from dataclasses import dataclass
from datetime import UTC, datetime

from service.assembly import Service
from service.networks.candidates import READERS as FOUND
from store.people.persons import Actor


@dataclass(frozen=True, slots=True)
class Counts:
    """How many messages wait in the queue, how many candidates, and how many notices.

    `found` is zero for whoever does not decide about candidates, `notices` those not read yet.
    """

    queue: int
    found: int
    notices: int


async def read(service: Service, viewer: Actor) -> Counts:
    """The numbers of this moment."""
    held = {capacity.role for capacity in viewer.capacities(datetime.now(UTC))}
    return Counts(
        queue=await service.messages.lists.queue_count(viewer),
        found=0 if held.isdisjoint(FOUND) else await service.networks.candidates.count_new(),
        notices=await service.notices.inbox.unread(viewer),
    )
