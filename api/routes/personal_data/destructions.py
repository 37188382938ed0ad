"""Acts of destruction of personal data (152-FZ), for the admin."""

from typing import Annotated

from fastapi import Depends, Path, Query, Response

from api import wording
from api.deps import PersonalData, Reports
from api.errors import FieldError, a_file, problems
from api.only_known import OnlyKnown
from api.paging import Before
from api.router import Router
from calendar_rules.vocabulary import Role
from service.access.recorded_calls import Call
from service.access.values import number_of
from service.personal_data.destructions import DestructionList, DestructionView

router = Router("Удаление персональных данных")

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
Number = Annotated[int, Path(ge=1, le=2**31 - 1, description="Номер акта.")]


async def _message(
    message: Annotated[str | None, Query(max_length=20, description="Номер сообщения.")] = None,
) -> int | None:
    number = number_of(message) if message is not None else None
    if message is not None and number is None:
        raise FieldError("message", wording.BAD_MESSAGE_NUMBER)
    return number


@router.get(
    "/api/destructions",
    recorded=Call.DESTRUCTIONS_LIST,
    by=(Role.ADMIN,),
    summary="Акты об уничтожении персональных данных",
    operation_id="list_destructions",
    responses=problems(401, 403, 422, 503),
)
async def list_destructions(
    before: Before,
    message: Annotated[int | None, Depends(_message)],
    only_known: OnlyKnown,
    personal_data: PersonalData,
) -> DestructionList:
    """Последние первыми. Акт составляется на каждое стирание и на каждый запуск, который что-то уничтожил по сроку."""
    return await personal_data.destructions.page(before, message)


@router.get(
    "/api/destructions/{act}.docx",
    recorded=Call.DESTRUCTION_OPEN,
    by=(Role.ADMIN,),
    summary="Акт об уничтожении как документ",
    operation_id="get_destruction_document",
    response_class=Response,
    responses=a_file(DOCX, "Документ.", 401, 403, 404, 409, 422, 503),
)
async def document(act: Number, only_known: OnlyKnown, reports: Reports) -> Response:
    """Акт с выгрузкой из журнала по приказу Роскомнадзора от 28.10.2022 № 179, для подписи и хранения."""
    return Response(
        await reports.destruction_acts.docx(act),
        media_type=DOCX,
        headers={"Content-Disposition": f'attachment; filename="destruction-{act}.docx"'},
    )


@router.get(
    "/api/destructions/{act}",
    recorded=Call.DESTRUCTION_OPEN,
    by=(Role.ADMIN,),
    summary="Акт об уничтожении",
    operation_id="get_destruction",
    responses=problems(401, 403, 404, 422, 503),
)
async def get_destruction(act: Number, only_known: OnlyKnown, personal_data: PersonalData) -> DestructionView:
    """Что, когда, кем и на каком основании уничтожено, где, и что остаётся в резервных копиях. Без имён и текстов."""
    return await personal_data.destructions.one(act)
