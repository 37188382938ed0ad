"""An application that only says that it is ready, and in which mode."""

from fastapi import FastAPI

from settings import Settings


def create_app(settings: Settings) -> FastAPI:
    application = FastAPI()

    @application.get("/healthz")
    @application.get("/readyz")
    async def ready() -> dict[str, bool]:
        return {"training": settings.training}

    return application
