"""Beginning of a page of a list."""

from typing import Annotated

from fastapi import Depends, Query

from api import wording
from api.errors import FieldError
from service.access.values import number_of


async def _before(cursor: Annotated[str | None, Query(max_length=40)] = None) -> int | None:
    before = number_of(cursor) if cursor is not None else None
    if cursor is not None and before is None:
        raise FieldError("cursor", wording.BAD_CURSOR)
    return before


Before = Annotated[int | None, Depends(_before)]
"""The number before which the page begins, newest first; None for the first page, 422 for a cursor of no page."""
