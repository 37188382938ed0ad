"""Tables of the record of access (152-FZ)."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    Index,
    Integer,
    text,
)
from sqlmodel import Field, SQLModel

from store.database.columns import UtcMoment


def _time_ordered() -> Any:
    """A whole number of eight bytes, which on SQLite is the place of the row itself."""
    return BigInteger().with_variant(Integer(), "sqlite")


OK = "ok"
_NOT_WELL = text(f"outcome <> '{OK}'")


class AccessRecordRow(SQLModel, table=True):
    """Who did or saw what, and from where (152-FZ); the database refuses to change it, or to delete it within a year.

    `id` orders rows by `at` (`store.access`). `person` is a sign-in, `os:` and an account of the machine for its
    command line, or None for somebody unknown. `messages` are the numbers of those it was about or that it showed, with
    a space before and after each, `candidates` the ids of such. `details` never hold a text of a citizen, nor a name or
    password somebody typed.
    """

    __tablename__ = "access_record"
    __table_args__ = (
        Index("access_record_person", "person", "id"),
        Index("access_record_call", "call", "id"),
        # What went well is nearly everything, and needs no index to be found.
        Index(
            "access_record_outcome",
            *("outcome", "id"),
            sqlite_where=_NOT_WELL,
            postgresql_where=_NOT_WELL,
        ),
    )

    id: int = Field(sa_column=Column(_time_ordered(), primary_key=True, autoincrement=False))
    at: datetime = Field(sa_type=UtcMoment)
    person: str | None = None
    call: str
    outcome: str
    address: str
    messages: str = ""
    details: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON(none_as_null=True)))
    candidates: str = ""


class AccessBlockRow(SQLModel, table=True):
    """That a row of the record of access has a message of this block of numbers: what it is found by.

    Blocks of candidates are below zero (`store.access`).
    A list shows many messages, mostly of neighbouring numbers: a row for each of them would cost more than the list.
    """

    __tablename__ = "access_block"
    __table_args__ = ({"sqlite_with_rowid": False},)

    block: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    record: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
