"""A look at comments on platforms that show them page by page: what each cursor has, and how a look ends."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import ClassVar, Final, Self

from pydantic import BaseModel, Field

from service.networks.platforms.port import Fault, Found, NetworkRefusalError, Reading, Where

KEPT_BACK: Final = 24 * 60 * 60
"""Seconds: what a network has held back for so long is still found, and how far the first look goes."""


class Cursor(BaseModel):
    """How far a source was read, as it is kept between two looks, in seconds of Unix.

    What was written since `floor` and is not in `seen` is new; `top` is the newest seen.
    """

    kept_back: ClassVar[int] = KEPT_BACK
    floor: int
    top: int = 0
    seen: dict[str, int] = Field(default_factory=dict)

    @classmethod
    def of(cls, where: Where, now: datetime) -> Self:
        """Where the last look has ended, or where the first begins."""
        return cls.model_validate(dict(where.cursor) or {"floor": int(now.timestamp()) - KEPT_BACK})

    def is_new(self, name: str, at: int) -> bool:
        """Whether what was written at this moment is new; it is so once."""
        if name in self.seen or at < self.floor:
            return False
        self.seen[name] = at
        self.top = max(self.top, at)
        return True

    def settle(self) -> None:
        """The look is whole: what is older than what may be held back is asked for no more."""
        self.floor = max(self.floor, self.top - self.kept_back)
        self.seen = {name: at for name, at in self.seen.items() if at >= self.floor}


async def looked(
    cursor: Cursor,
    found: Sequence[Found],
    read: Callable[[], Awaitable[None]],
    is_whole: Callable[[], bool],
    now: datetime,
) -> Reading:
    """Read on; what was found until the network asked for a pause is kept, and the rest is read after it.

    `read` adds to `found` and moves the cursor. Raises NetworkRefusalError where waiting would not help, or nothing
    was found yet.
    """
    again_after = None
    try:
        await read()
    except NetworkRefusalError as refused:
        if refused.fault is not Fault.LATER or not found:
            raise
        again_after = refused.after or timedelta(seconds=1)
    more = not is_whole()
    if not more:
        cursor.settle()
    ordered = sorted(found, key=lambda it: it.posted_at or now)
    return Reading(ordered, cursor.model_dump(mode="json"), again_after=again_after, more=more)
