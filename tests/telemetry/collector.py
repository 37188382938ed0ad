"""A collector of OpenTelemetry on this machine, which keeps what it is told as it came."""

import asyncio
import gzip
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from telemetry import traces
from tests.patience import PATIENCE


@dataclass(frozen=True)
class Told:
    """A span, as it was told."""

    process: str
    name: str
    trace: str
    span: str
    parent: str
    links: tuple[str, ...]
    attributes: dict[str, str | int]
    failed: bool


class Collector:
    """What has been told so far."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []
        self.address = ""

    @property
    def spans(self) -> list[Told]:
        return [span for body in self.bodies for span in _spans(body)]

    async def trace_of(self, request: str, *names: str) -> list[Told]:
        """The spans of the trace in which a request of this `X-Request-ID` was, once these names are among them."""
        async with asyncio.timeout(PATIENCE):
            while True:
                if (on := traces.tracing()) is not None:
                    await asyncio.to_thread(on.provider.force_flush)
                spans = self.spans
                begun = [span.trace for span in spans if span.attributes.get("otklik.request") == request]
                found = [span for span in spans if span.trace in begun]
                if found and set(names) <= {span.name for span in found}:
                    return found
                await asyncio.sleep(0.05)


def above(span: Told, spans: list[Told]) -> list[str]:
    """Names of what a span is within, the nearest first."""
    by_id = {other.span: other for other in spans}
    names = []
    while (parent := by_id.get(span.parent)) is not None:
        names.append(parent.name)
        span = parent
    return names


def _spans(body: bytes) -> Iterator[Told]:
    for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
        about = {attribute.key: attribute.value.string_value for attribute in resource.resource.attributes}
        for scope in resource.scope_spans:
            for span in scope.spans:
                yield Told(
                    about["service.name"],
                    span.name,
                    span.trace_id.hex(),
                    span.span_id.hex(),
                    span.parent_span_id.hex(),
                    tuple(link.span_id.hex() for link in span.links),
                    {one.key: one.value.string_value or one.value.int_value for one in span.attributes},
                    span.status.code == span.status.STATUS_CODE_ERROR,
                )


@contextmanager
def collector() -> Iterator[Collector]:
    """A collector that answers inside the block."""
    kept = Collector()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            kept.bodies.append(gzip.decompress(body) if self.headers["Content-Encoding"] == "gzip" else body)
            self.send_response(HTTPStatus.OK)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        kept.address = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield kept
        finally:
            server.shutdown()
            thread.join()
