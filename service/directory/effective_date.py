"""The day from which an entry of the directory holds, as it is typed: «С какого числа»."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from service.access import wording
from service.directory.errors import MisfitError
from store.people.dated_values import EffectiveDate

FIELD = "since"
TITLE = wording.SINCE


def effective_date(text: str, zone: ZoneInfo) -> EffectiveDate:
    """From when an entry is as typed: at once where no day was, or today was.

    A day that is over is right for titles and offices that are entered late: who oversaw a body since then is whoever
    was appointed. Raises MisfitError.
    """
    now = datetime.now(zone)
    day = _day(text.strip()) if text.strip() else now.date()
    moment = now if day == now.date() else datetime.combine(day, time.min, zone)
    return EffectiveDate(now, now.date(), moment, day)


def _day(text: str) -> date:
    for form in ("%Y-%m-%d", "%d.%m.%Y"):
        try:
            return datetime.strptime(text, form).date()
        except ValueError:
            continue
    raise MisfitError({FIELD: wording.NO_SINCE})
