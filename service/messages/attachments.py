"""Photos and videos to answers (cl. 17): taken by their contents, not by their names."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

import filetype

from service.access import wording
from service.access.errors import InvalidInputError, NotFoundError
from service.messages import quotas
from service.messages.picture_data import DamagedPictureError, without_data
from service.messages.targets import Target
from service.messages.view import AttachmentView
from store.database.engines import Database
from store.messages import attachments
from store.messages.tables import AttachmentRow
from store.messages.texts import new_id
from store.people.persons import Actor, storable

LARGEST = attachments.LARGEST
_LONGEST_NAME = 200
_SAME = {"jpeg": "jpg", "jpe": "jpg", "jfif": "jpg", "tiff": "tif", "heif": "heic"}
"""Ends of names that say the same as the one `filetype` has for the kind."""


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file as it is handed out; `type` is its media type."""

    name: str
    type: str
    content: bytes


async def add(database: Database, target: Target, name: str | None, content: bytes) -> AttachmentView:
    """Store a file of the message, without what it says of place and device; as it came it is kept nowhere.

    Raises InvalidInputError for one too large, or no picture or video; ConflictError where the message takes none.
    """
    row, content = await _made(target.number, target.caller, name, content)
    async with database.write() as session:
        await quotas.upload(session, target, len(content))
        await attachments.add(session, row, content)
    return _view(row)


async def add_loose(database: Database, caller: Actor, name: str | None, content: bytes) -> AttachmentView:
    """Store a picture of a message that is to be registered with it; the same one of the same person is stored once.

    One that no message is registered with goes after its term. Raises as `add`.
    """
    row, content = await _made(None, caller, name, content)
    async with database.write() as session:
        before = await attachments.like(session, row)
        if before is None:
            await quotas.uploads(session, caller.key, len(content))
            await attachments.add(session, row, content)
    return _view(before or row)


async def may_be_loose(database: Database, caller: Actor) -> None:
    """Raises ConflictError where the person uploads no more today; asked before a file is received."""
    async with database.read() as session:
        await quotas.uploads(session, caller.key, 0)


async def add_once(database: Database, target: Target, name: str | None, content: bytes) -> AttachmentView:
    """As `add`; of a file that the same person gave to the message before, that one.

    A form that is sent again, because its answer was lost, has its files in it again: only with the same ones it is
    the same request. Raises as `add`.
    """
    row, content = await _made(target.number, target.caller, name, content)
    async with database.write() as session:
        before = await attachments.like(session, row)
        if before is None:
            await quotas.upload(session, target, len(content))
            await attachments.add(session, row, content)
    return _view(before or row)


def _view(row: AttachmentRow) -> AttachmentView:
    return AttachmentView(id=row.id, name=row.name, type=row.type, size=row.size)


async def _made(
    message: int | None, caller: Actor, name: str | None, content: bytes
) -> tuple[AttachmentRow, bytes]:
    kind = kind_of(content)
    try:
        content = await asyncio.to_thread(without_data, kind.mime, content)
    except DamagedPictureError:
        raise InvalidInputError("file", wording.DAMAGED_FILE) from None
    row = AttachmentRow(
        id=new_id(),
        message=message,
        name=_file_name(name, kind.extension),
        type=kind.mime,
        size=len(content),
        digest=sha256(content).hexdigest(),
        uploaded_by=caller.key,
        uploaded_at=datetime.now(UTC),
    )
    return row, content


def by_content(name: str | None, content: bytes) -> StoredFile:
    """A file as its contents have it, with the name ending as they do. Raises as `kind_of`."""
    kind = kind_of(content)
    return StoredFile(_file_name(name, kind.extension), kind.mime, content)


def kind_of(content: bytes) -> filetype.Type:
    """What a file is by its contents. Raises InvalidInputError for one too large, or no picture or video."""
    if len(content) > LARGEST:
        raise InvalidInputError("file", wording.FILE_TOO_LARGE)
    kind = filetype.guess(content) if content else None
    if kind is None or not kind.mime.startswith(("image/", "video/")):
        raise InvalidInputError("file", wording.NOT_PICTURE_OR_VIDEO)
    return kind


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


async def may_be_added(database: Database, target: Target) -> None:
    """Raises ConflictError where the message takes no file of this person now; asked before a file is received."""
    async with database.read() as session:
        await quotas.upload(session, target, 0)


def _file_name(given: str | None, extension: str) -> str:
    """The name without what is not a name, ending as its content does, since a computer goes by the end."""
    name = "".join(sign for sign in given or "" if sign.isprintable()).replace("\\", "/").rsplit("/", 1)[-1]
    stem, dot, end = name.strip().rpartition(".")
    if dot and _SAME.get(end.lower(), end.lower()) == extension:
        ending = end
    else:
        stem, ending = name.strip(), extension
    return f"{stem.strip('. ')[-_LONGEST_NAME + len(ending) + 1 :] or 'file'}.{ending}"
