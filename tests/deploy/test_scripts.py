"""The scripts of `deploy/` against a real PostgreSQL and a real Temporal server."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

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
from tests.documents import ROOT
from tests.postgresql import postgresql_server, tool
from tests.store.migrations.test_schema import a_journal_row
from tests.temporal_server import temporal_server

DEPLOY = ROOT / "deploy"
PASSWORD = "it's \"a\" $PASSWORD \\ with :'signs'"


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with postgresql_server() as server:
        yield server


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
    host = parse_qs(urlsplit(server).query)["host"][0]
    run(script, PATH=f"{tool('psql').parent}:{os.environ['PATH']}", PGHOST=host, **environment)


def as_role(server: str, role: str) -> str:
    """The address of the database `otklik` for a role, as settings have it."""
    return server.replace("//postgres:@", f"//{role}@").replace("/postgres?", "/otklik?")


def test_roles_and_databases_are_made_each_for_its_program(server: str) -> None:
    on_postgresql(
        "postgres/roles.sh",
        server,
        OTKLIK_DB_PASSWORD=PASSWORD,
        OTKLIK_OWNER_DB_PASSWORD="third",
        TEMPORAL_DB_PASSWORD="another",
    )
    with psycopg.connect(server) as connection:
        owners: dict[str, str] = dict(
            connection.execute(
                "SELECT datname, pg_get_userbyid(datdba) FROM pg_database WHERE datname !~ '^template|^postgres$'"
            ).fetchall()
        )
        hashed: dict[str, str] = dict(
            connection.execute(
                "SELECT rolname, rolpassword FROM pg_authid WHERE rolname ~ '^(otklik|temporal)'"
            ).fetchall()
        )
        meddling = connection.execute(
            "SELECT has_database_privilege('temporal', 'otklik', 'CONNECT'),"
            " has_database_privilege('otklik', 'temporal', 'CONNECT'),"
            " pg_has_role('otklik', 'otklik_owner', 'MEMBER')"
        ).fetchone()
    assert owners == {"otklik": "otklik_owner", "temporal": "temporal", "temporal_visibility": "temporal"}
    assert scram_of(PASSWORD, hashed["otklik"]) == hashed["otklik"]
    assert scram_of("third", hashed["otklik_owner"]) == hashed["otklik_owner"]
    assert scram_of("another", hashed["temporal"]) == hashed["temporal"]
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


@pytest.fixture
def copied(tmp_path: Path) -> Iterator[str]:
    """The address of a server with an installation on it, which has a journal row and a file of anchors."""
    with postgresql_server() as server:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute("CREATE DATABASE otklik")
        url = as_role(server, "postgres")
        asyncio.run(_with_a_row(Settings.load(data=tmp_path, database_url=url)))
        (tmp_path / "anchors").mkdir()
        (tmp_path / "anchors" / "anchors.jsonl").write_text("{}\n")
        yield server


async def _with_a_row(settings: Settings) -> None:
    await prepare(settings)
    database = Database(settings.database_url)
    await a_journal_row(database)
    await database.dispose()


def backup(server: str, folder: Path, **environment: str) -> None:
    given = {"PGUSER": "postgres", "PGDATABASE": "otklik", "ANCHORS": str(folder / "anchors")}
    on_postgresql(
        "postgres/backup.sh",
        server,
        **given | {"BACKUPS": str(folder / "backups"), "KEEP": "2"} | environment,
    )


def test_a_copy_is_whole_and_takes_the_place_of_the_oldest(copied: str, tmp_path: Path) -> None:
    backups = tmp_path / "backups"
    for name in ("2026-01-01T02-30-00Z", "2026-01-02T02-30-00Z", "2026-01-03T02-30-00Z", "lost+found"):
        (backups / name).mkdir(parents=True)
    backup(copied, tmp_path)
    names = sorted(directory.name for directory in backups.iterdir())
    assert names[0] == "2026-01-03T02-30-00Z"
    assert names[2:] == ["lost+found"]
    copy = backups / names[1]
    assert not [file for file in (copy, *copy.rglob("*")) if file.stat().st_mode & 0o077]
    assert (copy / "anchors" / "anchors.jsonl").read_text() == "{}\n"
    subprocess.run(["sha256sum", "--check", "--quiet", "SHA256SUMS"], cwd=copy, check=True)
    with psycopg.connect(copied, autocommit=True) as connection:
        connection.execute("CREATE DATABASE restored")
    target = copied.replace("/postgres?", "/restored?")
    subprocess.run(
        [
            *(tool("pg_restore"), "--exit-on-error", "--no-owner", "--no-privileges"),
            *("--dbname", target, copy / "otklik.dump"),
        ],
        check=True,
    )
    with psycopg.connect(target) as connection:
        assert connection.execute("SELECT count(*) FROM journal_row").fetchone() == (1,)


def test_a_copy_that_fails_leaves_nothing_and_clears_nothing_away(copied: str, tmp_path: Path) -> None:
    backups = tmp_path / "backups"
    for day in range(1, 5):
        (backups / f"2026-01-0{day}T02-30-00Z").mkdir(parents=True)
    with pytest.raises(AssertionError, match="does not exist"):
        backup(copied, tmp_path, PGDATABASE="elsewhere")
    with pytest.raises(AssertionError, match="No such file"):
        backup(copied, tmp_path, ANCHORS=str(tmp_path / "nowhere"))
    assert len(list(backups.iterdir())) == 4


def scram_of(password: str, kept: str) -> str:
    """What PostgreSQL keeps of a password, with the salt and the rounds of what it has kept."""
    import hashlib
    import hmac
    from base64 import b64decode, b64encode

    rounds, salt = kept.split("$")[1].split(":")
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), b64decode(salt), int(rounds))

    def keyed(name: bytes) -> bytes:
        return hmac.digest(salted, name, "sha256")

    stored = b64encode(hashlib.sha256(keyed(b"Client Key")).digest()).decode()
    return f"SCRAM-SHA-256${rounds}:{salt}${stored}:{b64encode(keyed(b'Server Key')).decode()}"


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
