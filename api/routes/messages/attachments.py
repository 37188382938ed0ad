"""Photos and videos to answers (cl. 17)."""

import asyncio
from typing import Annotated
from urllib.parse import quote

from fastapi import Depends, File, Request, Response, UploadFile

from api.deps import Caller, Db, Service, found_lately
from api.errors import a_file, problems
from api.response_headers import OF_FILES
from api.router import Router, Who
from api.targets import Visible
from calendar_rules.vocabulary import Role
from service.access.recorded_calls import Call
from service.messages import attachments
from service.messages.targets import OF_BODIES, Target
from service.messages.view import AttachmentView
from store.people.persons import Actor

router = Router("Вложения")

_IN_MEMORY = asyncio.Semaphore(4)
"""Files that are whole in memory at a time; the others wait on disk."""


async def _taking_files(request: Request, target: Visible, db: Db, service: Service) -> Target:
    # Whoever has just closed the message finds it closed.
    await service.messages.outcomes.settled()
    await found_lately(request, "takes files", lambda: attachments.may_be_added(db, target))
    return target


ForUpload = Annotated[Target, Depends(_taking_files)]
"""A message that takes files, found so before one is received."""


async def _loading(caller: Caller, request: Request, db: Db) -> Actor:
    await found_lately(request, "loads files", lambda: attachments.may_be_loose(db, caller))
    return caller


@router.post(
    "/api/attachments",
    recorded=Call.ATTACHMENT_UPLOAD,
    by=(Role.CURATOR, *OF_BODIES),
    summary="Загрузить снимок для нового сообщения",
    operation_id="upload_loose_attachment",
    responses=problems(401, 403, 408, 409, 422, 429, 503),
)
async def upload_loose(
    caller: Annotated[Actor, Depends(_loading)],
    db: Db,
    file: Annotated[UploadFile, File(description="Фото или видео.")],
) -> AttachmentView:
    """Снимок, с которым затем регистрируют сообщение (`attachments` в `POST /api/messages`). До 20 МБ."""
    async with _IN_MEMORY:
        content = await file.read(attachments.LARGEST + 1)
        return await attachments.add_loose(db, caller, file.filename, content)


@router.post(
    "/api/messages/{message}/attachments",
    recorded=Call.ATTACHMENT_UPLOAD,
    by=(Role.CURATOR, *OF_BODIES),
    summary="Загрузить фото или видео (п. 17)",
    operation_id="upload_attachment",
    responses=problems(401, 403, 404, 408, 409, 422, 429, 503),
)
async def upload(
    target: ForUpload, db: Db, file: Annotated[UploadFile, File(description="Фото или видео.")]
) -> AttachmentView:
    """До 20 МБ. Вид файла и расширение имени определяются по содержимому, а не по имени."""
    async with _IN_MEMORY:
        content = await file.read(attachments.LARGEST + 1)
        return await attachments.add(db, target, file.filename, content)


@router.get(
    "/api/messages/{message}/attachments/{attachment}",
    recorded=Call.ATTACHMENT_DOWNLOAD,
    by=Who.SEEING_IT,
    summary="Вложение",
    operation_id="get_attachment",
    response_class=Response,
    responses=a_file("*/*", "Файл.", 401, 403, 404, 503),
)
async def download(target: Visible, db: Db, attachment: str) -> Response:
    """Файл, приложенный к сообщению."""
    file = await attachments.find(db, target, attachment)
    return Response(
        file.content,
        media_type=file.type,
        headers={
            "Content-Disposition": f"inline; filename*=UTF-8''{quote(file.name)}",
            # What people upload is shown, never run.
            "Content-Security-Policy": OF_FILES,
        },
    )
