"""Session of a database and the errors it raises, by the names that the rest of the program uses."""

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
]
