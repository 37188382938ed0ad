"""No page and no list reads more of the database because there is more in it: counted at two sizes, on both."""

import re
from collections.abc import AsyncIterator, Callable, Mapping
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import NamedTuple

import pytest
import sqlalchemy as sa
from sqlmodel import col
from temporalio.client import Client

from calendar_rules.vocabulary import Stage
from embedded.demo.seeding import seed
from service.access import deadline
from service.messages import earlier_answers
from service.reports.papers import unacknowledged
from service.suggestions import suggesting
from store.database.engines import Database
from store.messages import answered, earlier, finding, likeness_index, listing
from store.messages.tables import MessageRow
from store.migrations.schema import migrate
from store.networks import candidates
from store.oversight import escalations
from tests.api.growth_asked import ASKED, FILES, NO_LISTS, WHOLE
from tests.api.messages.office import Installation, Office, open_namespace
from tests.api.test_role_table import addresses
from tests.grown import Rows, grow, read, with_more
from tests.rows_read import Asked, Reader, asked, shape

SMALL, LARGE = 6, 24
"""Copies of what is over in the demo."""
_BETWEEN_COPIES = timedelta(days=45)
"""As long as the demo's messages take: a week has as many of them in both sizes, and there are more weeks."""
_NOWHERE = "127.0.0.1:1"
_LITTLE = {"sqlite": 1_500, "postgresql": 200}
"""Steps, or rows, by which a statement may grow."""
_STEPS_OF_A_MESSAGE = 12
"""Those that one of `WHOLE` may need for each message more.

PostgreSQL chooses by how much there is, and for so little other ways than for much: there a statement may read one row
for each message more. That fails what reads the limits, journals or notices of all.
"""

_STEPS_AT_ONCE = 20_000
"""Those of SQLite's machine in five milliseconds, where each row is read: what the event loop may wait for."""

Found = dict[tuple[str, str, str], int]
"""What was read, by person, address and shape of statement."""


class _Size(NamedTuple):
    """`in_the_loop`: shapes of those statements for which the event loop waits, and the most that one has read."""

    messages: int
    found: Found
    in_the_loop: dict[str, int]


@pytest.fixture(scope="module")
async def demo(
    temporal_address: str, temporal: Client, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Rows]:
    """The rows of a demo, its messages taken down their roads by a real worker."""
    folder, namespace = tmp_path_factory.mktemp("grown"), await open_namespace(temporal, "grown")
    installation = Installation(folder, temporal_address, namespace, training=False)
    await installation.prepare()
    async with installation.worker(), installation.office():
        await seed(installation.settings)
    engine = sa.create_engine(f"sqlite:///{installation.settings.sqlite_file}")
    with engine.connect() as connection:
        yield with_more(read(connection))
    engine.dispose()


