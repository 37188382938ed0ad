"""The inbox of notices."""

from typing import Annotated

from fastapi import Path, Query

from api.deps import Caller, Notices
from api.errors import problems
from api.only_known import OnlyKnown
from api.paging import Before
from api.router import Router, Who
from service.access.recorded_calls import Call
from service.notices.inbox import NoticeList, NoticeView

router = Router("Уведомления")


@router.get(
    "/api/notices",
    recorded=Call.NOTICES,
    by=Who.SIGNED_IN,
    summary="Мои уведомления",
    operation_id="list_notices",
    responses=problems(401, 403, 422, 503),
)
async def notices(
    caller: Caller,
    only_known: OnlyKnown,
    notices: Notices,
    before: Before,
    message: Annotated[str | None, Query(max_length=40, description="Номер сообщения.")] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 100,
) -> NoticeList:
    """Сначала последние; видны сразу после появления."""
    return await notices.inbox.page(caller, message=message, before=before, limit=limit)


@router.post(
    "/api/notices/{notice}/acknowledgement",
    recorded=Call.NOTICE_ACKNOWLEDGE,
    by=Who.SIGNED_IN,
    summary="Подтвердить ознакомление со сведениями о нарушении срока",
    operation_id="acknowledge_notice",
    responses=problems(401, 403, 404, 409, 503),
)
async def acknowledge(
    notice: Annotated[str, Path(description="Идентификатор уведомления.")], caller: Caller, notices: Notices
) -> NoticeView:
    """Подтверждает получатель или тот, кто его замещает; повторное подтверждение ничего не меняет (п. 20).

    Сведения, получение которых никто не подтвердил в срок из правового акта, направляются следующему должностному лицу.
    """
    return await notices.inbox.acknowledge(caller, notice)
