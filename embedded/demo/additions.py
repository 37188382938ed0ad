"""Additions to the API of an installation with `--demo` or `--training`: pages, calls, and what leads a newcomer."""

from fastapi import APIRouter, FastAPI

from api.router import add_routes
from api.web import templates
from embedded.demo.lessons import pages as lessons
from embedded.demo.lessons.served import served as lessons_served
from embedded.demo.network import calls
from embedded.demo.network import pages as network
from embedded.demo.network.adapter import register
from embedded.demo.network.served import served as network_served


def add_network(app: FastAPI) -> None:
    """Serve the invented network, and let the application read and answer in it."""
    register()
    templates.find_also("embedded", "demo")
    app.include_router(APIRouter(lifespan=network_served))
    add_routes(app, network.router)
    add_routes(app, calls.router)


def add_lessons(app: FastAPI) -> None:
    """Offer lessons; others are played where the people of the demo are, and nowhere else."""
    app.include_router(APIRouter(lifespan=lessons_served))
    add_routes(app, lessons.router)
    if app.state.settings.demo:
        add_routes(app, lessons.of_the_demo)
