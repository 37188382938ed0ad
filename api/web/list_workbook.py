"""Lists as workbooks of Excel, each the answer to who asks for it."""

from collections.abc import Awaitable
from datetime import datetime

from fastapi import Response

from api.routes.reports.weekly_documents import XLSX, document
from service.access.deadline import lift_deadline
from service.assembly import Service as ServiceParts


async def answer(service: ServiceParts, name: str, made: Awaitable[bytes]) -> Response:
    """The file of a list, with what was answered before; `name` is of the list."""
    lift_deadline()
    await service.messages.outcomes.settled()
    now = datetime.now(service.rules.zone)
    return document(await made, XLSX, f"{name}-{now:%Y-%m-%d-%H%M}.xlsx")
