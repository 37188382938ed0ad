"""Reading messages: one from its workflow, so that people see what they have just done, lists from the database."""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from types import MappingProxyType
from typing import TYPE_CHECKING

from sqlalchemy import func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.message_view import MessageView, Texts, listed_state, listed_view, named_texts, state_of, view
from api.workflow_access import Workflows
from store import listing, messages, tables, texts
from store.database import Database
from store.listing import Filters
from store.people import Actor
from workflows.state import MessageState
from workflows.vocabulary import Stage

if TYPE_CHECKING:
    from api.commanding import Target

_CATCH_UP = 2.0  # seconds
_PAUSE = 0.01


class Reader:
    """Gives messages as people see them."""

    def __init__(self, database: Database, workflows: Workflows) -> None:
        self._db = database
        self._workflows = workflows

    async def state(self, row: tables.Message) -> MessageState:
        """The state of a message: its workflow's, and the database's where it is closed or no worker answers."""
        assert row.number is not None  # noqa: S101
        if row.stage != Stage.CLOSED:
            answer = await self._workflows.ask(row.number)
            if answer is not None:
                return answer.state
        async with self._db.read() as session:
            fresh = await messages.by_number(session, row.number) or row
            runs = await messages.limits(session, [row.number])
        return state_of(fresh, runs[row.number])

    async def current(self, target: "Target") -> MessageView:
        """The message as it is now."""
        return await self.view(target, await self.state(target.row))

    async def texts(self, target: "Target") -> Mapping[str, str]:
        """The message's texts by their ids, to be read while its workflow is asked."""
        async with self._db.lookup() as session:
            return await texts.contents(session, [target.number])

    async def view(
        self, target: "Target", state: MessageState, known: Mapping[str, str] = MappingProxyType({})
    ) -> MessageView:
        """The message in this state, with its texts, as the caller sees it; `known` are those read already."""
        if not named_texts(state) <= known.keys():
            known = await self.texts(target)
        files: Sequence[tables.Attachment] = ()
        if named := _attachments(state):
            async with self._db.lookup() as session:
                files = await _files(session, named)
        return view(target.row, state, Texts(known, files), target.capacities)

    async def page(
        self, caller: Actor, filters: Filters, *, before: int | None, size: int
    ) -> tuple[list[MessageView], str | None]:
        """A page of a listing as the database has it at one moment, and the cursor of the next page."""
        now = datetime.now(UTC)
        async with self._db.read() as session:
            rows = await listing.page(session, caller, filters, now, before=before, size=size + 1)
            shown = rows[:size]
            if shown:
                await listing.load_runs(session, shown)
            states = [listed_state(row) for row in shown]
            named = [attachment for state in states for attachment in _attachments(state)]
            contents = await texts.contents(session, [row.number for row in shown])
            known = Texts(contents, await _files(session, named))
        items = [
            listed_view(row, state, known, caller.capacities(row.now(now)))
            for row, state in zip(shown, states, strict=True)
        ]
        return items, str(shown[-1].number) if len(rows) > size else None

    async def caught_up(self, row: tables.Message) -> None:
        """Wait, for a short time, until the journal and the notices have what the workflow has done so far."""
        assert row.number is not None  # noqa: S101
        wanted = (await self.state(row)).rows
        with suppress(TimeoutError):
            async with asyncio.timeout(_CATCH_UP):
                while await self._written(row.number) < wanted:  # noqa: ASYNC110  another process writes it
                    await asyncio.sleep(_PAUSE)

    async def _written(self, number: int) -> int:
        async with self._db.lookup() as session:
            last = await session.exec(
                select(func.max(tables.JournalRow.number)).where(tables.JournalRow.message == number)
            )
            return last.one() or 0


def _attachments(state: MessageState) -> list[str]:
    """The attachments a state names."""
    parts = [part.attachments for part in state.contributions] + [draft.attachments for draft in state.drafts]
    return [attachment for part in parts for attachment in part]


async def _files(session: AsyncSession, ids: Sequence[str]) -> Sequence[tables.Attachment]:
    if not ids:
        return ()
    return (await session.exec(select(tables.Attachment).where(col(tables.Attachment.id).in_(ids)))).all()
