"""Reading one message: from its workflow, so that people see what they have just done."""

import asyncio
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from calendar_rules.regulation import LimitName
from calendar_rules.vocabulary import Outcome, Role, Stage
from service.access.deadline import made_elsewhere
from service.messages.explanations import Explanations
from service.messages.outcome_writer import AFTER_THE_END
from service.messages.view import MessageView, Texts, attachments, named_texts, state_of, view
from service.runs.workflows import Workflows
from store.commands import outbox
from store.database.engines import Database
from store.directory import rows as directory_rows
from store.journal import charges, written
from store.messages import finding, texts
from store.messages.tables import MessageRow
from store.networks import standing
from store.verdicts import verdicts
from workflows.state import MessageState, OutcomeAnswer

if TYPE_CHECKING:
    from service.messages.targets import Target

_PASSING_ON = (Role.CURATOR, Role.HEAD)
_CATCH_UP = 2.0  # seconds
_PAUSE = 0.01
_LONGEST_PAUSE = 0.1


@dataclass(frozen=True, slots=True)
class Stand:
    """How a message stands; `stored_at`: when the database had it so, in UTC, where its workflow did not say."""

    state: MessageState
    stored_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """What has been read already of what a view shows."""

    texts: dict[str, str]
    """Every text of the message by its id."""
    gone: Collection[str]
    """The bodies that act no more."""


class MessageReader:
    """Gives messages as people see them."""

    def __init__(self, database: Database, workflows: Workflows) -> None:
        self._db = database
        self._workflows = workflows
        self._explanations = Explanations()

    async def state(self, row: MessageRow) -> MessageState:
        """The state of a message: its workflow's, and the database's where it is closed or no worker answers.

        What the workflow said last may be newer than the database: nobody is shown less than they were told.
        """
        return (await self.stand(row)).state

    async def stand(self, row: MessageRow, within: float | None = None) -> Stand:
        """The same, and whether the workflow has said so; it is waited for no longer than `within` seconds."""
        assert row.number is not None  # noqa: S101
        if row.stage == Stage.CLOSED and not await self._goes_on(row.number):
            return Stand(await self._stored(row))
        async with made_elsewhere():
            answer = await self._heard(row.number, within)
        if answer is not None:
            return Stand(answer.state)
        return Stand(await self._stored(row), datetime.now(UTC))

    async def _heard(self, number: int, within: float | None) -> OutcomeAnswer | None:
        with suppress(TimeoutError):
            async with asyncio.timeout(within):
                return await self._workflows.ask(number)
        return None

    async def _stored(self, row: MessageRow) -> MessageState:
        assert row.number is not None  # noqa: S101
        async with self._db.read() as session:
            fresh = await finding.by_number(session, row.number) or row
            runs = await finding.limits(session, [row.number])
        stored, told = state_of(fresh, runs[row.number]), self._workflows.told_last(row.number)
        return told if told is not None and told.rows > stored.rows else stored

    async def _goes_on(self, number: int) -> bool:
        """Whether a message that was closed may be open again, or about to be."""
        async with self._db.lookup() as session:
            under_way = await outbox.waits(session, number, AFTER_THE_END)
            # Read after that: with nothing under way it is the end, or what came after it.
            row = await finding.by_number(session, number)
        return under_way or (row is not None and row.stage != Stage.CLOSED)

    async def current(self, target: "Target") -> MessageView:
        """The message as it is now."""
        return await self.view(target, await self.state(target.row))

    async def listed(self, target: "Target") -> MessageView:
        """The message as lists have it: nobody waits for its workflow."""
        return await self.view(target, await self._stored(target.row))

    async def texts(self, target: "Target") -> Mapping[str, str]:
        """The message's texts by their ids."""
        async with self._db.lookup() as session:
            return await texts.contents(session, [target.number])

    async def view(self, target: "Target", state: MessageState, known: Known | None = None) -> MessageView:
        """The message in this state, with its texts, as the caller sees it."""
        contents: Mapping[str, str] = known.texts if known else {}
        if not named_texts(state) <= contents.keys():
            contents = await self.texts(target)
        named = attachments(state)
        charged = [(target.number, run.number) for run in state.limits if run.charges]
        gone = known.gone if known else await self._gone(target, state)
        if unknown := self._explanations.unknown(state.limits):
            async with self._db.lookup() as session:
                connection = await session.connection()
                await connection.run_sync(self._explanations.learn, unknown)
        # What a command has just published nobody has looked at yet.
        published = [draft.published_at for draft in state.drafts if draft.published_at is not None]
        looked_at = any(at < state.last_moment for at in published) if known else bool(published)
        if not (named or looked_at or charged):
            return view(target.row, state, Texts(contents, gone=gone), target.capacities, self._explanations)
        async with self._db.lookup() as session:
            connection = await session.connection()
            files = (await connection.execute(texts.FILES, {"ids": named})).all() if named else ()
            of_message = {"of_messages": [target.number]}
            stand = (await connection.execute(standing.OF_MESSAGES, of_message)).all() if looked_at else ()
            whose = await connection.run_sync(charges.of, charged)
            # Nobody has said anything yet of what a command has just published.
            answered = [target.number] if looked_at and state.outcome is Outcome.ANSWERED else []
            given = await connection.run_sync(verdicts.given, answered)
        texts_of = Texts(contents, files, stand, gone, given)
        late = self._late(target, state)
        return view(target.row, state, texts_of, target.capacities, self._explanations, whose, late)

    def _late(self, target: "Target", state: MessageState) -> dict[int, timedelta]:
        """By how much the open steps of a message are over at its present moment, by the numbers of their runs."""
        rules, now = self._workflows.rules, target.now
        return {
            run.number: rules.late(run.calendar, run.due_at, now, run.stood)
            for run in state.limits
            if run.is_overdue and run.name is not LimitName.ANSWER
        }

    async def _gone(self, target: "Target", state: MessageState) -> Collection[str]:
        """Bodies that owe something and act no more, for those who may pass it to a successor."""
        if not state.owing or not any(capacity.role in _PASSING_ON for capacity in target.capacities):
            return ()
        async with self._db.lookup() as session:
            return await directory_rows.not_acting(session, state.owing)

    async def caught_up(
        self, row: MessageRow, answered: MessageState | None, state: MessageState | None = None
    ) -> None:
        """Wait, for a short time, until the journal and the notices have what the workflow has done so far.

        `answered` is the state people were told last, which the database may not have yet; `state` the one that the
        workflow has just said, where it was asked.
        """
        assert row.number is not None  # noqa: S101
        said = state or await self.state(row)
        wanted = max(said.rows, answered.rows if answered else 0)
        if await self._written(row.number) < wanted:
            async with made_elsewhere():
                await self._until_written(row.number, wanted)

    async def _until_written(self, number: int, wanted: int) -> None:
        pause = _PAUSE
        with suppress(TimeoutError):
            async with asyncio.timeout(_CATCH_UP):
                while await self._written(number) < wanted:
                    await asyncio.sleep(pause)
                    pause = min(pause * 2, _LONGEST_PAUSE)

    async def _written(self, number: int) -> int:
        async with self._db.lookup() as session:
            connection = await session.connection()
            return (await connection.execute(written.RECORDED, {"of_message": number})).scalar() or 0
