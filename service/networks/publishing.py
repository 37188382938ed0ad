"""Publishing an approved text from the account of its body: asked for by a person, done by a workflow (cl. 4, 13)."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import structlog
from pydantic import BaseModel, ConfigDict, Field
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.service import RPCError

from calendar_rules.vocabulary import DraftStatus, Network, Stage
from service.access.errors import ConflictError
from service.commands.intake import CommandIntake, RequestKey
from service.commands.outcomes import CommandResult
from service.messages.reader import MessageReader
from service.messages.targets import Target
from service.messages.view import DraftView, MessageView, allowed
from service.networks.accounts import NetworkAccounts
from service.networks.answer_notices import AnswerNotices
from service.networks.handing_back import GIVES_UP, executors_of, hand_back
from service.networks.platforms import placing
from service.networks.platforms.accounts import Account, in_order
from service.networks.platforms.port import Adapter, Platform
from service.networks.platforms.registry import platform_of
from service.networks.publication_text import NOT_SERVED, advice
from service.runs.background import Background
from service.runs.connection import TemporalAwayError, TemporalConnection
from service.runs.workflows import SEND_WITHIN
from store.commands.tables import CommandRow
from store.database.engines import Database
from store.database.session import Session
from store.networks import publications
from store.networks.tables import PublicationRow
from telemetry.logs import reason
from workflows.office import NETWORKS_QUEUE
from workflows.publication import PUBLICATION, publication_id
from workflows.state import Draft, MessageState
from workflows.vocabulary import Command

log = structlog.get_logger(__name__)

_UNSERVED_FOR = timedelta(minutes=1)
_NOT_TRIED_FOR = timedelta(seconds=30)
_AT_ONCE = 20
_IN_TIME = timedelta(seconds=2)
ALREADY = "Этот ответ уже размещается от имени органа: дождитесь, чем это закончится."


class FromAccountBody(BaseModel):
    """Как разместить согласованный текст от имени органа."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    text_only: bool = Field(
        default=False,
        description="Разместить один текст, если вложения ответа сеть от программы не принимает.",
    )


@dataclass(frozen=True, slots=True)
class Offer:
    """That a text can be published from an account of its body; `page` is the account's own.

    `left_out`: why the files of the draft do not go with it, in Russian; whoever presses has to say then that the text
    goes alone.
    """

    page: str
    left_out: str | None


@dataclass(frozen=True, slots=True)
class UnderWay:
    """A publication as the message's page tells of it; `advice` is what the network has said so far."""

    state: str
    draft: str
    url: str | None
    tries: int
    advice: str | None


@dataclass(slots=True)
class _Held:
    """The publication that a confirmation waits for."""

    service: "FromAccount"
    row: PublicationRow

    async def write(self, session: Session, row: CommandRow) -> None:
        self.row.command = row.id
        if not await publications.ask(session, self.row):
            raise ConflictError(ALREADY)

    async def begin(self) -> None:
        await self.service.start(self.row.message, self.row.draft)


