"""Running messages survive this code: every stored history replays, and a changed workflow would be found out."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from temporalio import workflow
from temporalio.client import WorkflowHistory
from temporalio.common import RawValue
from temporalio.worker import Interceptor

from calendar_rules.regulation import LimitName
from telemetry.tracing import Tracing
from tests.command_keys import KEYS
from tests.replay.__main__ import replay
from tests.replay.record import payloads, scrubbed, stored
from tests.replay.scenarios import LONG, SCENARIOS
from tests.workflows.road import replayer
from workflows.message import MessageRoad
from workflows.open_source_message import NOTHING, OpenSourceMessage
from workflows.recording import Recording
from workflows.state import CURATOR, MessageInput

HISTORIES = stored()
CHANGED = ["straight", "joint_answer_with_returns", "still_open"]


def history(name: str) -> WorkflowHistory:
    return WorkflowHistory.from_json(json.loads(HISTORIES[name])["workflowId"], HISTORIES[name])


async def failure(
    road: type[OpenSourceMessage], begun: WorkflowHistory, *more: Interceptor
) -> Exception | None:
    """What replaying a history with this workflow, and more interceptors, fails with; None where it replays."""
    result = await replayer(*more, workflow=road).replay_workflow(begun, raise_on_replay_failure=False)
    return result.replay_failure


@pytest.mark.parametrize("name", HISTORIES)
async def test_a_stored_history_replays(name: str) -> None:
    assert await failure(OpenSourceMessage, history(name)) is None


@pytest.mark.parametrize(
    "name",
    [
        *CHANGED,
        *(pytest.param(name, marks=pytest.mark.installation) for name in HISTORIES if name not in CHANGED),
    ],
)
async def test_a_stored_history_replays_where_traces_are_on(name: str) -> None:
    told = InMemorySpanExporter()
    tracing = Tracing(SimpleSpanProcessor(told), "test")
    try:
        assert await failure(OpenSourceMessage, history(name), tracing.interceptor) is None
    finally:
        await tracing.end()
    assert told.get_finished_spans() == ()


def test_every_scenario_has_a_stored_history() -> None:
    assert {name.split(".")[0] for name in HISTORIES} == {*SCENARIOS, *LONG}
    # Of one that continued as new every run.
    assert {"long_message.1", "long_message.2"} <= {*HISTORIES}


# ---- a workflow that was changed without care


@workflow.defn(name="OpenSourceMessage")
class WithAnotherTimer(OpenSourceMessage):
    """Starts a timer that no history has."""

    @workflow.init
    def __init__(self, start: RawValue = NOTHING) -> None:
        super().__init__(start)

    @workflow.run
    async def run(self, start: RawValue = NOTHING) -> str:
        await workflow.sleep(1)
        return await super().run(start)


def without_records(patch: pytest.MonkeyPatch) -> None:
    """Skips the activity that every step has."""

    async def drain(_: Recording) -> None:
        await workflow.wait_condition(lambda: False)

    patch.setattr(Recording, "drain", drain)


def with_another_limit(patch: pytest.MonkeyPatch) -> None:
    """Opens a limit more at registration."""
    begin = MessageRoad.begin

    def with_another(self: MessageRoad, start: MessageInput) -> None:
        begin(self, start)
        self.limits.open(LimitName.PUBLICATION, CURATOR, self.state.registered_at)

    patch.setattr(MessageRoad, "begin", with_another)


@pytest.mark.parametrize("changed", [without_records, with_another_limit])
@pytest.mark.parametrize("name", CHANGED)
async def test_a_workflow_with_a_changed_part_does_not_replay(
    changed: Callable[[pytest.MonkeyPatch], None], name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    changed(monkeypatch)
    assert isinstance(await failure(OpenSourceMessage, history(name)), workflow.NondeterminismError)


@pytest.mark.parametrize("name", [*CHANGED, "long_message.2"])
async def test_a_changed_workflow_does_not_replay(name: str) -> None:
    assert isinstance(await failure(WithAnotherTimer, history(name)), workflow.NondeterminismError)


# ---- what no history may hold


@pytest.mark.parametrize("name", HISTORIES)
def test_a_stored_history_holds_no_link_or_path_and_nothing_of_the_machine_that_recorded_it(
    name: str,
) -> None:
    content = json.loads(HISTORIES[name])
    assert scrubbed(content) == content
    assert not re.search(r"\d+@", HISTORIES[name])
    kept = re.compile(r"https?://|www\.(?!pravo)|@[a-z]+\.|/home/|/tmp/|/root/")
    assert [text for text in (*payloads(content), HISTORIES[name]) if kept.search(text)] == []


# ---- messages of an installation, before a new version comes to it


async def test_a_history_of_an_installation_is_replayed_from_its_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OTKLIK_KEYS", KEYS.written())
    # A seal is of one message: the file is named after its workflow.
    name = f"{json.loads(HISTORIES['still_open'])['workflowId']}.json"
    (tmp_path / "changed").mkdir()
    good, bad = tmp_path / name, tmp_path / "changed" / name
    good.write_text(HISTORIES["still_open"], encoding="utf-8")
    # A record that this code would not write at its place.
    bad.write_text(HISTORIES["still_open"].replace('"write_record"', '"write_other"'), encoding="utf-8")
    assert await replay([good]) == 0
    assert await replay([good, bad]) == 1
    shown = capsys.readouterr().out.splitlines()
    assert shown[-2] == f"{good}: continued"
    assert shown[-1].startswith(f"{bad}: ")
    assert "Nondeterminism" in shown[-1]
