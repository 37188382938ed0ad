"""Load: how many people the act takes, by the record and by a simulation."""

from http import HTTPStatus

from fastapi import Response

from api.deps import Caller, Load
from api.errors import problems
from api.only_known import OnlyKnown
from api.router import Router
from service.access.recorded_calls import Call
from service.load.part import READERS
from service.load.results import LoadView, Question

router = Router("Доклады и сводки")


@router.get(
    "/api/load",
    recorded=Call.LOAD_OPEN,
    by=READERS,
    summary="Нагрузка за четыре недели, её повтор моделью и расчёт",
    operation_id="open_load",
    responses=problems(401, 403, 422, 503),
)
async def open_load(caller: Caller, only_known: OnlyKnown, load: Load) -> LoadView:
    """Таблицы записей за четыре последние полные недели, их повтор моделью и расчёт, спрошенный последним.

    Считается отдельно и хранится час. Пока считается, `under_way` называет, сколько процентов готово.
    """
    return await load.shown()


@router.post(
    "/api/load",
    recorded=Call.LOAD_CALCULATE,
    by=READERS,
    status_code=HTTPStatus.ACCEPTED,
    summary="Заказать расчёт: сколько нужно людей",
    operation_id="calculate_load",
    responses=problems(401, 403, 409, 422, 503),
)
async def calculate_load(caller: Caller, question: Question, load: Load) -> Response:
    """Доли в срок при указанном числе людей и при немного другом. Ничего не меняет в работе.

    Готовый расчёт показывает `GET /api/load`. 409: записей нет или у спросившего уже идут другие расчёты.
    """
    await load.ask(question)
    return Response(status_code=HTTPStatus.ACCEPTED, headers={"Location": "/api/load"})
