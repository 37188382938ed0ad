"""An application that only says that it is ready, served the way the real one is."""

from fastapi import FastAPI

from embedded.child import stop_with_supervisor
from embedded.web import serve_application
from settings import Settings

application = FastAPI()


@application.get("/readyz")
async def ready() -> dict[str, bool]:
    return {"ready": True}


if __name__ == "__main__":
    stop_with_supervisor()
    serve_application(application, Settings.load())
