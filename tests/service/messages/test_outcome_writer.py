"""Outcomes answered are known here before they are in the database, and are there as soon as anybody waits."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text, update
from sqlmodel import col

from calendar_rules.vocabulary import Stage
from service.access.errors import InvalidInputError
from service.assembly import assemble
from service.commands import checks
from service.messages import corrected_row
from service.messages import reader as message_reader
from service.messages.outcome_writer import OutcomeWriter, Settlement
from service.runs import rules
from settings import Settings
from store.commands import outbox
from store.commands.tables import CommandRow
from store.database import statements
from store.database.engines import Database
from store.journal import written
from store.messages import finding, texts
from store.messages.tables import MessageRow
from tests.message_row import message_row, message_state
from tests.patience import PATIENCE
from tests.postgresql import new_database
from tests.prepared import prepare
from tests.rows import all_of, command_row, one_of, put
from workflows.state import CommandOutcome, OutcomeAnswer, Run

NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)


def answered(number: int, *, accepted: bool = True, message: int = 1) -> Settlement:
    """A command, and the answer that has its outcome; the state is the newer, the greater the number."""
    row = command_row(
        f"command-{number}", "route", NOW, key=f"key-{number}", message=message, sequence=number
    )
    repeats = "7" if number > 1 else None
    state = message_state(
        NOW, str(message), stage=Stage.CLOSED, turns=("roads",), repeats=repeats, rows=number
    )
    detail = None if accepted else "Нельзя."
    return row, OutcomeAnswer(
        run=Run(id="r"), outcome=CommandOutcome(accepted=accepted, detail=detail), state=state
    )


@asynccontextmanager
async def prepared(settings: Settings) -> AsyncIterator[Database]:
    await prepare(settings)
    database = Database(settings.database_url)
    yield database
    await database.dispose()


@pytest.fixture
async def db(settings: Settings) -> AsyncIterator[Database]:
    """A database that no dispatcher looks into."""
    async with prepared(settings) as database:
        yield database


@pytest.fixture
async def on_postgresql(postgresql: str, tmp_path: Path) -> AsyncIterator[Database]:
    async with prepared(Settings.load(data=tmp_path, database_url=new_database(postgresql))) as database:
        yield database


@pytest.fixture
async def outcomes(db: Database) -> AsyncIterator[OutcomeWriter]:
    """With message 1 and the commands of `answered` in the database, all of them waiting."""
    await put(db, message_row(1, NOW), *(answered(number)[0] for number in (1, 2, 3)))
    outcomes = OutcomeWriter(db)
    yield outcomes
    await outcomes.close()


async def statuses(db: Database) -> list[str]:
    return [row.status for row in sorted(await all_of(db, CommandRow), key=lambda row: row.id)]


async def test_the_order_of_commands_does_not_wait_for_what_was_delivered(
    db: Database, outcomes: OutcomeWriter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outcomes, "_soon", PATIENCE)
    outcomes.soon(*answered(1))
    assert outcomes.unwritten(1) == ["command-1"]
    assert outcomes.unwritten(2) == []
    async with db.read() as session:
        assert await outbox.older_waits(session, answered(2)[0])
        assert not await outbox.older_waits(session, answered(2)[0], outcomes.unwritten(1))
    await outcomes.settled()


async def test_whoever_waits_finds_outcomes_and_the_newest_state_written(
    db: Database, outcomes: OutcomeWriter
) -> None:
    outcomes.soon(*answered(2))
    outcomes.soon(*answered(1, accepted=False))
    assert await statuses(db) == ["taken", "taken", "taken"]
    await outcomes.settled()
    assert await statuses(db) == ["refused", "accepted", "taken"]
    message = await one_of(db, MessageRow, 1)
    assert (message.rows, message.stage) == (2, "closed")
    assert outcomes.unwritten(1) == []
    assert outcomes.state(1) is None


async def test_what_is_on_record_already_is_not_written_once_more(outcomes: OutcomeWriter) -> None:
    row, answer = answered(1)
    outcomes.soon(row, answer.model_copy(update={"recorded": True}))
    assert outcomes.unwritten(1) == []
    assert outcomes.state(1) is None


async def test_a_body_may_see_its_message_as_soon_as_the_command_is_settled(
    db: Database, outcomes: OutcomeWriter
) -> None:
    await outcomes.write([answered(1)])
    assert (await one_of(db, MessageRow, 1)).rows == 0
    async with db.read() as session:
        assert await finding.turns(session, 1) == ["roads"]


async def test_outcomes_and_a_record_of_the_same_message_do_not_block_each_other(
    on_postgresql: Database,
) -> None:
    await put(on_postgresql, message_row(1, NOW), answered(1)[0])
    outcomes = OutcomeWriter(on_postgresql)
    async with on_postgresql.write() as session:
        # As the worker does: first the message's row, then what belongs to it.
        await session.exec(update(MessageRow).where(col(MessageRow.number) == 1).values(recorded=1))
        settling = asyncio.create_task(outcomes.write([answered(1)]))
        await until_somebody_waits(on_postgresql)
        await statements.run(session, written.keep_turns(1, ["roads"], on_postgresql.dialect))
    await settling
    await outcomes.close()


async def test_the_next_command_does_not_wait_for_the_place_that_the_routing_named(
    on_postgresql: Database,
) -> None:
    await put(on_postgresql, message_row(1, NOW))
    async with on_postgresql.write() as settling:
        await corrected_row.settle_place(settling, 1)
        async with asyncio.timeout(PATIENCE), on_postgresql.write() as session:
            await texts.add(session, [texts.new(1, "text", "Яму засыпали.", NOW)])


async def test_the_row_of_a_message_is_not_held_while_that_of_another_is_waited_for(
    on_postgresql: Database,
) -> None:
    routed = [answered(number, message=number) for number in (1, 2)]
    await put(
        on_postgresql,
        *(message_row(number, NOW, url_key=str(number)) for number in (1, 2)),
        *(row for row, _ in routed),
    )
    outcomes = OutcomeWriter(on_postgresql)
    async with on_postgresql.write() as session:
        await finding.locked(session, 2)
        settling = asyncio.create_task(outcomes.write(routed))
        await until_somebody_waits(on_postgresql)
        async with asyncio.timeout(PATIENCE), on_postgresql.write() as other:
            await finding.locked(other, 1)
    await settling
    assert await statuses(on_postgresql) == ["accepted", "accepted"]
    await outcomes.close()


async def until_somebody_waits(database: Database) -> None:
    asked = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
    async with asyncio.timeout(PATIENCE), database.lookup() as session:
        while not (await (await session.connection()).execute(asked)).scalar():  # noqa: ASYNC110  on a server
            await asyncio.sleep(0.01)


async def test_whoever_reads_a_closed_message_waits_for_the_record_of_what_was_answered(
    settings: Settings, db: Database, outcomes: OutcomeWriter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(message_reader, "_CATCH_UP", 2 * PATIENCE)
    outcomes.soon(*answered(2, accepted=False))
    row = message_row(1, NOW, stage="closed", rows=1, recorded=1)
    service = assemble(settings, rules.load(None, None))
    reading = asyncio.create_task(service.messages.reader.caught_up(row, outcomes.state(1)))
    assert not (await asyncio.wait({reading}, timeout=0.2))[0]
    async with db.write() as session:
        await session.exec(update(MessageRow).values(recorded=2))
    await asyncio.wait_for(reading, PATIENCE)
    await service.close()


async def test_the_state_of_a_command_is_written_though_the_worker_is_slow(
    db: Database, outcomes: OutcomeWriter
) -> None:
    outcomes.soon(*answered(1))
    async with asyncio.timeout(PATIENCE):
        while (await one_of(db, MessageRow, 1)).rows == 0:  # noqa: ASYNC110  a task of the outcomes writes it
            await asyncio.sleep(0.05)


async def test_what_the_database_does_not_have_yet_is_checked_against_the_answer(
    outcomes: OutcomeWriter,
) -> None:
    message = message_row(1, NOW)
    checks.measures(message, outcomes.state(1), "answer", None)
    outcomes.soon(*answered(1))
    outcomes.soon(*answered(2))
    with pytest.raises(InvalidInputError, match="повторное"):
        checks.measures(message, outcomes.state(1), "answer", None)
    await outcomes.settled()
