"""Moments as tables write them."""

import re
from datetime import UTC, datetime, tzinfo

from service.directory.workbook_bounds import Cell, text_of

WANTED = "нужны дата и время вида 23.11.2026 09:00 или 2026-11-23 09:00."

_SHORT = 2  # digits of a year
_RUSSIAN = re.compile(
    r"(\d{1,2})[./](\d{1,2})[./](\d{4}|\d\d)(?:,?\s+(\d{1,2}):(\d\d)(?::(\d\d)(?:\.\d+)?)?)?", re.ASCII
)
_ISO = re.compile(r"(\d{4}-\d\d-\d\d)(?:[ T](\d{1,2}:\d\d\S*))?", re.ASCII)


def moment_of(day: Cell, clock: Cell, zone: tzinfo) -> datetime | None:
    """The moment two cells tell, either of which may hold both parts; None where both are empty.

    Without an offset it is `zone` time, and a day without a time begins at midnight. Raises ValueError (Russian).
    """
    if text_of(day) and text_of(clock):
        day = day.date() if isinstance(day, datetime) else day
        clock = clock.time() if isinstance(clock, datetime) else clock
    written = f"{text_of(day)} {text_of(clock)}".strip()
    if not written:
        return None
    try:
        found = _read(written)
        found = found if found.tzinfo else found.replace(tzinfo=zone)
        found.astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError(WANTED) from None
    return found


def _read(text: str) -> datetime:
    if found := _RUSSIAN.fullmatch(text):
        day, month, year, hour, minute, second = (int(part or 0) for part in found.groups())
        return datetime(year + (2000 if len(found[3]) == _SHORT else 0), month, day, hour, minute, second)
    if found := _ISO.fullmatch(text):
        date, clock = found[1], found[2] or "00:00"
        return datetime.fromisoformat(f"{date}T{'0' if clock[1] == ':' else ''}{clock}")
    raise ValueError(text)
