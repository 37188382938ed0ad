"""Code under running messages: every stored history replays with the code as it is now."""

import re
from pathlib import Path

import pytest
from temporalio.client import WorkflowHistory
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.worker import Replayer
from temporalio.workflow import NondeterminismError

from tests.replay.record import HISTORIES
from tests.replay.scenarios import SCENARIOS
from workflows import process
from workflows.message import OpenSourceMessage
from workflows.sandbox import runner
from workflows.timers import Timers

STORED = sorted(HISTORIES.glob("*.json"))


async def _replay(path: Path) -> None:
    replayer = Replayer(
        workflows=[OpenSourceMessage], workflow_runner=runner(), data_converter=pydantic_data_converter
    )
    stored = path.read_text("utf-8")  # noqa: ASYNC240  nothing else runs in this loop
    await replayer.replay_workflow(WorkflowHistory.from_json(path.stem, stored))


def test_every_scenario_has_a_stored_history() -> None:
    assert {path.stem for path in STORED} >= set(SCENARIOS)


@pytest.mark.parametrize("path", STORED, ids=lambda path: path.stem)
async def test_a_stored_history_replays(path: Path) -> None:
    await _replay(path)


async def test_a_workflow_that_writes_its_records_otherwise_fails_the_replay(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(process, "WRITE_RECORD", "write_otherwise")
    with pytest.raises(NondeterminismError):
        await _replay(HISTORIES / "straight.json")


async def test_a_workflow_without_timers_fails_the_replay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Timers, "align", lambda self, state: None)
    with pytest.raises(NondeterminismError):
        await _replay(HISTORIES / "every_limit_late.json")


@pytest.mark.parametrize("path", STORED, ids=lambda path: path.stem)
def test_a_stored_history_names_no_machine(path: Path) -> None:
    assert set(re.findall(r'"identity": ?"([^"]*)"', path.read_text("utf-8"))) <= {"recorder"}
