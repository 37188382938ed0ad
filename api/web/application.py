"""The pages beside the API: each with its own routes."""

from fastapi import FastAPI

from api.web import events, static_files
from api.web.message import routes as message
from api.web.message import routing
from api.web.messages import routes as messages
from api.web.notices import routes as notices
from api.web.profile import routes as profile
from api.web.queue import routes as queue
from api.web.register import routes as register
from api.web.sign_in import routes as sign_in


def include(app: FastAPI) -> None:
    """Serve the pages."""
    for part in (
        static_files,
        events,
        sign_in,
        profile,
        queue,
        register,
        messages,
        message,
        routing,
        notices,
    ):
        app.include_router(part.router)
