"""The message that an address of a page names."""

from typing import Annotated

from fastapi import Depends

from api.deps import Service
from api.web.session import Viewer
from service.messages.targets import Target


async def target_of(message: str, viewer: Viewer, service: Service) -> Target:
    """For `Depends`: the message of the address, if the person may see it; else 404."""
    return await service.messages.targets.find(message, viewer)


Seen = Annotated[Target, Depends(target_of)]
"""A message that the person may see; 404 otherwise."""
