"""Refusals of calendars, in words for the person who asked."""


class CalendarError(ValueError):
    """A question a calendar cannot answer: a moment without a zone, a negative amount, no working time."""


class CalendarRangeError(CalendarError):
    """A day outside the years whose production calendar is loaded: the answer would be a guess."""


def outside_years(what: str, first: int, last: int, year: int) -> str:
    """The text of a CalendarRangeError: what is outside the loaded years, and which year to load."""
    return (
        f"{what} вне загруженных лет производственного календаря ({first}–{last}): "
        f"загрузите производственный календарь на {year} год."
    )
