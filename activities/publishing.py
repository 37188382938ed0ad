"""Publishes an approved text from the account of its body, and has the publication confirmed (cl. 4, 13).

One step at a time, each finding out anew what there is to do (docs/publishing.md). That a text is about to be sent is
on record before it is sent; so whoever comes after a kill, a lost reply or a refusal looks first whether it stands
there already, and there are never two. What the network said is on record before anybody is told.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import structlog
from temporalio import activity

from activities import publication_text
from activities.answer_notices import AnswerNotices, look_again
from activities.networks.accounts import Account, Accounts
from activities.networks.placing import NO_ACCOUNT, NOT_BY_PROGRAM, Attached, Place, obstacle
from activities.networks.port import (
    Adapter,
    Answer,
    Fault,
    File,
    Key,
    NetworkRefusalError,
    Platform,
    Published,
)
from activities.networks.rates import Rates
from calendar_rules.vocabulary import DraftStatus, Network, NoticeKind, Stage
from store import attachments, messages, outbox, publications, texts
from store.database import Database
from store.publication_tables import PublicationRow
from store.tables import MessageRow
from workflows import notice_routing
from workflows.commands import ConfirmPublication
from workflows.publication import PUBLISH, PublicationStep
from workflows.state import Draft, MessageState
from workflows.vocabulary import Command

log = structlog.get_logger(__name__)

SETTLES = timedelta(seconds=8)
"""After a try of which nothing is known: how long the network is left to show what it took."""
GIVES_UP = timedelta(minutes=20)
"""How long a network that does not answer is asked again: a part of clause 13's half hour is left to do it by hand."""
_FIRST_PAUSE, _LONGEST_PAUSE = timedelta(seconds=2), timedelta(minutes=2)
_SOON, _AT_MOST = timedelta(seconds=0.3), timedelta(seconds=30)
_ANSWERED_IN_TIME = timedelta(seconds=4)
"""Whoever asked was told of what came sooner by the answer to the request."""
_ALIVE_EVERY = 2.0  # seconds
_ENDING = (Command.WITHDRAW_DRAFT, Command.SEND_FOR_REWORK, Command.CONFIRM_PUBLICATION, Command.CLOSE)
"""Commands that end what there is to publish; while one of them is under way, nothing is sent."""
_NOT_NOW = (Fault.LATER, Fault.UNKNOWN)

StateOf = Callable[[int], Awaitable[MessageState | None]]
"""Asks a message for its state; None where it does not answer now."""


@dataclass(frozen=True, slots=True)
class _Job:
    """A publication with what one step needs; `wanted`: the draft is still to be published."""

    row: PublicationRow
    state: MessageState
    wanted: bool
    adapter: Adapter
    account: Account
    answer: Answer


