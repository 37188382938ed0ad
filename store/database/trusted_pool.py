"""Connections to PostgreSQL that were in use a moment ago are used again unasked; others must answer first.

SQLAlchemy's own `pool_pre_ping` asks before every transaction, which takes as long as a statement.
"""

import time

from sqlalchemy import Engine, event, exc
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

TRUSTED = 1.0  # seconds after its last use


def ask_after_a_pause(engine: Engine) -> None:
    """Have the engine's pool ask a connection that nobody used for `TRUSTED` seconds, and replace one that is gone."""

    @event.listens_for(engine, "checkin")
    def note(_connection: DBAPIConnection | None, entry: ConnectionPoolEntry) -> None:
        entry.info["used_at"] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def ask(connection: DBAPIConnection, entry: ConnectionPoolEntry, _proxy: PoolProxiedConnection) -> None:
        used_at = entry.info.get("used_at")
        if used_at is None or time.monotonic() - used_at < TRUSTED:
            return
        dialect = engine.dialect
        try:
            dialect.do_ping(connection)
        except dialect.loaded_dbapi.Error as error:
            # Those beside it were lost with it.
            raise exc.InvalidatePoolError from error
