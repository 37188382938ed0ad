"""Templates of summaries for Word that were put in in the browser: every version stays, the newest holds."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from store.paper_tables import PaperTemplateRow


class TemplateVersion(NamedTuple):
    """A version without its bytes: who put it in and when; `is_original`: the program's own was put back."""

    kind: str
    version: int
    name: str
    put_in_by: str
    put_in_at: datetime
    is_original: bool


async def versions(session: AsyncSession) -> Sequence[TemplateVersion]:
    """Every version of every kind, the newest first."""
    rows = await session.exec(
        select(
            PaperTemplateRow.kind,
            PaperTemplateRow.version,
            PaperTemplateRow.name,
            PaperTemplateRow.put_in_by,
            PaperTemplateRow.put_in_at,
            col(PaperTemplateRow.content).is_(None),
        ).order_by(col(PaperTemplateRow.kind), col(PaperTemplateRow.version).desc())
    )
    return [TemplateVersion(*row) for row in rows]


async def newest(session: AsyncSession, kind: str) -> tuple[int, bytes | None]:
    """Which version holds, and its bytes; 0 and None where none was put in, None also where the original holds."""
    found = await session.exec(
        select(PaperTemplateRow)
        .where(PaperTemplateRow.kind == kind)
        .order_by(col(PaperTemplateRow.version).desc())
        .limit(1)
    )
    row = found.first()
    if row is None:
        return 0, None
    return (0 if row.content is None else row.version), row.content


async def content(session: AsyncSession, kind: str, version: int) -> tuple[str, bytes] | None:
    """The name and bytes of a version; None where there is none, or where it is the program's own."""
    row = await session.get(PaperTemplateRow, (kind, version))
    return (row.name, row.content) if row is not None and row.content is not None else None


async def add(
    session: AsyncSession, kind: str, name: str, person: str, at: datetime, content: bytes | None
) -> int:
    """Put in a further version, or, without bytes, the program's own back; returns its number."""
    last = await session.exec(
        select(PaperTemplateRow.version)
        .where(PaperTemplateRow.kind == kind)
        .order_by(col(PaperTemplateRow.version).desc())
        .limit(1)
    )
    number = (last.first() or 0) + 1
    session.add(
        PaperTemplateRow(
            kind=kind, version=number, name=name, put_in_by=person, put_in_at=at, content=content
        )
    )
    await session.flush()
    return number
