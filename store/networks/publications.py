"""Publications from accounts: asked for, tried, published, confirmed (docs/use/publishing.md)."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from store.networks.tables import PublicationRow

OPEN = "open"
"""Asked for; the link is not known yet."""
PUBLISHED = "published"
"""The text stands in the network, its link is on record, and the confirmation is on its way."""
CONFIRMED = "confirmed"
REFUSED = "refused"
"""Not published by the program; it is done by hand."""
STRAY = "stray"
"""It stands in the network, and the message no longer wanted it."""
UNDER_WAY = (OPEN, PUBLISHED)


async def of_draft(session: AsyncSession, message: int, draft: str) -> PublicationRow | None:
    """The publication of a draft, read again from the database."""
    return await session.get(PublicationRow, (message, draft), populate_existing=True)


async def of_message(session: AsyncSession, message: int) -> Sequence[PublicationRow]:
    """Every publication of a message from an account."""
    rows = await session.exec(select(PublicationRow).where(PublicationRow.message == message))
    return rows.all()


async def ask(session: AsyncSession, row: PublicationRow) -> bool:
    """Write that a draft is to be published; whether that could be: not while it is under way, or done.

    What was sent to the network before stays on record, for it decides whether the answer is looked for first.
    """
    known = await of_draft(session, row.message, row.draft)
    if known is None:
        session.add(row)
        await session.flush()
        return True
    if known.state != REFUSED:
        return False
    kept = {"message", "draft", "tries", "first_tried_at", "tried_at", "unsure"}
    for field in PublicationRow.model_fields.keys() - kept:
        setattr(known, field, getattr(row, field))
    session.add(known)
    await session.flush()
    return True


async def begin_try(session: AsyncSession, row: PublicationRow, now: datetime, until: datetime) -> bool:
    """Note that the text is about to be sent; False where somebody else has done so since the row was read.

    `until`: when an answer has come, or none does; nobody needs to look after it before.
    """
    done = await session.exec(
        update(PublicationRow)
        .where(
            col(PublicationRow.message) == row.message,
            col(PublicationRow.draft) == row.draft,
            col(PublicationRow.command) == row.command,
            col(PublicationRow.state) == OPEN,
            col(PublicationRow.tries) == row.tries,
        )
        .values(
            tries=row.tries + 1,
            first_tried_at=row.first_tried_at or now,
            tried_at=now,
            looked_at=until,
            unsure=True,
        )
        .execution_options(synchronize_session=False)
    )
    return bool(done.rowcount)


async def change(session: AsyncSession, row: PublicationRow, while_in: str, **values: object) -> bool:
    """Change a publication as long as it is in this state and of the same press; whether it was."""
    done = await session.exec(
        update(PublicationRow)
        .where(
            col(PublicationRow.message) == row.message,
            col(PublicationRow.draft) == row.draft,
            col(PublicationRow.command) == row.command,
            col(PublicationRow.state) == while_in,
        )
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    return bool(done.rowcount)


async def unserved(session: AsyncSession, before: datetime, at_most: int) -> Sequence[PublicationRow]:
    """Publications under way at which nobody has looked since a moment."""
    rows = await session.exec(
        select(PublicationRow)
        .where(col(PublicationRow.state).in_(UNDER_WAY), col(PublicationRow.looked_at) < before)
        .order_by(col(PublicationRow.looked_at))
        .limit(at_most)
    )
    return rows.all()


async def not_tried(
    session: AsyncSession, asked_before: datetime, looked_before: datetime, at_most: int
) -> Sequence[PublicationRow]:
    """Open publications that were asked for before a moment, at which nobody has looked since another one."""
    rows = await session.exec(
        select(PublicationRow)
        .where(
            col(PublicationRow.state) == OPEN,
            col(PublicationRow.asked_at) <= asked_before,
            col(PublicationRow.looked_at) < looked_before,
        )
        .order_by(col(PublicationRow.looked_at))
        .limit(at_most)
    )
    return rows.all()
