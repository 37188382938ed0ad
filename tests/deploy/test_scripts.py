"""The scripts of `deploy/` against a real PostgreSQL and a real Temporal server."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from temporalio.api.operatorservice.v1 import ListSearchAttributesRequest
from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest
from temporalio.client import Client

from embedded.prepare import prepare
from embedded.temporal_server import SEARCH_ATTRIBUTES
from settings import Settings
from store.database.engines import Database
from tests.deploy.installation import ask_for_passwords
from tests.documents import ROOT
from tests.postgresql import new_database, postgresql_server, socket_folder, tool
from tests.store.migrations.test_schema import a_journal_row
from tests.temporal_server import temporal_server

DEPLOY = ROOT / "deploy"
PASSWORD = "it's \"a\" $PASSWORD \\ with :'signs'"


def run(script: str, **environment: str) -> str:
    done = subprocess.run(
        ["/bin/sh", str(DEPLOY / script)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def on_postgresql(script: str, server: str, **environment: str) -> None:
    path = f"{tool('psql').parent}:{os.environ['PATH']}"
    run(script, PATH=path, PGHOST=str(socket_folder(server)), **environment)


def as_role(server: str, role: str) -> str:
    """The address of the database `otklik` for a role, as settings have it."""
    return server.replace("//postgres:@", f"//{role}@").replace("/postgres?", "/otklik?")


def test_roles_and_databases_are_made_each_for_its_program() -> None:
    passwords = {"otklik": PASSWORD, "otklik_owner": "third", "temporal": "another"}
    names = ("OTKLIK_DB_PASSWORD", "OTKLIK_OWNER_DB_PASSWORD", "TEMPORAL_DB_PASSWORD")
    with postgresql_server() as server:
        on_postgresql("postgres/roles.sh", server, **dict(zip(names, passwords.values(), strict=True)))
        with psycopg.connect(server) as connection:
            owners = connection.execute(
                "SELECT datname, pg_get_userbyid(datdba) FROM pg_database WHERE datname !~ '^template|^postgres$'"
            ).fetchall()
            meddling = connection.execute(
                "SELECT has_database_privilege('temporal', 'otklik', 'CONNECT'),"
                " has_database_privilege('otklik', 'temporal', 'CONNECT'),"
                " pg_has_role('otklik', 'otklik_owner', 'MEMBER')"
            ).fetchone()
        ask_for_passwords(server)
        for role, password in passwords.items():
            of_role = as_role(server, role).replace("/otklik?", f"/{role.partition('_')[0]}?")
            psycopg.connect(of_role, password=password).close()
    assert dict(owners) == {
        "otklik": "otklik_owner",
        "temporal": "temporal",
        "temporal_visibility": "temporal",
    }
    assert meddling == (False, False, False)


async def test_an_installation_of_one_role_is_brought_to_two(tmp_path: Path) -> None:
    with postgresql_server() as server:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute("CREATE ROLE otklik LOGIN")
            connection.execute("CREATE DATABASE otklik OWNER otklik")
            connection.execute("REVOKE CONNECT ON DATABASE otklik FROM PUBLIC")
        alone = Settings.load(
            data=tmp_path,
            database_url=as_role(server, "otklik"),
            temporal_address="127.0.0.1:1",
            temporal_namespace="default",
        )
        apart = Settings.load(
            **alone.model_dump() | {"owner_database_url": as_role(server, "otklik_owner")},
        )
        await prepare(alone)
        for _ in range(2):
            on_postgresql("postgres/separate-roles.sh", server, OTKLIK_OWNER_DB_PASSWORD=PASSWORD)
            await prepare(apart)
        database = Database(alone.database_url)
        await a_journal_row(database)
        with pytest.raises(DBAPIError, match="must be owner of table journal_row"):
            async with database.write() as session:
                await (await session.connection()).execute(
                    text("ALTER TABLE journal_row DISABLE TRIGGER ALL")
                )
        await database.dispose()


def backup(server: str, folder: Path, **environment: str) -> None:
    given = {"PGUSER": "postgres", "PGDATABASE": "otklik", "ANCHORS": str(folder / "anchors")}
    given |= {"BACKUPS": str(folder / "backups"), "KEEP": "2"}
    on_postgresql("postgres/backup.sh", server, **given | environment)


def test_a_copy_is_whole_and_takes_the_place_of_the_oldest_and_one_that_fails_clears_nothing_away(
    tmp_path: Path,
) -> None:
    backups = tmp_path / "backups"
    earlier = ["2026-01-01T02-30-00Z", "2026-01-02T02-30-00Z", "2026-01-03T02-30-00Z", "lost+found"]
    for name in earlier:
        (backups / name).mkdir(parents=True)
    (tmp_path / "anchors").mkdir()
    (tmp_path / "anchors" / "anchors.jsonl").write_text("{}\n")
    with postgresql_server() as server:
        settings = Settings.load(data=tmp_path, database_url=new_database(server, "otklik"))
        asyncio.run(_with_a_row(settings))

        with pytest.raises(AssertionError, match="does not exist"):
            backup(server, tmp_path, PGDATABASE="elsewhere")
        with pytest.raises(AssertionError, match="No such file"):
            backup(server, tmp_path, ANCHORS=str(tmp_path / "nowhere"))
        assert sorted(directory.name for directory in backups.iterdir()) == earlier

        backup(server, tmp_path)
        kept, new, *others = sorted(directory.name for directory in backups.iterdir())
        assert (kept, others) == ("2026-01-03T02-30-00Z", ["lost+found"])
        copy = backups / new
        assert not [file for file in (copy, *copy.rglob("*")) if file.stat().st_mode & 0o077]
        assert (copy / "anchors" / "anchors.jsonl").read_text() == "{}\n"
        subprocess.run(["sha256sum", "--check", "--quiet", "SHA256SUMS"], cwd=copy, check=True)
        new_database(server, "restored")
        target = server.replace("/postgres?", "/restored?")
        options = ("--exit-on-error", "--no-owner", "--no-privileges", "--dbname", target)
        subprocess.run([tool("pg_restore"), *options, copy / "otklik.dump"], check=True)
        with psycopg.connect(target) as connection:
            assert connection.execute("SELECT count(*) FROM journal_row").fetchone() == (1,)


async def _with_a_row(settings: Settings) -> None:
    await prepare(settings)
    database = Database(settings.database_url)
    await a_journal_row(database)
    await database.dispose()


async def test_namespaces_are_made_once_with_their_retention_and_what_messages_are_found_by() -> None:
    async with temporal_server() as address:
        for _ in range(2):
            await asyncio.to_thread(
                run,
                "temporal/namespace.sh",
                PATH=f"{Path(sys.executable).parent}:{os.environ['PATH']}",
                HOME=os.environ.get("HOME", "/"),
                TEMPORAL_ADDRESS=address,
                TEMPORAL_NAMESPACE="otklik",
                HISTORY_KEPT_FOR="720h",
                OTKLIK_OFFICE_NAMESPACE="otklik-office",
                OFFICE_HISTORY_KEPT_FOR="24h",
            )
        client = await Client.connect(address, namespace="otklik")
        kept = {
            name: (
                await client.workflow_service.describe_namespace(DescribeNamespaceRequest(namespace=name))
            ).config.workflow_execution_retention_ttl.seconds
            for name in ("otklik", "otklik-office")
        }
        found = await client.operator_service.list_search_attributes(
            ListSearchAttributesRequest(namespace="otklik")
        )
    kinds = {name: kind for name, kind in found.custom_attributes.items() if name in SEARCH_ATTRIBUTES}
    assert kinds.keys() == SEARCH_ATTRIBUTES.keys()
    assert kept == {"otklik": 30 * 86_400, "otklik-office": 86_400}


def test_the_schema_script_sets_up_and_updates_both_databases(tmp_path: Path) -> None:
    tool = tmp_path / "temporal-sql-tool"
    tool.write_text(f'#!/bin/sh\necho "$@" >> {tmp_path}/calls\n')
    tool.chmod(0o755)
    run("temporal/schema.sh", PATH=f"{tmp_path}:{os.environ['PATH']}")
    calls = (tmp_path / "calls").read_text().splitlines()
    assert [(call.split()[1], call.split()[2]) for call in calls] == [
        ("temporal", "setup-schema"),
        ("temporal", "update-schema"),
        ("temporal_visibility", "setup-schema"),
        ("temporal_visibility", "update-schema"),
    ]
