"""Recorder of the history that `test_promise` replays: `python -m tests.workflows.record_promise`."""

import asyncio
import json
from datetime import UTC, datetime, timedelta

from tests.replay.record import scrubbed
from tests.temporal_server import connect, temporal_server
from tests.workflows.test_promise import STORED, Looks, begun
from workflows.promise import LOOK_AGAIN, Look


async def main() -> None:
    """A promise that is reminded of, moved, asked about and kept."""
    far = datetime.now(UTC) + timedelta(days=300)
    soon = datetime.now(UTC) + timedelta(seconds=2)
    looks = Looks(
        Look(at=soon, summary="обещание: напоминание"),
        Look(at=far, summary="обещание: «Сделано?»"),
        Look(at=far, summary="обещание: ждём отметки"),
        Look(),
    )
    async with temporal_server() as address, begun(await connect(address), looks) as handle:
        for looked in (2, 3):
            while len(looks.looked) < looked:  # noqa: ASYNC110  the worker is in this process
                await asyncio.sleep(0.05)
            await handle.signal(LOOK_AGAIN)
        await handle.result()
        history = scrubbed((await handle.fetch_history()).to_json_dict())
    STORED.write_text(json.dumps(history, ensure_ascii=False, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    asyncio.run(main())
