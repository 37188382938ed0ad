"""Files and figures that a worker makes for those who ask, until they expire. All functions run in a caller's session.

Nothing but `content` reads the bytes of a file.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, delete, update
from sqlalchemy.orm import defer
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from store.reports.tables import WorkbookRow

_ROW = select(WorkbookRow).options(defer(WorkbookRow.content), defer(WorkbookRow.shown))  # type: ignore[arg-type]


def _waits(now: datetime) -> ColumnElement[bool]:
    return and_(
        col(WorkbookRow.made_at).is_(None),
        col(WorkbookRow.failed).is_(None),
        col(WorkbookRow.expires_at) > now,
    )


async def of_person(session: AsyncSession, person: str) -> Sequence[WorkbookRow]:
    """What the person has asked for, the first one first."""
    of_them = _ROW.where(WorkbookRow.person == person)
    return (await session.exec(of_them.order_by(col(WorkbookRow.asked_at), col(WorkbookRow.id)))).all()


async def one(session: AsyncSession, workbook: str) -> WorkbookRow | None:
    """The workbook of this id."""
    return (await session.exec(_ROW.where(WorkbookRow.id == workbook))).first()


async def last_of_kind(session: AsyncSession, kind: str, now: datetime) -> WorkbookRow | None:
    """The one of a kind that was asked for last, and has not expired."""
    of_kind = _ROW.where(WorkbookRow.kind == kind, col(WorkbookRow.expires_at) > now)
    return (await session.exec(of_kind.order_by(col(WorkbookRow.asked_at).desc()).limit(1))).first()


async def content(session: AsyncSession, workbook: str) -> tuple[bytes, Sequence[int]] | None:
    """The file, and the numbers of the messages in it; None where it is not made."""
    statement = select(WorkbookRow.content, WorkbookRow.shown).where(WorkbookRow.id == workbook)
    found = (await session.exec(statement)).first()
    return None if found is None or found[0] is None else (found[0], found[1] or ())


async def first_waiting(
    session: AsyncSession, now: datetime, besides: Sequence[str] = ()
) -> WorkbookRow | None:
    """The one that has waited longest to be made; `besides`: of another kind than these."""
    waiting = _ROW.where(_waits(now)).order_by(col(WorkbookRow.asked_at), col(WorkbookRow.id)).limit(1)
    if besides:
        waiting = waiting.where(col(WorkbookRow.kind).not_in(besides))
    return (await session.exec(waiting)).first()


async def begin(session: AsyncSession, workbook: str) -> None:
    """It is begun once more."""
    tries = col(WorkbookRow.tries) + 1
    await session.exec(
        update(WorkbookRow).where(col(WorkbookRow.id) == workbook).values(tries=tries, share=0)
    )


async def tell(session: AsyncSession, workbook: str, share: int) -> None:
    """So many percent of it are made."""
    await session.exec(
        update(WorkbookRow)
        .where(col(WorkbookRow.id) == workbook, col(WorkbookRow.made_at).is_(None))
        .values(share=share)
    )


async def keep(
    session: AsyncSession,
    workbook: str,
    file: bytes,
    shown: Sequence[int],
    made_at: datetime,
    expires_at: datetime,
) -> bool:
    """Keep the file; not where another has, or where something was erased meanwhile, and with it the row."""
    kept = await session.exec(
        update(WorkbookRow)
        .where(col(WorkbookRow.id) == workbook, _waits(made_at))
        .values(
            content=file,
            size=len(file),
            shown=list(shown),
            share=100,
            made_at=made_at,
            expires_at=expires_at,
        )
    )
    return bool(kept.rowcount)


async def fail(session: AsyncSession, workbook: str, why: str, expires_at: datetime) -> None:
    """There will be none, and `why`, in Russian, until it expires."""
    await session.exec(
        update(WorkbookRow)
        .where(col(WorkbookRow.id) == workbook, col(WorkbookRow.made_at).is_(None))
        .values(failed=why, expires_at=expires_at)
    )


async def forget(session: AsyncSession, workbook: str) -> None:
    """Delete one with its file."""
    await session.exec(delete(WorkbookRow).where(col(WorkbookRow.id) == workbook))


async def forget_expired(session: AsyncSession, now: datetime) -> int:
    """Delete what has expired; returns how many there were."""
    return (await session.exec(delete(WorkbookRow).where(col(WorkbookRow.expires_at) <= now))).rowcount


async def forget_all(session: AsyncSession) -> None:
    """Delete everybody's: what is erased of one message may be in each, and be sought by each (152-FZ)."""
    await session.exec(delete(WorkbookRow))
