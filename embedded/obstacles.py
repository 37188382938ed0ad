"""Obstacles outside the program that keep its parts from working: a full disk, a database held by another."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
from pathlib import Path

from telemetry.heartbeat import LITTLE_ROOM

_WAIT = 2.0
"""Seconds; longer than one of the program's writers holds the file."""


def found(data: Path, database: Path | None) -> str | None:
    """What is in the way and what to do about it, in Russian; None where neither is.

    `database`: the file of an SQLite database.
    """
    free = shutil.disk_usage(data).free
    if free < LITTLE_ROOM:
        return (
            f"На диске с каталогом данных {data} свободно {free // 1024} КБ: "
            "освободите место и запустите снова."
        )
    if database is not None and _is_held(database):
        return f"Файл базы данных {database} заблокирован другой программой: закройте её и запустите снова."
    return None


def _is_held(database: Path) -> bool:
    if not database.exists():
        return False
    with contextlib.closing(sqlite3.connect(database, timeout=_WAIT, isolation_level=None)) as connection:
        try:
            connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            return error.sqlite_errorcode == sqlite3.SQLITE_BUSY
    return False
