"""Erasing the personal data of one message (152-FZ); the record of what was done with it stays."""

from fastapi import Response

from api.answers import answer
from api.deps import Service
from api.router import Router
from api.routes.commands.commands import COMMAND
from api.targets import ForAdmin, ForAdminOrHead, Key
from service.commands.requests import ErasureBody, RedactionBody

router = Router("Удаление персональных данных")


@router.post(
    "/api/messages/{message}/erasure",
    summary="Уничтожить персональные данные (152-ФЗ)",
    operation_id="erase_message",
    **COMMAND,
)
async def erase(body: ErasureBody, target: ForAdmin, service: Service, key: Key) -> Response:
    """Автор, ссылки, тексты, тексты уведомлений и файлы стираются; действия, моменты и имена служащих сохраняются.

    В наименовании документа сохраняются слова служебного языка, даты и номера: имена, адреса и слова самого сообщения
    заменяются на `[erased]`. Составляется акт об уничтожении: `GET /api/destructions?message=`.
    """
    return answer(await service.erasures.erase(target, key, body))


@router.post(
    "/api/messages/{message}/redact",
    summary="Убрать отдельные сведения (152-ФЗ)",
    operation_id="redact_message",
    **COMMAND,
)
async def redact(body: RedactionBody, target: ForAdminOrHead, service: Service, key: Key) -> Response:
    """Названные слова заменяются на `[удалено]` всюду, где они есть у сообщения, файл с этим номером уничтожается.

    Сообщение, его журнал, уведомления, справки и поиск показывают его уже без них; остальное сохраняется. Регистр букв,
    «ё» и пробелы не различаются. Составляется акт об уничтожении: `GET /api/destructions?message=`.
    """
    return answer(await service.redactions.redact(target, key, body))
