"""Recorder of the histories that `test_replay` replays: `python -m tests.replay.record NAME…` or `… --all`.

Scenarios that are named are recorded, and the other histories stay as they are: messages that may still be open began
by them. With `--all` every scenario is recorded again, and what the code did before is forgotten. A history is of a
real server; what it says of the machine that recorded it is taken out.
"""

import asyncio
import base64
import json
import re
import sys
from collections.abc import AsyncIterator, Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

from temporalio.client import Client

from tests.replay.scenarios import LONG, SCENARIOS, SHORT_HISTORIES, Scenario
from tests.temporal_server import temporal_server
from tests.workflows.road import Backend, Road, backend_at

HISTORIES = Path(__file__).parent / "histories"

_DROPPED = ("workerVersion", "meteringMetadata")
_STICKY = re.compile(r"^\d+@.+-[0-9a-f]{32}$")


async def record(names: Collection[str]) -> None:
    """Run the named scenarios and store their histories, one file for each run of the workflow."""
    if unknown := set(names) - {*SCENARIOS, *LONG}:
        raise SystemExit(f"no such scenarios: {', '.join(sorted(unknown))}")
    recorded = await _record_on(_named(SCENARIOS, names))
    recorded |= await _record_on(_named(LONG, names), *SHORT_HISTORIES)
    _store(recorded, names)


def _named(scenarios: Mapping[str, Scenario], names: Collection[str]) -> dict[str, Scenario]:
    return {name: scenario for name, scenario in scenarios.items() if name in names}


async def _record_on(scenarios: Mapping[str, Scenario], *options: str) -> dict[str, dict[str, Any]]:
    recorded: dict[str, dict[str, Any]] = {}
    if not scenarios:
        return recorded
    async with temporal_server(*options) as address, backend_at(address) as backend:
        for name, scenario in scenarios.items():
            road = await _played(backend, scenario)
            runs = [history async for history in histories_of(backend.client, road)]
            for number, history in enumerate(runs, start=1):
                suffix = f".{number}" if len(runs) > 1 else ""
                recorded[f"{name}{suffix}.json"] = scrubbed(history)
    return recorded


async def _played(backend: Backend, scenario: Scenario) -> Road:
    road = await scenario(backend.begin)
    await road.recorded()
    if road.state.outcome is not None:
        await road.handle.result()
    return road


async def histories_of(client: Client, road: Road) -> AsyncIterator[dict[str, Any]]:
    """The history of each run of a message, from the first; it may have begun again after its end."""
    for first in road.first_runs:
        async for history in _continued(client, road, first):
            yield history


async def _continued(client: Client, road: Road, run: str | None) -> AsyncIterator[dict[str, Any]]:
    while run:
        history = await client.get_workflow_handle(road.handle.id, run_id=run).fetch_history()
        last = history.events[-1].workflow_execution_continued_as_new_event_attributes
        run = last.new_execution_run_id
        yield {"workflowId": road.handle.id, **history.to_json_dict()}


def scrubbed(value: Any) -> Any:
    """Without what tells of the machine: identities of processes, queues named after them, digests of their code."""
    if isinstance(value, dict):
        return {
            key: "worker" if key == "identity" else scrubbed(part)
            for key, part in value.items()
            if key not in _DROPPED
        }
    if isinstance(value, list):
        return [scrubbed(part) for part in value]
    if isinstance(value, str) and _STICKY.match(value):
        return "worker-sticky"
    return value


def payloads(value: Any) -> Iterator[str]:
    """The decoded content of every payload."""
    if isinstance(value, dict):
        if isinstance(data := value.get("data"), str) and "metadata" in value:
            yield base64.b64decode(data).decode()
        for part in value.values():
            yield from payloads(part)
    elif isinstance(value, list):
        for part in value:
            yield from payloads(part)


def _store(recorded: Mapping[str, dict[str, Any]], names: Collection[str]) -> None:
    HISTORIES.mkdir(exist_ok=True)
    everything = set(names) >= {*SCENARIOS, *LONG}
    for old in HISTORIES.glob("*.json"):
        if everything or old.name.split(".")[0] in names:
            old.unlink()
    for name, history in recorded.items():
        text = json.dumps(history, separators=(",", ":"), ensure_ascii=False)
        (HISTORIES / name).write_text(f"{text}\n", "utf-8")


def stored() -> dict[str, str]:
    """The stored histories by name, as JSON."""
    return {path.stem: path.read_text("utf-8") for path in sorted(HISTORIES.glob("*.json"))}


async def main(arguments: Collection[str]) -> None:
    """Record what the arguments name, and say how many histories there are."""
    if not arguments:
        raise SystemExit("name scenarios, or give --all")
    await record({*SCENARIOS, *LONG} if "--all" in arguments else arguments)
    sys.stdout.write(f"{len(stored())} histories in {HISTORIES}\n")
    # A process that ends right after its last Temporal call may crash (sdk-python #300).
    await asyncio.sleep(0.1)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
