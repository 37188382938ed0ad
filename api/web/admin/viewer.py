"""Viewer of the administrator's pages."""

from typing import Annotated

from fastapi import Depends

from api.web.session import Viewer
from calendar_rules.vocabulary import Role
from service.messages.targets import require_role
from store.people.persons import Actor


async def _admin(viewer: Viewer) -> Actor:
    require_role(viewer, Role.ADMIN)
    return viewer


Admin = Annotated[Actor, Depends(_admin)]
"""An administrator, or who stands in for one; 403 for others."""
