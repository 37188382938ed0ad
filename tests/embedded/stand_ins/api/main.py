"""An application that only says that it is ready, and in which mode."""

import asyncio
from collections.abc import AsyncIterator

from fastapi import FastAPI
from fastapi.responses import StreamingResponse

from settings import Settings


def create_app(settings: Settings) -> FastAPI:
    application = FastAPI()

    @application.get("/healthz")
    @application.get("/readyz")
    async def ready() -> dict[str, bool]:
        return {"training": settings.training}

    @application.get("/lasting")
    async def lasting() -> StreamingResponse:
        async def said() -> AsyncIterator[str]:
            yield "first"
            await asyncio.Event().wait()

        return StreamingResponse(said())

    return application
