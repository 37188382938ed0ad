"""The invented network in the process that serves it, from its start to its end."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated

from fastapi import Depends, FastAPI, Request

from embedded.demo.network.posts import Posts
from embedded.demo.network.town import DemoNetwork
from service.assembly import Service


@asynccontextmanager
async def served(app: FastAPI) -> AsyncIterator[None]:
    """The lifespan of the network's routes, within that of the application, whose service they ask."""
    service: Service = app.state.service
    app.state.posts = posts = Posts(app.state.settings.data)
    app.state.demo_network = DemoNetwork(
        posts, service.database, service.keys, service.rules, app.state.settings.public_url
    )
    app.state.when_listening = app.state.demo_network.have_it_read
    try:
        yield
    finally:
        await posts.dispose()


async def _town(request: Request) -> DemoNetwork:
    # Here, and not at the start: where the data directory cannot be written, the workplace is served all the same.
    await request.app.state.posts.make()
    town: DemoNetwork = request.app.state.demo_network
    return town


Town = Annotated[DemoNetwork, Depends(_town)]
"""What the pages and calls of the network ask."""
