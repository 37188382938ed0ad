"""Processes tell the database that they work, on which release, and how far their clocks are off."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from prometheus_client import REGISTRY

from store.database.blocking import BlockingDatabase
from store.processes import rows
from store.processes.rows import ALIVE_FOR, Kind, Process
from telemetry.heartbeat import RELEASE, Heartbeat
from telemetry.process_clock import ProcessClock, apart_text


@pytest.fixture
def blocking(migrated_url: Callable[[], str]) -> BlockingDatabase:
    return BlockingDatabase(migrated_url(), 1)


def known(database: BlockingDatabase) -> list[Process]:
    with database.read() as connection:
        return list(rows.known(connection))


async def test_a_process_is_known_as_long_as_it_works(blocking: BlockingDatabase) -> None:
    async with (
        Heartbeat(blocking, Kind.WORKER, ProcessClock()).beating(),
        Heartbeat(blocking, Kind.API, ProcessClock()).beating(),
    ):
        found = known(blocking)
        assert [(one.kind, one.version, one.is_alive) for one in found] == [
            (Kind.API, RELEASE, True),
            (Kind.WORKER, RELEASE, True),
        ]
    assert known(blocking) == []


async def test_one_that_ended_without_a_word_is_silent_until_another_stands_for_it(
    blocking: BlockingDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    beside = Heartbeat(blocking, Kind.WORKER, ProcessClock())
    beside.beat()
    Heartbeat(blocking, Kind.WORKER, ProcessClock()).beat()
    _, killed = sorted(known(blocking), key=lambda one: one.started_at)
    real = rows.database_now
    ahead = timedelta(seconds=1)
    monkeypatch.setattr(rows, "database_now", lambda given: real(given) + ahead)
    instead = Heartbeat(blocking, Kind.WORKER, ProcessClock())
    instead.beat()
    assert len(known(blocking)) == 3, "it may only be slow"

    ahead = 2 * ALIVE_FOR
    beside.beat()
    Heartbeat(blocking, Kind.API, ProcessClock()).beat()
    assert killed.id in {one.id for one in known(blocking) if not one.is_alive}
    instead.beat()
    assert {one.kind for one in known(blocking)} == {Kind.API, Kind.WORKER}
    assert [one.is_alive for one in known(blocking)] == [True, True, True]


async def test_one_that_was_forgotten_is_known_again_with_its_next_beat(blocking: BlockingDatabase) -> None:
    heartbeat = Heartbeat(blocking, Kind.API, ProcessClock())
    heartbeat.beat()
    (found,) = known(blocking)
    with blocking.write() as connection:
        rows.end(connection, found.id)
    heartbeat.beat()
    (again,) = known(blocking)
    assert (again.id, again.started_at, again.is_alive) == (found.id, found.started_at, True)
    heartbeat.beat()
    assert len(known(blocking)) == 1


async def test_the_clock_of_each_is_told_beside_the_databases(blocking: BlockingDatabase) -> None:
    behind = timedelta(minutes=-40)
    clock = ProcessClock(lambda: datetime.now(UTC) + behind)
    Heartbeat(blocking, Kind.API, clock).beat()
    (found,) = known(blocking)
    assert found.offset == clock.offset
    assert abs(found.offset + behind) < timedelta(seconds=30)
    assert found.is_alive, "seen by the database's clock"
    measured = REGISTRY.get_sample_value("otklik_clock_offset_seconds")
    assert measured == clock.offset.total_seconds()


def test_a_clock_is_wrong_by_what_is_certain_alone() -> None:
    at = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)
    asked = iter([at, at + timedelta(seconds=50)])
    clock = ProcessClock(lambda: next(asked))
    clock.compare(lambda: at + timedelta(seconds=60))
    assert clock.offset == timedelta(seconds=10), "the answer took 50 s, on whichever way"
    assert clock.flaw is None


@pytest.mark.parametrize(
    ("ahead", "says"),
    [
        (timedelta(minutes=-40), "отстают на 40 мин"),
        (timedelta(seconds=31), "спешат на 31 с"),
        (timedelta(seconds=29), ""),
    ],
)
def test_a_clock_that_is_far_off_is_told_in_words(ahead: timedelta, says: str) -> None:
    at = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)
    clock = ProcessClock(lambda: at + ahead)
    clock.compare(lambda: at)
    assert says in (clock.flaw or "")
    assert (clock.flaw is None) is (says == "")
    assert apart_text(timedelta(seconds=-2.44)) == "2,4 с"


async def test_a_database_that_is_away_holds_up_nobody() -> None:
    away = BlockingDatabase("postgresql+psycopg://o@127.0.0.1:1/o", 1, wait=1)
    async with Heartbeat(away, Kind.WORKER, ProcessClock()).beating():
        pass
