"""Clock of this process, beside the database's: people are judged by moments that processes of several machines note.

Moments are noted by each process's own clock. One that is far off would make people early or late, so it takes no
commands (docs/run/operation.md, «Clocks»).
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from prometheus_client import Gauge

from calendar_rules.russian import number, short_amount

OFFSET = Gauge(
    "otklik_clock_offset_seconds",
    "The database's clock minus this process's, as far as it is certain: how long the answer took may hide more.",
)

NOTICEABLE = timedelta(seconds=2)
"""From here on it is told, and an alert."""
TOLERABLE = timedelta(seconds=30)
"""Beyond this no command is taken."""

_TOLD_IN_MINUTES = timedelta(minutes=2)

WRONG = (
    "Часы сервера, на котором работает программа, {way} на {by} по сравнению с часами базы данных: действия не "
    "принимаются, чтобы их время не исказилось. Сообщите администратору: на серверах нужна синхронизация времени "
    "(chrony, NTP)."
)

Now = Callable[[], datetime]


def by_this_machine() -> datetime:
    """The moment by this machine's clock, in UTC."""
    return datetime.now(UTC)


class ProcessClock:
    """What is known of this process's clock; right until it was found otherwise."""

    def __init__(self, now: Now = by_this_machine) -> None:
        """`now` tells an aware moment."""
        self.now = now
        self.offset = timedelta(0)

    def compare(self, ask: Now) -> datetime:
        """Compare with the clock that `ask` reads, which may take a while; returns that clock's moment.

        What the answer took, of which nobody knows on which way, is no difference.
        """
        before = self.now()
        theirs = ask()
        after = self.now()
        middle, doubt = before + (after - before) / 2, abs(after - before) / 2
        apart = theirs - middle
        certain = max(abs(apart) - doubt, timedelta(0))
        self.offset = certain if apart >= timedelta(0) else -certain
        OFFSET.set(self.offset.total_seconds())
        return theirs

    @property
    def flaw(self) -> str | None:
        """Why no command is taken by this clock, in Russian; None where it is right enough."""
        if abs(self.offset) <= TOLERABLE:
            return None
        return WRONG.format(way=way(self.offset), by=apart_text(self.offset))


def way(offset: timedelta) -> str:
    """«отстают» or «спешат»: this process's clock, by the database's lead over it."""
    return "отстают" if offset > timedelta(0) else "спешат"


def apart_text(offset: timedelta) -> str:
    """So much time in Russian, without its direction: «2,4 с», «40 мин», «2 ч 10 мин»."""
    apart = abs(offset)
    if apart < _TOLD_IN_MINUTES:
        return f"{number(round(apart.total_seconds(), 1))} с"
    return short_amount(apart)
