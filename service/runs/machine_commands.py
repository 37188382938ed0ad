"""Commands that the program itself gives, by the clock or by the directory."""

from store.commands import outbox
from store.commands.tables import CommandRow
from store.database.session import Session
from workflows.commands import ChangeCalendar, CorrectCharge, RecordErasure, RecordPromise


async def give(
    session: Session,
    command: ChangeCalendar | CorrectCharge | RecordErasure | RecordPromise,
    message: int,
    *,
    key: str,
    request: str = "",
) -> None:
    """Write the command into the outbox of a message, for the dispatcher to signal.

    `key` keeps it from being given twice; `request` is kept beside it, as an Idempotency-Key's digest is.
    """
    assert command.taken_at is not None  # noqa: S101
    row = CommandRow(
        id=command.id,
        person=outbox.MACHINE,
        key=key,
        request=request,
        message=message,
        name=command.name,
        payload=command.model_dump(mode="json", by_alias=True, exclude_defaults=True),
        taken_at=command.taken_at,
    )
    await outbox.add(session, row)
