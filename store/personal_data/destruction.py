"""Acts of destruction: what was destroyed, of which message, when, why and by whom (order 179 of Roskomnadzor).

They are written in the transaction that destroys. An act holds kinds, numbers and amounts: nothing of what was
destroyed.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import func, insert
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from store.personal_data.tables import DestructionActRow, DestructionEntryRow


class DataClass(StrEnum):
    """A class of data that is destroyed, as an act names it."""

    AUTHOR_AND_LINK = "author_and_link"
    TEXTS = "texts"
    WORDS = "words"
    FILES = "files"
    NOTICES = "notices"
    PAPERS = "papers"
    REQUESTS = "requests"
    UNUSED_FILES = "unused_files"
    UNSENT_TEXTS = "unsent_texts"
    SIGN_INS = "sign_ins"
    KNOWN_SOURCES = "known_sources"
    WRONG_PASSWORDS = "wrong_passwords"
    ACCESS_RECORD = "access_record"
    CANDIDATES = "candidates"


class Act(NamedTuple):
    """What an act begins with. `run` names what it is of: entries of one run go into one act."""

    run: str
    ground: str
    person: str | None
    backups_until: datetime


async def record(
    session: AsyncSession,
    act: Act,
    at: datetime,
    destroyed: Mapping[DataClass, int],
    message: int | None = None,
) -> int | None:
    """Enter what was destroyed into the act, which begins with its first entry; returns its number.

    None where nothing was.
    """
    if not any(destroyed.values()):
        return None
    row = (await session.exec(select(DestructionActRow).where(DestructionActRow.run == act.run))).first()
    if row is None:
        row = DestructionActRow(
            run=act.run,
            person=act.person,
            ground=act.ground,
            begun_at=at,
            ended_at=at,
            backups_until=act.backups_until,
        )
    row.ended_at, row.backups_until = at, act.backups_until
    session.add(row)
    await session.flush()
    entries = [
        {"act": row.id, "at": at, "data_class": str(kind), "message": message, "amount": amount}
        for kind, amount in destroyed.items()
        if amount
    ]
    await (await session.connection()).execute(insert(DestructionEntryRow), entries)
    return row.id


async def acts(
    session: AsyncSession, before: int | None, limit: int, message: int | None = None
) -> Sequence[DestructionActRow]:
    """Acts, the newest first, those before a number where one is given; of a message where one is named."""
    statement = select(DestructionActRow).order_by(col(DestructionActRow.id).desc()).limit(limit)
    if before is not None:
        statement = statement.where(col(DestructionActRow.id) < before)
    if message is not None:
        of_it = select(DestructionEntryRow.act).where(DestructionEntryRow.message == message)
        statement = statement.where(col(DestructionActRow.id).in_(of_it))
    return (await session.exec(statement)).all()


async def act(session: AsyncSession, number: int) -> DestructionActRow | None:
    """The act of this number."""
    return await session.get(DestructionActRow, number)


async def entries(session: AsyncSession, number: int) -> Sequence[DestructionEntryRow]:
    """What an act lists, in order."""
    rows = await session.exec(
        select(DestructionEntryRow)
        .where(DestructionEntryRow.act == number)
        .order_by(col(DestructionEntryRow.id))
    )
    return rows.all()


async def totals(session: AsyncSession, numbers: Sequence[int]) -> dict[int, dict[str, tuple[int, int]]]:
    """Of some acts, by class: how much was destroyed, and of how many messages."""
    rows = await session.exec(
        select(
            DestructionEntryRow.act,
            DestructionEntryRow.data_class,
            func.sum(DestructionEntryRow.amount),
            func.count(func.distinct(DestructionEntryRow.message)),
        )
        .where(col(DestructionEntryRow.act).in_(numbers))
        .group_by(col(DestructionEntryRow.act), col(DestructionEntryRow.data_class))
    )
    found: dict[int, dict[str, tuple[int, int]]] = {number: {} for number in numbers}
    for number, kind, amount, messages in rows:
        found[number][kind] = (int(amount), int(messages))
    return found