class FromAccount:
    """Has approved texts published, and tells how far that is."""

    def __init__(
        self,
        database: Database,
        temporal: TemporalConnection,
        intake: CommandIntake,
        reader: MessageReader,
        adapters: Mapping[Platform, Adapter],
        accounts: NetworkAccounts,
        notices: AnswerNotices,
    ) -> None:
        self._db = database
        self._temporal = temporal
        self._intake = intake
        self._reader = reader
        self._adapters = adapters
        self._accounts = accounts
        self._notices = notices

    async def publish(self, target: Target, key: RequestKey, body: FromAccountBody) -> CommandResult:
        """Publish the approved draft and confirm it. What the program cannot do is refused, with what to do by hand."""
        request = key.of(body)
        state = await self._reader.state(target.row)
        draft = _approved(state)
        command = Command.CONFIRM_PUBLICATION
        if draft is None or command not in allowed(state, target.capacities):
            # The message says what it awaits, and has it on record.
            return await self._intake.give(target, request, command, {"draft": draft and draft.id})
        repeated = key.key is not None and await self._intake.was_given(target.caller, key.key)
        found = await self._judge(target, state, draft, text_only=body.text_only)
        if not repeated and await self._is_under_way(target.number, draft.id):
            found = ALREADY
        if isinstance(found, str):
            told = found if found is ALREADY else advice(found, unsure=False)
            fields = {"draft": draft.id, "obstacle": told}
            return await self._intake.give(target, request, command, fields)
        now = datetime.now(UTC)
        row = PublicationRow(
            message=target.number,
            draft=draft.id,
            body=draft.body,
            network=state.network,
            platform=found.platform,
            account=found.id,
            command="",
            person=target.caller.key,
            text_only=body.text_only,
            asked_at=now,
            looked_at=now,
        )
        held = _Held(self, row)
        return await self._intake.give(target, request, command, {"draft": draft.id}, held=held)

    async def offer(self, target: Target, message: MessageView) -> Offer | None:
        """Whether the text that is to be published now can be published from an account; for the message's page."""
        draft = next((item for item in message.drafts if item.status is DraftStatus.APPROVED), None)
        if draft is None or Command.CONFIRM_PUBLICATION not in message.allowed:
            return None
        files = [placing.Attached(file.type, file.size) for file in draft.attachments]
        for account, adapter in await self._able(message.network, draft.body, message.url):
            place = _place(message.url, account, draft, ())
            if placing.obstacle(adapter.traits, place, datetime.now(UTC)) is None:
                left_out = placing.against_files(adapter.traits, files, len(draft.text))
                return Offer(account.own_page, left_out)
        return None

    async def of_message(self, target: Target) -> Sequence[UnderWay]:
        """Publications from accounts that are not over, and those that the message did not want in the end."""
        async with self._db.lookup() as session:
            rows = await publications.of_message(session, target.number)
            known = await self._reader.texts(target) if any(row.url for row in rows) else {}
        return [
            UnderWay(row.state, row.draft, known.get(row.url or ""), row.tries, row.advice) for row in rows
        ]

    async def start(self, message: int, draft: str) -> None:
        """Have the workflow run that publishes a draft; while Temporal is away it is begun later."""
        try:
            async with asyncio.timeout(SEND_WITHIN.total_seconds()):
                await self._temporal.office.start_workflow(
                    PUBLICATION,
                    args=[str(message), draft],
                    id=publication_id(str(message), draft),
                    task_queue=NETWORKS_QUEUE,
                    id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
                    id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
                    static_summary=f"Размещение ответа на сообщение № {message}",
                )
        except (RPCError, TemporalAwayError, TimeoutError) as error:
            log.warning("publication not started yet", message=message, error=reason(error))

    def background(self) -> Background:
        """Begins again what nobody looks after, as long as it runs."""
        return Background(
            "publications that nobody looks after",
            lambda: self.start_unserved(datetime.now(UTC)),
            every=30.0,
            warning="publications cannot be read now",
            fault="publications could not be looked after",
        )

    async def start_unserved(self, now: datetime) -> None:
        """Begin again what nobody looks after: its workflow was not started, or is lost.

        What no worker has come to in the time that there is for it is handed back to be done by hand.
        """
        async with self._db.lookup() as session:
            rows = await publications.unserved(session, now - _UNSERVED_FOR, _AT_ONCE)
            late = await publications.not_tried(session, now - GIVES_UP, now - _NOT_TRIED_FOR, _AT_ONCE)
        for row in late:
            async with self._db.write() as session:
                dialect, to = self._db.dialect, executors_of(row)
                await hand_back(session, dialect, self._notices, row, NOT_SERVED, to, now)
        handed_back = {(row.message, row.draft) for row in late}
        for row in rows:
            if (row.message, row.draft) not in handed_back:
                await self.start(row.message, row.draft)

    async def _judge(
        self, target: Target, state: MessageState, draft: Draft, *, text_only: bool
    ) -> Account | str:
        """The account to publish from; else why there is none."""
        message = await self._reader.view(target, state)
        shown = next(item for item in message.drafts if item.id == draft.id)
        named = () if text_only else shown.attachments
        files = [placing.Attached(file.type, file.size) for file in named]
        able = await self._able(state.network, draft.body, message.url)
        found = placing.NO_ACCOUNT
        for account, adapter in able:
            place = _place(message.url, account, shown, files)
            judged = placing.obstacle(adapter.traits, place, datetime.now(UTC))
            if judged is None:
                return account
            found = judged
        return found

    async def _able(self, network: Network, body: str, url: str) -> list[tuple[Account, Adapter]]:
        """The accounts of a body that speak to the platform of a post, that on whose page it stands first."""
        found = await self._accounts.of_body(network, body)
        return [
            (account, adapter)
            for account in in_order(found, platform_of(network, url), url)
            if (adapter := self._adapters.get(account.platform)) is not None
        ]

    async def _is_under_way(self, message: int, draft: str) -> bool:
        async with self._db.lookup() as session:
            row = await publications.of_draft(session, message, draft)
        return row is not None and row.state != publications.REFUSED


def _approved(state: MessageState) -> Draft | None:
    draft = state.draft
    if state.stage is not Stage.PUBLICATION or draft is None or draft.status is not DraftStatus.APPROVED:
        return None
    return draft


def _place(url: str, account: Account, draft: DraftView, files: Sequence[placing.Attached]) -> placing.Place:
    return placing.Place(url, account.own_page, account.until, len(draft.text), files)
