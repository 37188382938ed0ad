"""Workbooks of lists, each made once in a thread, however long that takes: who waits no longer comes again for it."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from contextvars import copy_context
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from service.access import note as access_note
from service.access.deadline import keep, lift_deadline
from service.access.errors import UnderWayError
from service.access.note import AccessNote
from service.reports.papers import wording
from store.people.persons import Actor

PATIENCE: Final = 3.0
"""Seconds for which a request waits: a person then sees how far it is."""
_FETCHED_WITHIN: Final = 60.0
"""Seconds for which a file that nobody waited for is kept: what is erased meanwhile would be in it."""

Tell = Callable[[float], None]
"""Says which share of the work is done, from 0 to 1."""


@dataclass(slots=True)
class _UnderWay:
    """A workbook, and what it shows; `share` of it is made."""

    task: asyncio.Task[bytes]
    note: AccessNote
    share: float = 0.0


class Workbooks:
    """Of one process. A file is handed out once, to whoever asked for it, with the rights they asked with."""

    def __init__(self, *, patience: float = PATIENCE) -> None:
        self._patience = patience
        self._under_way: dict[Hashable, _UnderWay] = {}

    async def made(self, caller: Actor, what: Hashable, make: Callable[[Tell], Awaitable[bytes]]) -> bytes:
        """The workbook that is `what` of what the caller may see, made by `make`; what it shows is noted.

        Raises UnderWayError, with how far it is, where it is not there in time: it goes on being made, and is found by
        the same call. Raises what `make` raises.
        """
        key = caller.key, caller.capacities(datetime.now(UTC)), caller.left, what
        known = self._under_way.get(key) or self._begin(key, make)
        lift_deadline()
        await asyncio.wait({known.task}, timeout=self._patience)
        if not known.task.done():
            raise UnderWayError(wording.WORKBOOK_UNDER_WAY.format(share=int(known.share * 100)))
        self._forget(key, known)
        access_note.shows(known.note.messages)
        return known.task.result()

    def _begin(self, key: Hashable, make: Callable[[Tell], Awaitable[bytes]]) -> _UnderWay:
        def tell(share: float) -> None:
            under_way.share = share

        async def work() -> bytes:
            return await make(tell)

        # It outlives the request that begins it, whose note is written by then.
        note, context = AccessNote(), copy_context()
        context.run(access_note.CURRENT.set, note)
        task = keep(asyncio.create_task(work(), name="making a workbook", context=context))
        under_way = self._under_way[key] = _UnderWay(task, note)
        loop = asyncio.get_running_loop()
        task.add_done_callback(lambda _: loop.call_later(_FETCHED_WITHIN, self._forget, key, under_way))
        return under_way

    def _forget(self, key: Hashable, under_way: _UnderWay) -> None:
        if self._under_way.get(key) is under_way:
            del self._under_way[key]
