"""Routers of pages: whoever calls is known by a cookie, and forms are taken from these pages only."""

from collections.abc import Callable, Coroutine, Sequence
from typing import Any

from fastapi import params

from api.router import By, Guards, Router
from api.web import session
from api.web.message.targets import Seen, target_of
from api.web.session import Viewer
from calendar_rules.vocabulary import Role
from service.access.recorded_calls import Call
from service.messages.targets import require_role


def _in_roles(*roles: Role) -> Callable[[Viewer], Coroutine[Any, Any, None]]:
    async def guard(viewer: Viewer) -> None:
        require_role(viewer, *roles)

    return guard


def _with_message(*roles: Role) -> Callable[[Seen], Coroutine[Any, Any, None]]:
    async def guard(target: Seen) -> None:
        target.require(*roles)

    return guard


class Pages(Router):
    """A router of pages, which the description of the API leaves out."""

    guards = Guards(session.any_sign_in, session.complete, target_of, _in_roles, _with_message)

    def __init__(self) -> None:
        super().__init__("Страницы")

    def add_api_route(  # type: ignore[override]
        self,
        path: str,
        endpoint: Callable[..., Any],
        *,
        recorded: Call | None,
        by: By,
        methods: Sequence[str],
        dependencies: Sequence[params.Depends] = (),
        **about: Any,
    ) -> None:
        """As `Router` does; what is posted by another site's form is refused (403)."""
        if "POST" in methods:
            dependencies = [session.FromHere, *dependencies]
        super().add_api_route(
            path,
            endpoint,
            recorded=recorded,
            by=by,
            methods=methods,
            dependencies=dependencies,
            include_in_schema=False,
            **about,
        )
