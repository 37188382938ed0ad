"""Work in the background ends when it is told to, whatever comes of it at that moment."""

import asyncio

from service.runs.background import Background
from tests.patience import PATIENCE


async def test_work_that_fails_as_it_is_stopped_ends_all_the_same() -> None:
    begun = asyncio.Event()

    async def work() -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            raise OSError("the database is gone, and says so in place of having been stopped")

    background = Background("work", work, every=60.0, warning="away", fault="fault")
    background.start()
    await begun.wait()
    stopping = asyncio.create_task(background.stop())
    done, _ = await asyncio.wait({stopping}, timeout=PATIENCE)
    stopping.cancel()
    assert done
