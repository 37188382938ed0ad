"""Spans, and what of them leaves the process: names and attributes of a list, never a text, an address or a person.

Requests are FastAPI's own spans, calls of Temporal and activities the SDK's, statements those of `store`. What others
send with a request is not gone on with: a trace begins here, at a request or an activity, and the rest only follows.
"""

from __future__ import annotations

import asyncio
import logging
import os
import re
import socket
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.metadata import version
from typing import Any
from urllib.parse import urlsplit

import structlog
from opentelemetry import propagate, trace
from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.propagators.textmap import (
    Getter,
    Setter,
    TextMapPropagator,
    default_getter,
    default_setter,
)
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.sdk.trace.sampling import Decision, ParentBased, Sampler, SamplingResult
from opentelemetry.trace import Link, SpanContext, SpanKind, Status
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from opentelemetry.util.types import Attributes, AttributeValue

from store.database import traced
from telemetry.workflow_traces import Traces

log = structlog.get_logger(__name__)

ALLOWED = frozenset(
    {
        *("http.request.method", "http.route", "http.response.status_code", "error.type"),
        *("temporalWorkflowID", "temporalRunID", "temporalActivityID"),
        *("db.system.name", "db.operation.name", "db.collection.name"),
        *("otklik.request", "otklik.message", "otklik.command"),
    }
)
"""Attributes that leave the process, where their values are plain."""
_PLAIN = re.compile(r"[\w.:/{}*+-]+( [\w.:/{}*+-]+)*", re.ASCII)
_LONGEST = 200  # characters of a name or a value

_SEND_WITHIN = 3.0  # seconds
_END_WITHIN = 2.0
_PATH = "/v1/traces"
_TRACE_CONTEXT = TraceContextTextMapPropagator()
_KEY = "traceparent"


class Tracing:
    """The traces of one process."""

    def __init__(self, processor: SpanProcessor, process: str) -> None:
        """`processor` gets every span that is told of, and hands it to an exporter behind `Allowed`."""
        self.provider = TracerProvider(
            sampler=ParentBased(root=_Beginnings()),
            # As it is: detectors would add the command line.
            resource=Resource(
                {
                    "service.name": f"otklik-{process}",
                    "service.version": version("otklik"),
                    "service.instance.id": f"{socket.gethostname()}-{os.getpid()}",
                }
            ),
            shutdown_on_exit=False,  # waits half a minute for a collector that is away
        )
        self.provider.add_span_processor(processor)
        self._tracer = self.provider.get_tracer("otklik")
        self.interceptor = Traces(self._tracer, _TRACE_CONTEXT)
        self._forget_statements = traced.trace_statements(self._tracer)
        self._propagator = propagate.get_global_textmap()
        propagate.set_global_textmap(_Nothing())

    @classmethod
    def of(cls, collector: str, process: str) -> Tracing:
        """Traces for a collector that answers OTLP over HTTP at this address."""
        address = collector if urlsplit(collector).path else collector + _PATH
        # What it says of a collector that is away, again and again, `Allowed` says once.
        logging.getLogger("opentelemetry").setLevel(logging.CRITICAL)
        exporter = OTLPSpanExporter(endpoint=address, timeout=_SEND_WITHIN)
        return cls(BatchSpanProcessor(Allowed(exporter)), process)

    async def end(self) -> None:
        """Tell what is left, for a short time; a process never waits longer for a collector."""
        self._forget_statements()
        propagate.set_global_textmap(self._propagator)
        ending = threading.Thread(target=self.provider.shutdown, name="last traces", daemon=True)
        ending.start()
        await asyncio.to_thread(ending.join, _END_WITHIN)

    def current(self) -> str | None:
        """As `traces.current`."""
        carrier: dict[str, str] = {}
        if trace.get_current_span().is_recording():
            _TRACE_CONTEXT.inject(carrier)
        return carrier.get(_KEY)

    def note_request(self, name: str) -> None:
        """As `traces.note_request`."""
        trace.get_current_span().set_attribute("otklik.request", name)

    @contextmanager
    def step(self, name: str, about: Mapping[str, AttributeValue], of: str | None) -> Iterator[None]:
        """A span of the trace under way, or of the one that `of` names; none without either."""
        context: Context | None = None
        if not trace.get_current_span().is_recording():
            context = _TRACE_CONTEXT.extract({_KEY: of or ""})
        with self._tracer.start_as_current_span(name, context, attributes=about):
            yield


class _Nothing(TextMapPropagator):
    """Takes nothing over from whoever sends a request: neither a trace, nor that it is to be told of, nor baggage."""

    def extract(
        self, carrier: Any, context: Context | None = None, getter: Getter[Any] = default_getter
    ) -> Context:
        return context if context is not None else Context()

    def inject(
        self, carrier: Any, context: Context | None = None, setter: Setter[Any] = default_setter
    ) -> None:
        pass

    @property
    def fields(self) -> set[str]:
        return set()


class _Beginnings(Sampler):
    """What may begin a trace: a request, or an activity.

    Whatever a process does by itself, looking into its outbox twice a second, is nobody's.
    """

    def should_sample(
        self,
        parent_context: Context | None,
        trace_id: int,
        name: str,
        kind: SpanKind | None = None,
        attributes: Attributes = None,
        links: Sequence[Link] | None = None,
        trace_state: Any = None,
    ) -> SamplingResult:
        return SamplingResult(
            Decision.RECORD_AND_SAMPLE if kind is SpanKind.SERVER else Decision.DROP, attributes
        )

    def get_description(self) -> str:
        return "requests and activities"


class Allowed(SpanExporter):
    """What leaves the process of each span: see `ALLOWED`. A collector that is away is a line, and so is its return."""

    def __init__(self, exporter: SpanExporter) -> None:
        self._exporter = exporter
        self._is_away = False

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        result = self._exporter.export([_allowed(span) for span in spans])
        is_away = result is not SpanExportResult.SUCCESS
        if is_away and not self._is_away:
            log.warning("traces are not taken by the collector, and are lost meanwhile")
        elif self._is_away and not is_away:
            log.info("traces are taken again")
        self._is_away = is_away
        return result

    def shutdown(self) -> None:
        self._exporter.shutdown()


def _allowed(span: ReadableSpan) -> ReadableSpan:
    attributes = {
        key: value
        for key, value in (span.attributes or {}).items()
        if key in ALLOWED and (isinstance(value, int) or _is_plain(value))
    }
    for event in span.events:
        # Its text, and the traceback, repeat values.
        kind = (event.attributes or {}).get("exception.type")
        if event.name == "exception" and _is_plain(kind):
            attributes.setdefault("error.type", str(kind))
    return ReadableSpan(
        name=span.name if _is_plain(span.name) else span.kind.name,
        context=_ids(span.context),
        parent=_ids(span.parent),
        resource=span.resource,
        attributes=attributes,
        links=[Link(ids) for link in span.links if (ids := _ids(link.context))],
        kind=span.kind,
        status=Status(span.status.status_code),
        start_time=span.start_time,
        end_time=span.end_time,
        instrumentation_scope=span.instrumentation_scope,
    )


def _is_plain(value: object) -> bool:
    return isinstance(value, str) and len(value) <= _LONGEST and _PLAIN.fullmatch(value) is not None


def _ids(context: SpanContext | None) -> SpanContext | None:
    """The context without what vendors put beside its ids."""
    return context and SpanContext(context.trace_id, context.span_id, context.is_remote, context.trace_flags)
