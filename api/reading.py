"""Reading messages: one from its workflow, so that people see what they have just done, lists from the database."""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.message_view import MessageView, Texts, named_texts, state_of, view
from api.workflow_access import Workflows
from store import messages, tables, texts
from store.database import Database
from workflows.state import MessageState
from workflows.vocabulary import Stage

if TYPE_CHECKING:
    from api.commanding import Target

_CATCH_UP = 2.0  # seconds
_PAUSE = 0.01


@dataclass(frozen=True, slots=True)
class Written:
    """A message's row, and its texts by their ids."""

    row: tables.Message
    texts: Mapping[str, str]

    def has_texts_of(self, state: MessageState) -> bool:
        return named_texts(state) <= self.texts.keys()


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
        async with self._db.lookup() as session:
            fresh = await messages.by_number(session, row.number) or row
            runs = await messages.limits(session, [row.number])
        return state_of(fresh, runs[row.number])

    async def current(self, target: "Target") -> MessageView:
        """The message as it is now."""
        return await self.view(target, await self.state(target.row))

    async def written(self, target: "Target") -> Written:
        """What is written of the message now, to be read while its workflow is asked."""
        async with self._db.lookup() as session:
            row = await messages.by_number(session, target.number) or target.row
            return Written(row, await texts.contents(session, [target.number]))

    async def view(
        self, target: "Target", state: MessageState, written: Written | None = None
    ) -> MessageView:
        """The message in this state, with its texts, as the caller sees it; `written` if read already."""
        if written is None or not written.has_texts_of(state):
            written = await self.written(target)
        files: Sequence[tables.Attachment] = ()
        if named := _attachments(state):
            async with self._db.lookup() as session:
                files = await _files(session, named)
        return view(written.row, state, Texts(written.texts, files), target.capacities)

    async def views(self, targets: "Sequence[Target]") -> list[MessageView]:
        """Messages of a listing, as the database has them."""
        numbers = [target.number for target in targets]
        async with self._db.read() as session:
            runs = await messages.limits(session, numbers)
            states = [state_of(target.row, runs[target.number]) for target in targets]
            named = [attachment for state in states for attachment in _attachments(state)]
            known = Texts(await texts.contents(session, numbers), await _files(session, named))
        return [
            view(target.row, state, known, target.capacities)
            for target, state in zip(targets, states, strict=True)
        ]

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
