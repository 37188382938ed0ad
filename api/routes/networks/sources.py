"""Sources of candidates."""

from http import HTTPStatus
from typing import Annotated

from fastapi import Depends

from api.deps import Caller, Networks, Service
from api.errors import problems
from api.only_known import OnlyKnown
from api.router import Router
from service.access.recorded_calls import Call
from service.networks.sources import KEEPERS, SourceChange, SourceGiven, SourceList, SourceView

router = Router("Сети")


async def _of_somebody(source: str, service: Service) -> str:
    return (await service.networks.sources.one(source)).id


Known = Annotated[str, Depends(_of_somebody)]
"""The id of a source that is there; 403, then 404."""


@router.get(
    "/api/sources",
    recorded=Call.SOURCES_LIST,
    by=KEEPERS,
    summary="Источники",
    operation_id="list_sources",
    responses=problems(401, 403, 422, 503),
)
async def listing(only_known: OnlyKnown, networks: Networks) -> SourceList:
    """Где ищут сообщения и что вышло из последнего просмотра."""
    return await networks.sources.listed()


@router.post(
    "/api/sources",
    recorded=Call.SOURCE_ADD,
    by=KEEPERS,
    summary="Добавить источник",
    operation_id="add_source",
    status_code=HTTPStatus.CREATED,
    responses=problems(401, 403, 422, 503),
)
async def add(caller: Caller, given: SourceGiven, networks: Networks) -> SourceView:
    """Источник просматривается сразу, затем через указанное время."""
    return await networks.sources.add(caller, given)


@router.patch(
    "/api/sources/{source}",
    recorded=Call.SOURCE_CHANGE,
    by=KEEPERS,
    summary="Изменить источник",
    operation_id="change_source",
    responses=problems(401, 403, 404, 422, 503),
)
async def change(source: Known, caller: Caller, given: SourceChange, networks: Networks) -> SourceView:
    """Изменённый источник просматривается снова, и отложенный тоже."""
    return await networks.sources.change(caller, source, given)


@router.delete(
    "/api/sources/{source}",
    recorded=Call.SOURCE_REMOVE,
    by=KEEPERS,
    summary="Удалить источник",
    operation_id="remove_source",
    status_code=HTTPStatus.NO_CONTENT,
    responses=problems(401, 403, 404, 503),
)
async def remove(source: Known, caller: Caller, networks: Networks) -> None:
    """Найденное остаётся."""
    await networks.sources.remove(caller, source)
