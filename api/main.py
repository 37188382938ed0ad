"""The API: thin routes over the database and Temporal."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version

from fastapi import FastAPI

from api import errors, logs
from api.body_size import BoundBody
from api.metrics import CountRequests
from api.openapi import describe
from api.routes import absences, directory, health, limits, start, token
from api.temporal import Temporal
from settings import Settings
from store.database import Database


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

    logs.configure()
    app = FastAPI(
        title="Отклик",
        version=version("otklik"),
        lifespan=running,
        docs_url=None,
        redoc_url=None,
    )
    app.state.settings = settings
    errors.install(app)
    app.add_middleware(BoundBody)
    app.add_middleware(CountRequests)
    for resource in (token, directory, limits, absences, health, start):
        app.include_router(resource.router)
    app.openapi = describe(app)  # type: ignore[method-assign]
    return app