class Publishing:
    """The activity of the workflow `PublicationFromAccount`."""

    def __init__(
        self,
        database: Database,
        state_of: StateOf,
        adapters: Mapping[Platform, Adapter],
        accounts: Accounts,
        rates: Rates,
        notices: AnswerNotices,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        settles: timedelta = SETTLES,
    ) -> None:
        self._db = database
        self._state_of = state_of
        self._adapters = adapters
        self._accounts = accounts
        self._rates = rates
        self._notices = notices
        self._clock = clock
        self._settles = settles

    @activity.defn(name=PUBLISH)
    async def step(self, message: str, draft: str) -> PublicationStep:
        """One step of the publication of a draft; nothing where nobody has asked for it, or it is over."""
        async with _alive():
            async with self._db.lookup() as session:
                row = await publications.of_draft(session, int(message), draft)
            if row is None:
                return PublicationStep(state="unknown")
            if row.state == publications.OPEN:
                return await self._publish(row)
            if row.state == publications.PUBLISHED:
                return await self._confirmed(row)
            return PublicationStep(state=row.state)

    # ---- before the network

    async def _publish(self, row: PublicationRow) -> PublicationStep:
        async with self._db.lookup() as session:
            under_way = await outbox.waits(session, row.message, _ENDING)
        state = None if under_way else await self._state_of(row.message)
        draft = next((item for item in state.drafts if item.id == row.draft), None) if state else None
        if state is None or draft is None:
            return await self._again(row, _FIRST_PAUSE)
        wanted = state.stage is Stage.PUBLICATION and draft.status is DraftStatus.APPROVED
        if not wanted and not row.tries:
            return await self._refuse(row, state, publication_text.NOT_WANTED)
        job = await self._job(row, state, draft, wanted=wanted)
        if isinstance(job, str):
            return await self._refuse(row, state, job)
        try:
            return await self._send(job)
        except NetworkRefusalError as refusal:
            return await self._refused(job, refusal)

    async def _job(
        self, row: PublicationRow, state: MessageState, draft: Draft, *, wanted: bool
    ) -> _Job | str:
        """What is needed to publish; a text where the program cannot."""
        adapter = self._adapters.get(Platform(row.platform))
        if adapter is None:
            return NOT_BY_PROGRAM
        found = await self._accounts.of_body(row.network, row.body)
        account = next((item for item in found if item.id == row.account), None)
        if account is None:
            return NO_ACCOUNT
        message, known, files = await self._texts(row, draft)
        post_url = known.get(state.url, message.url) if state.url else message.url
        text = known.get(draft.text, "")
        attached = [Attached(file.type, len(file.content)) for file in files]
        place = Place(post_url, account.own_page, account.until, len(text), attached)
        if wanted and (reason := obstacle(adapter.traits, place, self._clock())):
            return reason
        answer = Answer(post_url, text, row.draft, row.first_tried_at or self._clock(), files)
        return _Job(row, state, wanted, adapter, account, answer)

    async def _texts(
        self, row: PublicationRow, draft: Draft
    ) -> tuple[MessageRow, Mapping[str, str], list[File]]:
        """The message, its texts by their ids, and the files that go with the draft."""
        async with self._db.lookup() as session:
            message = await messages.by_number(session, row.message)
            known = await texts.contents(session, [row.message])
            named = () if row.text_only else draft.attachments
            kept = [await attachments.with_content(session, row.message, item) for item in named]
        assert message is not None  # noqa: S101
        return message, known, [File(file.name, file.type, content) for file, content in filter(None, kept)]

    # ---- the network

    async def _send(self, job: _Job) -> PublicationStep:
        """Ask the network; before any but the first try the answer is looked for. Raises NetworkRefusalError."""
        row, rate = job.row, job.adapter.traits.rate
        if wait := self._rates.take(job.account.id, rate):
            return await self._again(row, wait)
        key = job.account.open()
        if row.tries and (known := await self._look_first(job, key)):
            return known
        now = self._clock()
        async with self._db.write() as session:
            begun = await publications.begin_try(session, row, now)
        if not begun:
            return PublicationStep(state=row.state, again_after=_SOON)
        row.tries, row.first_tried_at = row.tries + 1, row.first_tried_at or now
        row.tried_at, row.unsure = now, True
        try:
            published = await job.adapter.publish(job.answer, key)
        except NetworkRefusalError as refusal:
            row.unsure = refusal.fault is Fault.UNKNOWN
            raise
        return await self._record(job, published)

    async def _look_first(self, job: _Job, key: Key) -> PublicationStep | None:
        """What an earlier try has come to; None where it may be tried again. Raises NetworkRefusalError."""
        row = job.row
        if (left := self._unsettled(row)) > timedelta(0):
            return await self._again(row, left)
        if found := await self._found(job, key):
            return await self._record(job, found)
        if not job.wanted:
            return await self._refuse(row, job.state, publication_text.NOT_WANTED, sure=True)
        if wait := self._rates.take(job.account.id, job.adapter.traits.rate):
            return await self._again(row, wait)
        return None

    def _unsettled(self, row: PublicationRow) -> timedelta:
        """How long it is too early to look whether the last try has come to something."""
        if not row.unsure or row.tried_at is None:
            return timedelta(0)
        return row.tried_at + self._settles - self._clock()

    async def _found(self, job: _Job, key: Key) -> Published | None:
        """Our own answer, where it stands already. Raises NetworkRefusalError."""
        if not (job.row.unsure or job.adapter.traits.finds_own):
            return None  # it was certainly refused, and nobody could see more
        try:
            return await job.adapter.find_own(job.answer, key)
        except NetworkRefusalError as refusal:
            # Where the network knows our name of it, it shows only the first of two.
            if job.wanted and job.adapter.traits.names_answers and refusal.fault not in _NOT_NOW:
                return None
            raise

    async def _refused(self, job: _Job, refusal: NetworkRefusalError) -> PublicationStep:
        row, now = job.row, self._clock()
        log.warning(
            "a network did not publish an answer",
            message=row.message,
            platform=row.platform,
            fault=refusal.fault.value,
            code=refusal.code,
            tries=row.tries,
        )
        if refusal.fault not in _NOT_NOW:
            return await self._refuse(row, job.state, refusal.advice)
        if now - row.asked_at >= GIVES_UP:
            return await self._refuse(row, job.state, f"{refusal.advice} {publication_text.NO_ANSWER}")
        if refusal.after:
            self._rates.pause(job.account.id, refusal.after)
        pause = min(_FIRST_PAUSE * (1 << min(row.tries, 10)), _LONGEST_PAUSE)
        return await self._again(row, max(refusal.after or timedelta(0), pause), refusal.advice)

    # ---- what is on record

    async def _record(self, job: _Job, published: Published) -> PublicationStep:
        """The link is on record, and in the same transaction the confirmation that waited for it goes its way."""
        row, now = job.row, self._clock()
        text = texts.new(row.message, "url", published.url, now)
        async with self._db.write() as session:
            await texts.add(session, [text])
            await publications.change(
                session,
                row,
                publications.OPEN,
                state=publications.PUBLISHED,
                url=text.id,
                published_at=now,
                looked_at=now,
                unsure=False,
                advice=None,
            )
            command = await outbox.by_id(session, row.command)
            message = await messages.by_number(session, row.message)
            assert command is not None and message is not None  # noqa: S101
            taken_at = messages.message_now(message, now)
            given = ConfirmPublication.model_validate(command.payload)
            confirmation = given.model_copy(update={"url": text.id, "taken_at": taken_at})
            await outbox.let_go(
                session, row.command, confirmation.model_dump(mode="json", by_alias=True), taken_at
            )
        log.info("an answer is published", message=row.message, platform=row.platform, tries=row.tries)
        return PublicationStep(state=publications.PUBLISHED, again_after=_SOON)

    async def _refuse(
        self, row: PublicationRow, state: MessageState, reason: str, *, sure: bool = False
    ) -> PublicationStep:
        """It is done by hand from here on; the confirmation is refused with the reason, by the message, on record."""
        now = self._clock()
        advice = publication_text.advice(reason, unsure=row.unsure and not sure)
        async with self._db.write() as session:
            command = await outbox.by_id(session, row.command)
            message = await messages.by_number(session, row.message)
            assert command is not None and message is not None  # noqa: S101
            taken_at = messages.message_now(message, now)
            given = ConfirmPublication.model_validate(command.payload)
            refused = given.model_copy(update={"obstacle": advice, "taken_at": taken_at})
            await publications.change(
                session,
                row,
                publications.OPEN,
                state=publications.REFUSED,
                looked_at=now,
                unsure=row.unsure and not sure,
                advice=advice,
            )
            await outbox.let_go(
                session, row.command, refused.model_dump(mode="json", by_alias=True), taken_at
            )
            if now - row.asked_at > _ANSWERED_IN_TIME:
                assert command.sequence is not None  # noqa: S101
                await self._notices.tell(
                    session,
                    self._db.dialect,
                    row.message,
                    command.sequence,
                    NoticeKind.PUBLICATION_FAILED,
                    publication_text.failed(row.message, Network(row.network), advice),
                    [notice_routing.executors_of(state, row.body)],
                    now,
                )
        return PublicationStep(state=publications.REFUSED)

    async def _confirmed(self, row: PublicationRow) -> PublicationStep:
        """What has become of the confirmation."""
        now = self._clock()
        async with self._db.lookup() as session:
            command = await outbox.by_id(session, row.command)
        assert command is not None  # noqa: S101
        if command.status == outbox.ACCEPTED:
            async with self._db.write() as session:
                await publications.change(
                    session, row, publications.PUBLISHED, state=publications.CONFIRMED, looked_at=now
                )
            return PublicationStep(state=publications.CONFIRMED)
        if command.status == outbox.REFUSED:
            return await self._stray(row, command.sequence or 0)
        waited = now - (row.published_at or now)
        return await self._again(row, min(max(_SOON, waited / 4), _AT_MOST))

    async def _stray(self, row: PublicationRow, fact: int) -> PublicationStep:
        """It stands in the network, and the message did not take its confirmation: body and curator have to know."""
        state, now = await self._state_of(row.message), self._clock()
        if state is None:
            return await self._again(row, _FIRST_PAUSE)
        async with self._db.write() as session:
            await publications.change(
                session, row, publications.PUBLISHED, state=publications.STRAY, looked_at=now
            )
            await self._notices.tell(
                session,
                self._db.dialect,
                row.message,
                fact,
                NoticeKind.ANSWER_UNCONFIRMED,
                publication_text.stray(row.message, Network(row.network)),
                [notice_routing.executors_of(state, row.body), notice_routing.curator_of(state)],
                now,
            )
        return PublicationStep(state=publications.STRAY)

    async def _again(
        self, row: PublicationRow, after: timedelta, advice: str | None = None
    ) -> PublicationStep:
        """Look again later; until then nobody needs to ask whether the publication is looked after."""
        now = self._clock()
        async with self._db.write() as session:
            values: dict[str, object] = {"looked_at": now + after, "unsure": row.unsure}
            if advice is not None and advice != row.advice:
                values["advice"] = advice
                await look_again(session, self._db.dialect, row.message, (), now)
            await publications.change(session, row, row.state, **values)
        return PublicationStep(state=row.state, again_after=after)


@asynccontextmanager
async def _alive() -> AsyncIterator[None]:
    """Tells Temporal that the step goes on."""

    async def tell() -> None:
        while True:
            activity.heartbeat()
            await asyncio.sleep(_ALIVE_EVERY)

    task = asyncio.create_task(tell())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
