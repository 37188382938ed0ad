"""The message that an address of a page names."""

from typing import Annotated

from fastapi import Depends

from api.deps import Service
from api.web.session import Viewer
from service.messages.targets import Target


async def _target(message: str, viewer: Viewer, service: Service) -> Target:
    return await service.targets.find(message, viewer)


Seen = Annotated[Target, Depends(_target)]
"""A message that the person may see; 404 otherwise."""
