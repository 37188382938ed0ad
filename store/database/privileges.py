"""Privileges of the program in PostgreSQL, where another role owns the tables (docs/run/installation.md).

The owner's role makes and changes tables, by `otklik prepare` and at no other time. API, worker and commands run as a
role that may do what is granted here, and cannot alter a table, disable a trigger or undo what is append-only.
"""

import os
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from sqlalchemy import TextClause, make_url, text
from sqlalchemy.ext.asyncio import AsyncConnection

from store.database.engines import Database

if TYPE_CHECKING:
    from settings import Settings

READ, ADD, CHANGE, REMOVE = "SELECT", "INSERT", "UPDATE", "DELETE"

GRANTED: Mapping[str, Sequence[str]] = {
    "alembic_version": (READ,),
    # Append-only.
    "journal_row": (READ, ADD),
    "destruction_entry": (READ, ADD),
    "directory_edit": (READ, ADD),
    "shortcoming_measure": (READ, ADD),
    "verdict": (READ, ADD),
    "answer_check": (READ, ADD),
    "working_time": (READ, ADD),
    # Added, read, and removed after their term; never changed.
    "access_record": (READ, ADD, REMOVE),
    "access_block": (READ, ADD, REMOVE),
    # What the journal, the limits and acts of destruction stand on is never removed.
    "message": (READ, ADD, CHANGE),
    "limit_run": (READ, ADD, CHANGE),
    "promise": (READ, ADD, CHANGE),
    "destruction_act": (READ, ADD, CHANGE),
}
"""Tables with which the program may not do everything; all others may be read, added to, changed and cleared."""

_ALL = (READ, ADD, CHANGE, REMOVE)
_VACUUM, _KNOWN_SINCE = "MAINTAIN", 17
"""What was erased is dead until a table is vacuumed, and the program does not wait for the server to do it."""
_NEVER = ("UPDATE", "DELETE", "TRUNCATE", "TRIGGER", "REFERENCES")
"""What nobody but the owner may ever hold of the journal, by whatever way."""

_HOW = "См. docs/run/installation.md, «The owner of the database»."


class PrivilegesError(Exception):
    """The roles cannot be kept apart as they are set up; the text is Russian and says what to do."""


def runtime_role(settings: "Settings") -> str | None:
    """The role the program runs as, where the owner's is another one; None where nothing is to be kept apart.

    Raises PrivilegesError where the settings do not name it, or name another database.
    """
    if settings.owner_database_url is None:
        return None
    owner, running = make_url(settings.owner_database_url), make_url(settings.database_url)
    if running.get_backend_name() != "postgresql" or running.database != owner.database:
        raise PrivilegesError(
            "Настройки OTKLIK_OWNER_DATABASE_URL и OTKLIK_DATABASE_URL должны называть одну базу PostgreSQL."
        )
    role = running.username or os.environ.get("PGUSER")
    if role is None:
        raise PrivilegesError("Укажите в OTKLIK_DATABASE_URL имя роли: postgresql://роль@сервер/база.")
    return role


async def check(url: str, role: str) -> None:
    """Whether the role of the address owns everything, and `role` nothing; changes nothing. Raises PrivilegesError."""
    database = Database(url)
    try:
        async with database.changing_schema() as connection:
            await _check(connection, role)
    finally:
        await database.dispose()


async def _check(connection: AsyncConnection, role: str) -> None:
    found = (await connection.execute(_STANDING, {"role": role})).one()
    if found.same:
        raise PrivilegesError(
            f"Обе настройки, OTKLIK_OWNER_DATABASE_URL и OTKLIK_DATABASE_URL, называют роль {role}: "
            f"программе нужна роль, отличная от владельца. {_HOW}"
        )
    if not found.there:
        raise PrivilegesError(f"Роли {role} из OTKLIK_DATABASE_URL в PostgreSQL нет: создайте её. {_HOW}")
    if found.above:
        raise PrivilegesError(
            f"Роль {role} из OTKLIK_DATABASE_URL входит в роль владельца или может всё: отберите это у неё. {_HOW}"
        )
    owned = (await connection.scalars(_OWNED, {"role": role})).all()
    if owned:
        raise PrivilegesError(
            f"Роли {role} из OTKLIK_DATABASE_URL принадлежит: {', '.join(owned[:5])}. Передайте владение: "
            f"deploy/postgres/separate-roles.sh. {_HOW}"
        )


