"""Temporal's side of traces: the SDK's interceptors for clients and activities, and one of our own within workflows.

The SDK's own has all that a workflow does follow from its start. A message runs for weeks, and who follows a press
wants what came of that: here an activity follows from the signals that came since the last one was asked for. What a
timer does follows from nothing, and its activity begins a trace.

Nothing of it is chance or a clock to the workflow: spans are made only while the code runs for the first time, and
what they leave is a header, which a replay does not compare.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from opentelemetry.context import Context
from opentelemetry.trace import Link, SpanKind, Tracer, get_current_span, set_span_in_context
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from temporalio import worker, workflow
from temporalio.api.common.v1 import Payload
from temporalio.contrib.opentelemetry import TracingInterceptor
from temporalio.converter import DefaultPayloadConverter


class _Carriers(DefaultPayloadConverter):
    """Reads headers, which whoever reaches Temporal may write: of one that cannot be read nothing follows."""

    def from_payloads(self, payloads: Sequence[Payload], type_hints: list[type] | None = None) -> list[Any]:
        try:
            [carrier] = super().from_payloads(payloads, type_hints)
        except Exception:
            return [{}]
        is_carrier = isinstance(carrier, dict) and all(isinstance(part, str) for part in carrier.values())
        return [carrier if is_carrier else {}]


class Traces(TracingInterceptor):
    """For `interceptors` of a client; its workers take it over."""

    def __init__(self, tracer: Tracer, propagator: TraceContextTextMapPropagator) -> None:
        super().__init__(tracer)
        # Without baggage: what others send along would come to stand in histories.
        self.text_map_propagator = propagator
        self.payload_converter = _Carriers()
        self._steps = type("Steps", (_Steps,), {"root": self})

    def workflow_interceptor_class(  # type: ignore[override]
        self,
        input: worker.WorkflowInterceptorClassInput,  # noqa: A002
    ) -> type[worker.WorkflowInboundInterceptor]:
        return self._steps

    def found_in(self, headers: Mapping[str, Payload]) -> Context | None:
        """What a call follows from, by its headers."""
        if (payload := headers.get(self.header_key)) is None:
            return None
        context = self.text_map_propagator.extract(self.payload_converter.from_payloads([payload])[0])
        return context if get_current_span(context).get_span_context().is_valid else None

    def noted(self, name: str, after: Context, kind: SpanKind, links: Sequence[Link] = ()) -> Context:
        """A moment of the trace, and what follows from it. None is made of what is replayed."""
        if workflow.unsafe.is_replaying():
            return after
        about = {"temporalWorkflowID": workflow.info().workflow_id}
        span = self.tracer.start_span(name, after, kind, about, links)
        span.end()
        return set_span_in_context(span, after)

    def header(self, context: Context) -> Mapping[str, Payload]:
        """The header by which a call follows from it."""
        carrier: dict[str, str] = {}
        self.text_map_propagator.inject(carrier, context)
        return {self.header_key: self.payload_converter.to_payloads([carrier])[0]}


class _Steps(worker.WorkflowInboundInterceptor):
    root: Traces

    def init(self, outbound: worker.WorkflowOutboundInterceptor) -> None:
        self._causes: list[Context] = []
        """What came since an activity was asked for."""
        self._last: tuple[Any, list[Context]] = None, []
        """The content of the last one, and what that follows from: it may be tried again in another way."""
        super().init(_Scheduled(outbound, self))

    async def execute_workflow(self, input: worker.ExecuteWorkflowInput) -> Any:  # noqa: A002
        self._note(f"RunWorkflow:{workflow.info().workflow_type}", input.headers)
        return await super().execute_workflow(input)

    async def handle_signal(self, input: worker.HandleSignalInput) -> None:  # noqa: A002
        self._note(f"HandleSignal:{input.signal}", input.headers)
        await super().handle_signal(input)

    async def handle_query(self, input: worker.HandleQueryInput) -> Any:  # noqa: A002
        if (after := self.root.found_in(input.headers)) is not None:
            self.root.tracer.start_span(f"HandleQuery:{input.query}", after, SpanKind.SERVER).end()
        return await super().handle_query(input)

    def _note(self, name: str, headers: Mapping[str, Payload]) -> None:
        if (after := self.root.found_in(headers)) is not None:
            self._causes.append(self.root.noted(name, after, SpanKind.SERVER))

    def schedule(self, input: worker.StartActivityInput | worker.StartLocalActivityInput) -> None:  # noqa: A002
        """The activity follows from the first of what caused it, and is linked with the others."""
        content = input.args[0] if input.args else None
        if content is None or content is not self._last[0]:
            self._last = content, self._causes
            self._causes = []
        if not (causes := self._last[1]):
            return
        links = [Link(get_current_span(cause).get_span_context()) for cause in causes[1:]]
        after = self.root.noted(f"StartActivity:{input.activity}", causes[0], SpanKind.CLIENT, links)
        input.headers = {**input.headers, **self.root.header(after)}


class _Scheduled(worker.WorkflowOutboundInterceptor):
    def __init__(self, next: worker.WorkflowOutboundInterceptor, steps: _Steps) -> None:  # noqa: A002
        super().__init__(next)
        self._steps = steps

    def start_activity(self, input: worker.StartActivityInput) -> "workflow.ActivityHandle[Any]":  # noqa: A002
        self._steps.schedule(input)
        return super().start_activity(input)

    def start_local_activity(self, input: worker.StartLocalActivityInput) -> "workflow.ActivityHandle[Any]":  # noqa: A002
        self._steps.schedule(input)
        return super().start_local_activity(input)
