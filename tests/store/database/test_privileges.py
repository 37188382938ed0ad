"""In PostgreSQL the program runs as a role that cannot alter the journal, whatever it tries."""

from collections.abc import AsyncIterator
from itertools import count
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import psycopg
import pytest
import sqlalchemy as sa
from psycopg import sql
from sqlalchemy.exc import ProgrammingError

from embedded.prepare import prepare
from settings import Settings
from store.database.engines import Database
from store.database.privileges import GRANTED, PrivilegesError
from store.database.tables import SettingRow
from tests.message_row import message_row
from tests.postgresql import new_database
from tests.store.migrations.test_schema import NOW, a_journal_row

_numbers = count(1)


class Place(NamedTuple):
    """A database with an owner's role and the program's."""

    url: str
    owner: str
    running: str

    @property
    def name(self) -> str:
        return urlsplit(self.url).path.strip("/")

    def address(self, role: str) -> str:
        return self.url.replace("//postgres:@", f"//{role}@")

    def settings(self, data: Path, *, running: str | None = None) -> Settings:
        return Settings.load(
            data=data,
            database_url=self.address(running or self.running),
            owner_database_url=self.address(self.owner),
            temporal_address="127.0.0.1:1",
            temporal_namespace="default",
        )

    def execute(self, statement: str, **names: str) -> None:
        """As the administrator of the server, in this database."""
        with psycopg.connect(self.url.replace("+psycopg", ""), autocommit=True) as connection:
            given = {name: sql.Identifier(value) for name, value in names.items()}
            connection.execute(sql.SQL(statement).format(**given))


def new_place(server: str) -> Place:
    number = next(_numbers)
    place = Place(new_database(server), f"owner_{number}", f"running-{number}")
    place.execute("CREATE ROLE {owner} LOGIN", owner=place.owner)
    place.execute("CREATE ROLE {running} LOGIN", running=place.running)
    place.execute("ALTER DATABASE {name} OWNER TO {owner}", name=place.name, owner=place.owner)
    place.execute("REVOKE ALL ON DATABASE {name} FROM PUBLIC", name=place.name)
    return place


@pytest.fixture
def place(postgresql: str) -> Place:
    """Not prepared yet."""
    return new_place(postgresql)


@pytest.fixture(scope="module")
async def prepared(postgresql: str, tmp_path_factory: pytest.TempPathFactory) -> Place:
    """With a journal."""
    place = new_place(postgresql)
    await prepare(place.settings(tmp_path_factory.mktemp("prepared")))
    database = Database(place.address(place.running))
    await a_journal_row(database)
    await database.dispose()
    return place


@pytest.fixture
async def running(prepared: Place) -> AsyncIterator[Database]:
    """The prepared database, as the program has it."""
    database = Database(prepared.address(prepared.running))
    yield database
    await database.dispose()


ATTEMPTS = (
    "UPDATE journal_row SET kind = 'declined'",
    "DELETE FROM journal_row",
    "TRUNCATE journal_row",
    "ALTER TABLE journal_row DISABLE TRIGGER ALL",
    "ALTER TABLE journal_row DISABLE TRIGGER journal_row_unchanged",
    "ALTER TABLE journal_row ADD COLUMN more text",
    "DROP TRIGGER journal_row_unchanged ON journal_row",
    "CREATE TRIGGER more BEFORE INSERT ON journal_row EXECUTE FUNCTION refuse_journal_change()",
    "CREATE RULE more AS ON INSERT TO journal_row DO INSTEAD NOTHING",
    "DROP TABLE journal_row CASCADE",
    "DROP FUNCTION refuse_journal_change() CASCADE",
    "CREATE OR REPLACE FUNCTION refuse_journal_change() RETURNS trigger LANGUAGE plpgsql"
    " AS $$ BEGIN RETURN NEW; END $$",
    "CREATE TABLE more (number int)",
    "SET session_replication_role = replica",
    "DROP SCHEMA public CASCADE",
    "DELETE FROM message",
    "UPDATE alembic_version SET version_num = '0001'",
)


async def test_the_program_cannot_alter_the_journal_whatever_it_tries(running: Database) -> None:
    for attempt in ATTEMPTS:
        try:
            async with running.write() as session:
                await (await session.connection()).execute(sa.text(attempt))
        except sa.exc.DBAPIError as refused:
            assert "permission denied" in str(refused) or "must be owner" in str(refused), attempt
        else:
            pytest.fail(f"not refused: {attempt}")
    async with running.read() as session:
        rows = await (await session.connection()).execute(sa.text("SELECT kind FROM journal_row"))
        assert rows.scalars().all() == ["registered"]


