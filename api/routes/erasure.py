"""Erasing the personal data of one message (152-FZ); the record of what was done with it stays."""

from fastapi import Request, Response
from sqlmodel.ext.asyncio.session import AsyncSession

from api.commanding import asked
from api.requests import ErasureBody
from api.router import Router
from api.routes.commands import COMMAND
from api.targets import ForAdmin, IdempotencyKey, Taking
from store import erasure
from workflows.vocabulary import Command

router = Router("Удаление персональных данных")


@router.post(
    "/api/messages/{message}/erasure",
    summary="Стереть тексты (152-ФЗ)",
    operation_id="erase_message",
    **COMMAND,
)
async def erase(
    body: ErasureBody, request: Request, target: ForAdmin, taking: Taking, key: IdempotencyKey = None
) -> Response:
    """Автор, ссылки, тексты, тексты уведомлений и файлы стираются; виды, времена и лица службы остаются."""

    async def check(session: AsyncSession) -> None:
        session.add(target.row)
        await erasure.erase(session, target.row)

    return await taking.give(
        target,
        asked(key, request.url.path, body),
        Command.RECORD_ERASURE,
        {},
        {"ground": body.ground},
        check,
    )