async def test_no_statement_reads_more_because_there_is_more(
    demo: Rows, new_url: Callable[[], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deadline, "ANSWER_WITHIN", 60.0)
    # What is bounded is to have reached its bound at both sizes.
    monkeypatch.setattr(listing, "MOST_COUNTED", 100)
    monkeypatch.setattr(listing, "MOST_COUNTED_BY_WORDS", 20)
    monkeypatch.setattr(listing, "_NEAR", 50)
    monkeypatch.setattr(candidates, "_NEAR", 50)
    monkeypatch.setattr(likeness_index, "_LOOKED_AT", 5)
    monkeypatch.setattr(earlier, "_LOOKED_AT", 200)
    monkeypatch.setattr(answered, "_LOOKED_AT", 200)
    monkeypatch.setattr(suggesting, "MOST_ROUTINGS", 50)
    monkeypatch.setattr(earlier_answers, "_OF_BODY", 5)
    monkeypatch.setattr(earlier_answers, "_OF_TOPIC", 5)
    monkeypatch.setattr(unacknowledged, "_MOST", 10)
    monkeypatch.setattr(escalations, "_TOLD", 2)
    urls = new_url(), new_url()
    small, large = [
        await _size(demo, url, copies, tmp_path / str(copies))
        for url, copies in zip(urls, (SMALL, LARGE), strict=True)
    ]
    dialect = urls[0].partition("+")[0]
    grown = _grown(small, large, dialect)
    assert not grown, "\n\n".join(grown)
    assert large.in_the_loop or dialect == "postgresql"
    assert {said: amount for said, amount in large.in_the_loop.items() if amount > _STEPS_AT_ONCE} == {}


def _grown(small: _Size, large: _Size, dialect: str) -> list[str]:
    least: dict[str, int] = {}
    for (_, _, said), amount in small.found.items():
        least[said] = max(amount, least.get(said, 0))
    told = []
    for (person, path, said), amount in large.found.items():
        before = small.found.get((person, path, said), least.get(said, 0))
        most, more = before * 1.5 + _LITTLE[dialect], large.messages - small.messages
        if dialect == "postgresql":
            most = max(most, before + more)
        elif path in WHOLE and said not in large.in_the_loop:
            most = max(most, before + _STEPS_OF_A_MESSAGE * more)
        if amount > most:
            told.append(f"{before} -> {amount}: {person} {path}\n{said}")
    return told


async def _size(demo: Rows, url: str, copies: int, folder: Path) -> _Size:
    database = Database(url)
    await migrate(database)
    await database.dispose()
    engine = sa.create_engine(url.replace("+aiosqlite", ""))
    with engine.begin() as connection:
        grow(demo, connection, copies, _BETWEEN_COPIES * copies)
        count, last = sa.func.count(), sa.func.max(col(MessageRow.number))
        messages = connection.scalar(sa.select(count).select_from(MessageRow)) or 0
        is_over = col(MessageRow.stage) == Stage.CLOSED
        numbers = {
            "{closed}": connection.scalar(sa.select(last).where(is_over)),
            "{open}": connection.scalar(sa.select(last).where(sa.not_(is_over))),
        }
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM ANALYZE")
    engine.dispose()
    installation = Installation(folder, _NOWHERE, "default", training=False, database_url=url)
    async with installation.office(worker_is_there=False) as office:
        return _Size(messages, *await _read(office, url, numbers))


async def _read(office: Office, url: str, numbers: Mapping[str, int | None]) -> tuple[Found, dict[str, int]]:
    found: Found = {}
    in_the_loop: dict[str, int] = {}
    seen: set[tuple[str, str]] = set()

    def note(person: str, path: str, statements: list[Asked]) -> None:
        for statement, parameters, near in statements:
            if (statement, repr(parameters)) in seen:
                continue
            seen.add((statement, repr(parameters)))
            said = shape(statement)
            key, amount = (person, path, said), reader.read(statement, parameters)
            found[key] = max(found.get(key, 0), amount)
            if near:
                in_the_loop[said] = max(in_the_loop.get(said, 0), amount)

    with Reader(url) as reader:
        for person, paths in ASKED.items():
            token = await office.token(person)
            for path in paths:
                address = re.sub(r"\{\w+\}", lambda it: str(numbers[it[0]]), path)
                signed_in = (
                    {"Authorization": f"Bearer {token}"}
                    if path.startswith("/api")
                    else {"Cookie": f"otklik={token}"}
                )
                with asked(url) as statements:
                    answer = await office.http.get(address, headers=signed_in)
                assert answer.status_code in (200, 303, 422), (person, address, answer.text)
                note(person, path, statements)
        with asked(url) as statements:
            async with office.database.lookup() as session:
                for look in (finding.led, finding.open_ones, partial(finding.open_with, body=None)):
                    await look(session)
        note("", "open messages", statements)
    return found, in_the_loop


async def test_every_page_and_every_list_is_asked_for(tmp_path: Path) -> None:
    installation = Installation(tmp_path, _NOWHERE, "default", training=False)
    await installation.prepare()
    paths = {path.partition("?")[0] for paths in ASKED.values() for path in paths}
    async with installation.office(worker_is_there=False) as office:
        transport = office.http._transport
        served = {
            address.removeprefix("GET ")
            for address in addresses(transport.app.routes)  # type: ignore[attr-defined]
            if address.startswith("GET ") and not address.startswith("GET /demo-network")
        }
    left_out = {
        route
        for route in served - set(NO_LISTS)
        if not route.endswith(FILES)
        and not any(re.fullmatch(re.sub(r"\{[^}]+\}", "[^/]+", route), path) for path in paths)
    }
    assert not left_out
