"""Lists of messages, read from the database and made into JSON in threads of their own: people's commands go on."""

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from typing import Any, TypeVar

from calendar_rules.regulation import LimitName
from calendar_rules.vocabulary import Outcome, Role, Stage
from service.access import note as access_note
from service.messages import lines as message_lines
from service.messages import list_places, searching
from service.messages.lines import MessageLine
from service.messages.listed_limits import ListedLimits, charged_to
from service.messages.targets import OF_BODIES
from service.messages.view import Texts, attachments, listed_json, listed_state
from service.runs.rules import Rules
from store.database.blocking import BlockingDatabase
from store.database.packed import unpack
from store.database.session import Connection
from store.directory import rows as directory_rows
from store.messages import listing, open_runs, queue, texts
from store.messages.finding import SEES_ALL
from store.messages.listing import Filters, Listed, Page, Place, Sort
from store.networks import standing
from store.oversight import shortcomings
from store.people.persons import Actor
from store.verdicts import verdicts
from workflows.state import LimitRun

LISTS_AT_ONCE = 4
PAUSE = 0.005
"""Seconds between two portions of what is long: others, whom a thread at work holds up, go on meanwhile."""
_AHEAD = 20
"""Messages that are looked through for the duty that comes next."""

_Answer = TypeVar("_Answer")


@dataclass(frozen=True, slots=True)
class QueueLines:
    """The messages shown of a queue, and how many it has by stage, in the order of the order.

    `of_stage`: those alone are shown; None: all.
    """

    items: Sequence[MessageLine]
    steps: Mapping[Stage, int]
    of_stage: Stage | None = None

    @property
    def total(self) -> int:
        """How many the queue has, whichever are shown."""
        return sum(self.steps.values())

    @property
    def more(self) -> int:
        """How many there are besides those shown."""
        of_them = self.total if self.of_stage is None else self.steps.get(self.of_stage, 0)
        return max(of_them - len(self.items), 0)


@dataclass(frozen=True, slots=True)
class ListedLines:
    """The messages of a page, where the next one begins, None after the last, and how many all pages have."""

    items: Sequence[MessageLine]
    next: Place | None
    found: int


