"""Entry points of the API and the worker: those of production, with what `--demo` and `--training` add to them.

`otklik api` and `otklik worker` begin here. Nothing of `embedded.demo` is imported without these settings.
"""

from fastapi import FastAPI

import worker
from api import main
from settings import Settings


def create_app(settings: Settings) -> FastAPI:
    """The application of `api.main`, with lessons in training and with the invented network in a demo.

    Raises RulesError.
    """
    app = main.create_app(settings)
    if settings.demo or settings.training:
        from embedded.demo import additions  # noqa: PLC0415

        if settings.demo:
            additions.add_network(app)
        if settings.training:
            additions.add_lessons(app)
    return app


async def work(settings: Settings) -> None:
    """The worker, which in a demo reads and answers in the invented network too. Raises KeysError."""
    if settings.demo:
        from embedded.demo.network.adapter import register  # noqa: PLC0415

        register()
    await worker.main(settings)
