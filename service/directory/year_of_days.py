"""A year of the production calendar as people read it: what each special day is, and by what act."""

from calendar import isleap
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from itertools import groupby
from pathlib import Path

from calendar_rules import CalendarError
from calendar_rules.production_calendar import DATA_FILE, ProductionCalendar
from calendar_rules.production_year import ProductionYear, read_years

_SATURDAY = 5
_LABOUR_CODE = "Трудовой кодекс РФ, ст. 112"
_SHORTENED = "Трудовой кодекс РФ, ст. 95"


class DayKind(StrEnum):
    """What a day is."""

    WORKING = "working"
    SHORTENED = "shortened"
    WORKING_WEEKEND = "working_weekend"
    OFF = "off"
    WEEKEND = "weekend"


@dataclass(frozen=True, slots=True)
class Day:
    """A day; a special one has a name, and the act it is special by."""

    day: date
    kind: DayKind
    name: str | None = None
    source: str | None = None


@dataclass(frozen=True, slots=True)
class Year:
    """A year: its months of days, and where it was taken from.

    `provisional`: it is not loaded, and the Labour Code alone answers for it.
    """

    number: int
    months: Sequence[Sequence[Day]]
    provisional: bool
    working_days: int
    sources: Sequence[str]
    decree: str | None

    @property
    def special(self) -> list[Day]:
        """The days that are not like any other of their weekday."""
        return [day for month in self.months for day in month if day.name]


def year(production: ProductionCalendar, number: int, file: Path | None = DATA_FILE) -> Year:
    """The year of this calendar; `file` is the one it was read from, if that is here.

    Raises CalendarRangeError before the loaded years.
    """
    loaded = _loaded(file).get(number) if file is not None and number in production.years else None
    days = [_day(production, loaded, date(number, 1, 1) + timedelta(n)) for n in range(365 + isleap(number))]
    return Year(
        number=number,
        months=[list(month) for _, month in groupby(days, key=lambda item: item.day.month)],
        provisional=number not in production.years,
        working_days=sum(production.is_working_day(item.day) for item in days),
        sources=loaded.sources if loaded else (),
        decree=loaded.transfer_decree if loaded else None,
    )


@lru_cache(maxsize=1)
def _loaded(file: Path) -> dict[int, ProductionYear]:
    try:
        return read_years(file)
    except CalendarError:
        return {}  # changed since, and not accepted: its days are known, the acts they are by are not


def _day(production: ProductionCalendar, loaded: ProductionYear | None, day: date) -> Day:
    name = production.name(day)
    if not production.is_working_day(day):
        kind = DayKind.OFF if name else DayKind.WEEKEND
    elif production.is_shortened(day):
        kind = DayKind.SHORTENED
    else:
        kind = DayKind.WORKING_WEEKEND if day.weekday() >= _SATURDAY else DayKind.WORKING
    return Day(day, kind, name, _source(loaded, day, kind) if name else None)


def _source(loaded: ProductionYear | None, day: date, kind: DayKind) -> str:
    if loaded is not None:
        for transfer in loaded.transfers:
            if transfer.target == day or (transfer.source == day and kind is DayKind.WORKING_WEEKEND):
                return loaded.transfer_decree if transfer.basis == "decree" else transfer.basis
        for period in loaded.decree_periods:
            if period.first <= day <= period.last and day in loaded.decree_days():
                return period.act
    return _SHORTENED if kind is DayKind.SHORTENED else _LABOUR_CODE