class MessageLists:
    """Pages of messages, as the database has them at one moment."""

    def __init__(self, database: BlockingDatabase, rules: Rules) -> None:
        self._db = database
        self._rules = rules
        self._limits = ListedLimits()
        self._threads = ThreadPoolExecutor(LISTS_AT_ONCE, thread_name_prefix="list")

    async def page(
        self,
        caller: Actor,
        filters: Filters,
        *,
        size: int,
        sort: Sort = Sort.REGISTERED,
        after: Place | None = None,
    ) -> str:
        """A page of what the caller may see, with the cursor of the next one: the JSON of a `MessageList`.

        `after` is a place in the order of `sort`; None begins the list.
        """
        find = partial(_found, actor=caller, filters=filters, size=size, sort=sort, after=after)
        return await self._in_thread(lambda: self._json(caller, find))

    async def queue(self, caller: Actor, *, size: int, after: Place | None = None) -> str:
        """A page of the messages whose open step is the caller's, the first due first: as `page`."""
        find = partial(queue.page, actor=caller, size=size, after=after)
        return await self._in_thread(lambda: self._json(caller, find))

    async def queue_lines(self, caller: Actor, *, size: int, stage: Stage | None = None) -> QueueLines:
        """The beginning of the caller's queue as lines, of one stage where it is named."""
        return await self._in_thread(lambda: self._queue_lines(caller, size, stage))

    async def queue_count(self, caller: Actor) -> int:
        """How many messages are in the caller's queue."""
        return await self.read(lambda connection: queue.count(connection, caller, datetime.now(UTC)))

    async def page_lines(
        self,
        caller: Actor,
        filters: Filters,
        *,
        size: int,
        sort: Sort = Sort.REGISTERED,
        after: Place | None = None,
    ) -> ListedLines:
        """A page of what the caller may see as lines, and where the next one begins; `after` as for `page`."""
        find = partial(_found, actor=caller, filters=filters, size=size, sort=sort, after=after)
        is_first = after is None
        return await self._in_thread(lambda: self._page_lines(find, caller, filters, is_first))

    async def counts(self, caller: Actor, alternatives: Sequence[Filters]) -> Sequence[int]:
        """How many messages the caller may see by each of these filters, in their order."""
        now = datetime.now(UTC)
        return await self.read(
            lambda connection: [
                listing.count(connection, caller, _understood(filters), now) for filters in alternatives
            ]
        )

    async def next_due(self, caller: Actor) -> datetime | None:
        """When the next limit is due that may bring the caller work, in UTC; None where none runs.

        For curators: of their own messages. For those of a body: of what it has or had.
        """
        return await self.read(partial(_next_due, caller=caller))

    async def read(self, what: Callable[[Connection], _Answer]) -> _Answer:
        """What is read of the database as it is at one moment, in a thread of the lists."""
        return await self._in_thread(partial(self._read, what))

    def close(self) -> None:
        """Close every connection; a list that is being read is left behind."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        self._db.dispose()

    async def _in_thread(self, read: Callable[[], _Answer]) -> _Answer:
        # In the context of the request, so that what is shown gets on record with it.
        context = copy_context()
        return await asyncio.get_running_loop().run_in_executor(self._threads, context.run, read)

    def _read(self, what: Callable[[Connection], _Answer]) -> _Answer:
        with self._db.read() as connection:
            return what(connection)

    def _queue_lines(self, caller: Actor, size: int, stage: Stage | None) -> QueueLines:
        now = datetime.now(UTC)
        with self._db.read() as connection:
            page = queue.page(connection, caller, now, size=size, stage=stage)
            shown = message_lines.lines(connection, self._rules, page.rows, now)
            counted: Mapping[Stage, int] = Counter(line.stage for line in shown)
            if page.next is not None or stage is not None:
                counted = queue.by_stage(connection, caller, now)
        return QueueLines(shown, {one: counted[one] for one in Stage if counted.get(one)}, stage)

    def _page_lines(
        self, find: Callable[..., Page], caller: Actor, filters: Filters, is_first: bool
    ) -> ListedLines:
        now = datetime.now(UTC)
        with self._db.read() as connection:
            page = find(connection, now=now)
            is_all = is_first and page.next is None
            found = len(page.rows) if is_all else listing.count(connection, caller, _understood(filters), now)
            shown = message_lines.lines(connection, self._rules, page.rows, now)
        if filters.q:
            shown = message_lines.with_excerpts(shown, page.rows, searching.words_of(filters.q))
        return ListedLines(shown, page.next, found)

    def _json(self, caller: Actor, find: Callable[..., Page]) -> str:
        now = datetime.now(UTC)
        with self._db.read() as connection:
            page = find(connection, now=now)
            shown = page.rows
            if not shown:
                return '{"items":[],"next":null}'
            listing.load_runs(connection, shown)
            states = [listed_state(row) for row in shown]
            limits = {
                row.number: self._limits.of(connection, row, state.time)
                for row, state in zip(shown, states, strict=True)
            }
            self._count_on(connection, shown, limits, now)
            numbers = [row.number for row in shown]
            access_note.shows(numbers)
            contents = connection.execute(texts.CONTENTS, {"of_messages": numbers}).all()
            named = [attachment for state in states for attachment in attachments(state)]
            files = connection.execute(texts.FILES, {"ids": named}).all() if named else ()
            published = [int(state.id) for state in states if state.is_published]
            stand = (
                connection.execute(standing.OF_MESSAGES, {"of_messages": published}).all()
                if published
                else ()
            )
            answered = [int(state.id) for state in states if state.outcome is Outcome.ANSWERED]
            given = verdicts.given(connection, answered)
            gone = directory_rows.inactive(connection)
        known = Texts(dict(contents), files, stand, gone, given)
        # By the clocks of the messages, which outside training are one.
        clocks = {row.clock_ahead: row.now(now) for row in shown}
        held = {ahead: caller.capacities(moment) for ahead, moment in clocks.items()}
        items = [
            listed_json(row, state, limits[row.number], known, held[row.clock_ahead])
            for row, state in zip(shown, states, strict=True)
        ]
        following = "null" if page.next is None else f'"{list_places.written(page.next)}"'
        return f'{{"items":[{",".join(items)}],"next":{following}}}'

    def _count_on(
        self,
        connection: Connection,
        shown: Sequence[Listed],
        limits: Mapping[int, list[str]],
        now: datetime,
    ) -> None:
        """Say of open steps that are late by how much they are over so far."""
        late = {row.number: row for row in shown if row.overdue}
        for breach in shortcomings.of_messages(connection, late):
            if breach.is_open and breach.limit is not LimitName.ANSWER:
                now_there = late[breach.message].now(now)
                over = self._rules.late(breach.calendar, breach.due_at, now_there, breach.stood)
                charged = [replace(item, over=over) for item in breach.charged]
                found, place = limits[breach.message], breach.run - 1
                found[place] = charged_to(found[place], charged)


def _found(connection: Connection, *, filters: Filters, **asked: Any) -> Page:
    """A page of the list, of what is sought understood as Russian; in a thread of the lists."""
    return listing.page(connection, filters=_understood(filters), **asked)


def _understood(filters: Filters) -> Filters:
    return replace(filters, words=searching.words_of(filters.q)) if filters.q else filters


def always_sees_all(caller: Actor) -> bool:
    """Whether the person sees every message by a role of their own, and so by whichever message's clock."""
    return any(held.role in SEES_ALL and held.person == caller.key for held in caller.roles)


def _next_due(connection: Connection, caller: Actor) -> datetime | None:
    now = datetime.now(UTC)
    found = []
    for held in caller.capacities(now):
        if held.role is Role.CURATOR:
            filters = Filters(curator=held.acting_for or caller.key, is_open=True)
        elif held.role in OF_BODIES:
            filters = Filters(body=held.body, is_open=True)
        else:
            continue
        ahead = Place(Sort.DUE, listing.LARGEST, now)
        page = listing.page(connection, caller, filters, now, size=_AHEAD, sort=Sort.DUE, after=ahead)
        # The first moment of a message may be the end of the window of clause 8, which is no duty.
        runs = open_runs.first_of(connection, [row.number for row in page.rows])
        found += [LimitRun.model_validate_json(unpack(run)).due_at for run in runs.values()]
    return min((due for due in found if due > now), default=None)