async def test_preparing_again_changes_nothing_and_takes_back_what_was_granted_since(
    prepared: Place, tmp_path: Path, running: Database
) -> None:
    prepared.execute("GRANT UPDATE, TRUNCATE ON journal_row TO {role}", role=prepared.running)
    prepared.execute("GRANT DELETE ON journal_row TO PUBLIC")
    await prepare(prepared.settings(tmp_path))
    held = sa.text(
        "SELECT privilege FROM unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'TRIGGER'])"
        " AS privilege WHERE has_table_privilege(current_user, 'journal_row', privilege)"
    )
    async with running.read() as session:
        assert (await (await session.connection()).execute(held)).scalars().all() == ["SELECT", "INSERT"]


async def test_every_table_may_be_used_as_declared(running: Database) -> None:
    held = sa.text(
        "SELECT relname, array_agg(privilege::text ORDER BY privilege) FROM pg_class,"
        " unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'TRIGGER', 'REFERENCES', 'MAINTAIN'])"
        " AS privilege WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"
        " AND has_table_privilege(current_user, oid, privilege) GROUP BY relname"
    )
    async with running.read() as session:
        found: dict[str, list[str]] = dict((await (await session.connection()).execute(held)).all())
    everything = ("SELECT", "INSERT", "UPDATE", "DELETE")
    declared = {name: GRANTED.get(name, everything) for name in found}
    # What can be erased can be vacuumed.
    assert found == {
        name: sorted((*rights, "MAINTAIN") if "UPDATE" in rights else rights)
        for name, rights in declared.items()
    }
    assert {"message", "message_search", "alembic_version", "setting"} <= found.keys()


async def test_the_program_writes_and_changes_everything_else(running: Database) -> None:
    async with running.write() as session:
        session.add(message_row(2, NOW))
        await session.merge(SettingRow(key="appeal_notice", value="Иначе"))
    async with running.write() as session:
        row = await session.get(SettingRow, "appeal_notice")
        assert row is not None
        await session.delete(row)


async def test_roles_that_are_not_apart_are_refused_with_what_to_do(place: Place, tmp_path: Path) -> None:
    with pytest.raises(PrivilegesError, match="нужна роль, отличная от владельца"):
        await prepare(place.settings(tmp_path, running=place.owner))
    with pytest.raises(PrivilegesError, match=r"Роли nobody .* нет"):
        await prepare(place.settings(tmp_path, running="nobody"))
    with pytest.raises(PrivilegesError, match="может всё"):
        await prepare(place.settings(tmp_path, running="postgres"))
    place.execute("GRANT {owner} TO {running}", owner=place.owner, running=place.running)
    with pytest.raises(PrivilegesError, match="входит в роль владельца"):
        await prepare(place.settings(tmp_path))


async def test_a_way_round_by_a_third_role_is_refused(prepared: Place, tmp_path: Path) -> None:
    prepared.execute("GRANT pg_write_all_data TO {running}", running=prepared.running)
    with pytest.raises(PrivilegesError, match=r"может менять журнал .*UPDATE"):
        await prepare(prepared.settings(tmp_path))
    prepared.execute("REVOKE pg_write_all_data FROM {running}", running=prepared.running)


async def test_a_database_whose_tables_belong_to_the_program_is_refused_before_it_is_changed(
    place: Place, tmp_path: Path
) -> None:
    place.execute("ALTER DATABASE {name} OWNER TO {role}", name=place.name, role=place.running)
    alone = place.settings(tmp_path).model_copy(update={"owner_database_url": None})
    await prepare(alone)
    place.execute("ALTER DATABASE {name} OWNER TO {role}", name=place.name, role=place.owner)
    with pytest.raises(PrivilegesError, match=r"принадлежит: .*separate-roles\.sh"):
        await prepare(place.settings(tmp_path))


async def test_two_databases_are_not_one(place: Place, tmp_path: Path) -> None:
    elsewhere = place.settings(tmp_path).model_copy(update={"database_url": "sqlite+aiosqlite:///x.db"})
    with pytest.raises(PrivilegesError, match="одну базу PostgreSQL"):
        await prepare(elsewhere)


async def test_the_owner_is_stopped_by_the_guard_itself(prepared: Place) -> None:
    owner = Database(prepared.address(prepared.owner))
    with pytest.raises((sa.exc.IntegrityError, ProgrammingError), match="never changed or deleted"):
        async with owner.write() as session:
            await (await session.connection()).execute(sa.text("UPDATE journal_row SET kind = 'x'"))
    await owner.dispose()
