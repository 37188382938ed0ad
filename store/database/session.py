"""Session of a database and the errors it raises, by the names that the rest of the program uses."""

import sqlite3

from sqlalchemy import Connection, Row
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, InterfaceError, OperationalError
from sqlalchemy.exc import SQLAlchemyError as DatabaseError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlmodel.ext.asyncio.session import AsyncSession as Session

__all__ = [
    "Connection",
    "DBAPIError",
    "DataError",
    "DatabaseError",
    "IntegrityError",
    "InterfaceError",
    "OperationalError",
    "PoolTimeoutError",
    "Row",
    "Session",
    "disk_is_full",
    "is_read_only",
]

_POSTGRESQL_DISK_FULL, _POSTGRESQL_READ_ONLY = "53100", "25006"


def disk_is_full(error: BaseException) -> bool:
    """Whether the database has no room to write."""
    return _is(error, _POSTGRESQL_DISK_FULL, sqlite3.SQLITE_FULL)


def is_read_only(error: BaseException) -> bool:
    """Whether the database may be read and not written to, as a standby of PostgreSQL."""
    return _is(error, _POSTGRESQL_READ_ONLY, sqlite3.SQLITE_READONLY)


def _is(error: BaseException, of_postgresql: str, of_sqlite: int) -> bool:
    cause = getattr(error, "orig", None)
    code = getattr(cause, "sqlite_errorcode", None)
    # The lower byte is the kind of an error, whatever more is known of it.
    is_of_sqlite = code is not None and code & 0xFF == of_sqlite
    return is_of_sqlite or getattr(cause, "sqlstate", None) == of_postgresql
