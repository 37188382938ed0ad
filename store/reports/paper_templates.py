"""Templates of summaries for Word that were put in in the browser: every version stays, with who put it in."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from store.reports.tables import PaperTemplateRow

_ROW = PaperTemplateRow
_LAST_PUT_IN = (col(_ROW.put_in_at).desc(), col(_ROW.version).desc())


class TemplateVersion(NamedTuple):
    """A version without its bytes: who put it in and when; `is_original`: the program's own was put back."""

    kind: str
    version: int
    name: str
    put_in_by: str
    put_in_at: datetime
    in_force: bool
    is_original: bool


async def versions(session: AsyncSession) -> Sequence[TemplateVersion]:
    """Every version of every kind; of each kind the one put in last first."""
    rows = await session.exec(
        select(  # type: ignore[call-overload]  # more columns than its overloads have
            _ROW.kind,
            _ROW.version,
            _ROW.name,
            _ROW.put_in_by,
            _ROW.put_in_at,
            _ROW.in_force,
            col(_ROW.content).is_(None),
        ).order_by(col(_ROW.kind), *_LAST_PUT_IN)
    )
    return [TemplateVersion(*row) for row in rows]


async def holding(session: AsyncSession, kind: str) -> tuple[int, bytes | None]:
    """Which version holds, and its bytes; 0 and None where the program's own does."""
    statement = select(_ROW).where(_ROW.kind == kind, col(_ROW.in_force).is_(True)).order_by(*_LAST_PUT_IN)
    row = (await session.exec(statement.limit(1))).first()
    return (0, None) if row is None or row.content is None else (row.version, row.content)


async def content(session: AsyncSession, kind: str, version: int) -> tuple[str, bytes] | None:
    """The name and bytes of a version; None where there is none, or where it is the program's own."""
    row = await session.get(_ROW, (kind, version))
    return (row.name, row.content) if row is not None and row.content is not None else None


async def add(
    session: AsyncSession,
    kind: str,
    name: str,
    *,
    person: str,
    at: datetime,
    in_force: bool,
    content: bytes | None,
) -> int:
    """A further version; returns its number."""
    last = await session.exec(
        select(_ROW.version).where(_ROW.kind == kind).order_by(col(_ROW.version).desc()).limit(1)
    )
    number = (last.first() or 0) + 1
    session.add(
        PaperTemplateRow(
            kind=kind,
            version=number,
            name=name,
            put_in_by=person,
            put_in_at=at,
            in_force=in_force,
            content=content,
        )
    )
    await session.flush()
    return number


async def put_in_force(session: AsyncSession, kind: str, version: int, person: str, at: datetime) -> bool:
    """From now on this version holds; False where there is none."""
    row = await session.get(_ROW, (kind, version))
    if row is None:
        return False
    row.in_force, row.put_in_by, row.put_in_at = True, person, at
    session.add(row)
    await session.flush()
    return True
