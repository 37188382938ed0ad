"""The application that `otklik api` serves: that of production, with what `--demo` and `--training` add to it."""

from fastapi import FastAPI

from api import main
from settings import Settings


def create_app(settings: Settings) -> FastAPI:
    """The application of `api.main`, with the invented network in a demo and with lessons in training.

    Raises RulesError.
    """
    app = main.create_app(settings)
    if settings.demo or settings.training:
        from embedded.demo import additions  # noqa: PLC0415  work does without it

        if settings.demo:
            additions.add_network(app)
        if settings.training:
            additions.add_lessons(app)
    return app
