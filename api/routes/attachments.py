"""Photos and videos to answers (cl. 17)."""

from datetime import UTC, datetime
from hashlib import sha256
from typing import Annotated
from urllib.parse import quote

import filetype
from fastapi import File, Response, UploadFile

from api import wording
from api.deps import Db
from api.errors import FieldError, ProblemError, problems
from api.message_view import AttachmentView
from api.router import Router
from api.targets import ForBoth, Visible
from store.tables import AttachmentContentRow, AttachmentRow
from store.texts import new_id

router = Router("Вложения")

LARGEST = 20 * 1024 * 1024  # bytes
_LONGEST_NAME = 200


@router.post(
    "/api/messages/{message}/attachments",
    summary="Загрузить фото или видео (п. 17)",
    operation_id="upload_attachment",
    responses=problems(401, 403, 404, 413, 422, 503),
)
async def upload(target: ForBoth, db: Db, file: Annotated[UploadFile, File()]) -> AttachmentView:
    """До 20 МБ. Вид файла определяется по содержимому, а не по имени."""
    content = await file.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise FieldError("file", wording.FILE_TOO_LARGE)
    kind = filetype.guess(content) if content else None
    if kind is None or not kind.mime.startswith(("image/", "video/")):
        raise FieldError("file", wording.NOT_PICTURE_OR_VIDEO)
    attachment = AttachmentRow(
        id=new_id(),
        message=target.number,
        name=_file_name(file.filename, kind.extension),
        type=kind.mime,
        size=len(content),
        digest=sha256(content).hexdigest(),
        uploaded_by=target.caller.key,
        uploaded_at=datetime.now(UTC),
    )
    async with db.write() as session:
        session.add(attachment)
        await session.flush()
        session.add(AttachmentContentRow(attachment=attachment.id, content=content))
    return AttachmentView(id=attachment.id, name=attachment.name, type=attachment.type, size=attachment.size)


def _file_name(given: str | None, extension: str) -> str:
    name = "".join(sign for sign in given or "" if sign.isprintable()).replace("\\", "/").rsplit("/", 1)[-1]
    return name[-_LONGEST_NAME:].strip() or f"file.{extension}"


@router.get(
    "/api/messages/{message}/attachments/{attachment}",
    summary="Вложение",
    operation_id="get_attachment",
    response_class=Response,
    responses={200: {"content": {"*/*": {}}, "description": "Файл."}, **problems(401, 404, 503)},
)
async def download(target: Visible, db: Db, attachment: str) -> Response:
    """Сам файл."""
    async with db.read() as session:
        row = await session.get(AttachmentRow, attachment) if "\x00" not in attachment else None
        known = row is not None and row.message == target.number
        content = await session.get(AttachmentContentRow, attachment) if known else None
    if row is None or content is None:
        raise ProblemError(404, wording.NO_ATTACHMENT)
    return Response(
        content.content,
        media_type=row.type,
        headers={
            "Content-Disposition": f"inline; filename*=UTF-8''{quote(row.name)}",
            # What people upload is shown, never run.
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "default-src 'none'; sandbox",
        },
    )
