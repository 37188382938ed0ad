"""A database that is a file with the demo password, and one that has just the tables which a start looks at."""

import sqlite3
from contextlib import closing

from settings import Settings
from store.migrations import revision

_LOOKED_AT = ("setting", "person", "body", "message")


async def prepare(settings: Settings) -> None:
    (settings.data / "prepared").write_text(settings.demo_password or "", encoding="utf-8")
    with closing(sqlite3.connect(settings.data / "otklik.db")) as connection, connection:
        for table in _LOOKED_AT:
            connection.execute(f"CREATE TABLE IF NOT EXISTS {table} (key TEXT PRIMARY KEY, value TEXT)")
        connection.execute("CREATE TABLE IF NOT EXISTS alembic_version (version_num TEXT PRIMARY KEY)")
        connection.execute("INSERT OR IGNORE INTO alembic_version VALUES (?)", (revision.known()[-1],))
