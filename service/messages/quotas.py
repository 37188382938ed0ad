"""Quotas of one message, and of one person in a day: enough for every road, and bounded."""

from datetime import UTC, datetime, timedelta

from calendar_rules.vocabulary import Stage
from service.access import wording
from service.access.errors import ConflictError
from service.messages.targets import Target
from store.commands import outbox
from store.database.session import Session
from store.messages import attachments, finding
from store.promises import rows as promises
from workflows.vocabulary import Command

MIB = 1024 * 1024

FILES = 100
"""Files of a message."""
BYTES = 500 * MIB
"""Of all files of a message."""
BYTES_A_DAY = 2048 * MIB
"""Of all files that a person uploads within 24 hours."""
FILES_A_DAY = 500
DRAFTS = 100
"""Drafts of a message that were sent for approval, also those that were refused."""
NOTES = 300
"""Notes of a message, also those that were refused."""
_DAY = timedelta(days=1)


async def upload(session: Session, target: Target, size: int) -> None:
    """Raises ConflictError where a file of `size` bytes is not to be added to the message now, by this person."""
    row = await finding.by_number(session, target.number)
    if row is None or row.erased_at is not None:
        raise ConflictError(wording.ERASED_MESSAGE)
    if row.stage == Stage.CLOSED and not await promises.awaits_proof(session, target.number):
        raise ConflictError(wording.CLOSED_FOR_FILES)
    kept = await attachments.kept(session, target.number)
    if kept.files >= FILES or kept.size + size > BYTES:
        raise ConflictError(wording.too_many_files(FILES, BYTES // MIB))
    await uploads(session, target.caller.key, size)


async def uploads(session: Session, person: str, size: int) -> None:
    """Raises ConflictError where the person has uploaded so much today that `size` more bytes are too many."""
    uploaded = await attachments.uploaded(session, person, datetime.now(UTC) - _DAY)
    if uploaded.files >= FILES_A_DAY or uploaded.size + size > BYTES_A_DAY:
        raise ConflictError(wording.too_many_uploads(FILES_A_DAY, BYTES_A_DAY // MIB))


def draft(given: int) -> None:
    """Raises ConflictError where the message has as many drafts as are kept."""
    if given >= DRAFTS:
        raise ConflictError(wording.too_many_drafts(DRAFTS))


async def note(session: Session, message: int) -> None:
    """Raises ConflictError where the message has as many notes as are kept."""
    if await outbox.count_given(session, message, Command.NOTE) >= NOTES:
        raise ConflictError(wording.too_many_notes(NOTES))
