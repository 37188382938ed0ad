"""The application that `otklik api` serves: that of production, with what `--demo` adds to it."""

from fastapi import FastAPI

from api import main
from settings import Settings


def create_app(settings: Settings) -> FastAPI:
    """The application of `api.main`, with the invented network in a demo. Raises RulesError."""
    app = main.create_app(settings)
    if settings.demo:
        from embedded.demo.network import page  # noqa: PLC0415  work does without it

        page.add(app)
    return app
