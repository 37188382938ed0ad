"""Publishes an approved text from the account of its body, and has the publication confirmed (cl. 4, 13).

One step at a time, each finding out what there is to do (docs/use/publishing.md). That a text is about to be sent
is on record before it is sent; so whoever comes after a kill, a lost reply or a refusal looks first whether it stands
there already, and there are never two. What the network said is on record before anybody is told.

It is long because each thing a network may answer has its own end.
"""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import structlog

from calendar_rules.vocabulary import DraftStatus, Network, NoticeKind, Stage
from service.messages.states import MessageStates
from service.networks import publication_text
from service.networks.accounts import NetworkAccounts
from service.networks.answer_notices import AnswerNotices
from service.networks.approved_text import is_approved
from service.networks.handing_back import GIVES_UP, executors_of, hand_back
from service.networks.platforms.accounts import Account
from service.networks.platforms.exchange import longest
from service.networks.platforms.placing import NO_ACCOUNT, NOT_BY_PROGRAM, Attached, Place, obstacle
from service.networks.platforms.port import (
    Adapter,
    Answer,
    Fault,
    File,
    Key,
    NetworkRefusalError,
    Platform,
    Published,
)
from service.networks.platforms.rates import Rates
from service.notices.beside import look_again
from store.commands import outbox
from store.database.engines import Database
from store.database.session import Session
from store.messages import attachments, finding, texts
from store.messages.tables import MessageRow
from store.networks import publications
from store.networks.tables import PublicationRow
from workflows import notice_routing
from workflows.commands import ConfirmPublication
from workflows.publication import PublicationStep
from workflows.state import Addressee, Draft, MessageState
from workflows.vocabulary import Command

log = structlog.get_logger(__name__)

T = TypeVar("T")

SETTLES = timedelta(seconds=8)
"""After a try of which nothing is known: how long the network is left to show what it took."""
_FIRST_PAUSE, _LONGEST_PAUSE = timedelta(seconds=2), timedelta(minutes=2)
_SOON, _AT_MOST = timedelta(seconds=0.3), timedelta(minutes=5)
_LOOK_AND_TRY = 2
"""Calls of a key for which a turn takes room: the look before a further try or after a refusal, and the try."""
_ENDING = (Command.WITHDRAW_DRAFT, Command.SEND_FOR_REWORK, Command.CONFIRM_PUBLICATION, Command.CLOSE)
"""Commands that end what there is to publish; while one of them is under way, nothing is sent."""
_NOT_NOW = (Fault.LATER, Fault.UNKNOWN)


@dataclass(frozen=True, slots=True)
class _Job:
    """A publication with what one step needs; `wanted`: the draft is still to be published."""

    row: PublicationRow
    state: MessageState
    draft: Draft
    wanted: bool
    adapter: Adapter
    account: Account
    answer: Answer


