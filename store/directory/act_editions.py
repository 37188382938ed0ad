"""The editions of acts that were in force in this installation."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from store.database import statements
from store.database.session import Session
from store.directory.tables import ActEditionRow


async def keep(
    session: Session, dialect: str, digest: str, reference: str, content: dict[str, Any], now: datetime
) -> None:
    """Keep what an act says, once."""
    row = {"digest": digest, "reference": reference, "content": content, "kept_at": now}
    await statements.run(session, statements.new_rows(ActEditionRow, [row], dialect))


async def kept(session: AsyncSession) -> Sequence[ActEditionRow]:
    """All of them, in the order in which they came into force here."""
    statement = select(ActEditionRow).order_by(col(ActEditionRow.kept_at), col(ActEditionRow.digest))
    return (await session.exec(statement)).all()
