"""Records the history of every scenario: `python -m tests.replay.record`.

Run it when the workflow has changed in a way that `workflow.patched` guards, so that both old and new histories
are kept: it adds files for new scenarios, and `--all` records every one anew (before a first release only).
"""

import asyncio
import json
import re
import sys
from pathlib import Path

from tests.replay.scenarios import SCENARIOS, Begin
from tests.temporal_server import connect, temporal_server
from tests.workflows.road import Archive, Road, message_worker, msk

HISTORIES = Path(__file__).parent / "histories"

# Who recorded them, and where, is nobody's business.
_IDENTITY = re.compile(r'("identity": )"[^"]*"')


async def record(names: list[str]) -> None:
    """Run the scenarios and keep their histories."""
    HISTORIES.mkdir(exist_ok=True)
    async with temporal_server() as address:
        client = await connect(address)
        archive = Archive()

        async def begin(at: str, **rest: object) -> Road:
            return await Road.begin(client, archive, msk(at), **rest)

        starting: Begin = begin
        async with message_worker(client, archive):
            for name in names:
                road = await SCENARIOS[name](starting)
                await road.recorded()
                history = json.loads((await road.handle.fetch_history()).to_json())
                text = json.dumps(history, ensure_ascii=False, separators=(",", ": "), sort_keys=True)
                (HISTORIES / f"{name}.json").write_text(_IDENTITY.sub(r'\1"recorder"', text) + "\n", "utf-8")
    await asyncio.sleep(0.1)


def main() -> None:
    """Scenarios without a history, or all of them."""
    known = {path.stem for path in HISTORIES.glob("*.json")}
    names = [name for name in SCENARIOS if "--all" in sys.argv or name not in known]
    asyncio.run(record(names))


if __name__ == "__main__":
    main()
