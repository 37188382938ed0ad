"""Verdicts as people give them: what the author says of the answer, with what was written and where."""

from collections.abc import Collection
from datetime import UTC, datetime
from typing import Final

from pydantic import BaseModel, ConfigDict, Field

from calendar_rules.vocabulary import Outcome, Role, Verdict
from service.access import note as access_note
from service.access import wording
from service.access.errors import ConflictError, InvalidInputError
from service.access.values import number_of
from service.commands.requests import Link, Text
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
"""Who says what the author's words mean."""
NOTED: Final = "Оценка автора, внесена в сообщение № {message}."
"""Why a reply that was found is no message of its own."""
_TEXT, _URL = "verdict", "verdict_url"


class VerdictBody(BaseModel):
    """Что автор говорит об ответе."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    verdict: Verdict = Field(description="content — доволен, not_content — не решено, none — ничего ясного.")
    text: Text | None = Field(
        default=None, description="Что написал автор.", examples=["Яма на месте, никто не приезжал."]
    )
    url: Link | None = Field(default=None, description="Где он это написал.")
    reply: str | None = Field(
        default=None,
        max_length=40,
        description="Номер найденной публикации под ответом: её текст и ссылка вносятся сами, "
        "а сама она из найденного уходит.",
    )


class Verdicts:
    """Keeps what persons decide."""

    def __init__(self, database: Database, reader: MessageReader) -> None:
        self._db = database
        self._reader = reader

    async def give(self, target: Target, body: VerdictBody) -> MessageView:
        """Note the verdict; what was noted before stays on record, and the same once more changes nothing.

        Raises InvalidInputError for a reply that is not under the message's answer, ConflictError where the message was
        not answered, its data are erased, or somebody has decided of the reply already.
        """
        reply = await self._reply(target, body.reply) if body.reply is not None else None
        state = await self._reader.state(target.row)
        if state.outcome is not Outcome.ANSWERED:
            raise ConflictError(wording.NOT_ANSWERED)
        text = body.text or (reply.text if reply else None)
        url = body.url or (reply.url if reply else None)
        now = datetime.now(UTC)
        async with self._db.write() as session:
            row = await finding.locked(session, target.number)
            if row.erased_at is not None:
                raise ConflictError(wording.ERASED_FOR_VERDICT)
            if reply is not None and reply.row.id is not None:
                reason = NOTED.format(message=target.number)
                done = await candidates.dismiss(session, reply.row.id, target.caller.key, reason, now)
                if not done and reply.row.reason != reason:
                    raise ConflictError(wording.REPLY_DECIDED)
            connection = await session.connection()
            known = (await connection.run_sync(verdicts.given, [target.number])).get(target.number, [])
            said = (body.verdict, text, url, target.caller.key)
            if not known or (known[0].value, known[0].text, known[0].url, known[0].person) != said:
                written = [
                    texts.new(target.number, field, value, now) if value is not None else None
                    for field, value in ((_TEXT, text), (_URL, url))
                ]
                await texts.add(session, [one for one in written if one is not None])
                of_text, of_url = (one.id if one is not None else None for one in written)
                await verdicts.add(
                    session,
                    VerdictRow(
                        message=target.number,
                        value=body.verdict.value,
                        text=of_text,
                        url=of_url,
                        person=target.caller.key,
                        acting_for=_acting_for(target),
                        at=now,
                    ),
                    bodies=target.turns,
                    curator=row.curator,
                )
        return await self._reader.current(target)

    async def count_awaited(self) -> int:
        """How many answered messages have a reply of which nobody has decided."""
        async with self._db.lookup() as session:
            return await verdicts.count_awaited(session)

    async def answered(self, messages: Collection[int]) -> frozenset[int]:
        """Those of these messages that were answered."""
        if not messages:
            return frozenset()
        async with self._db.lookup() as session:
            return frozenset(await verdicts.answered(session, messages))

    async def _reply(self, target: Target, candidate: str) -> Candidate:
        number = number_of(candidate)
        async with self._db.read() as session:
            found = None if number is None else await candidates.by_id(session, number)
        if found is None or found.row.reply_to != target.number or found.row.id is None:
            raise InvalidInputError("reply", wording.NO_SUCH_REPLY)
        access_note.shows_candidates([found.row.id])
        return found


def _acting_for(target: Target) -> str | None:
    """In whose place the caller says it; None in their own."""
    held = [capacity for capacity in target.capacities if capacity.role in WRITERS]
    return min(held, key=lambda one: one.acting_for is not None).acting_for if held else None
