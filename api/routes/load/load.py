"""Load: how many people the work takes, by the record and by a simulation."""

from api.deps import Caller, Load
from api.errors import problems
from api.only_known import OnlyKnown
from api.router import Router
from service.access.recorded_calls import Call
from service.load.asked import Calculation, Past
from service.load.part import READERS
from service.load.question import Question

router = Router("Доклады и сводки")


@router.get(
    "/api/load",
    recorded=Call.LOAD_OPEN,
    by=READERS,
    summary="Нагрузка за четыре недели и её повтор моделью",
    operation_id="open_load",
    responses=problems(401, 403, 409, 422, 503),
)
async def open_load(caller: Caller, only_known: OnlyKnown, load: Load) -> Past:
    """Что известно из записей за четыре последние полные недели и что о них сказала бы модель.

    Составляется отдельно и хранится час: пока составляется, ответ — 503 с `Retry-After`.
    """
    return await load.past(caller)


@router.post(
    "/api/load",
    recorded=Call.LOAD_CALCULATE,
    by=READERS,
    summary="Расчёт: сколько нужно людей",
    operation_id="calculate_load",
    responses=problems(401, 403, 409, 422, 503),
)
async def calculate_load(caller: Caller, question: Question, load: Load) -> Calculation:
    """Доли в срок, очередь, узкое место, нужное число кураторов и что изменят отдельные меры.

    Ничего не меняет в работе. Пока рассчитывается, ответ — 503 с `Retry-After`; тот же вопрос, заданный снова, получает
    тот же расчёт. 409: вопрос не сочетается с записями, расчёт остановлен по времени или у спросившего уже идут другие.
    """
    return await load.calculated(caller, question)
