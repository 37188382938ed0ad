"""Photos and videos to answers (cl. 17): taken by their contents, not by their names."""

from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

import filetype

from service import wording
from service.errors import InvalidInputError, NotFoundError
from service.message_view import AttachmentView
from service.targets import Target
from store import attachments
from store.database import Database
from store.people import storable
from store.tables import AttachmentRow
from store.texts import new_id

LARGEST = 20 * 1024 * 1024  # bytes
_LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file as it is handed out; `type` is its media type."""

    name: str
    type: str
    content: bytes


async def add(database: Database, target: Target, name: str | None, content: bytes) -> AttachmentView:
    """Store a file of the message. Raises InvalidInputError for one too large, or no picture or video."""
    if len(content) > LARGEST:
        raise InvalidInputError("file", wording.FILE_TOO_LARGE)
    kind = filetype.guess(content) if content else None
    if kind is None or not kind.mime.startswith(("image/", "video/")):
        raise InvalidInputError("file", wording.NOT_PICTURE_OR_VIDEO)
    row = AttachmentRow(
        id=new_id(),
        message=target.number,
        name=_file_name(name, kind.extension),
        type=kind.mime,
        size=len(content),
        digest=sha256(content).hexdigest(),
        uploaded_by=target.caller.key,
        uploaded_at=datetime.now(UTC),
    )
    async with database.write() as session:
        await attachments.add(session, row, content)
    return AttachmentView(id=row.id, name=row.name, type=row.type, size=row.size)


async def find(database: Database, target: Target, attachment: str) -> StoredFile:
    """A file of the message. Raises NotFoundError."""
    async with database.read() as session:
        found = (
            await attachments.with_content(session, target.number, attachment)
            if storable(attachment)
            else None
        )
    if found is None:
        raise NotFoundError(wording.NO_ATTACHMENT)
    row, content = found
    return StoredFile(row.name, row.type, content)


def _file_name(given: str | None, extension: str) -> str:
    name = "".join(sign for sign in given or "" if sign.isprintable()).replace("\\", "/").rsplit("/", 1)[-1]
    return name[-_LONGEST_NAME:].strip() or f"file.{extension}"
