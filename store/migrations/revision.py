"""Revision of the schema that a database has, beside the newest that this program knows.

A process begins only on the schema of its own release. One that is at work goes on when a later release brings the
schema further: such a change either suits it, or is not begun while it works (docs/change/changing-running-code.md).
"""

import re
from pathlib import Path

from sqlalchemy import Connection, inspect, text

MIGRATIONS = Path(__file__).parent

_NAMES = re.compile(r"^(revision|down_revision) = (?:\"(.+)\"|None)$", re.MULTILINE)

UNPREPARED = "База данных не подготовлена: выполните otklik prepare."
OLDER = "Структура базы данных старее программы ({found} < {newest}): выполните otklik prepare."
NEWER = (
    "База данных новее этой версии программы ({found} > {newest}): её подготовила более новая версия. Ничего не "
    "изменено. Запустите ту версию или восстановите копию, снятую до обновления (docs/run/backup.md)."
)


class SchemaError(Exception):
    """The database has not the schema that was asked for; the text is Russian and says what to do."""


def known() -> list[str]:
    """The revisions that this program knows, the first one first."""
    after = {}
    for file in (MIGRATIONS / "versions").glob("*.py"):
        names = dict(_NAMES.findall(file.read_text(encoding="utf-8")))
        if "revision" in names:
            after[names.get("down_revision", "")] = names["revision"]
    line, last = list[str](), ""
    while last in after:
        last = after[last]
        line.append(last)
    return line


def of(connection: Connection) -> str | None:
    """The revision of a database; None of one that has not been prepared."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    revision: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return revision


def flaw(connection: Connection) -> str | None:
    """Why a process of this release cannot begin on the database, and what to do; None where it can."""
    return _flaw(of(connection), known())


def refuse_newer(connection: Connection) -> None:
    """Raises SchemaError where a later release has prepared the database."""
    found, ours = of(connection), known()
    if found is not None and found not in ours:
        raise SchemaError(_flaw(found, ours))


class Standing:
    """The schema as a process at work judges it: once it was its own, a newer one is what an upgrade brings."""

    def __init__(self) -> None:
        self._known = known()
        self._was_own = False

    def flaw(self, connection: Connection) -> str | None:
        """As `flaw` tells it."""
        found = of(connection)
        if found == self._known[-1]:
            self._was_own = True
            return None
        if found is not None and found not in self._known and self._was_own:
            return None
        return _flaw(found, self._known)


def _flaw(found: str | None, ours: list[str]) -> str | None:
    if found == ours[-1]:
        return None
    if found is None:
        return UNPREPARED
    return (OLDER if found in ours else NEWER).format(found=found, newest=ours[-1])
