"""Presence of PostgreSQL, as every connection of this process finds it: lost, or there again."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Engine, ExceptionContext, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import Pool

_SHUT_DOWN, _NO_CONNECTION = "57P", "08"
"""How the codes begin (SQLSTATE) of a server that ends or does not take connections yet, and of a lost connection."""


def is_away(error: BaseException) -> bool:
    """Whether the error says that PostgreSQL cannot be reached, or has ended a connection."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    # The driver is there with its server only.
    if cause is None or type(cause).__module__.partition(".")[0] != "psycopg":
        return False
    code: str | None = getattr(cause, "sqlstate", None)
    kinds = {kind.__name__ for kind in type(cause).__mro__}
    return "OperationalError" in kinds and (code is None or code.startswith((_SHUT_DOWN, _NO_CONNECTION)))


def listen(lost: Callable[[BaseException, bool], None], found: Callable[[], None]) -> None:
    """Call `lost` with each error by which PostgreSQL is away and whether it was a new connection that failed, and
    `found` with each connection that is made."""

    def on_error(about: ExceptionContext) -> None:
        # A connection of the pool that has died meanwhile says nothing of now: the one made in its place does.
        if not about.is_pre_ping and is_away(about.original_exception):
            lost(about.original_exception, about.connection is None)

    def on_connect(*_: Any) -> None:
        found()

    event.listen(Engine, "handle_error", on_error)
    event.listen(Pool, "connect", on_connect)
