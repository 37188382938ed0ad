"""Traces cost nothing where they are off, and hold nobody up where their collector is away."""

import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SimpleSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind

from settings import Settings
from telemetry import traces
from telemetry.tracing import Allowed, Tracing
from tests.embedded.installation import ROOT
from tests.patience import SLOWER
from tests.ports import free_port
from tests.telemetry.captured import captured
from tests.telemetry.collector import collector

MARK = "q7zx"


def test_a_process_without_traces_imports_nothing_of_them(tmp_path: Path) -> None:
    start = (
        "import sys\n"
        "import worker\n"
        "from embedded.serving import create_app\n"
        "from settings import Settings\n"
        f"create_app(Settings.load(data={str(tmp_path)!r}))\n"
        "names = 'opentelemetry.sdk', 'opentelemetry.exporter', 'temporalio.contrib.opentelemetry', "
        "'telemetry.tracing', 'store.database.traced'\n"
        "print([name for name in names if name in sys.modules])\n"
    )
    ran = subprocess.run([sys.executable, "-c", start], cwd=ROOT, capture_output=True, text=True, check=True)
    assert ran.stdout == "[]\n"


def test_what_the_variables_of_opentelemetry_switch_on_stays_off(tmp_path: Path) -> None:
    """They would tell of whole addresses, past what is allowed here."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FASTAPI_OTEL_AUTO_CONFIGURE", "true")
        patch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1")
        from api.main import create_app

        app = create_app(Settings.load(data=tmp_path))
    assert not app._telemetry["auto_configure"]
    assert not app._native_telemetry.enabled()


async def test_what_is_not_plain_is_not_told() -> None:
    exporter = InMemorySpanExporter()
    tracing = Tracing(SimpleSpanProcessor(Allowed(exporter)), "test")
    about = {"http.route": "/api/{message}", "otklik.request": "Иванов", "url.query": MARK, "url.path": MARK}
    begin = tracing.provider.get_tracer("test").start_as_current_span
    with pytest.raises(KeyError), begin("Иванов", kind=SpanKind.SERVER, attributes=about) as span:
        span.add_event("event", {"text": MARK})
        dict[str, str]()[MARK]
    await tracing.end()
    (span_told,) = exporter.get_finished_spans()
    assert span_told.name == "SERVER"
    assert span_told.attributes == {"http.route": "/api/{message}", "error.type": "KeyError"}
    assert (span_told.events, span_told.status.description) == ((), None)


class _Sometimes(SpanExporter):
    def __init__(self, *results: SpanExportResult) -> None:
        self._results = list(results)

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        return self._results.pop(0)


def test_a_collector_that_is_away_is_one_line_and_so_is_its_return() -> None:
    away, there = SpanExportResult.FAILURE, SpanExportResult.SUCCESS
    with captured() as lines:
        exporter = Allowed(_Sometimes(there, away, away, away, there, there))
        for _ in range(6):
            exporter.export([])
    assert [(line["level"], line["event"].split(",")[0]) for line in lines.events] == [
        ("warning", "traces are not taken by the collector"),
        ("info", "traces are taken again"),
    ]


def told_a_request() -> None:
    tracing = traces.tracing()
    assert tracing is not None
    tracing.provider.get_tracer("test").start_span("request", kind=SpanKind.SERVER).end()


async def test_a_process_ends_in_time_where_the_collector_is_away(tmp_path: Path) -> None:
    settings = Settings.load(data=tmp_path, traces=f"http://127.0.0.1:{free_port()}")
    with captured() as lines:
        traces.begin(settings, "test")
        told_a_request()
        began = time.monotonic()
        await traces.end()
        took = time.monotonic() - began
    assert took < 5 * SLOWER
    assert traces.tracing() is None
    assert [line["logger"] for line in lines.events] in ([], ["otklik.telemetry.tracing"])


async def test_what_is_left_is_told_at_the_end(tmp_path: Path) -> None:
    with collector() as kept:
        async with traces.told(Settings.load(data=tmp_path, traces=kept.address), "test"):
            told_a_request()
        assert [span.name for span in kept.spans] == ["request"]
