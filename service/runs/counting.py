"""By what the office judges what is late: the act's readings and the working time of its bodies, as they are now."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from calendar_rules.due_moments import Stood
from calendar_rules.lateness import late_by
from calendar_rules.regulation import Readings
from calendar_rules.work_calendar import WorkCalendar


@dataclass(frozen=True, slots=True)
class Counting:
    """The act's readings, the Department's zone, and calendars: of a body, or of the Department for None.

    `opening` is when what is told at a moment may leave.
    """

    readings: Readings
    zone: tzinfo
    calendar_of: Callable[[str | None], WorkCalendar]
    opening: Callable[[datetime], datetime]

    def late(
        self, calendar: str | None, due: datetime, until: datetime, stood: Sequence[Stood] = ()
    ) -> timedelta:
        """Working time from a due moment to `until`, by the calendar of a body or, for None, the Department.

        Less the time that it `stood`, in which nobody could work.
        """
        hours = self.calendar_of(calendar)
        pauses = (late_by(hours, max(due, pause.start), min(until, pause.end)) for pause in stood)
        return late_by(hours, due, until) - sum(pauses, timedelta(0))


Counted = Callable[[], Awaitable[Counting]]
"""Asked at each look: the act or somebody's hours may be others by then."""
