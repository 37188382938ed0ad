"""Traces of requests: FastAPI makes the spans, by the route's template; none of what only watches or is watched."""

from collections.abc import MutableMapping
from typing import Any

from fastapi.telemetry import TelemetryConfig

from telemetry import traces

_NOT_TRACED = ("/healthz", "/readyz", "/metrics", "/static/", "/events")
"""How addresses begin that are asked for all the time, or answer for hours."""


def config() -> TelemetryConfig:
    """For `FastAPI`, once it is known whether traces are on.

    Everything is said: what OpenTelemetry's own variables switch on tells whole addresses.
    """
    tracing = traces.tracing()
    return TelemetryConfig(
        tracer_provider=tracing.provider if tracing is not None else None,
        tracing=tracing is not None,
        metrics=False,
        logs=False,
        operation_spans=False,
        auto_configure=False,
        exclude=_is_not_traced,
    )


def _is_not_traced(scope: MutableMapping[str, Any]) -> bool:
    return str(scope["path"]).startswith(_NOT_TRACED)
