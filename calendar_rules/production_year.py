"""The data file of the production calendar: what a year consists of, checked against its published totals.

A new year is one more entry in the file of the installation, a copy of `data/production_calendar.json`. Its totals are
copied from the published calendar, not counted from the entry, so that a slip in the days is refused on loading.
"""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, RootModel, ValidationError, model_validator
from pydantic_core import ErrorDetails, PydanticCustomError

from calendar_rules.errors import CalendarError

_SATURDAY = 5
_HOURS_A_DAY = 8

# Pydantic speaks English; these are the slips an editor of the file makes.
_RUSSIAN = {
    "missing": "поля нет",
    "extra_forbidden": "лишнее поле",
    "json_invalid": "файл не читается как JSON",
    "date_from_datetime_parsing": "нужна дата вида 2026-05-08",
    "date_parsing": "нужна дата вида 2026-05-08",
    "int_parsing": "нужно целое число",
    "int_type": "нужно целое число",
    "string_type": "нужен текст",
}


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Transfer(_Entry):
    """A day off moved by the Government or by the Labour Code, art. 112."""

    source: date = Field(alias="from")
    target: date = Field(alias="to")
    basis: str


class DecreePeriod(_Entry):
    """Days the President declared non-working in 2020–21; in the base norm they are working, and named."""

    first: date = Field(alias="from")
    last: date = Field(alias="to")
    act: str
    name: str


class Totals(_Entry):
    """Published totals of a year; hours are of a 40-hour week of equal days."""

    calendar_days: int
    working_days: int
    non_working_days: int
    hours_40: int
    # By month `01` to `12`: working days, hours of a 40-hour week.
    months: dict[str, tuple[int, int]]
    # How some publications count the years of the decrees. On record, not used.
    working_days_minus_all_decree_days: int | None = None
    working_days_if_2020_07_01_off: int | None = None
    hours_40_if_2020_07_01_off: int | None = None


class ProductionYear(_Entry):
    """One year of the Russian production calendar, five-day week."""

    status: Literal["approved", "draft"]
    transfer_decree: str
    transfers: tuple[Transfer, ...]
    days_off: dict[date, str]  # weekdays that are not working
    holidays_on_weekend: dict[date, str]
    working_weekends: tuple[date, ...]
    shortened: tuple[date, ...]
    # Shortened by the base norm, yet inside a decree period.
    shortened_cancelled_by_decree: tuple[date, ...]
    decree_periods: tuple[DecreePeriod, ...]
    totals: Totals
    sources: Annotated[tuple[str, ...], Field(min_length=1)]

    def is_working(self, day: date) -> bool:
        """Whether the day of this year is working by the base norm."""
        if day.weekday() >= _SATURDAY:
            return day in self.working_weekends
        return day not in self.days_off

    def exchanged(self) -> dict[date, date]:
        """Working weekend days, each with the weekday it was exchanged for."""
        targets = {transfer.source: transfer.target for transfer in self.transfers}
        return {day: targets[day] for day in self.working_weekends}

    def decree_days(self) -> dict[date, str]:
        """Working days inside the decree periods, with the name of the period."""
        return {
            day: period.name
            for period in self.decree_periods
            for day in _days(period.first, period.last)
            if self.is_working(day)
        }

    @model_validator(mode="after")
    def _is_consistent(self) -> Self:
        targets = {transfer.source: transfer.target for transfer in self.transfers}
        for day in self.days_off:
            _demand(day.weekday() < _SATURDAY, f"days_off, {day}: это выходной и без записи")
        for day in self.holidays_on_weekend:
            _demand(
                day.weekday() >= _SATURDAY and day not in self.working_weekends,
                f"holidays_on_weekend, {day}: это не выходной",
            )
        for day in self.working_weekends:
            _demand(day.weekday() >= _SATURDAY, f"working_weekends, {day}: это не суббота и не воскресенье")
            _demand(
                targets.get(day) in self.days_off,
                f"working_weekends, {day}: в transfers не сказано, на какой будний день он обменян",
            )
        for day in self.shortened:
            _demand(self.is_working(day), f"shortened, {day}: это не рабочий день")
        return self


class ProductionYears(RootModel[dict[int, ProductionYear]]):
    """The whole file: years in a row, each with its days and totals."""

    model_config = ConfigDict(frozen=True)

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        years = sorted(self.root)
        _demand(bool(years), "нет ни одного года")
        _demand(years == list(range(years[0], years[-1] + 1)), f"годы идут не подряд: {years}")
        for number, year in self.root.items():
            _check_days(number, year)
            _check_totals(number, year)
        return self


def read_years(path: Path) -> dict[int, ProductionYear]:
    """Read and check the file. Raises CalendarError that names the place and the reason."""
    try:
        return ProductionYears.model_validate_json(path.read_bytes()).root
    except OSError as error:
        raise CalendarError(f"Производственный календарь {path} не читается: {error.strerror}.") from error
    except ValidationError as error:
        reasons = "; ".join(map(_in_russian, error.errors()))
        raise CalendarError(f"Производственный календарь {path.name} не принят: {reasons}.") from error


def _in_russian(error: ErrorDetails) -> str:
    place = " → ".join(str(part) for part in error["loc"] if part != "[key]")
    reason = _RUSSIAN.get(error["type"], error["msg"])
    if found := re.search(r"at line (\d+) column (\d+)", error["msg"]):
        place = f"строка {found[1]}, знак {found[2]}"
    return f"{place}: {reason}" if place else reason


def _check_days(number: int, year: ProductionYear) -> None:
    named = (*year.days_off, *year.holidays_on_weekend, *year.working_weekends, *year.shortened)
    transferred = (day for transfer in year.transfers for day in (transfer.source, transfer.target))
    decreed = (day for period in year.decree_periods for day in (period.first, period.last))
    for day in (*named, *transferred, *decreed):
        _demand(day.year == number, f"{number}: день {day} другого года")


def _check_totals(number: int, year: ProductionYear) -> None:
    totals = year.totals
    _demand(
        set(totals.months) == {f"{month:02d}" for month in range(1, 13)},
        f"{number} → totals: нужны месяцы 01–12",
    )
    days = list(_days(date(number, 1, 1), date(number, 12, 31)))
    working = [day for day in days if year.is_working(day)]
    for month, (expected, hours) in totals.months.items():
        found = [day for day in working if day.month == int(month)]
        _demand(
            len(found) == expected,
            f"{number} → totals: в месяце {month} рабочих дней {len(found)}, а не {expected}",
        )
        spent = _HOURS_A_DAY * len(found) - sum(day in year.shortened for day in found)
        _demand(spent == hours, f"{number} → totals: в месяце {month} часов {spent}, а не {hours}")
    for name, counted, published in (
        ("calendar_days", len(days), totals.calendar_days),
        ("working_days", len(working), totals.working_days),
        ("non_working_days", len(days) - len(working), totals.non_working_days),
        ("hours_40", _HOURS_A_DAY * len(working) - len(year.shortened), totals.hours_40),
    ):
        _demand(counted == published, f"{number} → totals → {name}: по дням года {counted}, а не {published}")


def _demand(kept: bool, otherwise: str) -> None:
    if not kept:
        raise PydanticCustomError("production_calendar", "{text}", {"text": otherwise})


def _days(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=n) for n in range((last - first).days + 1))
