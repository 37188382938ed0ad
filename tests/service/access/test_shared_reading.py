"""Sharing of a reading by those who ask at the same moment; nobody gets one that began before they asked."""

import asyncio

import pytest

from service.access.shared_reading import SharedReading
from tests.patience import PATIENCE


async def test_those_who_come_meanwhile_share_the_next_reading() -> None:
    shared, begun, go = SharedReading(), 0, asyncio.Event()

    async def read() -> int:
        nonlocal begun
        begun += 1
        number = begun
        await go.wait()
        return number

    first = asyncio.create_task(shared.of("board", read))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert begun == 1
    others = [asyncio.create_task(shared.of("board", read)) for _ in range(20)]
    await asyncio.sleep(0)
    go.set()
    assert await first == 1
    assert await asyncio.gather(*others) == [2] * 20


async def test_one_who_goes_away_takes_it_from_nobody_else() -> None:
    shared, go = SharedReading(), asyncio.Event()

    async def read() -> str:
        await go.wait()
        return "read"

    gone, stays = (asyncio.create_task(shared.of("board", read)) for _ in range(2))
    await asyncio.sleep(0)
    gone.cancel()
    go.set()
    assert await stays == "read"
    with pytest.raises(asyncio.CancelledError):
        await gone


async def test_an_error_is_everybodys_and_the_next_reading_is_another() -> None:
    shared = SharedReading()

    async def fails() -> str:
        raise OSError

    async def read() -> str:
        return "read"

    found = await asyncio.gather(*(shared.of("board", fails) for _ in range(3)), return_exceptions=True)
    assert [type(one) for one in found] == [OSError] * 3
    assert await shared.of("board", read) == "read"


async def test_what_was_read_a_moment_ago_serves_whoever_may_have_it_and_nobody_else() -> None:
    shared, read = SharedReading(), Counted()
    assert await shared.of("directory", read, within=60.0) == 1
    assert await shared.of("directory", read, within=60.0) == 1
    assert await shared.of("directory", read) == 2


async def test_of_many_who_may_have_what_is_a_moment_old_one_reads() -> None:
    shared, read = SharedReading(), Counted()
    assert await asyncio.gather(*(shared.of("page", read, within=60.0) for _ in range(20))) == [1] * 20


async def test_what_was_read_is_kept_no_longer_than_it_serves() -> None:
    shared, read = SharedReading(), Counted()
    await shared.of("page", read, within=0.01)
    async with asyncio.timeout(PATIENCE):
        while shared._kept:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    assert await shared.of("page", read, within=0.01) == 2
    assert not shared._under_way


class Counted:
    """A reading that says which one it is."""

    def __init__(self) -> None:
        self._times = 0

    async def __call__(self) -> int:
        self._times += 1
        await asyncio.sleep(0)
        return self._times
