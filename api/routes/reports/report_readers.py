"""Readers of reports, of the whole region or of one body."""

from typing import Annotated

from fastapi import Depends, Query

from api.deps import Caller
from api.errors import FieldError
from service.access.validation_wording import ZERO_CHARACTER
from service.reports.weekly import reports
from store.people.persons import storable

_KEY = 200  # characters


async def _body(
    body: Annotated[
        str | None,
        Query(
            max_length=_KEY,
            description="Ключ органа; без него — вся область. Заместитель Председателя Правительства и ответственное "
            "должностное лицо указывают свой орган.",
        ),
    ] = None,
) -> str | None:
    if body is not None and not storable(body):
        raise FieldError("body", ZERO_CHARACTER)
    return body


OfBody = Annotated[str | None, Depends(_body)]


async def reader(caller: Caller, body: OfBody) -> None:
    """For `Depends`: 403 unless the caller may read reports of the body, or of the region without one."""
    reports.require_reader(caller, body)
