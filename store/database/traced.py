"""Statements as spans of whatever is traced: their verb and their table, never what they carry.

The instrumentation that OpenTelemetry has for SQLAlchemy tells the statement, the server's address and the role, and
knows no engine that is there before it.
"""

from collections.abc import Callable
from typing import Any

from opentelemetry.trace import Span, SpanKind, StatusCode, Tracer, get_current_span
from sqlalchemy import (
    Connection,
    Delete,
    Engine,
    ExceptionContext,
    FromClause,
    Insert,
    Join,
    Select,
    Update,
    event,
)
from sqlalchemy.engine.interfaces import ExecutionContext

_SPAN = "_otklik_span"


def trace_statements(tracer: Tracer) -> Callable[[], None]:
    """Have every engine make a span of each statement within a trace that is told of; returns what undoes it."""

    def begin(
        connection: Connection,
        _cursor: Any,
        statement: str,
        _parameters: Any,
        context: ExecutionContext,
        _many: bool,
    ) -> None:
        if not get_current_span().is_recording():
            return
        verb, table = _named(statement, context)
        about = {"db.system.name": connection.dialect.name, "db.operation.name": verb}
        if table is not None:
            about["db.collection.name"] = table
        name = verb if table is None else f"{verb} {table}"
        setattr(context, _SPAN, tracer.start_span(name, kind=SpanKind.CLIENT, attributes=about))

    def done(
        _connection: Connection,
        _cursor: Any,
        _statement: str,
        _parameters: Any,
        context: ExecutionContext,
        _many: bool,
    ) -> None:
        if (span := getattr(context, _SPAN, None)) is not None:
            span.end()

    def failed(about: ExceptionContext) -> None:
        span: Span | None = getattr(about.execution_context, _SPAN, None)
        if span is not None:
            span.set_attribute("error.type", type(about.original_exception).__name__)
            span.set_status(StatusCode.ERROR)
            span.end()

    listening: dict[str, Callable[..., None]] = {
        "before_cursor_execute": begin,
        "after_cursor_execute": done,
        "handle_error": failed,
    }
    for name, listener in listening.items():
        event.listen(Engine, name, listener)

    def undo() -> None:
        for name, listener in listening.items():
            event.remove(Engine, name, listener)

    return undo


def _named(statement: str, context: ExecutionContext) -> tuple[str, str | None]:
    """The verb, and the table where it is known."""
    verb = statement.split(maxsplit=1)[0].upper()
    of = context.compiled.statement if context.compiled is not None else None
    if isinstance(of, Insert | Update | Delete):
        return of.__visit_name__.upper(), _table(of.table)
    if isinstance(of, Select):
        return "SELECT", _table(next(iter(of.get_final_froms()), None))
    return verb, None


def _table(source: FromClause | None) -> str | None:
    """The first table of what is read from."""
    while isinstance(source, Join):
        source = source.left
    while (inner := getattr(source, "element", None)) is not None:
        source = inner
    name = getattr(source, "name", None)
    return name if isinstance(name, str) else None
