"""The API: thin routes over the database and Temporal."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from api import errors, rules
from api.dispatcher import Dispatcher
from api.metrics import CountRequests
from api.routes import attachments, commands, erasure, messages, notices, token, training
from api.service import assemble
from settings import Settings

_MAX_BODY = 8 * 1024 * 1024  # bytes; a route that takes files sets its own


def create_app(settings: Settings) -> FastAPI:
    """The application. It starts without Temporal and without the database, and answers 503 where it needs them."""

    @asynccontextmanager
    async def running(app: FastAPI) -> AsyncIterator[None]:
        service = assemble(settings, app.state.rules)
        app.state.database, app.state.temporal = service.database, service.temporal
        app.state.workflows, app.state.reader = service.workflows, service.reader
        app.state.commands = service.commands
        dispatcher = Dispatcher(service.database, service.commands, service.rules)
        await service.temporal.start()
        dispatcher.start()
        try:
            yield
        finally:
            await dispatcher.stop()
            await service.close()

    app = FastAPI(
        title="Отклик",
        lifespan=running,
        docs_url=None,
        redoc_url=None,
        max_body_size=_MAX_BODY,
    )
    app.state.settings = settings
    app.state.rules = rules.load(settings.regulation, settings.schedules)
    errors.install(app)
    app.add_middleware(CountRequests)
    for resource in (token, messages, commands, attachments, erasure, notices):
        app.include_router(resource.router)
    if settings.training:
        app.include_router(training.router)
    return app