class Publishing:
    """Takes the steps of the workflow `PublicationFromAccount`."""

    def __init__(
        self,
        database: Database,
        states: MessageStates,
        adapters: Mapping[Platform, Adapter],
        accounts: NetworkAccounts,
        rates: Rates,
        notices: AnswerNotices,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        settles: timedelta = SETTLES,
    ) -> None:
        self._db = database
        self._states = states
        self._adapters = adapters
        self._accounts = accounts
        self._rates = rates
        self._notices = notices
        self._clock = clock
        self._settles = settles

    async def step(self, message: str, draft: str) -> PublicationStep:
        """One step of the publication of a draft; nothing where nobody has asked for it, or it is over."""
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
        state = None if under_way else await self._states.of(row.message)
        draft = next((item for item in state.drafts if item.id == row.draft), None) if state else None
        if state is None or draft is None:
            return await self._wait(row, state, publication_text.NOT_ANSWERED)
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
        message, known, files = await self._texts(row, draft)
        post_url = known.get(state.url, message.url) if state.url else message.url
        found = await self._accounts.of_body(row.network, row.body)
        account = next((item for item in found if item.id == row.account), None)
        if account is None:
            return NO_ACCOUNT
        text = known.get(draft.text, "")
        attached = [Attached(file.type, len(file.content)) for file in files]
        place = Place(post_url, account.own_page, account.until, len(text), attached)
        if wanted and (reason := obstacle(adapter.traits, place, self._clock())):
            return reason
        answer = Answer(post_url, text, row.draft, row.first_tried_at or self._clock(), files)
        return _Job(row, state, draft, wanted, adapter, account, answer)

    async def _texts(
        self, row: PublicationRow, draft: Draft
    ) -> tuple[MessageRow, Mapping[str, str], list[File]]:
        """The message, its texts by their ids, and the files that go with the draft."""
        async with self._db.lookup() as session:
            message = await finding.by_number(session, row.message)
            known = await texts.contents(session, [row.message])
            named = () if row.text_only else draft.attachments
            kept = [await attachments.with_content(session, row.message, item) for item in named]
        assert message is not None  # noqa: S101
        return message, known, [File(file.name, file.type, content) for file, content in filter(None, kept)]

    # ---- the network

    async def _send(self, job: _Job) -> PublicationStep:
        """Ask the network; before any but the first try the answer is looked for. Raises NetworkRefusalError."""
        row, is_over = job.row, self._left(job.row) <= timedelta(0)
        if not is_over and (left := self._unsettled(row)) > timedelta(0):
            return await self._wait(row, job.state, publication_text.NO_ANSWER, pause=left)
        if wait := await self._rates.take(job.account.id, job.adapter.traits.rate, _LOOK_AND_TRY):
            return await self._wait(row, job.state, publication_text.ASKED_TO_WAIT, asked=wait)
        key = job.account.open()
        if is_over:
            with suppress(NetworkRefusalError):
                if row.unsure and (found := await self._last_look(job, key)):
                    return await self._record(job, found)
            return await self._give_up(job)
        if row.tries and (known := await self._look_first(job, key)):
            return known
        return await self._try(job, key)

    async def _try(self, job: _Job, key: Key) -> PublicationStep:
        """Send the approved text, and look whether it stands where the network says no. Raises NetworkRefusalError."""
        row, now = job.row, self._clock()
        async with self._db.lookup() as session:
            approved = await is_approved(session, row.message, job.draft, job.answer.text)
        if approved is None:
            return await self._wait(row, job.state, publication_text.NOT_ANSWERED)
        if not approved:
            log.error("a text to be published is not the approved one", message=row.message)
            return await self._refuse(row, job.state, publication_text.OTHER_TEXT)
        until = now + longest(job.answer.files)
        async with self._db.write() as session:
            begun = await publications.begin_try(session, row, now, until)
        if not begun:
            return PublicationStep(state=row.state, again_after=_SOON)
        row.tries, row.first_tried_at = row.tries + 1, row.first_tried_at or now
        row.tried_at, row.unsure = now, True
        try:
            published = await _asked(job.adapter.publish(job.answer, key))
        except NetworkRefusalError as refusal:
            row.unsure = refusal.fault is Fault.UNKNOWN
            if self._is_final(row, refusal):
                try:
                    found = await self._last_look(job, key)
                except NetworkRefusalError:
                    # That there is no time left is no word on whether it was done.
                    row.unsure, found = row.unsure or refusal.fault in _NOT_NOW, None
                if found:
                    return await self._record(job, found)
            raise
        return await self._record(job, published)

    async def _look_first(self, job: _Job, key: Key) -> PublicationStep | None:
        """What an earlier try has come to; None where it may be tried again. Raises NetworkRefusalError."""
        if found := await self._found(job, key):
            return await self._record(job, found)
        if not job.wanted:
            return await self._refuse(job.row, job.state, publication_text.NOT_WANTED, sure=True)
        return None

    async def _last_look(self, job: _Job, key: Key) -> Published | None:
        """Our own answer, where it stands for all that: before it is handed back to be put there by hand.

        Raises NetworkRefusalError.
        """
        if not job.adapter.traits.finds_own:
            return None
        return await _asked(job.adapter.find_own(job.answer, key))

    async def _give_up(self, job: _Job) -> PublicationStep:
        said = [job.row.advice or "", publication_text.NO_ANSWER]
        for further in (publication_text.AGAIN, publication_text.LOOKS_AND_AGAIN):
            said[0] = said[0].removesuffix(further).strip()
        return await self._refuse(job.row, job.state, " ".join(filter(None, said)))

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
            return await _asked(job.adapter.find_own(job.answer, key))
        except NetworkRefusalError as refusal:
            # Where the network knows our name of it, it shows only the first of two.
            if job.wanted and job.adapter.traits.names_answers and refusal.fault not in _NOT_NOW:
                return None
            raise

    async def _refused(self, job: _Job, refusal: NetworkRefusalError) -> PublicationStep:
        row = job.row
        log.warning(
            "a network did not publish an answer",
            message=row.message,
            platform=row.platform,
            fault=refusal.fault.value,
            code=refusal.code,
            tries=row.tries,
        )
        if refusal.fault in _NOT_NOW and refusal.after:
            await self._rates.pause(job.account.id, refusal.after)
        if self._is_final(row, refusal):
            return await self._refuse(row, job.state, refusal.advice)
        pause = min(_FIRST_PAUSE * (1 << min(max(row.tries - 1, 0), 10)), _LONGEST_PAUSE)
        if row.unsure:
            pause = max(pause, self._settles)
        wait = max(refusal.after or timedelta(0), min(pause, self._left(row)))
        further = publication_text.LOOKS_AND_AGAIN if row.unsure else publication_text.AGAIN
        return await self._again(row, wait, f"{refusal.advice} {further}")

    # ---- time

    def _left(self, row: PublicationRow) -> timedelta:
        """How long the network may still be asked: enough of clause 13's half hour is left to do it by hand."""
        return row.asked_at + GIVES_UP - self._clock()

    def _is_final(self, row: PublicationRow, refusal: NetworkRefusalError) -> bool:
        """Whether it is of no use to ask again in the time that is left."""
        return refusal.fault not in _NOT_NOW or (refusal.after or timedelta(0)) >= self._left(row)

    async def _wait(
        self,
        row: PublicationRow,
        state: MessageState | None,
        reason: str,
        *,
        asked: timedelta = timedelta(0),
        pause: timedelta = _FIRST_PAUSE,
    ) -> PublicationStep:
        """Come again later, the less often the longer it has gone on; handed back where there is no time for that.

        `asked`: how long others want us to wait.
        """
        left, gone = self._left(row), self._clock() - row.asked_at
        if left <= timedelta(0) or asked >= left:
            return await self._refuse(row, state, reason)
        return await self._again(row, max(asked, min(max(pause, gone / 8), left)))

    # ---- what is on record

    async def _record(self, job: _Job, published: Published) -> PublicationStep:
        """The link is on record, and in the same transaction the confirmation that waited for it goes its way."""
        row, now = job.row, self._clock()
        text = texts.new(row.message, "url", published.url, now)
        stands = {"url": text.id, "published_at": now, "looked_at": now, "unsure": False, "advice": None}
        async with self._db.write() as session:
            await texts.add(session, [text])
            in_time = await publications.change(
                session, row, publications.OPEN, state=publications.PUBLISHED, **stands
            )
            if not in_time:
                return await self._too_late(session, job, stands)
            command = await outbox.by_id(session, row.command)
            message = await finding.by_number(session, row.message)
            assert command is not None and message is not None  # noqa: S101
            taken_at = finding.message_now(message, now)
            given = ConfirmPublication.model_validate(command.payload)
            confirmation = given.model_copy(update={"url": text.id, "taken_at": taken_at})
            await outbox.let_go(
                session, row.command, confirmation.model_dump(mode="json", by_alias=True), taken_at
            )
        log.info("an answer is published", message=row.message, platform=row.platform, tries=row.tries)
        return PublicationStep(state=publications.PUBLISHED, again_after=_SOON)

    async def _too_late(self, session: Session, job: _Job, stands: Mapping[str, object]) -> PublicationStep:
        """It was handed back meanwhile, and stands in the network now."""
        row = job.row
        await publications.change(session, row, publications.REFUSED, state=publications.STRAY, **stands)
        command = await outbox.by_id(session, row.command)
        text = publication_text.late(row.message, Network(row.network))
        await self._tell(session, row, job.state, (command and command.sequence) or 0, text)
        return PublicationStep(state=publications.STRAY)

    async def _refuse(
        self, row: PublicationRow, state: MessageState | None, reason: str, *, sure: bool = False
    ) -> PublicationStep:
        """It is done by hand from here on."""
        row.unsure = row.unsure and not sure
        to = _told(row, state)[0]
        async with self._db.write() as session:
            await hand_back(session, self._db.dialect, self._notices, row, reason, to, self._clock())
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
        state, now = await self._states.of(row.message), self._clock()
        if state is None:
            return await self._again(row, _FIRST_PAUSE)
        async with self._db.write() as session:
            await publications.change(
                session, row, publications.PUBLISHED, state=publications.STRAY, looked_at=now
            )
            text = publication_text.stray(row.message, Network(row.network))
            await self._tell(session, row, state, fact, text)
        return PublicationStep(state=publications.STRAY)

    async def _tell(
        self, session: Session, row: PublicationRow, state: MessageState, fact: int, text: str
    ) -> None:
        """That the answer stands in the network, and is not confirmed."""
        kind, to = NoticeKind.ANSWER_UNCONFIRMED, _told(row, state)
        await self._notices.tell(session, self._db.dialect, row.message, fact, kind, text, to, self._clock())

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


def _told(row: PublicationRow, state: MessageState | None) -> list[Addressee]:
    """The executors of the body, and the curator; of a message that does not answer whoever the directory says."""
    if state is None:
        return [executors_of(row)]
    return [notice_routing.executors_of(state, row.body), notice_routing.curator_of(state)]


async def _asked(call: Awaitable[T]) -> T:
    """What the network says; raises NetworkRefusalError also for an error of ours, for the press has to end."""
    try:
        return await call
    except NetworkRefusalError:
        raise
    except Exception:
        log.exception("an adapter has failed")
        raise NetworkRefusalError(Fault.UNKNOWN, publication_text.OWN_ERROR, code="own error") from None
