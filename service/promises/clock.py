"""Course of a promise by the clock: reminded, asked «Сделано?», broken. By its row and the calendar of its body alone.

Whoever looks, and however often, finds the same: what falls due is done once, in one transaction with its record and
its notices, and dated by the moment at which it fell due. Nobody's promise is broken by a machine that was late: a
question that went out late may be answered as long as one in time.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import structlog

from calendar_rules import CalendarError
from calendar_rules.regulation import Audience
from calendar_rules.vocabulary import DraftStatus, Network, NoticeKind, PromiseState, Stage
from service.messages.view import state_of
from service.notices import beside
from service.promises import notice_text
from service.promises.moments import Moments, answer_by
from service.runs.rules import Rules
from store.commands import outbox
from store.database.engines import Database
from store.database.session import Session
from store.directory import rows as directory_rows
from store.messages import finding
from store.messages.tables import MessageRow
from store.promises import rows as promises
from store.promises.tables import PromiseRow
from workflows.promise import Look
from workflows.state import Addressee, MessageState
from workflows.vocabulary import Command

log = structlog.get_logger(__name__)

_RUNS = (PromiseState.GIVEN, PromiseState.MOVED)
IN_TIME = datetime.min.replace(tzinfo=UTC)
"""For `asked_at`: whoever drives the clock by hand is never late."""
_UNREACHED = timedelta(days=30)
"""After which a promise is looked at again that no calendar reaches."""


@dataclass(frozen=True, slots=True)
class PromiseClock:
    """Brings promises up to a moment."""

    database: Database
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)

    async def look(self, promise: int, rules: Rules) -> Look:
        """Do what has fallen due of a promise by now; returns when to look again, and for what."""
        now = self.clock()
        async with self.database.write() as session:
            row = await promises.locked(session, promise)
            if row is None:
                return Look()
            await self.bring_up(session, row, rules, now, asked_at=now)
            row.to_look = False
            # As a workflow waits; whoever looks next counts by the calendar of then.
            return Look(at=row.look_at, awaits=_awaits(row, rules))

    async def drive(self, rules: Rules, at: datetime) -> int:
        """Do what would have been done by a moment given by hand, of all promises; returns of how many."""
        await self.follow(rules)
        async with self.database.read() as session:
            due = await promises.due(session, at)
        for promise in due:
            async with self.database.write() as session:
                row = await promises.locked(session, promise)
                if row is not None:
                    await self.bring_up(session, row, rules, at, asked_at=IN_TIME)
                    row.to_look = True
        return len(due)

    async def follow(
        self, rules: Rules, message: int | None = None, newest: MessageState | None = None
    ) -> None:
        """Have promises follow their drafts, of one message or of all, and their bodies to the successors.

        `newest` is a state of the message that its row may not have yet.
        """
        async with self.database.lookup() as session:
            moved_on = await promises.to_follow(session, message)
            if newest is not None:
                known = await promises.of_messages(session, [int(newest.id)])
                moved_on += [row.id for row in known if row.id is not None and row.seen_rows is not None]
            gone = await promises.of_bodies_gone(session)
        for promise in dict.fromkeys((*moved_on, *gone)):
            async with self.database.write() as session:
                row = await promises.locked(session, promise)
                if row is not None:
                    await self._follow_one(session, row, rules, newest)

    async def _follow_one(
        self, session: Session, row: PromiseRow, rules: Rules, newest: MessageState | None
    ) -> None:
        now = self.clock()
        if row.seen_rows is not None:
            message = await finding.by_number(session, row.message)
            assert message is not None  # noqa: S101
            state = state_of(message, ())
            if newest is not None and newest.rows > state.rows:
                state = newest
            await self._follow_draft(session, row, message, state, rules, now)
        if row.look_at is not None:
            await self._pass_on(session, row, rules, now)

    async def _follow_draft(
        self,
        session: Session,
        row: PromiseRow,
        message: MessageRow,
        state: MessageState,
        rules: Rules,
        now: datetime,
    ) -> None:
        draft = next((draft for draft in state.drafts if draft.id == row.draft), None)
        if draft is None:
            under_way = await outbox.was_given(session, row.message, Command.SUBMIT_DRAFT, "draft", row.draft)
            if not under_way:
                row.seen_rows = None
                await promises.drop(session, row, finding.message_now(message, now), now, "refused")
            return
        row.seen_rows = max(state.rows, message.rows)
        if draft.status is DraftStatus.PUBLISHED:
            assert draft.published_at is not None  # noqa: S101
            await self.publish(session, row, draft.body, draft.published_at, rules, now)
        elif draft.status in (DraftStatus.REWORK, DraftStatus.WITHDRAWN):
            row.seen_rows = None
            if row.state == PromiseState.STATED:
                await promises.drop(session, row, max(state.last_moment, row.stated_at), now, draft.status)
        elif state.stage is Stage.CLOSED and row.state == PromiseState.STATED:
            # It may be opened again: then the draft is what it was.
            await promises.drop(session, row, state.last_moment, now, "closed")
        elif state.stage is not Stage.CLOSED and row.state == PromiseState.DROPPED:
            row.state, row.settled_at = PromiseState.STATED, None
            await promises.happened(session, row, "restated", state.last_moment, now, {})

    async def publish(
        self,
        session: Session,
        row: PromiseRow,
        body: str,
        published_at: datetime,
        rules: Rules,
        now: datetime,
    ) -> None:
        """A text of a body stands in the network: its promise runs from then, or from when it was stated afterwards."""
        row.state, row.settled_at, row.seen_rows = PromiseState.GIVEN, None, None
        row.published_at = published_at
        row.body = await promises.acting(session, body)
        row.runs_since = at = max(published_at, row.stated_at)
        await promises.happened(session, row, "given", at, now, {"body": row.body})
        self.reckon(row, rules)
        row.to_look = True

    async def _pass_on(self, session: Session, row: PromiseRow, rules: Rules, now: datetime) -> None:
        """What a body that acts no more has promised is its successor's."""
        successor = await promises.acting(session, row.body)
        if successor == row.body:
            return
        await promises.happened(session, row, "passed_on", now, now, {"from": row.body, "to": successor})
        row.body = successor
        self.reckon(row, rules)
        row.to_look = True

    async def bring_up(
        self,
        session: Session,
        row: PromiseRow,
        rules: Rules,
        at: datetime,
        *,
        asked_at: datetime | None = None,
    ) -> None:
        """Do what has fallen due of a locked promise by a moment.

        `asked_at`: when a question reaches people that falls due now. Without it nothing is asked, for somebody is
        about to say what has become of the promise; what was asked before, and left unanswered for too long, counts.
        """
        now = self.clock()
        if asked_at is not None and row.state in _RUNS:
            await self._remind_or_ask(session, row, rules, at, asked_at)
        if row.state == PromiseState.ASKED and row.answer_by is not None and at >= row.answer_by:
            await self._break(session, row, rules, now)
        self.reckon(row, rules)

    async def _remind_or_ask(
        self, session: Session, row: PromiseRow, rules: Rules, at: datetime, asked_at: datetime
    ) -> None:
        now = self.clock()
        due = _moments(rules, row)
        if due is None:
            return
        until = row.until.astimezone(rules.zone)
        if at >= due.ask_at:
            # A text may have been published behind the day that it names.
            asked = max(due.ask_at, row.runs_since or due.ask_at)
            row.state, row.asked_at = PromiseState.ASKED, asked
            row.answer_by = answer_by(rules, row.body, max(asked, asked_at))
            data = {"until": _text(row.until), "answer_by": _text(row.answer_by)}
            fact = await promises.happened(session, row, "asked", asked, now, data)
            network = await _network(session, row)
            text = notice_text.question(row.message, network, until, row.answer_by.astimezone(rules.zone))
            await self._tell(session, row, rules, fact, NoticeKind.PROMISE_QUESTION, text, asked, now)
        elif due.warn_at is not None and at >= due.warn_at and _warns(row, due.warn_at):
            row.warned_at = due.warn_at
            fact = await promises.happened(
                session, row, "warned", due.warn_at, now, {"until": _text(row.until)}
            )
            text = notice_text.warning(row.message, await _network(session, row), until)
            await self._tell(session, row, rules, fact, NoticeKind.PROMISE_WARNING, text, due.warn_at, now)

    async def _break(self, session: Session, row: PromiseRow, rules: Rules, now: datetime) -> None:
        assert row.answer_by is not None  # noqa: S101
        row.state, row.settled_at = PromiseState.BROKEN, row.until
        data = {"until": _text(row.until)}
        fact = await promises.happened(session, row, "broken", row.answer_by, now, data)
        titles = await directory_rows.titles_of_bodies(session)
        text = notice_text.broken(
            row.message,
            await _network(session, row),
            titles.get(row.body, row.body),
            row.until.astimezone(rules.zone),
        )
        to = (Audience.RESPONSIBLE, Audience.DEPUTY)
        await self._tell(session, row, rules, fact, NoticeKind.PROMISE_BROKEN, text, row.answer_by, now, to)
        log.info("a promise was not kept", promise=row.id, message=row.message, body=row.body)

    async def _tell(
        self,
        session: Session,
        row: PromiseRow,
        rules: Rules,
        fact: int,
        kind: NoticeKind,
        text: str,
        at: datetime,
        now: datetime,
        to: Sequence[Audience] = (Audience.EXECUTORS,),
    ) -> None:
        addressees = [Addressee(audience=audience, body=row.body) for audience in to]
        dialect = self.database.dialect
        await beside.tell(session, dialect, rules, row.message, fact, kind, text, addressees, at, now)

    def reckon(self, row: PromiseRow, rules: Rules) -> None:
        """Set the next moment at which something falls due; nothing does of a promise that does not run."""
        row.look_at = None
        if row.state == PromiseState.ASKED:
            row.look_at = row.answer_by
        elif row.state in _RUNS:
            due = _moments(rules, row)
            if due is None:
                row.look_at = max(row.until, self.clock()) + _UNREACHED
            elif due.warn_at is not None and _warns(row, due.warn_at):
                row.look_at = due.warn_at
            else:
                row.look_at = due.ask_at


def _warns(row: PromiseRow, at: datetime) -> bool:
    """Whether the body is reminded then: once, and not of a day that it has just named."""
    return row.warned_at is None and row.runs_since is not None and at > row.runs_since


def _moments(rules: Rules, row: PromiseRow) -> Moments | None:
    try:
        return Moments.of(rules, row.body, row.until)
    except CalendarError as error:
        log.warning("no calendar reaches a promise", promise=row.id, error=str(error))
        return None


def _awaits(row: PromiseRow, rules: Rules) -> str | None:
    if row.look_at is None:
        return None
    if row.state == PromiseState.ASKED:
        return "answer"
    due = _moments(rules, row)
    return "warning" if due is not None and row.look_at == due.warn_at else "question"


async def _network(session: Session, row: PromiseRow) -> Network:
    message = await finding.by_number(session, row.message)
    assert message is not None  # noqa: S101
    return Network(message.network)


def _text(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()
