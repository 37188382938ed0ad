"""Traces cost nothing where they are off, and hold nobody up where their collector is away."""

import subprocess
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SimpleSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind
from sqlalchemy import Column, Integer, MetaData, Table, create_engine, insert, select, text
from sqlalchemy.exc import DBAPIError

from settings import Settings
from store.database.engines import Database
from telemetry import traces
from telemetry.tracing import Allowed, Tracing
from tests.embedded.installation import ROOT
from tests.patience import SLOWER
from tests.ports import free_port
from tests.telemetry.captured import captured
from tests.telemetry.collector import collector

MARK = "q7zx"


@asynccontextmanager
async def told_in_memory() -> AsyncIterator[tuple[Tracing, InMemorySpanExporter]]:
    """Traces whose spans are kept here, as they would leave the process."""
    exporter = InMemorySpanExporter()
    tracing = Tracing(SimpleSpanProcessor(Allowed(exporter)), "test")
    try:
        yield tracing, exporter
    finally:
        await tracing.end()


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


async def test_statements_are_told_by_verb_and_table(tmp_path: Path) -> None:
    engine, database = create_engine("sqlite://"), Database(f"sqlite+aiosqlite:///{tmp_path / 'some.db'}")
    lines = Table("line", MetaData(), Column("id", Integer, primary_key=True))
    async with told_in_memory() as (tracing, exporter):
        with engine.begin() as connection:
            lines.metadata.create_all(connection)
        with tracing.provider.get_tracer("test").start_as_current_span("step", kind=SpanKind.SERVER):
            with engine.begin() as connection:
                connection.execute(insert(lines).values(id=5))
                connection.execute(select(lines.c.id).where(lines.c.id == 5))
                connection.execute(text("SELECT :a"), {"a": MARK})
            with pytest.raises(DBAPIError), engine.begin() as connection:
                connection.execute(text("INSERT INTO nowhere VALUES (:a)"), {"a": MARK})
            await database.check()  # of the program, too
        await database.dispose()
        with engine.begin() as connection:
            connection.execute(select(lines.c.id))
    spans = exporter.get_finished_spans()
    names = [span.name for span in spans]
    assert (names[:4], names[-1]) == (["INSERT line", "SELECT line", "SELECT", "INSERT"], "step")
    assert "SELECT" in names[4:-1]
    assert [dict(span.attributes or {}) for span in spans[:2]] == [
        {"db.system.name": "sqlite", "db.operation.name": verb, "db.collection.name": "line"}
        for verb in ("INSERT", "SELECT")
    ]
    failed = spans[3]
    assert failed.attributes is not None
    assert (failed.status.is_ok, failed.attributes["error.type"]) == (False, "OperationalError")


async def test_what_is_not_plain_is_not_told() -> None:
    async with told_in_memory() as (tracing, exporter):
        tracer = tracing.provider.get_tracer("test")
        about = {
            "http.route": "/api/{message}",
            "otklik.request": "Иванов",
            "url.query": MARK,
            "url.path": MARK,
        }
        with (
            pytest.raises(KeyError),
            tracer.start_as_current_span("Иванов", kind=SpanKind.SERVER, attributes=about) as span,
        ):
            span.add_event("event", {"text": MARK})
            dict[str, str]()[MARK]
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
