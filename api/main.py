"""The API: thin routes over the database and Temporal."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from settings import Settings

from api import errors
from api.metrics import CountRequests
from api.routes import token
from api.temporal import Temporal
from store.database import Database

_MAX_BODY = 8 * 1024 * 1024  # bytes; a route that takes files sets its own


def create_app(settings: Settings) -> FastAPI:
    """The application. It starts without Temporal and without the database, and answers 503 where it needs them."""

    @asynccontextmanager
    async def running(app: FastAPI) -> AsyncIterator[None]:
        database = app.state.database = Database(settings.database_url)
        temporal = app.state.temporal = Temporal(settings)
        await temporal.start()
        try:
            yield
        finally:
            await temporal.stop()
            await database.dispose()

    app = FastAPI(
        title="Отклик",
        lifespan=running,
        docs_url=None,
        redoc_url=None,
        max_body_size=_MAX_BODY,
    )
    app.state.settings = settings
    errors.install(app)
    app.add_middleware(CountRequests)
    app.include_router(token.router)
    return app
