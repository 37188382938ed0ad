"""Binds what is logged in an activity to its message, its workflow and itself."""

from typing import Any

from structlog.contextvars import bind_contextvars, clear_contextvars
from temporalio import activity
from temporalio.worker import ActivityInboundInterceptor, ExecuteActivityInput, Interceptor

from telemetry.logs import subject_of


class BindSubject(Interceptor):
    """For `interceptors` of a worker."""

    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:  # noqa: A002
        return _Binding(next)


class _Binding(ActivityInboundInterceptor):
    async def execute_activity(self, input: ExecuteActivityInput) -> Any:  # noqa: A002
        info = activity.info()
        clear_contextvars()
        bind_contextvars(
            **subject_of(info.workflow_id or ""), activity=info.activity_type, attempt=info.attempt
        )
        return await super().execute_activity(input)
