"""Words about time turned into instants: working calendars, the production calendar, the regulation.

Nothing here imports the rest of the program or does I/O, except reading its own data files.
"""

import zoneinfo

from calendar_rules import production_calendar
from calendar_rules.errors import CalendarError, CalendarRangeError
from calendar_rules.explanation import Step
from calendar_rules.work_calendar import WorkCalendar

# Zones of the pinned package `tzdata`, never of the machine: the same in every process and at every replay.
zoneinfo.reset_tzpath([])

__all__ = ["CalendarError", "CalendarRangeError", "Step", "WorkCalendar", "production_calendar"]
