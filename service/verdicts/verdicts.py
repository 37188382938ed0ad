"""Verdicts: what the author says of the answer, as a curator or the head has understood it."""

from collections.abc import Collection
from datetime import UTC, datetime
from typing import Final

from pydantic import BaseModel, ConfigDict, Field

from calendar_rules.vocabulary import Outcome, Role, Verdict
from service.access import note as access_note
from service.access import wording
from service.access.errors import ConflictError, ForbiddenError, InvalidInputError
from service.access.values import number_of
from service.commands.requests import Text
from service.messages.reader import MessageReader
from service.messages.targets import Target
from service.messages.view import MessageView
from store.database.engines import Database
from store.messages import finding, texts
from store.networks import candidates
from store.networks.candidates import Candidate
from store.verdicts import verdicts
from store.verdicts.tables import VerdictRow

WRITERS: Final = (Role.CURATOR, Role.HEAD)
"""Who puts a verdict; a curator not of an answer that they approved."""
NOTED: Final = "Оценка автора, внесена в сообщение № {message}."
"""Why a reply that was found is no message of its own."""


class VerdictBody(BaseModel):
    """Что автор говорит об ответе."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    verdict: Verdict = Field(
        description="content — доволен, discontent — не решено, unclear — ничего ясного."
    )
    reply: Text | None = Field(
        default=None,
        description="Что написал автор, или номер найденной публикации под ответом: её текст и ссылка вносятся сами.",
        examples=["Яма на месте, никто не приезжал."],
    )


class Verdicts:
    """Keeps what persons decide."""

    def __init__(self, database: Database, reader: MessageReader) -> None:
        self._db = database
        self._reader = reader

    async def put(self, target: Target, body: VerdictBody) -> MessageView:
        """Put the verdict; those before stay on record, and the same once more changes nothing.

        A found reply leaves what waits for a decision, unless it says that nothing was solved: that one may be taken
        as a repeated message (cl. 16). Raises ForbiddenError for the curator who approved the answer,
        InvalidInputError for a number that is of no reply to the message, ConflictError where the message was not
        answered or its data are erased.
        """
        if not await self.may_put(target):
            raise ForbiddenError(wording.OWN_APPROVAL)
        found = await self._found(target, body.reply)
        if (await self._reader.state(target.row)).outcome is not Outcome.ANSWERED:
            raise ConflictError(wording.NOT_ANSWERED)
        text, url = (found.text, found.url) if found else (body.reply, None)
        now, caller = datetime.now(UTC), target.caller
        async with self._db.write() as session:
            row = await finding.locked(session, target.number)
            if row.erased_at is not None:
                raise ConflictError(wording.ERASED_FOR_VERDICT)
            if found is not None and found.row.id is not None and body.verdict is not Verdict.DISCONTENT:
                reason = NOTED.format(message=target.number)
                await candidates.dismiss(session, found.row.id, caller.key, reason, now)
            connection = await session.connection()
            last = (await connection.run_sync(verdicts.given, [target.number])).get(target.number, [None])[0]
            said = (body.verdict, text, url, caller.key)
            if last is None or (last.value, last.reply, last.url, last.person) != said:
                of_text, of_url = (
                    texts.new(target.number, field, value, now) if value is not None else None
                    for field, value in (("verdict", text), ("verdict_url", url))
                )
                await texts.add(session, [one for one in (of_text, of_url) if one is not None])
                held = [capacity for capacity in target.capacities if capacity.role in WRITERS]
                given = VerdictRow(
                    message=target.number,
                    value=body.verdict.value,
                    text=of_text.id if of_text else None,
                    url=of_url.id if of_url else None,
                    person=caller.key,
                    acting_for=min(held, key=lambda one: one.acting_for is not None).acting_for,
                    at=now,
                )
                await verdicts.add(session, given, bodies=target.turns, curator=row.curator)
        return await self._reader.current(target)

    async def may_put(self, target: Target) -> bool:
        """Whether the caller may; those of other roles may not. The head may whoever approved the answer."""
        roles = {capacity.role for capacity in target.capacities}
        if Role.CURATOR not in roles or Role.HEAD in roles:
            return Role.HEAD in roles
        async with self._db.lookup() as session:
            return await verdicts.approver(session, target.number) != target.caller.key

    async def answered(self, messages: Collection[int]) -> frozenset[int]:
        """Those of these messages that were answered."""
        async with self._db.lookup() as session:
            return frozenset(await verdicts.answered(session, messages))

    async def _found(self, target: Target, reply: str | None) -> Candidate | None:
        """The reply that was found under this number; None of the author's own words."""
        number = number_of(reply) if reply is not None else None
        if number is None:
            return None
        async with self._db.read() as session:
            found = await candidates.by_id(session, number)
        if found is None or found.row.reply_to != target.number:
            raise InvalidInputError("reply", wording.NO_SUCH_REPLY)
        access_note.shows_candidates([number])
        return found
