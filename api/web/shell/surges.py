"""Rises of activity, on pages of those who may see them."""

from collections.abc import Sequence
from datetime import UTC, datetime

from service.assembly import Service
from service.oversight import surges
from service.oversight.surges import SurgeView
from store.people.persons import Actor


async def going_on(service: Service, viewer: Actor) -> Sequence[SurgeView]:
    """Those that go on and were told of; none for whoever may not see every message."""
    held = {capacity.role for capacity in viewer.capacities(datetime.now(UTC))}
    if held.isdisjoint(surges.READERS):
        return ()
    found = await surges.read(service.messages.lists, service.rules, going_on=True)
    return [surge for surge in found.items if surge.told_at is not None]
