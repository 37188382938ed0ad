"""Writes what a message's step left behind: snapshot, limits, journal rows and notices, in one transaction."""

from datetime import UTC, datetime
from typing import Any

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from temporalio import activity

from activities.notice_text import render
from activities.recipients import recipients
from store import records
from store.database import Database
from store.tables import Body
from workflows.process import WRITE_RECORD
from workflows.state import LimitRun, MessageState, NoticeFact, Record
from workflows.vocabulary import NoticeKind


def head_of(state: MessageState, *, overdue: bool, next_due: datetime | None) -> records.Head:
    """The row of a message as its state says; limits have a table of their own."""
    return records.Head(
        rows=state.rows,
        stage=state.stage,
        outcome=state.outcome,
        current_body=state.current_body,
        topic=state.topic,
        overdue=overdue,
        next_due=next_due,
        turns=state.turns,
        snapshot=state.model_dump(mode="json", by_alias=True, exclude={"limits"}),
    )


class Records:
    """The activities of the messages' queue, with the database they write to."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @activity.defn(name=WRITE_RECORD)
    async def write(self, record: Record) -> None:
        """Write one record; one already written changes nothing. Fails, to be retried, while the database is away."""
        message, now = int(record.message), datetime.now(UTC)
        async with self._database.write() as session:
            if not await records.begin_record(session, message, record.number):
                return
            head = head_of(record.state, overdue=record.overdue, next_due=record.next_due)
            await records.keep_head(session, message, head)
            await records.keep_limits(session, (_limit_row(message, run) for run in record.state.limits))
            await records.add_rows(
                session,
                (
                    {
                        "message": message,
                        "written_at": now,
                        **row.model_dump(exclude={"data"}),
                        "data": row.data,
                    }
                    for row in record.rows
                ),
            )
            await records.add_notices(session, await _notice_rows(session, record, now))


def _limit_row(message: int, run: LimitRun) -> dict[str, Any]:
    return {
        "message": message,
        "number": run.number,
        "name": run.name,
        "holder_role": run.holder.role,
        "holder_body": run.holder.body,
        "started_at": run.started_at,
        "due_at": run.due_at,
        "met_at": run.met_at,
        "breached_at": run.breached_at,
        "cancelled_at": run.cancelled_at,
        "inherited": run.inherited,
        "run": run.model_dump(mode="json", by_alias=True),
    }


async def _notice_rows(session: AsyncSession, record: Record, now: datetime) -> list[dict[str, Any]]:
    """A row for each person told; a person told twice of one thing by one record is told once."""
    titles = (
        dict((await session.exec(select(Body.key, col(Body.short_title)))).all()) if record.notices else {}
    )
    rows: dict[tuple[int, NoticeKind, str], dict[str, Any]] = {}
    for fact in record.notices:
        text = render(fact, record.state, titles)
        for person, acting_for in (await _told(session, record, fact, rows)).items():
            rows.setdefault(
                (fact.row, fact.kind, person),
                {
                    "message": int(record.message),
                    "row": fact.row,
                    "kind": fact.kind,
                    "limit": fact.limit,
                    "person": person,
                    "acting_for": acting_for,
                    "at": fact.at,
                    "deliver_from": fact.deliver_from,
                    "text": text,
                    "written_at": now,
                },
            )
    return list(rows.values())


async def _told(
    session: AsyncSession,
    record: Record,
    fact: NoticeFact,
    pending: dict[tuple[int, NoticeKind, str], dict[str, Any]],
) -> dict[str, str | None]:
    if fact.revokes is None:
        return await recipients(session, fact)
    written = dict(await records.told_of(session, int(record.message), fact.revokes))
    # The breach and its withdrawal may come in one record.
    here = {
        person: row["acting_for"] for (number, _, person), row in pending.items() if number == fact.revokes
    }
    return written | here
