"""An activity follows from the signals that came since the last one, also where it is tried again in another way."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, get_current_span, set_span_in_context
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from telemetry import workflow_traces
from telemetry.workflow_traces import Traces

_REPLAYING = SimpleNamespace(now=False)


class Run:
    """One run of a workflow, as its interceptor meets it."""

    def __init__(self) -> None:
        self.exporter = InMemorySpanExporter()
        provider = TracerProvider()
        provider.add_span_processor(SimpleSpanProcessor(self.exporter))
        self.traces = Traces(provider.get_tracer("test"), TraceContextTextMapPropagator())
        begin: Any = self.traces._steps
        self.steps = begin(SimpleNamespace(init=id))
        self.steps.init(SimpleNamespace())

    def signal(self, name: str) -> int:
        """It comes with a press of its own; the id of the trace of that."""
        press = self.traces.tracer.start_span(f"press {name}", kind=SpanKind.SERVER)
        press.end()
        self.steps._note(f"HandleSignal:{name}", self.traces.header(set_span_in_context(press)))
        return press.get_span_context().trace_id

    def schedule(self, content: object) -> int | None:
        """An activity with this content; the id of the trace it follows from."""
        asked = SimpleNamespace(args=[content], headers={}, activity="write_record")
        self.steps.schedule(asked)
        context = self.traces.found_in(asked.headers)
        return None if context is None else get_current_span(context).get_span_context().trace_id

    def told(self, name: str) -> list[ReadableSpan]:
        return [span for span in self.exporter.get_finished_spans() if span.name == name]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    monkeypatch.setattr(
        workflow_traces,
        "workflow",
        SimpleNamespace(
            info=lambda: SimpleNamespace(workflow_id="message-17"),
            unsafe=SimpleNamespace(is_replaying=lambda: _REPLAYING.now),
        ),
    )
    yield Run()
    _REPLAYING.now = False


def test_an_activity_follows_from_the_signal_before_it_and_the_next_one_does_not(run: Run) -> None:
    press = run.signal("route")
    assert run.schedule(object()) == press
    assert run.schedule(object()) is None


def test_what_one_record_brings_of_two_commands_is_linked(run: Run) -> None:
    first, second = run.signal("route"), run.signal("note")
    assert run.schedule(object()) == first
    (asked,) = run.told("StartActivity:write_record")
    assert [link.context.trace_id for link in asked.links] == [second]


def test_a_record_that_is_tried_again_follows_from_what_it_followed_from(run: Run) -> None:
    press, record = run.signal("route"), object()
    assert run.schedule(record) == press
    later = run.signal("note")
    assert run.schedule(record) == press
    assert run.schedule(object()) == later


def test_what_is_replayed_is_not_told_again(run: Run) -> None:
    _REPLAYING.now = True
    press, record = run.signal("route"), object()
    run.schedule(record)
    assert not run.told("HandleSignal:route")
    assert not run.told("StartActivity:write_record")
    _REPLAYING.now = False
    # Its first try was before the worker ended: the second is of the same press.
    assert run.schedule(record) == press
