"""The record of who changed what of the directory; rows are added and never changed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from store.directory.tables import DirectoryEditRow


class Part(StrEnum):
    """What of the directory it is."""

    BODIES = "bodies"
    PEOPLE = "people"
    TOPICS = "topics"
    TEMPLATES = "templates"
    HOURS = "hours"
    NETWORK_KEYS = "network_keys"
    SOURCES = "sources"


class Action(StrEnum):
    """What was done."""

    ADDED = "added"
    CHANGED = "changed"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Edit:
    """One thing that was changed: `fields` are title, text before and text after."""

    part: Part
    subject: str
    title: str
    action: Action
    fields: Sequence[tuple[str, str, str]] = ()


@dataclass(frozen=True, slots=True)
class Sought:
    """What is searched for; None: all of it."""

    person: str | None = None
    part: Part | None = None
    subject: str | None = None


def note(session: AsyncSession, person: str | None, at: datetime, edits: Iterable[Edit]) -> None:
    """On record in the transaction of the change itself; `person` is None for the command line."""
    session.add_all(
        DirectoryEditRow(
            at=at,
            person=person,
            part=edit.part,
            subject=edit.subject,
            title=edit.title,
            action=edit.action,
            fields=[list(field) for field in edit.fields],
        )
        for edit in edits
    )


async def page(
    session: AsyncSession, sought: Sought, *, before: int | None, limit: int
) -> Sequence[DirectoryEditRow]:
    """The rows, the newest first; those older than the row `before`."""
    statement = select(DirectoryEditRow).order_by(col(DirectoryEditRow.id).desc()).limit(limit)
    for column, value in (
        (DirectoryEditRow.person, sought.person),
        (DirectoryEditRow.part, sought.part),
        (DirectoryEditRow.subject, sought.subject),
    ):
        if value is not None:
            statement = statement.where(col(column) == value)
    if before is not None:
        statement = statement.where(col(DirectoryEditRow.id) < before)
    return (await session.exec(statement)).all()
