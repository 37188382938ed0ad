"""Replay of an installation's messages by this code: `python -m tests.replay HISTORY.json…`.

The files are what `temporal workflow show --workflow-id message-17 --output json` prints. Exit code 1 if one of them is
not continued.
"""

import asyncio
import json
import sys
from pathlib import Path

from temporalio.client import WorkflowHistory
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.worker import Replayer

from service.keys import command_keys
from settings import Settings
from workflows.open_source_message import OpenSourceMessage
from workflows.runner import runner
from workflows.sealing import Sealing


async def replay(files: list[Path]) -> int:
    """Replay each and say how it went; returns the exit code."""
    replayer = Replayer(
        workflows=[OpenSourceMessage],
        workflow_runner=runner(),
        data_converter=pydantic_data_converter,
        interceptors=[Sealing(command_keys.load(Settings.load()))],
    )
    failed = 0
    for file in files:
        history = WorkflowHistory.from_json(file.stem, json.loads(file.read_text(encoding="utf-8")))
        result = await replayer.replay_workflow(history, raise_on_replay_failure=False)
        failed += result.replay_failure is not None
        print(f"{file}: {result.replay_failure or 'continued'}")  # noqa: T201
    # A process that ends right after its last Temporal call crashes in one run of five (sdk-python #300).
    await asyncio.sleep(0.1)
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(asyncio.run(replay([Path(name) for name in sys.argv[1:]])))