async def grant(database: Database, role: str) -> None:
    """Let `role` do what the program does, and nothing else; a second time changes nothing. Raises PrivilegesError."""
    async with database.changing_schema() as connection:
        quoted = connection.dialect.identifier_preparer.quote(role)
        await _let_in(connection, role, quoted)
        version = int((connection.dialect.server_version_info or (0,))[0])
        for name in (await connection.scalars(_TABLES)).all():
            table = connection.dialect.identifier_preparer.quote(name)
            await connection.execute(text(f"REVOKE ALL ON {table} FROM {quoted}, PUBLIC"))
            rights = ", ".join(_rights(name, version))
            await connection.execute(text(f"GRANT {rights} ON {table} TO {quoted}"))
        # `otklik recover` moves the numbers of messages on, after a restore.
        await connection.execute(
            text(f"GRANT SELECT, USAGE, UPDATE ON ALL SEQUENCES IN SCHEMA public TO {quoted}")
        )
        too_much = (await connection.scalars(_TOO_MUCH, {"role": role, "never": list(_NEVER)})).all()
        if too_much:
            raise PrivilegesError(
                f"Роль {role} может менять журнал в обход программы ({', '.join(too_much)}): она входит в другую роль "
                f"с такими правами. Отберите их. {_HOW}"
            )


def _rights(table: str, version: int) -> Sequence[str]:
    rights = GRANTED.get(table, _ALL)
    return (*rights, _VACUUM) if CHANGE in rights and version >= _KNOWN_SINCE else rights


async def _let_in(connection: AsyncConnection, role: str, quoted: str) -> None:
    base, may_connect, may_use, may_create = (await connection.execute(_DOORS, {"role": role})).one()
    name = connection.dialect.identifier_preparer.quote(base)
    if not may_connect:
        await connection.execute(text(f"GRANT CONNECT ON DATABASE {name} TO {quoted}"))
    if not may_use:
        await connection.execute(text(f"GRANT USAGE ON SCHEMA public TO {quoted}"))
    if may_create:
        await connection.execute(text(f"REVOKE CREATE ON SCHEMA public FROM {quoted}, PUBLIC"))


_STANDING: TextClause = text("""
SELECT current_user = :role AS same, r.oid IS NOT NULL AS there, coalesce(
    r.rolsuper OR pg_has_role(r.oid, me.oid, 'MEMBER') OR pg_has_role(r.oid, d.datdba, 'MEMBER'), false
) AS above
FROM pg_database d JOIN pg_roles me ON me.rolname = current_user LEFT JOIN pg_roles r ON r.rolname = :role
WHERE d.datname = current_database()
""")
_OWNED: TextClause = text("""
SELECT c.relname::text FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner
WHERE r.rolname = :role AND c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'S', 'v')
UNION ALL
SELECT p.proname::text FROM pg_proc p JOIN pg_roles r ON r.oid = p.proowner
WHERE r.rolname = :role AND p.pronamespace = 'public'::regnamespace
ORDER BY 1
""")
_TABLES: TextClause = text("""
SELECT relname::text FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') ORDER BY relname
""")
_DOORS: TextClause = text("""
SELECT current_database()::text, has_database_privilege(:role, current_database(), 'CONNECT'),
    has_schema_privilege(:role, 'public', 'USAGE'), has_schema_privilege(:role, 'public', 'CREATE')
""")
_TOO_MUCH: TextClause = text("""
SELECT privilege FROM unnest(cast(:never AS text[])) AS privilege
WHERE has_table_privilege(:role, 'journal_row', privilege)
""")
