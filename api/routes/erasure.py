"""Erasing the personal data of one message (152-FZ); the record of what was done with it stays."""

from fastapi import Response

from api.answers import answer
from api.deps import Service
from api.router import Router
from api.routes.commands import COMMAND
from api.targets import ForAdmin, Key
from service.requests import ErasureBody

router = Router("Удаление персональных данных")


@router.post(
    "/api/messages/{message}/erasure",
    summary="Стереть тексты (152-ФЗ)",
    operation_id="erase_message",
    **COMMAND,
)
async def erase(body: ErasureBody, target: ForAdmin, service: Service, key: Key) -> Response:
    """Автор, ссылки, тексты, тексты уведомлений и файлы стираются; действия, моменты и имена служащих сохраняются.

    В основании сохраняются слова служебного языка, даты и номера документов: имена, адреса и слова самого сообщения
    заменяются на `[erased]`. Составляется акт об уничтожении: `GET /api/destructions?message=`.
    """
    return answer(await service.erasures.erase(target, key, body))
