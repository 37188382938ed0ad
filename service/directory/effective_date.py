"""The day from which an entry of the directory holds, as it is typed: «С какого числа»."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from service.access import wording
from service.directory.errors import MisfitError
from store.people.dated_values import EffectiveDate

FIELD = "since"
TITLE = wording.SINCE
_FORMS = ("%Y-%m-%d", "%d.%m.%Y")


def parse_day(text: str) -> date | None:
    """The day that was typed, in one of the two ways of writing one; None: nothing. Raises MisfitError."""
    text = text.strip()
    if not text:
        return None
    for form in _FORMS:
        try:
            return datetime.strptime(text, form).date()
        except ValueError:
            continue
    raise MisfitError({FIELD: wording.NO_SINCE})


def not_before_today(text: str, today: date) -> date:
    """The day from which hours hold, today where none was typed. Raises MisfitError.

    It is not earlier than today: what was counted by then was counted by what held.
    """
    day = parse_day(text) or today
    if day < today:
        raise MisfitError({FIELD: wording.SINCE_IN_THE_PAST.format(today=today)})
    return day


def effective_date(text: str, zone: ZoneInfo) -> EffectiveDate:
    """From when titles and offices are as entered: at once where no day was typed, or today was.

    A day that is over is right where it is entered late: who oversaw a body since then is whoever was appointed. Raises
    MisfitError.
    """
    now = datetime.now(zone)
    day = parse_day(text) or now.date()
    moment = now if day == now.date() else datetime.combine(day, time.min, zone)
    return EffectiveDate(now, now.date(), moment, day)
