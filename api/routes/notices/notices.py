"""The inbox of notices."""

from typing import Annotated, Self

from fastapi import Depends, Path, Query, status
from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from api import wording
from api.deps import Caller, Notices
from api.errors import FieldError, problems
from api.only_known import OnlyKnown
from api.router import Router, Who
from service.access.recorded_calls import Call
from service.access.values import Instant
from service.notices import inbox_places
from service.notices.inbox import NoticeList, NoticeView
from store.notices.inbox import Place

router = Router("Уведомления")

_AT_ONCE = 1000
_WHICH = "Нужны номера уведомлений (`ids`) либо момент (`until`)."


class ReadBody(BaseModel):
    """Какие уведомления прочитаны: перечисленные либо все по указанный момент."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    ids: tuple[Annotated[str, Field(max_length=40)], ...] | None = Field(
        default=None, max_length=_AT_ONCE, description="Номера уведомлений; чужие не изменяются."
    )
    until: Instant | None = Field(default=None, description="Прочитаны все, чей `at` не позже этого момента.")

    @model_validator(mode="after")
    def _one_of_them(self) -> Self:
        if (self.ids is None) == (self.until is None):
            raise PydanticCustomError("russian", _WHICH)
        return self


async def _after(
    cursor: Annotated[
        str | None, Query(max_length=40, description="Значение `next` предыдущей страницы.")
    ] = None,
) -> Place | None:
    place = inbox_places.read(cursor) if cursor is not None else None
    if cursor is not None and place is None:
        raise FieldError("cursor", wording.BAD_CURSOR)
    return place


After = Annotated[Place | None, Depends(_after)]
"""The place behind which the page begins; None for the first page, 422 for a cursor of no page."""


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
    after: After,
    message: Annotated[str | None, Query(max_length=40, description="Номер сообщения.")] = None,
    unread: Annotated[
        bool | None, Query(description="true — только непрочитанные, false — только прочитанные.")
    ] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 100,
) -> NoticeList:
    """Сначала те, у которых `at` позже; видны сразу после появления."""
    return await notices.inbox.page(caller, message=message, after=after, limit=limit, unread=unread)


@router.post(
    "/api/notices/read",
    recorded=Call.NOTICES_READ,
    by=Who.SIGNED_IN,
    status_code=status.HTTP_204_NO_CONTENT,
    summary="Отметить уведомления прочитанными",
    operation_id="read_notices",
    responses=problems(401, 403, 422, 503),
)
async def read(body: ReadBody, caller: Caller, notices: Notices) -> None:
    """Только свои; повторная отметка ничего не меняет. Подтверждение по пункту 20 этим не заменяется."""
    await notices.inbox.read(caller, ids=body.ids, until=body.until)


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
