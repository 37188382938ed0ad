"""Outcomes are told as soon as the records of their steps are in the database, and only as these have them."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from calendar_rules.vocabulary import Stage
from service.assembly import Service, assemble
from service.messages import recorded_outcomes
from service.messages.recorded_outcomes import RecordedOutcomes
from service.runs import rules
from settings import Settings
from store.commands import outbox
from store.commands.tables import CommandRow
from store.database.engines import Database
from store.messages import changes
from store.messages.tables import JournalRow, MessageRow
from tests.message_row import message_row, message_state
from tests.patience import PATIENCE, SLOWER
from tests.postgresql import new_database
from tests.prepared import prepare
from tests.rows import command_row, put
from workflows.state import OutcomeAnswer
from workflows.vocabulary import Fact

NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)


def command(message: int, name: str = "submit_draft") -> CommandRow:
    return command_row(f"command-{message}", name, NOW, key=f"key-{message}", message=message)


on_both = pytest.mark.parametrize("service", ["sqlite", "postgresql"], indirect=True)


@pytest.fixture
async def service(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Service]:
    """With messages 1 to 3, each of them with a command that was just sent."""
    is_postgresql = getattr(request, "param", "sqlite") == "postgresql"
    url = new_database(request.getfixturevalue("postgresql")) if is_postgresql else None
    settings = Settings.load(data=tmp_path, database_url=url)
    await prepare(settings)
    service = assemble(settings, rules.load(None, None))
    await put(
        service.database,
        *(message_row(number, NOW) for number in (1, 2, 3)),
        *(command(number) for number in (1, 2, 3)),
    )
    yield service
    await service.close()


@pytest.fixture
def recorded(service: Service, monkeypatch: pytest.MonkeyPatch) -> RecordedOutcomes:
    """Waited for as long as a busy machine may need."""
    monkeypatch.setattr(recorded_outcomes, "_WITHIN", PATIENCE)
    return service.messages.recorded


@pytest.fixture
async def worker(service: Service) -> AsyncIterator[Database]:
    """The database as another process has it."""
    database = Database(service.database.url)
    yield database
    await database.dispose()


async def write(
    worker: Database, number: int, kind: str = "submit_draft", *, ahead: int = 0, **data: Any
) -> None:
    """The record of a command that is its message's first; the message's row is `ahead` of it by so many rows."""
    state = message_state(NOW, str(number), curator="head", rows=1 + ahead)
    async with worker.write() as session:
        message = await session.get(MessageRow, number)
        row = await session.get(CommandRow, number)
        assert message is not None and row is not None
        row.status = outbox.REFUSED if kind == Fact.REFUSED else outbox.ACCEPTED
        message.recorded, message.rows = 1, 1 + ahead
        message.snapshot = state.model_dump(mode="json", exclude={"limits", "allowed"}, exclude_defaults=True)
        data = {"id": f"command-{number}", **data}
        session.add(
            JournalRow(message=number, number=1, at=NOW, kind=kind, data=data, written_at=NOW, hash="")
        )


async def of(recorded: RecordedOutcomes, row: CommandRow) -> OutcomeAnswer | None:
    with recorded.expecting(row) as told:
        return await told()


async def told(waiting: "asyncio.Task[OutcomeAnswer | None]") -> OutcomeAnswer:
    answer = await waiting
    assert answer is not None and answer.outcome is not None
    return answer


@on_both
async def test_an_outcome_is_told_once_its_record_is_written(
    recorded: RecordedOutcomes, worker: Database
) -> None:
    waiting = asyncio.create_task(of(recorded, command(1)))
    assert not (await asyncio.wait({waiting}, timeout=0.1))[0]
    await write(worker, 1)
    answer = await told(waiting)
    assert answer.outcome is not None and answer.outcome.accepted
    assert answer.recorded
    assert (answer.state.curator, answer.state.rows) == ("head", 1)
    assert answer.state.allowed


async def test_a_refusal_is_told_with_its_reason(recorded: RecordedOutcomes, worker: Database) -> None:
    await write(worker, 1, Fact.REFUSED, reason="Проект уже представлен.")
    answer = await told(asyncio.create_task(of(recorded, command(1))))
    assert answer.outcome is not None and not answer.outcome.accepted
    assert answer.outcome.detail == "Проект уже представлен."


@on_both
async def test_each_who_waits_is_told_of_their_own_command(
    recorded: RecordedOutcomes, worker: Database
) -> None:
    waiting = [asyncio.create_task(of(recorded, command(number))) for number in (1, 2, 3)]
    await write(worker, 3)
    assert (await told(waiting[2])).state.id == "3"
    assert not waiting[0].done() and not waiting[1].done()
    for number in (1, 2):
        await write(worker, number)
        assert (await told(waiting[number - 1])).state.id == str(number)


async def test_one_is_waited_for_as_long_as_others_are_told(
    service: Service, worker: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recorded_outcomes, "_LOOK_AGAIN", 0.01)
    monkeypatch.setattr(recorded_outcomes, "_WITHIN", 0.5 * SLOWER)
    monkeypatch.setattr(recorded_outcomes, "_LONGEST", PATIENCE)
    recorded, now = service.messages.recorded, asyncio.get_running_loop().time
    await write(worker, 2)
    until = now() + 2 * recorded_outcomes._WITHIN
    waiting = asyncio.create_task(of(recorded, command(1)))
    while now() < until:
        await told(asyncio.create_task(of(recorded, command(2))))
    await write(worker, 1)
    assert (await told(waiting)).state.id == "1"


async def test_a_registration_is_told_by_the_first_record(service: Service, worker: Database) -> None:
    async with service.database.write() as session:
        row = await session.get(CommandRow, 1)
        assert row is not None
        row.name = outbox.REGISTER
    await write(worker, 1, "registered", id=None)
    answer = await told(asyncio.create_task(of(service.messages.recorded, row)))
    assert answer.outcome is not None and answer.outcome.accepted


async def test_a_row_that_is_ahead_of_its_limits_tells_nothing(
    service: Service, worker: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recorded_outcomes, "_WITHIN", 0.1)
    await write(worker, 1, ahead=1)
    assert await of(service.messages.recorded, command(1)) is None


async def test_nobody_is_told_less_than_before(
    service: Service, recorded: RecordedOutcomes, worker: Database
) -> None:
    later = message_state(NOW, stage=Stage.CLOSED, rows=2)
    assert service.runs.workflows.tell(1, later) is later
    await write(worker, 1)
    assert (await told(asyncio.create_task(of(recorded, command(1))))).state is later


@on_both
async def test_nothing_is_asked_while_nobody_waits(
    service: Service, recorded: RecordedOutcomes, worker: Database
) -> None:
    await write(worker, 1)
    await of(recorded, command(1))  # there is a watch from now on
    asked: list[str] = []
    engine = service.database._looking_up.sync_engine
    event.listen(engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    await write(worker, 2)
    assert not (await asyncio.wait({recorded._looking}, timeout=0.3))[0]  # type: ignore[type-var]
    assert asked == []
    await of(recorded, command(2))
    assert asked


async def test_a_database_that_cannot_be_watched_leaves_it_to_the_workflow(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object, **__: object) -> None:
        raise OSError("away")

    monkeypatch.setattr(changes, "watching", away)
    monkeypatch.setattr(recorded_outcomes, "_WITHIN", 0.1)
    assert await of(service.messages.recorded, command(1)) is None
