"""Requests that commands came by, as they are kept: an Idempotency-Key and a digest of what was asked.

Both may tell of a message: the digest of a request whose few words are guessed, a key that a client has made of a link.
So they go when the message is erased, and of every command after their term. What is repeated under its key after an
erasure is told its outcome: the key is masked by a secret that is not in the database, until its term.
"""

import re
from collections.abc import Callable, Sequence
from datetime import datetime
from uuid import uuid4

from sqlalchemy import bindparam, or_, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from store.commands.outbox import MACHINE, WAITING
from store.commands.tables import CommandRow
from store.database.columns import ERASED

ERASURE = "record_erasure"
"""The command that erases: its own request names nobody, and answers its repetition until its term."""

_BY_THE_PROGRAM = ("demo:",)
"""Keys that the program makes of its own names."""
_IMPORTED = "import:"
"""Keys of an import: by them it knows what it has registered, for as long as the message is there."""
_RANDOM = re.compile(
    r"[0-9a-f]{8}-?[0-9a-f]{4}-?[47][0-9a-f]{3}-?[89ab][0-9a-f]{3}-?[0-9a-f]{12}", re.IGNORECASE
)


MASKED = "masked-"
"""Begins a key that stands for one which may tell something."""

Mask = Callable[[str, str], str]
"""What is kept of a person's key."""


def forgotten(_person: str, _key: str) -> str:
    """Nothing."""
    return f"erased-{uuid4().hex}"


def without_content(person: str, key: str, mask: Mask = forgotten) -> str:
    """A key that tells nothing: the same one where it is random, or the program's own name for something."""
    if person == MACHINE or key.startswith(_BY_THE_PROGRAM) or _RANDOM.fullmatch(key):
        return key
    return mask(person, key)


async def erase(session: AsyncSession, message: int, mask: Mask = forgotten) -> int:
    """Forget the requests of the settled commands of a message, but for the masks of their keys; returns how many."""
    rows = await session.exec(
        select(CommandRow.sequence, CommandRow.person, CommandRow.key).where(
            CommandRow.message == message,
            col(CommandRow.status).not_in(WAITING),
            CommandRow.request != ERASED,
            CommandRow.name != ERASURE,
            CommandRow.person != MACHINE,
        )
    )
    return await _forget(
        session, [(number, without_content(person, key, mask)) for number, person, key in rows]
    )


async def past_term(
    session: AsyncSession, before: datetime, at_most: int, *, after: int = 0
) -> Sequence[int]:
    """Commands settled before a moment whose requests are still known, the oldest first, behind the one `after`."""
    rows = await session.exec(
        select(CommandRow.sequence)
        .where(
            col(CommandRow.sequence) > after,
            or_(col(CommandRow.request) != ERASED, col(CommandRow.key).startswith(MASKED)),
            col(CommandRow.settled_at) < before,
            CommandRow.person != MACHINE,
            *(~col(CommandRow.key).startswith(prefix) for prefix in (*_BY_THE_PROGRAM, _IMPORTED)),
        )
        .order_by(col(CommandRow.sequence))
        .limit(at_most)
    )
    return [number for number in rows if number is not None]


async def forget(session: AsyncSession, commands: Sequence[int]) -> int:
    """Forget the requests of these commands, and their keys; returns how many."""
    return await _forget(session, [(number, forgotten("", "")) for number in commands])


async def _forget(session: AsyncSession, keys: Sequence[tuple[int | None, str]]) -> int:
    if keys:
        await (await session.connection()).execute(
            _FORGET, [{"of_command": number, "new_key": key} for number, key in keys]
        )
    return len(keys)


_FORGET = (
    update(CommandRow)
    .where(col(CommandRow.sequence) == bindparam("of_command"))
    .values(request=ERASED, key=bindparam("new_key"))
)
